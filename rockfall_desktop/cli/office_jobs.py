"""Jobs of other stations in the terminal: read only, as the office last told of them."""

from collections.abc import Iterable

from rockfall_desktop.cli.printing import marked, say, say_json, say_table
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.office_job import OfficeJob, OfficeJobs
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import own_job
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.office_jobs import office_job

LAST_LINES = 20
_HEADS = ("job", "station", "created (UTC)", "site", "network", "status", "epochs", "PR-AUC", "as of (UTC)")


def found_elsewhere(session: Session, station: Station, job_id: str) -> OfficeJob | None:
    """The job, when it is another station's; None when it is this one's.

    Raises:
        WrongInput: when there is no such job anywhere, or it is somebody else's: both say the same.
    """
    try:
        own_job(session, station=station, job_id=job_id)
    except WrongInput as unknown:
        try:
            return office_job(session, station=station, job_id=job_id)
        except WrongInput:
            raise unknown from None
    return None


def say_office_jobs(found: OfficeJobs) -> None:
    """The table of them, nothing when there are none, and how many could not be read."""
    if found.jobs:
        say("On other stations, read only:")
        say_table(_HEADS, _rows(found.jobs), "")
    if found.unread:
        say(f"Not read at the office: {'; '.join(f'{count} x {reason}' for reason, count in found.unread.items())}.")


def say_office_status(found: OfficeJob, *, json: bool) -> None:
    """Where a job of another station stood when that station last told of it."""
    job = found.job
    if json:
        told = job.model_dump(mode="json", include={"job_id", "status", "current_epoch", "total_epochs"})
        lines = [line.text for line in found.lines[-LAST_LINES:]]
        say_json(told | {"progress": job.progress, "logs": lines} | _whose(found))
        return
    say(f"{job.status}  {job.progress:.0f} %  epoch {job.current_epoch}/{job.total_epochs}")
    say(f"It is a job of {found.station_name}, read only; this is how it stood {_as_of(found)}.")
    for line in found.lines[-LAST_LINES:]:
        say(line.text)


def say_office_report(found: OfficeJob, *, json: bool) -> None:
    """The headline of a report that lies on another station.

    Raises:
        WrongInput: when the job had none yet.
    """
    job, summary = found.job, found.job.performance_summary
    if summary is None:
        raise WrongInput(
            "No report",
            f"Job {job.job_id} of {found.station_name} was {job.status} {_as_of(found)}.",
            "Only a completed job has a report.",
        )
    if json:
        say_json({"job_id": job.job_id, "performance_summary": summary} | _whose(found))
        return
    say(f"{marked(job.site_name, simulated=job.simulated)}{' - SIMULATED records' if job.simulated else ''}")
    say(f"The report lies on {found.station_name}, with its blocks, baselines and verdict.")
    say("Of it the office knows the headline:")
    say_table(["score", "value"], summary.items(), "No scores.")


def not_from_here(found: OfficeJob) -> WrongInput:
    """Why a job of another station is not ended from this one."""
    return WrongInput(
        "It is a job of another station",
        f"Job {found.job.job_id} belongs to {found.station_name}: only that station can cancel it.",
        "Cancel it there.",
    )


def _rows(jobs: Iterable[OfficeJob]) -> Iterable[list[object]]:
    for one in jobs:
        job = one.job
        yield [
            job.job_id,
            one.station_name,
            f"{job.created_at:%Y-%m-%d %H:%M}",
            marked(job.site_name, simulated=job.simulated),
            network_name(job.config, job.config.members),
            job.status.value,
            f"{job.current_epoch}/{job.total_epochs}",
            (job.performance_summary or {}).get("pr_auc"),
            f"{one.updated_at:%Y-%m-%d %H:%M}",
        ]


def _whose(found: OfficeJob) -> dict[str, str]:
    return {
        "station_id": found.station_id,
        "station_name": found.station_name,
        "as_of": found.updated_at.isoformat(),
    }


def _as_of(found: OfficeJob) -> str:
    return f"at {found.updated_at:%Y-%m-%d %H:%M} UTC by its own clock"
