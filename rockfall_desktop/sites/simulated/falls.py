"""How often rocks fall: the documented rate.

Axes: p path (or zone); all elementwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.creep import FASTEST_MM_D, REST_MM_D

Floats = NDArray[np.float64]

WETNESS = 0.8
SPEED = 1.1
FAILURES_PER_DAY = 1.5
FAILURE_SPEED = 1.5
SHAKEN_DAYS = 3.0
SHAKEN_MM_S, SHAKEN_POWER = 10.0, 1.3


@dataclass(frozen=True, eq=False)
class Expected:
    """Mean numbers of falls in a step.

    Attributes:
        small: falls that leave the creeping mass in place.
        large: failures, which take it.
    """

    small: Floats
    large: Floats


def expected_falls(per_day: Floats, wet: Floats, velocity_mm_d: Floats, peak_mm_s: Floats, step_d: float) -> Expected:
    """Mean numbers of falls in a step of a zone.

    small = s e^(0.8 x) ((v / 0.3)^1.1 dt + 3 (w / 10)^1.3), large = 1.5 (v / 60)^1.5 dt

    with s the zone's own rate per day (slope and geology, `susceptibility.zone_rates`), x the drive of the pore
    pressure at the end of the step, v the velocity in mm/d at its end, w the peak particle velocity in mm/s during it,
    and dt the step in days. That more rain, creep and shaking make more falls is well known; the form is chosen here.
    """
    shaken = SHAKEN_DAYS * (peak_mm_s / SHAKEN_MM_S) ** SHAKEN_POWER
    small = per_day * np.exp(WETNESS * wet) * ((velocity_mm_d / REST_MM_D) ** SPEED * step_d + shaken)
    large = FAILURES_PER_DAY * (velocity_mm_d / FASTEST_MM_D) ** FAILURE_SPEED * step_d
    return Expected(np.asarray(small, np.float64), np.asarray(large, np.float64))
