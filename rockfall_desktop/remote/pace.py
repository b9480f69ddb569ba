"""How much goes over the line at once: less when it took long or did not arrive, more again when it was quick."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError

_QUICK_S, _SLOW_S = 1.0, 2.5  # a socket waits 5 s


class Pace:
    """An amount between a least and a most, so that a slow line goes on in small steps instead of never.

    Args:
        least: amount of a step on the slowest line.
        most: amount of a step on the quickest.
        first: amount of the first step; the most by default.
        monotonic: seconds of a clock that is never set.

    Attributes:
        amount: bytes, documents or pieces of the next step.
    """

    def __init__(
        self, least: int, most: int, *, first: int | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._least, self._most, self._monotonic = least, most, monotonic
        self.amount = most if first is None else first

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step: out of time halves the amount, and so does a slow success; a quick one doubles it."""
        began = self._monotonic()
        try:
            yield
        except PyMongoError as error:
            if error.timeout:
                self._less()
            raise
        took_s = self._monotonic() - began
        if took_s > _SLOW_S:
            self._less()
        elif took_s < _QUICK_S:
            self.amount = min(self._most, self.amount * 2)

    def _less(self) -> None:
        self.amount = max(self._least, self.amount // 2)
