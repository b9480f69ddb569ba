"""Whole logs of jobs at the office: GridFS bucket `job_logs`, `_id` = job, revision and SHA-256.

Nothing is ever replaced: a job that went on after its end has a log for each end, and the newest is read.
"""

import hashlib
import io
import re
from typing import Any

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.office_files import OfficeFile, damaged, download, is_there, upload
from rockfall_desktop.remote.transactions import OfficeDatabase

BUCKET = "job_logs"
LARGEST_BYTES = 64 * 1024 * 1024
_JOB_ID = re.compile(r"[0-9a-f-]{1,64}", re.ASCII)
_FILE_ID = re.compile(r"[0-9a-f-]{1,64}/[0-9]{12}/([0-9a-f]{64})", re.ASCII)


def push_log(office: OfficeDatabase, job_id: str, revision: int, content: bytes) -> None:
    """Keep the log of a job that ended at this revision.

    Raises:
        OfficeRefused: when it is larger than `LARGEST_BYTES`, or that is no job's id.
    """
    if len(content) > LARGEST_BYTES:
        raise OfficeRefused(
            "The log is too long", f"The log of job {job_id} has {len(content)} bytes.", "It stays on this station."
        )
    sha256 = hashlib.sha256(content).hexdigest()
    file = OfficeFile(BUCKET, f"{_checked(job_id)}/{revision:012d}/{sha256}", len(content), sha256)
    if not is_there(office, file):
        upload(office, file, io.BytesIO(content))


def fetch_log(office: OfficeDatabase, job_id: str) -> bytes | None:
    """The log of the newest revision, its size and SHA-256 checked; None where there is none.

    Raises:
        OfficeRefused: when it is damaged.
    """
    own = {"_id": {"$gte": f"{_checked(job_id)}/", "$lt": f"{job_id}0"}}  # "0" follows "/"
    entry = office[BUCKET].files.find_one(own, {"length": 1}, sort=[("_id", -1)])
    return None if entry is None else b"".join(download(office, _file_of(entry)))


def _file_of(entry: dict[str, Any]) -> OfficeFile:
    named, size = _FILE_ID.fullmatch(entry["_id"]), entry.get("length")
    if named is None or isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= LARGEST_BYTES:
        raise damaged("its entry has no name or size that a log can have")
    return OfficeFile(BUCKET, entry["_id"], size, named[1])


def _checked(job_id: str) -> str:
    if not _JOB_ID.fullmatch(job_id):
        raise OfficeRefused("There is no such log", "That is no id of a job.")
    return job_id
