"""Rain and temperature that are made up.

Axes: t time (steps), p path.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_RAIN_MM = 0.1
WETTEST_DAY = 237.0


@dataclass(frozen=True)
class Climate:
    """Rain of one length of step.

    Attributes:
        wet_after_dry, wet_after_wet: chance of a wet step in the dry season.
        more_after_dry, more_after_wet: what the wet season adds to them.
        shape: of the gamma amounts.
        mean_mm, more_mm: mean amount of a wet step in the dry season, and what the wet season adds.
    """

    wet_after_dry: float
    more_after_dry: float
    wet_after_wet: float
    more_after_wet: float
    shape: float
    mean_mm: float
    more_mm: float


CLIMATES = {
    24: Climate(0.22, 0.10, 0.50, 0.14, 0.75, 6.0, 4.0),
    1: Climate(0.013, 0.005, 0.81, 0.04, 0.60, 1.0, 0.6),
}
"""By hours of a step. Some 1,100 mm a year daily and 1,000 hourly."""


def wet_season(step: NDArray[np.int64], step_h: int) -> Floats:
    """How far into the wet season steps lie, 0 to 1; step 0 begins on 1 January, the wettest day is 25 August."""
    day = (step + 0.5) * step_h / 24.0
    return np.asarray(0.5 + 0.5 * np.cos(2.0 * np.pi * (day - WETTEST_DAY) / 365.25), np.float64)


def next_wet(climate: Climate, wet: Flags, season: Floats, draw: Floats) -> Flags:
    """Whether the next step is wet: a Markov chain of two states whose chances have a season; all (p,).

    Source: Richardson (1981), Water Resources Research 17(1), 182-190.
    """
    after_dry = climate.wet_after_dry + climate.more_after_dry * season
    after_wet = climate.wet_after_wet + climate.more_after_wet * season
    return np.asarray(draw < np.where(wet, after_wet, after_dry))


def rain_mm(climate: Climate, wet: Flags, season: Floats, gamma: Floats) -> Floats:
    """Rain of steps in mm: gamma amounts in wet steps (Richardson 1981 has exponential ones; gamma: Katz 1977).

    Args:
        climate: of the length of step.
        wet: whether it rains.
        season: 0 to 1.
        gamma: standard gamma draws of the climate's shape.
    """
    scale = (climate.mean_mm + climate.more_mm * season) / climate.shape
    return np.where(wet, np.maximum(gamma * scale, LEAST_RAIN_MM), 0.0)


def mean_rain_mm(climate: Climate) -> float:
    """Rain of a mean step over the year: the chain's own long-run share of wet steps times their mean amount."""
    season = 0.5 + 0.5 * np.cos(2.0 * np.pi * np.arange(365) / 365)
    after_dry = climate.wet_after_dry + climate.more_after_dry * season
    after_wet = climate.wet_after_wet + climate.more_after_wet * season
    share = after_dry / (1.0 - after_wet + after_dry)
    return float((share * (climate.mean_mm + climate.more_mm * season)).mean())


def temperature_c(random: np.random.Generator, steps: int, step_h: int) -> Floats:
    """Air temperature (t,) in degrees C: season, day (hourly steps) and weather of four days; no fall hangs on it."""
    day = (np.arange(steps) + 0.5) * step_h / 24.0
    season = 8.0 - 9.0 * np.cos(2.0 * np.pi * (day - 20.0) / 365.25)
    daily = 4.0 * np.cos(2.0 * np.pi * (day - 15.0 / 24.0)) if step_h < 24 else 0.0
    kept = np.exp(-step_h / 96.0)
    draws = random.normal(0.0, 3.0 * np.sqrt(1.0 - kept**2), steps).tolist()
    level, weather = 0.0, []
    for draw in draws:
        level = level * kept + draw
        weather.append(level)
    return np.asarray(season + daily + np.array(weather), np.float64)
