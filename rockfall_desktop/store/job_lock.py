"""Who runs a job holds a lock on its folder; a job whose lock is free is run by nobody.

Take the lock BEFORE the job's row is written and keep it until after its last event: else a program that starts
beside could find the job active and its lock free.
"""

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.home import Home

LOCK_NAME = "owner.lock"


def take_job(home: Home, job_id: str) -> FileLock | None:
    """Take the lock of a job and make its folder; None when somebody else has it.

    Raises:
        StoreFault: when the folder or the lock file cannot be made.
    """
    folder = home.job_folder(job_id)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return FileLock.take(folder / LOCK_NAME)
    except OSError as error:
        raise StoreFault(
            "The job cannot be started",
            f"{folder}: {error.strerror or error}.",
            "Free some space or check the rights of the home folder.",
        ) from error


def is_free(home: Home, job_id: str) -> bool:
    """Whether nobody runs the job at this moment."""
    if not (home.job_folder(job_id) / LOCK_NAME).exists():
        return True
    lock = take_job(home, job_id)
    if lock is None:
        return False
    lock.release()
    return True
