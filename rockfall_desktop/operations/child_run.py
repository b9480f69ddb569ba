"""The other side of `process_work`: what the process does that works on a job for another program."""

import faulthandler
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.control import Cancelled, Control, Request
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import JobCancelled, JobEvent, JobFailed, PhaseStarted, Tick, event_to_json
from rockfall_desktop.operations.job_faults import failure_of
from rockfall_desktop.operations.job_work import JobWork, Workplace
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.operations.work_order import WorkOrder
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.job_lock import take_work

_HEAVY = ("rockfall_desktop.sites.read", "rockfall_desktop.learning.evaluation.evaluate", "sklearn.linear_model")
_TO_LEAVE_S = 10.0
_READ = 65536


def run_child() -> None:
    """Read an order from standard input, work on it, print one event a line, the last of which tells how it ended.

    The process ends by itself when its input ends: then nobody waits for its work. A polite kill, as a shutdown sends
    it to every process, is obeyed after the last checkpoint.

    Raises:
        WrongInput: when the first line is no order.
    """
    inlet, outlet = _own_pipes()
    lines = _lines(inlet)
    try:
        order = WorkOrder.model_validate_json(next(lines, b""))
    except ValidationError as error:
        raise WrongInput("No order", "The first line of the input is no order.", "Call train instead.") from error
    control, asked = Control(), threading.Event()
    threading.Thread(target=_listen, args=(lines, control, asked), daemon=True).start()
    killed = _heed_kill(control, asked)
    with suppress(OSError), closing(_told(order, control)) as events:
        for event in events:
            if killed.is_set() and isinstance(event, JobCancelled):
                break  # nobody cancelled the job
            _write(outlet, event_to_json(event).encode() + b"\n")
    if killed.is_set():
        _die()


def _heed_kill(control: Control, asked: threading.Event) -> threading.Event:
    """The first polite kill ends the work, another one, or one after a cancel, the process; set once there was one.

    A shutdown signals the other program too, whose end is heard here as the end of the input: that is no cancel.
    """
    killed = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the shape that signal wants
        if killed.is_set() or asked.is_set():
            _die()
        killed.set()
        control.cancel()

    signal.signal(signal.SIGTERM, end)
    return killed


def _die() -> None:
    """End as the signal ends a process that does not heed it, so that the other program is told of it."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTERM)


def _told(order: WorkOrder, control: Control) -> Generator[JobEvent, None, None]:
    """The work, with an end as an event in every case."""
    phase = "starting the process"
    try:
        with _work_lock(order.folder), closing(_work(order, control)) as events:
            for event in events:
                phase = event.phase.value if isinstance(event, PhaseStarted) else phase
                yield event
    except Cancelled:
        yield JobCancelled(at=_now())
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must end with a card
        yield JobFailed(at=_now(), failure=failure_of(error, phase))


def _work_lock(folder: Path) -> FileLock:
    lock = take_work(folder)
    if lock is None:
        raise StoreFault("The job is worked on", f"{folder} is held by another process.", "Wait a minute.")
    return lock


def _work(order: WorkOrder, control: Control) -> Generator[JobEvent, None, None]:
    yield Tick(at=_now())
    for name in _HEAVY:
        yield from run_aside(partial(import_module, name), control, _now)
    from rockfall_desktop.learning.planning import first_step  # noqa: PLC0415 - torch loads here

    yield from run_aside(first_step, control, _now)
    place = Workplace(order.folder, SiteShelf(order.cache), _now)
    yield from JobWork(order.job, place, control).events()


def _listen(lines: Iterator[bytes], control: Control, asked: threading.Event) -> None:
    """Hear requests; at the end of them leave, by force where the work does not end soon."""

    def cancel() -> None:
        asked.set()
        control.cancel()

    hear: dict[bytes, Callable[[], None]] = {
        Request.CANCEL.value.encode(): cancel,
        Request.STOP_EARLY.value.encode(): control.stop_early,
    }
    for line in lines:
        hear.get(line, lambda: None)()
    control.cancel()
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(_TO_LEAVE_S, exit=True, file=nowhere)
        threading.Event().wait()


def _lines(inlet: int) -> Iterator[bytes]:
    """Lines of a pipe, read bare: a buffered reader that still waits at the end would abort the interpreter."""
    rest = b""
    while piece := os.read(inlet, _READ):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole


def _own_pipes() -> tuple[int, int]:
    """Standard input and output for the protocol alone: whatever else prints, prints beside it."""
    inlet, outlet = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return inlet, outlet


def _write(outlet: int, line: bytes) -> None:
    view = memoryview(line)
    while view:
        view = view[os.write(outlet, view) :]


def _now() -> datetime:
    return datetime.now(UTC)
