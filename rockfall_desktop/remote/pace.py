"""How much goes over the line at once: less when it did not arrive in time, more again when it did."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import PyMongoError


class Pace:
    """An amount between a least and a most, so that a slow line goes on in small steps instead of never.

    Attributes:
        amount: bytes or documents of the next step.
    """

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most
        self.amount = most

    @contextmanager
    def step(self) -> Iterator[None]:
        """One step: out of time halves the amount, success doubles it."""
        try:
            yield
        except PyMongoError as error:
            if error.timeout:
                self.amount = max(self._least, self.amount // 2)
            raise
        self.amount = min(self._most, self.amount * 2)
