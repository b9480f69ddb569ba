"""The one place where a thread meets Qt: a QThread that iterates any generator and tells the window's thread."""

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject, Qt, QThread, Signal

from rockfall_desktop.domain.control import Cancelled


@dataclass(frozen=True)
class _Outcome:
    result: object = None
    problem: BaseException | None = None
    cancelled: bool = False


class BackgroundRun(QThread):
    """Iterates what `make` returns in a thread of its own; every signal is emitted in the window's thread.

    The run keeps itself alive until it has told its outcome; by then its thread is gone.

    Attributes:
        lasting: whether it goes on until its owner ends it, so that nobody waits for it before that.

    Signals:
        happened: one for each thing that the iterator yields, in order.
        succeeded: the generator's return value. Exactly one of succeeded, cancelled and failed is emitted.
        cancelled: the generator raised `Cancelled`, or `stop` was asked for.
        failed: any other exception, as a value.
        ended: after the outcome was told.
    """

    happened = Signal(object)
    succeeded = Signal(object)
    cancelled = Signal()
    failed = Signal(object)
    ended = Signal()
    _arrived = Signal(object)

    _alive: ClassVar[set["BackgroundRun"]] = set()

    def __init__(self, make: Callable[[], Iterator[object]], name: str, *, lasting: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.lasting = lasting
        self._make = make
        self._stop = threading.Event()
        self._outcome: _Outcome | None = None
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self.finished.connect(self._conclude, Qt.ConnectionType.QueuedConnection)

    @classmethod
    def all_running(cls, *, lasting: bool = False) -> tuple["BackgroundRun", ...]:
        """Every run that has not told its outcome yet; those that last as long as the program only when asked for."""
        return tuple(run for run in cls._alive if lasting or not run.lasting)

    def begin(self) -> None:
        """Start the thread; call it after the signals are connected."""
        self._alive.add(self)
        self.start()

    def stop(self) -> None:
        """Ask the run to close its generator after the next thing that it yields."""
        self._stop.set()

    def run(self) -> None:
        """Iterate to the end; Qt calls this in the new thread."""
        try:
            self._outcome = self._iterate(self._make())
        except Cancelled:
            self._outcome = _Outcome(cancelled=True)
        except BaseException as problem:  # noqa: BLE001 - carried over to the window's thread
            self._outcome = _Outcome(problem=problem)

    def _iterate(self, things: Iterator[object]) -> _Outcome:
        while True:
            try:
                thing = next(things)
            except StopIteration as end:
                return _Outcome(result=end.value)
            self._arrived.emit(thing)
            if self._stop.is_set():
                if isinstance(things, Generator):
                    things.close()
                return _Outcome(cancelled=True)

    def _pass_on(self, thing: object) -> None:
        self.happened.emit(thing)

    def _conclude(self) -> None:
        self.wait()
        outcome = self._outcome or _Outcome(problem=RuntimeError("the thread ended without an outcome"))
        try:
            self._tell(outcome)
        finally:
            self._alive.discard(self)
            self.ended.emit()
            self.deleteLater()  # here, and not by a collector that happens to run in another thread

    def _tell(self, outcome: _Outcome) -> None:
        if outcome.cancelled:
            self.cancelled.emit()
        elif outcome.problem is not None:
            self.failed.emit(outcome.problem)
        else:
            self.succeeded.emit(outcome.result)


def _once(call: Callable[[], object]) -> Generator[object, None, object]:
    return call()
    yield  # what makes it a generator


class BackgroundCall(BackgroundRun):
    """One slow call in a thread of its own; its value comes by `succeeded`, its exception by `failed`."""

    def __init__(self, call: Callable[[], object], name: str) -> None:
        super().__init__(lambda: _once(call), name)


class LatestCall(QObject):
    """Asks one question after the other, only the newest of which is answered.

    Signals:
        answered: the value of the newest call.
        refused: the exception of the newest call.
    """

    answered = Signal(object)
    refused = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._running: BackgroundCall | None = None
        self._waiting: Callable[[], object] | None = None
        self._wanted = False

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._wanted

    def ask(self, call: Callable[[], object]) -> None:
        """Put a question in the place of any that is not answered yet."""
        self._wanted = True
        self._waiting = call
        if self._running is None:
            self._next()

    def forget(self) -> None:
        """Want no answer any more."""
        self._wanted = False
        self._waiting = None

    def _next(self) -> None:
        if self._waiting is None:
            return
        call, self._waiting = self._waiting, None
        self._running = BackgroundCall(call, self.objectName())
        self._running.succeeded.connect(self._answer)
        self._running.failed.connect(self._refuse)
        self._running.ended.connect(self._free)
        self._running.begin()

    def _current(self) -> bool:
        return self._wanted and self._waiting is None

    def _answer(self, value: object) -> None:
        if self._current():
            self._wanted = False
            self.answered.emit(value)

    def _refuse(self, problem: object) -> None:
        if self._current():
            self._wanted = False
            self.refused.emit(problem)

    def _free(self) -> None:
        self._running = None
        self._next()
