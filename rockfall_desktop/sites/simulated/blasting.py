"""Blasts: planned, announced eight days ahead, felt on the wall.

Axes: t time (steps), b blast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.calendar import FIRST_DAY
from rockfall_desktop.sites.simulated.memory import Floats

ANNOUNCED_D, AT_HOUR, CHANCE = 8, 13, 0.3
HOLES, PEAK_MM_S = (10, 60), 8.0


@dataclass(frozen=True, eq=False)
class Blasts:
    """The plan.

    Attributes:
        day: int64 (b,), days since the first of the record.
        holes: int64 (b,).
        peak_mm_s: float64 (t,), peak particle velocity of each step, 0 without a blast.
    """

    day: NDArray[np.int64]
    holes: NDArray[np.int64]
    peak_mm_s: Floats


def plan_blasts(random: np.random.Generator, steps: int, step_h: int, *, wanted: bool) -> Blasts:
    """Blasts at 13:30 of three in ten working days; none when they are not wanted.

    The peak particle velocity grows with the square root of the number of holes, 8 mm/s for 30 (scaled distance of
    Duvall and Petkof 1959, US Bureau of Mines RI 5483, at a distance that stays).
    """
    days = np.arange(steps * step_h // 24)
    holes = random.integers(*HOLES, days.size)
    working = (days + FIRST_DAY.weekday()) % 7 < 5
    there = np.flatnonzero(working & (random.random(days.size) < CHANCE) & wanted)
    peak = np.zeros(steps)
    peak[(there * 24 + AT_HOUR) // step_h] = PEAK_MM_S * np.sqrt(holes[there] / 30.0)
    return Blasts(there, holes[there], peak)
