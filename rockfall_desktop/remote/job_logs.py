"""Whole logs of jobs at the office: GridFS bucket `job_logs`, `_id` = job, revision and SHA-256.

Nothing is ever replaced: a job that went on after its end has a log for each end. Which one counts says the job's
signed document alone: whatever else lies here under its id is never read.
"""

import re
from pathlib import Path

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import LARGEST_LOG_BYTES, LogFile, Readable
from rockfall_desktop.remote.office_files import OfficeFile, fetch, is_there, upload
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.transactions import OfficeDatabase

BUCKET = "job_logs"
_JOB_ID = re.compile(r"[0-9a-f-]{1,64}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_REVISIONS = range(1, 10**12)


def push_log(office: OfficeDatabase, log: LogFile, content: Readable, pace: Pace) -> None:
    """Keep the log of a job that ended.

    Raises:
        OfficeRefused: when it is none that can be, the content is another one, or the office's is damaged.
    """
    file = _file_of(log)
    if not is_there(office, file):
        upload(office, file, content, pace)


def fetch_log(office: OfficeDatabase, log: LogFile, path: Path, pace: Pace) -> bool:
    """Write a log to a file, its size and SHA-256 checked; whether the office has it.

    Raises:
        OfficeRefused: when it is damaged.
        StoreFault: when the disk is full or the folder cannot be written.
    """
    file = _file_of(log)
    if not is_there(office, file):
        return False
    fetch(office, file, path, pace)
    return True


def _file_of(log: LogFile) -> OfficeFile:
    named = _JOB_ID.fullmatch(log.job_id) and _SHA256.fullmatch(log.sha256)
    if not (named and log.revision in _REVISIONS and 0 <= log.size <= LARGEST_LOG_BYTES):
        raise OfficeRefused("There is no such log", "No job has a log of this name or size.")
    return OfficeFile(BUCKET, f"{log.job_id}/{log.revision:012d}/{log.sha256}", log.size, log.sha256)
