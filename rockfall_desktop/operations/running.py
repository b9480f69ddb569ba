"""The run of a job: every event is saved first, then passed on."""

import time
from collections.abc import Generator, Iterator
from contextlib import closing

from rockfall_desktop.domain.control import Cancelled, Control, Request
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import (
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobInterrupted,
    PhaseStarted,
    Tick,
    is_stored,
)
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.operations.awake import KeptAwake
from rockfall_desktop.operations.job_faults import failure_of
from rockfall_desktop.operations.job_work import JobWork, Workplace
from rockfall_desktop.operations.process_work import ProcessWork
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.jobs import Jobs

_LOOK_EVERY_S = 0.4
_SAVE_EVERY_S = 0.05


class JobRun:
    """One run. `events` is the outside: saving, ends and faults; `_work` is the job itself."""

    def __init__(self, station: Station, job: TrainingJob, control: Control) -> None:
        self._station, self._job, self._control = station, job, control
        self._jobs = Jobs(station.store)
        self._folder = station.files.job_folder(job.job_id)
        self._phase = ""
        self._waiting: list[JobEvent] = []
        self._saved_at = self._looked_at = 0.0

    def events(self) -> Iterator[JobEvent]:
        """Run the job to its end; the last event is JobCompleted, JobFailed or JobCancelled."""
        try:
            with closing(self._work()) as work:
                yield from self._saved(work)
        except Cancelled:
            yield from self._end(JobCancelled(at=self._station.now()))
        except GeneratorExit:
            self._leave()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the job must end with a card
            failure = failure_of(error, self._phase or "waiting")
            yield from self._end(JobFailed(at=self._station.now(), failure=failure))

    def _saved(self, work: Iterator[JobEvent]) -> Iterator[JobEvent]:
        """Save, then pass on: a new phase at once, the rest in at most 20 commits a second."""
        for event in work:
            self._look()
            if is_stored(event):
                self._waiting.append(event)
            if isinstance(event, PhaseStarted) or time.monotonic() - self._saved_at >= _SAVE_EVERY_S:
                yield from self._flush()
            if not is_stored(event):
                yield event
        yield from self._flush()

    def _flush(self) -> Iterator[JobEvent]:
        saved, self._waiting = self._waiting, []
        try:
            self._save(saved)
        except StoreFault:
            self._waiting = saved  # nothing of it is in the store; the next save may work
            raise
        yield from saved

    def _end(self, event: JobEvent) -> Iterator[JobEvent]:
        """Save the last event; a report that could not be saved at first is the end all the same."""
        if not any(isinstance(waiting, JobCompleted) for waiting in self._waiting):
            self._waiting.append(event)
        yield from self._flush()

    def _leave(self) -> None:
        """Nobody iterates any more: unless the job is over, it was interrupted."""
        if self._jobs.read(self._job.job_id).status.active:
            self._save([*self._waiting, JobInterrupted(at=self._station.now())])

    def _save(self, events: list[JobEvent]) -> None:
        if events:
            self._jobs.append(self._job.job_id, *events)
            self._saved_at = time.monotonic()

    def _look(self) -> None:
        """See whether somebody asked the job to end, in this window or from another program."""
        if time.monotonic() - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = time.monotonic()
        match self._jobs.requested(self._job.job_id):
            case Request.CANCEL:
                self._control.cancel()
            case Request.STOP_EARLY:
                self._control.stop_early()

    def _work(self) -> Generator[JobEvent, None, None]:
        yield from self._take_turn()
        try:
            place = Workplace(self._folder, self._station.shelf, self._station.now)
            kind = ProcessWork if self._job.config.place == "process" else JobWork
            with KeptAwake(), closing(kind(self._job, place, self._control).events()) as work:
                for event in work:
                    if isinstance(event, PhaseStarted):
                        self._phase = event.phase.value
                    yield event
        finally:
            self._station.computing.release()

    def _take_turn(self) -> Iterator[Tick]:
        while not self._station.computing.acquire(timeout=0.2):
            if self._control.cancelled:
                raise Cancelled
            yield Tick(at=self._station.now())
