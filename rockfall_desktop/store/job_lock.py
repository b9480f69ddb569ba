"""Who runs a job holds a lock on its folder; a job whose lock is free is run by nobody.

Take the lock BEFORE the job's row is written and keep it until after its last event: else a program that starts
beside could find the job active and its lock free.

A process that works on a job for another holds a lock of its own. When that other is killed, the work goes on for some
seconds; until it has ended, the job can be taken by nobody.
"""

from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.home import Home

LOCK_NAME, WORK_NAME = "owner.lock", "work.lock"


def take_job(home: Home, job_id: str) -> FileLock | None:
    """Take the lock of a job and make its folder; None when somebody else has it.

    Raises:
        StoreFault: when the folder or the lock file cannot be made.
    """
    folder = home.job_folder(job_id)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = FileLock.take(folder / LOCK_NAME)
        if owner is None or not _is_worked_on(folder):
            return owner
        owner.release()
    except OSError as error:
        raise _no_lock(folder, error) from error
    return None


def take_work(folder: Path) -> FileLock | None:
    """Take the lock of the work on a job, for the process that does it; None when another one does.

    Raises:
        StoreFault: when the lock file cannot be made.
    """
    try:
        return FileLock.take(folder / WORK_NAME)
    except OSError as error:
        raise _no_lock(folder, error) from error


def is_free(home: Home, job_id: str) -> bool:
    """Whether nobody runs the job at this moment."""
    if not (home.job_folder(job_id) / LOCK_NAME).exists():
        return True
    lock = take_job(home, job_id)
    if lock is None:
        return False
    lock.release()
    return True


def _is_worked_on(folder: Path) -> bool:
    if not (folder / WORK_NAME).exists():
        return False
    lock = take_work(folder)
    if lock is None:
        return True
    lock.release()
    return False


def _no_lock(folder: Path, error: OSError) -> StoreFault:
    return StoreFault(
        "The job cannot be started",
        f"{folder}: {error.strerror or error}.",
        "Free some space or check the rights of the home folder.",
    )
