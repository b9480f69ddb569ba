"""The gate before a deployment: what a job's report shows of what must be shown."""

from rockfall_desktop.domain.gate import GateJudgement
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.report import BlockCount, PerformanceReport
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.gate_clauses import clauses_of, evidence_of
from rockfall_desktop.operations.jobs import own_job, performance_report
from rockfall_desktop.operations.proposed_levels import proposed_levels
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.history import History
from rockfall_desktop.store.jobs import Jobs


def judge_for_deployment(session: Session, *, station: Station, job_id: str) -> GateJudgement:
    """Every demand on a completed job, with how many jobs were judged on its test block and the levels proposed for it.

    Reads the report of every completed job of the site: off the window's thread.

    Raises:
        WrongInput: when the job has no report.
    """
    job = own_job(session, station=station, job_id=job_id)
    report = performance_report(session, station=station, job_id=job_id)
    return GateJudgement(
        job_id=job_id,
        clauses=clauses_of(report, evidence_of(report)),
        jobs_on_test_block=_jobs_on_test_block(station, job, report),
        levels=proposed_levels(report, job.config.horizon_steps),
        given_up=report.given_up,
    )


def _jobs_on_test_block(station: Station, job: TrainingJob, report: PerformanceReport) -> int:
    """Completed jobs, whoever's, of a common site whose test blocks overlap: of many the best one is a lucky one."""
    history = History(station.store)
    tested = _test_block(report)
    others = [
        one
        for one in Jobs(station.store).list(None)
        if one.job_id != job.job_id and one.status is Status.COMPLETED and _share_a_site(one, job)
    ]
    reports = (history.report(one.job_id) for one in others)
    return 1 + sum(_overlap(_test_block(other), tested) for other in reports if other is not None)


def _share_a_site(one: TrainingJob, other: TrainingJob) -> bool:
    ids = {one.site_id, *one.site_ids}
    return not ids.isdisjoint({other.site_id, *other.site_ids}) or not set(one.config.sites).isdisjoint(
        other.config.sites
    )


def _test_block(report: PerformanceReport) -> BlockCount | None:
    return next((block for block in report.blocks if block.name == "test"), None)


def _overlap(one: BlockCount | None, other: BlockCount | None) -> bool:
    """Whether two blocks may hold the same incident; where a date is not known they may."""
    if one is None or other is None or None in (one.start, one.end, other.start, other.end):
        return True
    assert one.start and one.end and other.start and other.end  # noqa: S101, PT018 - seen in the line above
    return one.start <= other.end and other.start <= one.end
