"""A slope that is made up: rain, pore pressure, creep towards failure and falls, day by day. Nothing here is real.

Axes: t time (days), z zone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VOIGHT_ALPHA = 2.0
REST_VELOCITY = 0.3  # mm/d, just after a failure
FAILURE_VELOCITY = 60.0  # mm/d
REST_DAYS = 65.0  # from rest to failure at the mean pore pressure
SUBSTEPS = 24
MEAN_PRESSURE_KPA = 30.0


@dataclass(frozen=True, eq=False)
class MadeUpSlope:
    """What happened on the slope.

    Attributes:
        rain_mm: (t,), sum of the day.
        pressure_kpa: (z, t), at the end of the day.
        displacement_mm: (z, t), since the zone's last failure, at the end of the day.
        velocity_mm_d: (z, t), mean of the day.
        failed: bool (z, t), the creep ended in a failure on that day.
        small: bool (z, t), a smaller fall on that day.
    """

    rain_mm: Floats
    pressure_kpa: Floats
    displacement_mm: Floats
    velocity_mm_d: Floats
    failed: NDArray[np.bool_]
    small: NDArray[np.bool_]


def make_up_slope(random: np.random.Generator, zones: int, days: int) -> MadeUpSlope:
    """Make up a slope from random numbers; the same generator gives the same slope."""
    rain = make_up_rain(random, days)
    pressure = pore_pressure(random, rain, zones)
    displacement, velocity, failed = creep(random, pressure)
    small = small_falls(random, pressure, velocity) & ~failed
    return MadeUpSlope(rain, pressure, displacement, velocity, failed, small)


def make_up_rain(random: np.random.Generator, days: int) -> Floats:
    """Daily rain: wet and dry days as a Markov chain of first order, gamma amounts, both with a season.

    Source: Richardson (1981), Water Resources Research 17(1), 182-190; here wet summers, shape 0.75.
    """
    season = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(days) % 365.25) / 365.25)
    amount = random.gamma(0.75, 6.0 + 12.0 * season)
    draw = random.random(days)
    wet = np.zeros(days, bool)
    for day in range(1, days):
        chance = (0.50 if wet[day - 1] else 0.12) + 0.15 * season[day]
        wet[day] = draw[day] < chance
    return np.where(wet, np.maximum(amount, 0.1), 0.0)


def pore_pressure(random: np.random.Generator, rain_mm: Floats, zones: int) -> Floats:
    """Pore pressure (z, t) in kPa: rain seeps through a store of two days into a linear reservoir of each zone.

    Linear reservoirs in a row: Nash (1957), IAHS Publication 45, 114-121. The reservoirs empty in 5 to 20 days.
    """
    kept = np.exp(-1.0 / random.uniform(5.0, 20.0, zones))
    gain = random.uniform(0.8, 1.2, zones)
    level: Floats = np.full(zones, rain_mm.mean())
    soil = float(rain_mm.mean())
    series = np.empty((zones, rain_mm.size))
    for day, rain in enumerate(rain_mm):
        soil += (rain - soil) * 0.4
        level = level * kept + soil * (1.0 - kept)
        series[:, day] = level
    pressure: Floats = MEAN_PRESSURE_KPA * gain[:, None] * series / series.mean()
    return pressure


def creep(random: np.random.Generator, pressure_kpa: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Displacement (z, t) in mm, velocity (z, t) in mm/d and failures (z, t) by Voight's law.

    d2u/dt2 = A (du/dt)^alpha with alpha = 2, so that 1/velocity falls in a line to zero at failure; A grows with pore
    pressure. After a failure the zone begins anew. Sources: Voight (1988), Nature 332, 125-130; Voight (1989), Science
    243, 200-203.
    """
    zones, days = pressure_kpa.shape
    mean = pressure_kpa.mean(axis=1)
    velocity = np.asarray(REST_VELOCITY * random.uniform(1.0, 4.0, zones), np.float64)
    displacement: Floats = np.zeros(zones)
    moved, speed, failed = np.zeros((3, zones, days))
    for day in range(days):
        drive = np.exp(1.2 * (pressure_kpa[:, day] / mean - 1.0)) / (REST_DAYS * REST_VELOCITY)
        before = displacement.copy()
        broke: NDArray[np.bool_] = np.zeros(zones, bool)
        for _ in range(SUBSTEPS):
            velocity = np.minimum(velocity + drive * velocity**VOIGHT_ALPHA / SUBSTEPS, FAILURE_VELOCITY)
            displacement = displacement + velocity / SUBSTEPS
            broke |= velocity >= FAILURE_VELOCITY
        moved[:, day], speed[:, day], failed[:, day] = displacement, displacement - before, broke
        rest = REST_VELOCITY * random.lognormal(0.0, 0.3, zones)
        velocity, displacement = np.where(broke, rest, velocity), np.where(broke, 0.0, displacement)
    return moved, speed, failed.astype(bool)


def small_falls(random: np.random.Generator, pressure_kpa: Floats, velocity_mm_d: Floats) -> NDArray[np.bool_]:
    """Days (z, t) with a smaller fall: their rate grows with pore pressure and with velocity."""
    wet = pressure_kpa / pressure_kpa.mean(axis=1, keepdims=True) - 1.0
    rate = 0.006 * np.exp(1.4 * wet) * (velocity_mm_d / REST_VELOCITY) ** 0.5
    return np.asarray(random.random(rate.shape) < 1.0 - np.exp(-rate), bool)
