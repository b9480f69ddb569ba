"""What the sensors of a simulated pit write: noise, single gaps, and outages.

Axes: t time (steps), z zone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated import pore_pressure
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.record import Record
from rockfall_desktop.sites.simulated.weather import temperature_c

OUTAGES_PER_DAY, OUTAGE_DAYS, GAP_SHARE = 1 / 300, 2.5, 0.004


@dataclass(frozen=True, eq=False)
class Readings:
    """What was read, NaN where nothing was.

    Attributes:
        rain_mm, temperature_c, shocks, peak_mm_s: (t,).
        pressure_kpa, displacement_mm, velocity_mm_d: (z, t); displacement since the zone's last failure.
    """

    rain_mm: Floats
    temperature_c: Floats
    shocks: Floats
    peak_mm_s: Floats
    pressure_kpa: Floats
    displacement_mm: Floats
    velocity_mm_d: Floats


def read_sensors(random: np.random.Generator, record: Record) -> Readings:
    """Read the record's steps: gauges with an error of 3 %, piezometers of 0.2 kPa, displacements of 0.2 mm."""
    wall, own = record.wall, slice(record.lead, None)
    size = record.risen_kpa[:, own].shape
    weather, piezometers, prisms = (_working(random, size_, wall.step_d) for size_ in ((2, size[1]), size, size))
    weather[:, [0, -1]] = True  # the record begins and ends with readings
    rain = record.sky.rain_mm[0, own] * random.lognormal(0.0, 0.03, size[1])
    warm = temperature_c(random, size[1], wall.step_h) + random.normal(0.0, 0.2, size[1])
    pressure = pore_pressure.BASE_KPA + record.risen_kpa[:, own] + random.normal(0.0, 0.2, size)
    moved = _since_failure(record)[:, own] + random.normal(0.0, 0.2, size)
    speed = record.course.way_mm[:, own] / wall.step_d * random.lognormal(0.0, 0.06, size)
    return Readings(
        np.where(weather[0], rain, np.nan),
        np.where(weather[1], warm, np.nan),
        record.sky.shocks[0, own],
        record.peak_mm_s[own],
        np.where(piezometers, pressure, np.nan),
        np.where(prisms, moved, np.nan),
        np.where(prisms, speed, np.nan),
    )


def _since_failure(record: Record) -> Floats:
    """Displacement (z, lead + t) at the end of each step since the failure before; the prism goes with the failure."""
    total = np.cumsum(record.course.way_mm, axis=1)
    at_failure = np.where(record.course.large, total, 0.0)
    return np.asarray(total - np.maximum.accumulate(at_failure, axis=1), np.float64)


def _working(random: np.random.Generator, size: tuple[int, int], step_d: float) -> NDArray[np.bool_]:
    """Whether sensors (n, t) work: outages as a chain of two states, lasting 2.5 days on average, and single gaps."""
    begin = random.random(size) < OUTAGES_PER_DAY * step_d
    length = random.geometric(min(1.0, step_d / OUTAGE_DAYS), size)
    until = np.maximum.accumulate(np.where(begin, np.arange(size[1]) + length, 0), axis=1)
    return np.asarray((until <= np.arange(size[1])) & (random.random(size) >= GAP_SHARE))
