"""The pulse of a long computation: between two of its pieces a cancel is seen and a tick given."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.events import Tick

_TICK_S = 0.2


class Pulse:
    """Call `beat` after each piece, with `yield from`."""

    def __init__(self, control: Control, now: Callable[[], datetime]) -> None:
        self._control, self._now = control, now
        self._ticked = time.monotonic()

    def beat(self) -> Iterator[Tick]:
        """A tick when the last one is 0.2 s ago.

        Raises:
            Cancelled: when a cancel was asked for.

        """
        if self._control.cancelled:
            raise Cancelled
        if time.monotonic() - self._ticked > _TICK_S:
            self._ticked = time.monotonic()
            yield Tick(at=self._now())
