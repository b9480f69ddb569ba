"""Looking at jobs and asking them to end. Light: the window may call these on its own thread."""

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import LogLine, StoredEvent
from rockfall_desktop.domain.job import Status, TrainingJob, TrainingStatus, eta_seconds
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.crashed import interrupt_abandoned
from rockfall_desktop.store.history import History, NumberedEvent
from rockfall_desktop.store.jobs import Jobs

_LOG_LINES = 20
_OLDER_LINES = 500


def own_job(session: Session, *, station: Station, job_id: str) -> TrainingJob:
    """A job that the session may touch.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when there is no such job, or it is somebody else's: both say the same.
    """
    station.demand(session)
    if not job_id.isascii():  # no id, and not even a text that the store could look for
        raise _unknown(job_id)
    job = Jobs(station.store).read(job_id)
    if session.role is not Role.ADMIN and job.user_id != session.user_id:
        raise _unknown(job_id)
    return job


def list_jobs(session: Session, *, station: Station) -> tuple[TrainingJob, ...]:
    """The user's jobs, all jobs for an administrator, newest first.

    Jobs whose program has ended are found here too: what works on a job may outlive the program that asked for it by
    some seconds, and with it the look for such jobs at the sign-in.
    """
    station.demand(session)
    interrupt_abandoned(station.store, station.files)
    return Jobs(station.store).list(None if session.role is Role.ADMIN else session.user_id)


def training_status(session: Session, *, station: Station, job_id: str) -> TrainingStatus:
    """Where a job stands."""
    job = own_job(session, station=station, job_id=job_id)
    lines = History(station.store).latest_log_lines(job_id, _LOG_LINES)
    return TrainingStatus(
        job_id=job.job_id,
        status=job.status,
        progress=job.progress,
        member=job.member,
        members=job.config.members,
        current_epoch=job.current_epoch,
        total_epochs=job.total_epochs,
        metrics=job.last_metrics,
        logs=tuple(line.text for line in lines),
        eta_seconds=eta_seconds(job, station.now()),
        requested=job.requested,
        failure=job.failure,
    )


def cancel_training(session: Session, *, station: Station, job_id: str) -> TrainingJob:
    """Ask whoever runs a job, here or in another program, to end it without a result.

    Raises:
        WrongInput: when the job is over.
    """
    return _ask(session, station, job_id, Request.CANCEL)


def stop_training_early(session: Session, *, station: Station, job_id: str) -> TrainingJob:
    """Ask whoever runs a job to end it now and keep its best epoch.

    Raises:
        WrongInput: when the job is over.
    """
    return _ask(session, station, job_id, Request.STOP_EARLY)


def performance_report(session: Session, *, station: Station, job_id: str) -> PerformanceReport:
    """The judgement on a completed job.

    Raises:
        WrongInput: when the job has none.
    """
    job = own_job(session, station=station, job_id=job_id)
    report = History(station.store).report(job_id) if job.status is Status.COMPLETED else None
    if report is None:
        raise WrongInput("No report", f"Job {job_id} is {job.status}.", "Only a completed job has a report.")
    return report


def job_events(session: Session, *, station: Station, job_id: str) -> tuple[StoredEvent, ...]:
    """The first event of a job, every epoch and its last 500 others, in order: what a page needs to replay it."""
    return tuple(numbered.event for numbered in numbered_events(session, station=station, job_id=job_id))


def numbered_events(session: Session, *, station: Station, job_id: str) -> tuple[NumberedEvent, ...]:
    """The same with the number of each, after the last of which `newer_events` goes on."""
    own_job(session, station=station, job_id=job_id)
    return History(station.store).events(job_id)


def newer_events(session: Session, *, station: Station, job_id: str, after: int) -> tuple[NumberedEvent, ...]:
    """What happened to a job after an event number: for watching what another program runs."""
    own_job(session, station=station, job_id=job_id)
    return History(station.store).newer_events(job_id, after)


def older_lines(session: Session, *, station: Station, job_id: str, before: LogLine) -> tuple[LogLine, ...]:
    """The last 500 log lines before one of them, in order; none when it is the first."""
    own_job(session, station=station, job_id=job_id)
    return History(station.store).lines_before(job_id, before, _OLDER_LINES)


def _unknown(job_id: str) -> WrongInput:
    return WrongInput("No such job", f"There is no job {job_id}.", "List the jobs to see their ids.")


def _ask(session: Session, station: Station, job_id: str, request: Request) -> TrainingJob:
    job = own_job(session, station=station, job_id=job_id)
    if not job.status.active:
        raise WrongInput("The job is over", f"Job {job_id} is {job.status}.", "There is nothing to stop.")
    return Jobs(station.store).request(job_id, request, session.user_id)
