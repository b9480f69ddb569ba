"""Jobs that wait go to the office; a row of the outbox goes only after the office has acknowledged it."""

from collections.abc import Callable
from typing import NamedTuple

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.office_exchange import (
    LARGEST_LOG_BYTES,
    Document,
    LogFile,
    Office,
    PulledJob,
    PushedJob,
    Taken,
)
from rockfall_desktop.operations.identity import KnownKeys, own_identity, own_station_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import EPOCHS, LINES, job_document, model_paths
from rockfall_desktop.operations.syncing.pulling import why_not
from rockfall_desktop.operations.syncing.reading import header_of
from rockfall_desktop.store.job_states import JobState, JobStates
from rockfall_desktop.store.jobs import OUTBOX_KIND, Jobs
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox, Waiting
from rockfall_desktop.store.whole_logs import WholeLog

AT_ONCE = 100
LIVE_EVERY_S = 2.0
OTHER_STATE = (
    "The office holds another state of this job: this station's home was put back from a backup, or is used on two"
    " computers. Try again sends this station's state over it."
)


class _Ready(NamedTuple):
    row: Waiting
    document: Document
    status: Status
    log: WholeLog | None


class PushingJobs:
    """Sends jobs, each in its newest state only; a running one at most every two seconds.

    Args:
        station: whose jobs go.
        monotonic: seconds of a clock that is never set.
    """

    def __init__(self, station: Station, monotonic: Callable[[], float]) -> None:
        self._station, self._monotonic = station, monotonic
        self._outbox, self._mirror = Outbox(station.store), OfficeMirror(station.store)
        self._states, self._jobs = JobStates(station.store), Jobs(station.store)
        self._sent_at: dict[str, float] = {}

    def is_due(self, row: Waiting) -> bool:
        """Whether it is to go now: a job that runs and went less than two seconds ago may wait a little."""
        if row.held:
            return False
        sent_at = self._sent_at.get(row.id)
        if row.kind != OUTBOX_KIND or sent_at is None or not 0 <= self._monotonic() - sent_at < LIVE_EVERY_S:
            return True
        return not self._jobs.read(row.id).status.active

    def run(self, office: Office) -> None:
        """Send every job that is due.

        Raises:
            OfficeUnreachable: what was acknowledged before has left the outbox.
            OfficeRefused: when the office takes nothing at all.
        """
        due = [row for row in self._outbox.to_go() if row.kind == OUTBOX_KIND and self.is_due(row)]
        for start in range(0, len(due), AT_ONCE):
            ready = [one for row in due[start : start + AT_ONCE] if (one := self._ready(row)) is not None]
            if ready:
                self._send(office, ready)

    def _ready(self, row: Waiting) -> _Ready | None:
        """The row with its newest document; None when it waits for a person from now on."""
        if self._mirror.revision(row.id) is not None:
            self._outbox.failed(row, OTHER_STATE, held=True)
            return None
        try:
            state = self._states.read(row.id, epochs=EPOCHS, lines=LINES)
            log = None if state.job.status.active else self._whole_log(row.id, state.revision)
            document = self._document(state, log)
        except (WrongInput, StoreFault, OfficeRefused) as error:
            self._outbox.failed(row, f"{error.message} {error.hint}", held=True)
            return None
        return _Ready(row._replace(revision=state.revision), document, state.job.status, log)

    def _whole_log(self, job_id: str, revision: int) -> WholeLog:
        return WholeLog(self._station.store, job_id, revision, LARGEST_LOG_BYTES)

    def _document(self, state: JobState, log: WholeLog | None) -> Document:
        job, files = state.job, self._station.files
        paths = model_paths(files.path, files.job_folder(job.job_id), job.status)
        named = None if log is None else _named(state.job.job_id, state.revision, log)
        return job_document(state, own_identity(self._station), paths, named)

    def _send(self, office: Office, ready: list[_Ready]) -> None:
        now = self._monotonic()
        documents = [one.document for one in ready]
        try:
            answers = {one.job_id: one for one in office.push_jobs(documents, self._stands)}
            for one in ready:
                self._answered(office, one, answers[one.row.id])
        except OfficeUnreachable as error:
            still = {row.id for row in self._outbox.waiting()}
            for one in ready:
                if one.row.id in still:
                    self._outbox.failed(one.row, error.message)
            raise
        self._sent_at |= {one.row.id: now for one in ready if one.status.active}

    def _stands(self, found: PulledJob) -> bool:
        """Whether what the office holds of a job is what this station signed; anything else is replaced."""
        header = header_of(found.said)
        if header is None or header.job_id != found.job_id:
            return False
        own = own_station_key(self._station)
        key = KnownKeys(self._station).signing(
            key_id=header.key_id, station_id=own.station_id, content=found.content, signature=header.signature
        )
        return header.station_id == own.station_id and not why_not(key)

    def _answered(self, office: Office, one: _Ready, answer: PushedJob) -> None:
        if answer.taken is Taken.REFUSED:
            self._outbox.failed(one.row, answer.reason, held=True)
            return
        if one.log is not None:
            try:
                office.push_log(_named(one.row.id, one.row.revision, one.log), one.log.open())
            except OfficeRefused as error:
                fault = f"The office has the job, but not its whole log: {error.message} {error.hint}"
                self._outbox.failed(one.row, fault, held=True)
                return
            self._sent_at.pop(one.row.id, None)
        self._outbox.arrived(one.row)


def _named(job_id: str, revision: int, log: WholeLog) -> LogFile:
    return LogFile(job_id, revision, log.size, log.sha256)
