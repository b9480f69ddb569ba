"""Lowest and highest value of every 1, 2, 4, 8, ... steps, so that a million points draw as fast as a screen is wide.

Axes: t time (steps), b bin of a level.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pair = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class Cut:
    """Which part of a series is drawn, and how coarsely.

    Attributes:
        level: bins of 2 ** level steps.
        first, last: first bin and the one behind the last.
    """

    level: int
    first: int
    last: int

    @property
    def steps(self) -> int:
        """Steps in a bin."""
        return 1 << self.level


def cut(first_step: int, last_step: int, count: int, columns: int) -> Cut:
    """The part between two steps, both inclusive, in bins no wider than a column of the screen, one more each side."""
    first, last = max(0, min(first_step, count - 1)), max(0, min(last_step, count - 1))
    level = max(0, ((last - first + 1) // max(1, columns)).bit_length() - 1)
    return Cut(level, max(0, (first >> level) - 1), min(-(-count >> level), (last >> level) + 2))


class Pyramid:
    """A series reduced by halves."""

    def __init__(self, values: NDArray[Any], pair: Pair) -> None:
        """Reduce.

        Args:
            values: (t,).
            pair: what becomes of two neighbours, e.g. np.fmin, which passes over NaN.
        """
        self._levels = [values]
        while values.size > 1:
            even = values.size // 2 * 2
            reduced = pair(values[:even:2], values[1:even:2])
            values = np.concatenate((reduced, values[even:])) if even < values.size else reduced
            self._levels.append(values)

    def of(self, part: Cut) -> NDArray[Any]:
        """The bins of a part, (b,)."""
        return self._levels[min(part.level, len(self._levels) - 1)][part.first : part.last]
