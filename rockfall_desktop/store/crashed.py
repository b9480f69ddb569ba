"""Finds the jobs whose process is gone: still active, and nobody holds their lock."""

from rockfall_desktop.domain.events import JobInterrupted
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.job_lock import take_job
from rockfall_desktop.store.jobs import Jobs


def interrupt_abandoned(store: Store, home: Home) -> tuple[TrainingJob, ...]:
    """Mark every abandoned job as interrupted; those that were.

    The lock is held while the job is marked, and the job is read again under it: one that ended or was marked by a
    program that started at the same moment is left alone.
    """
    jobs = Jobs(store)
    found = (_interrupt(jobs, store, home, job.job_id) for job in jobs.active())
    return tuple(job for job in found if job is not None)


def _interrupt(jobs: Jobs, store: Store, home: Home, job_id: str) -> TrainingJob | None:
    lock = take_job(home, job_id)
    if lock is None:
        return None
    with lock:
        if not jobs.read(job_id).status.active:
            return None
        return jobs.append(job_id, JobInterrupted(at=store.now()))
