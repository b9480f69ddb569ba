"""Runs one long call in a thread of its own while a generator goes on yielding."""

import threading
from collections.abc import Callable, Generator
from datetime import datetime
from typing import TypeVar

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.threads import ASIDE

Result = TypeVar("Result")
TICK_S = 0.2


def run_aside(
    call: Callable[[], Result], control: Control, now: Callable[[], datetime]
) -> Generator[Tick, None, Result]:
    """Run a call that may take long; yield a tick at least every 0.2 s; give back its result or raise its error.

    On a cancel the call's result is thrown away when it comes: a library call cannot be ended from outside.

    Raises:
        Cancelled: as soon as a cancel is seen.

    """
    outcome: list[Result] = []
    error: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            outcome.append(call())
        except BaseException as problem:  # noqa: BLE001 - carried over to the generator's thread
            error.append(problem)
        finally:
            done.set()

    threading.Thread(target=work, name=ASIDE, daemon=True).start()
    while not done.wait(TICK_S):
        if control.cancelled:
            raise Cancelled
        yield Tick(at=now())
    if control.cancelled:
        raise Cancelled
    if error:
        raise error[0]
    return outcome[0]


def finished(work: Generator[object, None, Result]) -> Result:
    """What a generator gives back at its end; nobody hears what it yields on the way."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
