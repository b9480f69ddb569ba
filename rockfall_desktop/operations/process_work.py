"""The work of a job in a process of its own: what that process prints is iterated like the work in a thread."""

import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress

from pydantic import ValidationError

from rockfall_desktop.domain.control import Cancelled, Control, Request
from rockfall_desktop.domain.events import (
    EpochFinished,
    Failure,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    Level,
    LogLine,
    PhaseStarted,
    Rung,
    SamplesBuilt,
    StepProgress,
    StopClimbed,
    Tick,
    event_from_json,
)
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.operations.job_process import JobProcess
from rockfall_desktop.operations.job_work import Workplace
from rockfall_desktop.operations.own_program import own_command
from rockfall_desktop.operations.stop_ladder import PATIENCE_S, SILENCE_S, Silence, StopLadder
from rockfall_desktop.operations.work_order import WorkOrder

WORK = "work"
_LOOK_S = 0.2
_LAST = (JobCompleted, JobFailed, JobCancelled)
_OF_WORK = (PhaseStarted, SamplesBuilt, EpochFinished, LogLine, StepProgress, Tick, *_LAST)
_KEPT = "Its last checkpoint, if it came to one, is kept: the job can be resumed."
_WORDS = {
    Rung.ASKED: "The training process was asked to end.",
    Rung.TERMINATED: f"The training process did not end within {PATIENCE_S:.0f} s: the system was asked to end it.",
    Rung.KILLED: f"The training process did not end within {2 * PATIENCE_S:.0f} s: it was killed.",
}


class ProcessWork:
    """One job at work elsewhere; `events` goes like that of `JobWork`."""

    def __init__(
        self,
        job: TrainingJob,
        place: Workplace,
        control: Control,
        start: Callable[[str], JobProcess] = lambda order: JobProcess(own_command(WORK), order),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._job, self._place, self._control, self._start = job, place, control, start
        self._ladder, self._silence = StopLadder(seconds), Silence(seconds)
        self._stop_told = False
        self._fault: tuple[str, str] | None = None
        self._phase = "starting the process"

    def events(self) -> Generator[JobEvent, None, None]:
        """Work to the end: JobCompleted or JobFailed.

        Raises:
            Cancelled: when the process has ended after a cancel.
            RockfallError: when no process can be started.
        """
        order = WorkOrder(job=self._job, folder=self._place.folder, cache=self._place.shelf.place)
        process = self._start(order.model_dump_json())
        try:
            yield from self._told(process)
        finally:
            process.end()

    def _told(self, process: JobProcess) -> Iterator[JobEvent]:
        while (status := process.exit_status) is None:
            line = process.line(_LOOK_S)
            event = Tick(at=self._place.now()) if line is None else self._heard(line)
            if isinstance(event, JobCancelled):
                break
            if event is not None:
                yield event
            if isinstance(event, _LAST):
                return
            yield from self._steer(process)
        if self._fault is None and self._control.cancelled:
            raise Cancelled
        yield self._failed(status, process.noise)

    def _heard(self, line: bytes) -> JobEvent | None:
        """The event of a line; None after one that was no event, when nothing is believed any more."""
        self._silence.heard()
        with suppress(ValidationError):
            event = event_from_json(line)
            if isinstance(event, _OF_WORK) and self._fault is None:
                if isinstance(event, PhaseStarted):
                    self._phase = event.phase.value
                return event
        if self._fault is None:
            words = line[:200].decode(errors="replace").strip()
            self._fault = ("The training process cannot be understood", f"It printed what is no event: {words!r}.")
        return None

    def _steer(self, process: JobProcess) -> Iterator[JobEvent]:
        """Pass on what is asked for, notice silence, and end what is to end."""
        if self._control.stopped_early and not self._stop_told:
            self._stop_told = True
            process.ask(Request.STOP_EARLY)
        if self._fault is None and not self._ladder.begun and self._silence.too_long():
            self._fault = ("The training stood still", f"Its process said nothing for {SILENCE_S:.0f} s and was ended.")
            yield self._log(f"The training process has said nothing for {SILENCE_S:.0f} s.", Level.WARNING)
        if self._fault is not None or self._control.cancelled:
            self._ladder.begin()
        if (rung := self._ladder.due()) is not None:
            yield from self._climb(process, rung)

    def _climb(self, process: JobProcess, rung: Rung) -> Iterator[JobEvent]:
        yield self._log(_WORDS[rung], Level.INFO if rung is Rung.ASKED else Level.WARNING)
        yield StopClimbed(at=self._place.now(), rung=rung)
        match rung:
            case Rung.ASKED:
                process.ask(Request.CANCEL)
            case Rung.TERMINATED:
                process.tell_to_end()
            case Rung.KILLED:
                process.kill()

    def _failed(self, status: int | None, noise: str) -> JobFailed:
        title, message = self._fault or ("The training process ended", _how_it_ended(status))
        memory = "The memory may have run out: choose a smaller batch, window or width, or close other programs. "
        hint = memory + _KEPT if self._fault is None and _was_killed(status) else _KEPT
        failure = Failure(title=title, message=message, hint=hint, where=self._phase, detail=noise)
        return JobFailed(at=self._place.now(), failure=failure)

    def _log(self, text: str, level: Level) -> LogLine:
        return LogLine(at=self._place.now(), level=level, text=text)


def _was_killed(status: int | None) -> bool:
    return status == -9  # SIGKILL, which has no name on Windows and comes from nobody there


def _how_it_ended(status: int | None) -> str:
    if status is None:
        return "It ended its work although nobody had asked for that."
    if status >= 0:
        return f"It ended with status {status} before its work was done."
    with suppress(ValueError):
        return f"It was ended by {signal.Signals(-status).name}, from outside or by a fault in a library."
    return f"It was ended by signal {-status}."
