"""The list of falls: when in its step, how large, of which type.

Axes: i incident.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.record import Record

SMALL_M3, LARGE_M3, EXPONENT = (0.1, 10.0), (10.0, 300.0), 0.5


@dataclass(frozen=True, eq=False)
class FallList:
    """Falls in the order of time.

    Attributes:
        step, zone: int64 (i,).
        minute: int64 (i,), in the step.
        large: bool (i,), failures.
        volume_m3: float64 (i,).
    """

    step: NDArray[np.int64]
    zone: NDArray[np.int64]
    minute: NDArray[np.int64]
    large: NDArray[np.bool_]
    volume_m3: Floats


def list_falls(random: np.random.Generator, record: Record) -> FallList:
    """Every fall of the record without its lead."""
    counts = record.course.small[:, record.lead :].T.astype(np.int64)
    large = record.course.large[:, record.lead :].T
    steps, zones = np.nonzero(counts)
    times = counts[steps, zones]
    steps_large, zones_large = np.nonzero(large)
    step = np.concatenate((np.repeat(steps, times), steps_large))
    zone = np.concatenate((np.repeat(zones, times), zones_large))
    failed = np.arange(step.size) >= times.sum()
    minute = random.integers(0, record.wall.step_h * 60, step.size)
    draw = random.random(step.size)
    volume = np.where(failed, _volume_m3(draw, LARGE_M3), _volume_m3(draw, SMALL_M3))
    order = np.lexsort((failed, zone, minute, step))
    return FallList(step[order], zone[order], minute[order], failed[order], volume[order])


def _volume_m3(draw: Floats, between: tuple[float, float]) -> Floats:
    """Volumes with N(> V) ~ V^-0.5 between two ends; draw uniform.

    Source: Dussauge, Grasso and Helmstetter (2003), Journal of Geophysical Research 108(B6), 2286: exponents of 0.5.
    """
    low, high = (end**-EXPONENT for end in between)
    return np.asarray((low - draw * (low - high)) ** (-1.0 / EXPONENT), np.float64)
