"""What does not change with time: how each zone of the wall answers rain and creep, and how often it sheds rock.

Axes: z zone, k steps since a pulse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated import pore_pressure
from rockfall_desktop.sites.simulated.weather import CLIMATES, Climate, mean_rain_mm

Floats = NDArray[np.float64]

FALLS_PER_DAY = {24: 0.0060, 1: 0.0150}
"""Small falls a day of a mean zone at rest, by hours of a step: hourly sites notice smaller ones."""
STEEPNESS, STRENGTH = 0.8, 2.4
REST_TO_FAILURE_D = 110.0


@dataclass(frozen=True, eq=False)
class Wall:
    """The zones of a simulated pit.

    Attributes:
        step_h: hours of a step.
        climate: rain of such steps.
        steepness_deg: (z,), mean slope of the zone.
        strength: (z,), shear strength over normal stress, see `geology`.
        per_day: (z,), small falls a day at rest and mean pore pressure.
        rest_to_failure_d: (z,), days from rest to failure at mean pore pressure.
        kernel_kpa: (z, k), pore pressure since 1 mm of rain.
        mean_kpa: (z,), response to the climate's mean rain.
    """

    step_h: int
    climate: Climate
    steepness_deg: Floats
    strength: Floats
    per_day: Floats
    rest_to_failure_d: Floats
    kernel_kpa: Floats
    mean_kpa: Floats

    @property
    def step_d(self) -> float:
        """Days of a step."""
        return self.step_h / 24.0


def zone_rates(steepness_deg: Floats, strength: Floats, step_h: int) -> Floats:
    """Small falls a day of zones (z,) at rest: s = s0 w / mean(w) with w = exp(0.8 (slope / 10 degrees) - 2.4 S).

    S is the strength over the normal stress; s0 is that of the pit's mean zone, so that pits differ in where rock
    falls, not in how much.
    """
    weight = np.exp(STEEPNESS * (steepness_deg - steepness_deg.mean()) / 10.0 - STRENGTH * (strength - strength.mean()))
    return np.asarray(FALLS_PER_DAY[step_h] * weight / weight.mean(), np.float64)


def make_wall(random: np.random.Generator, steepness_deg: Floats, strength: Floats, step_h: int) -> Wall:
    """The zones' answers, from slope and strength (z,) and from random depths, diffusivities and creep."""
    zones, climate = steepness_deg.size, CLIMATES[step_h]
    depth_m = random.uniform(3.0, 6.0, zones)
    diffusion_h = 24.0 * random.lognormal(np.log(2.5), 0.4, zones)
    kernel = pore_pressure.kernels(depth_m, diffusion_h, step_h)
    slow_d = REST_TO_FAILURE_D * random.lognormal(0.0, 0.25, zones) * strength / strength.mean()
    rates = zone_rates(steepness_deg, strength, step_h)
    mean_kpa = mean_rain_mm(climate) * kernel.sum(axis=1)
    return Wall(step_h, climate, steepness_deg, strength, rates, slow_d, kernel, mean_kpa)
