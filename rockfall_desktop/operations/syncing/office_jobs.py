"""Jobs of other stations as the office told of them: read only, and only where a trusted key signed them."""

import json

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import LogLine, event_from_json
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.domain.office_job import OfficeJob, OfficeJobs
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.identity import KnownKeys
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.pulling import COUNTS, OTHER_FORM
from rockfall_desktop.operations.syncing.reading import job_of, text_of
from rockfall_desktop.store.office_mirror import KeptJob, OfficeMirror
from rockfall_desktop.store.station_keys import StationKeys


def office_jobs(session: Session, *, station: Station, whole: bool = True) -> OfficeJobs:
    """The user's jobs on other stations, all of them for an administrator, newest first.

    What cannot be read is counted: a job of another version, of a key that is not trusted (any more). Slow with
    thousands of jobs: off the window's thread.

    Args:
        session: whose jobs.
        station: this station.
        whole: otherwise without log lines and with the last epoch alone, which takes a tenth of the time.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    keys, mirror = KnownKeys(station), OfficeMirror(station.store)
    unread = mirror.unread("training_job")
    jobs = []
    for kept in mirror.jobs(None if session.role is Role.ADMIN else session.user_id):
        found = _read(kept, keys, whole=whole)
        if isinstance(found, OfficeJob):
            jobs.append(found)
        elif found:
            unread[found] = unread.get(found, 0) + 1
    return OfficeJobs(jobs=tuple(jobs), unread=unread)


def office_jobs_mark(session: Session, *, station: Station) -> str:
    """A text that is another one as soon as `office_jobs` may answer otherwise: asked often, read seldom.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    mirror = OfficeMirror(station.store)
    keys = sorted((key.fingerprint, key.state.value) for key in StationKeys(station.store).list())
    return json.dumps((mirror.jobs_mark(), mirror.unread("training_job"), keys))


def office_job(session: Session, *, station: Station, job_id: str) -> OfficeJob:
    """One of them, whole.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when there is none of that id, or it is somebody else's, or it cannot be read: all say the same.
    """
    station.demand(session)
    kept = OfficeMirror(station.store).job(job_id) if job_id.isascii() else None
    found = None if kept is None else _read(kept, KnownKeys(station))
    if not isinstance(found, OfficeJob) or (session.role is not Role.ADMIN and found.job.user_id != session.user_id):
        raise WrongInput("No such job", f"There is no job {shown(job_id)} of another station.", "List them again.")
    return found


def office_job_log(session: Session, *, station: Station, office: Office, job_id: str) -> tuple[LogLine, ...]:
    """Every log line of another station's job that ended; none where the office has none. Takes seconds.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when there is no such job, it is somebody else's, or its log is of another version.
        OfficeUnreachable, OfficeRefused: what the office said; what came so far is not fetched again.
        StoreFault: when the disk is full.
    """
    log = office_job(session, station=station, job_id=job_id).log
    if log is None:
        return ()
    path = station.files.fetched / f"{log.job_id}-{log.revision}.log"
    if not office.fetch_log(log, path):
        return ()
    try:
        with path.open("rb") as lines:
            return tuple(_line(job_id, text) for text in lines)
    except OSError as error:
        words = f"{path}: {error.strerror or error}."
        raise StoreFault("The log cannot be read", words, "Try once more.") from error
    finally:
        path.unlink(missing_ok=True)


def _read(kept: KeptJob, keys: KnownKeys, *, whole: bool = True) -> OfficeJob | str:
    """The job, or why it is not shown."""
    key = keys.find(kept.key_id)
    if key is None or key.state not in COUNTS:
        return "its key is not trusted any more"
    return job_of(text_of(kept.content, whole=whole), key.station_name) or OTHER_FORM


def _line(job_id: str, text: bytes) -> LogLine:
    try:
        line = event_from_json(text)
    except ValueError as error:
        raise _unreadable(job_id) from error
    if not isinstance(line, LogLine):
        raise _unreadable(job_id)
    return line.model_copy(update={"text": shown(line.text)})


def _unreadable(job_id: str) -> WrongInput:
    return WrongInput(
        "The log cannot be read", f"The log of job {job_id} is of another version.", "Update the program."
    )
