"""The random numbers of a run, drawn before it: the same draws give the same run.

Axes: t time (steps), n place of the weather (1 in the record; one a path in futures), p path (or zone).
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SkyDraws:
    """Draws of weather and earthquakes, each (n, t): uniform, but `amount`, which is standard gamma."""

    wet: Floats
    amount: Floats
    shock: Floats
    magnitude: Floats
    aftershocks: Floats
    strongest: Floats
    distance: Floats

    def cut(self, steps: slice) -> "SkyDraws":
        """The draws of some steps."""
        return SkyDraws(*(getattr(self, field.name)[:, steps] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class WallDraws:
    """Draws of falls and of the creep after them, each (p, t): uniform, but `rest`, which is normal."""

    small: Floats
    large: Floats
    rest: Floats

    def cut(self, paths: NDArray[np.int64] | slice, steps: slice) -> "WallDraws":
        """The draws of some paths and steps."""
        return WallDraws(self.small[paths, steps], self.large[paths, steps], self.rest[paths, steps])


def draw_sky(random: np.random.Generator, places: int, steps: int, shape: float) -> SkyDraws:
    """Draws for some steps; shape is that of the climate's gamma amounts."""
    size = (places, steps)
    amount = random.standard_gamma(shape, size)
    return SkyDraws(random.random(size), amount, *(random.random(size) for _ in range(5)))


def draw_wall(random: np.random.Generator, paths: int, steps: int) -> WallDraws:
    """Draws for some paths and steps."""
    size = (paths, steps)
    return WallDraws(random.random(size), random.random(size), random.standard_normal(size))


def no_falls(paths: int, steps: int) -> WallDraws:
    """Draws with which nothing falls, whatever the rate."""
    none = np.broadcast_to(0.0, (paths, steps))
    return WallDraws(none, np.broadcast_to(1.0, (paths, steps)), none)
