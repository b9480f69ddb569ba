"""Going on with a job that ended before its training did. Resuming reads the site: call it off the window's thread."""

from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import JobCancelled, JobEvent, JobResumed, Level, LogLine
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.kept_checkpoint import Kept, KeptCheckpoint
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.jobs import list_jobs, own_job
from rockfall_desktop.operations.station import StartedJob, Station
from rockfall_desktop.operations.training_sites import read_for_training
from rockfall_desktop.store.crashed import interrupt_abandoned
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs

_LAST = "last.pt"
_FROM_THE_BEGINNING = "No checkpoint had been written yet: the job starts from the beginning."


def interrupted_jobs(session: Session, *, station: Station) -> tuple[TrainingJob, ...]:
    """The user's jobs (all for an administrator) whose program ended before they did, newest first."""
    return tuple(job for job in list_jobs(session, station=station) if job.status is Status.INTERRUPTED)


def kept_checkpoint(session: Session, *, station: Station, job_id: str) -> KeptCheckpoint:
    """Where a job would go on if it were resumed now. Reads the checkpoint: call it off the window's thread.

    Raises:
        WrongInput: when there is no such job.
    """
    job = own_job(session, station=station, job_id=job_id)
    folder = station.files.job_folder(job_id)
    if not (folder / _LAST).exists():  # said without loading torch
        return KeptCheckpoint(kept=Kept.NONE)
    from rockfall_desktop.learning.fitting.checkpoints import read_checkpoint  # noqa: PLC0415
    from rockfall_desktop.learning.fitting.resuming import Stand, stand_of  # noqa: PLC0415

    try:
        state = read_checkpoint(folder)
    except StoreFault:
        return KeptCheckpoint(kept=Kept.DAMAGED)
    if state is None:
        return KeptCheckpoint(kept=Kept.NONE)
    stand = min(stand_of(state), Stand(job.member, job.current_epoch))
    return KeptCheckpoint(kept=Kept.THERE, member=stand.member, epoch=stand.epoch)


def resume_training(session: Session, *, station: Station, job_id: str) -> TrainingJob:
    """Let an interrupted or failed job go on where its last checkpoint stands; `run_job` then runs it.

    A cancelled job is not resumed: somebody wanted its end. A job without a checkpoint starts from the beginning, and
    says so.

    Raises:
        WrongInput: when the job is not interrupted or failed, runs elsewhere, or learned from other data.
        StoreFault: when its checkpoint cannot be read, or the resuming cannot be saved.
    """
    own_job(session, station=station, job_id=job_id)
    interrupt_abandoned(station.store, station.files)
    _demand_ended(Jobs(station.store).read(job_id))
    lock = _lock_of(station, job_id)
    try:
        job = _demand_ended(Jobs(station.store).read(job_id))
        job = Jobs(station.store).append(job_id, *_resumed(station, job))
    except BaseException:
        lock.release()
        raise
    station.started[job_id] = StartedJob(lock, session.user_id)
    return job


def discard_job(session: Session, *, station: Station, job_id: str) -> TrainingJob:
    """Give up an interrupted job: it becomes cancelled, its checkpoint is removed. What happened in it is kept.

    Raises:
        WrongInput: when the job is not interrupted, or runs elsewhere.
    """
    own_job(session, station=station, job_id=job_id)
    with _lock_of(station, job_id):
        job = Jobs(station.store).read(job_id)
        if job.status is not Status.INTERRUPTED:
            raise WrongInput("The job cannot be discarded", f"Job {job_id} is {job.status}.", "Leave it as it is.")
        job = Jobs(station.store).append(job_id, JobCancelled(at=station.now()))
        _remove_checkpoint(station.files.job_folder(job_id))
        return job


def _resumed(station: Station, job: TrainingJob) -> tuple[JobEvent, ...]:
    from rockfall_desktop.learning.device import demand_device  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.fitting.checkpoints import read_checkpoint  # noqa: PLC0415
    from rockfall_desktop.learning.fitting.resuming import (  # noqa: PLC0415
        Stand,
        data_fingerprint,
        demand_same_data,
        stand_of,
    )

    demand_device(job.config)
    state = read_checkpoint(station.files.job_folder(job.job_id))
    sites = read_for_training(job.config, station.shelf)
    if state is not None:
        demand_same_data(state, data_fingerprint(sites))
    stand = min(stand_of(state), Stand(job.member, job.current_epoch))
    resumed = JobResumed(at=station.now(), member=stand.member, epoch=stand.epoch)
    if state is not None:
        return (resumed,)
    return (resumed, LogLine(at=station.now(), level=Level.WARNING, text=_FROM_THE_BEGINNING))


def _demand_ended(job: TrainingJob) -> TrainingJob:
    if job.status.resumable:
        return job
    hint = "It goes on by itself." if job.status.active else "Start a new training like it."
    raise WrongInput("The job cannot be resumed", f"Job {job.job_id} is {job.status}.", hint)


def _lock_of(station: Station, job_id: str) -> FileLock:
    lock = take_job(station.files, job_id)
    if lock is None:
        raise WrongInput("The job is at work", f"Job {job_id} is held by another program.", "Wait until it has ended.")
    return lock


def _remove_checkpoint(folder: Path) -> None:
    """What cannot be removed now does no harm: a cancelled job is never gone on with."""
    for path in (folder / _LAST, *folder.glob("best*.safetensors")):
        with suppress(OSError):
            path.unlink()
