"""Earthquakes near the pit: main shocks, aftershocks, and how they shake it.

Axes: k steps since a main shock; everything else elementwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.poisson import poisson_counts

MAIN_SHOCKS_PER_DAY = 0.4
LEAST_MAGNITUDE, LARGEST_MAGNITUDE, B_VALUE = 2.0, 6.5, 1.0
OMORI_C_D, OMORI_P, OMORI_K, PRODUCTIVITY = 0.05, 1.1, 0.02, 0.8
NEAREST_KM, FARTHEST_KM = 4.0, 45.0
MEMORY_D = 80


@dataclass(frozen=True, eq=False)
class Shaking:
    """What shook in steps.

    Attributes:
        shocks: earthquakes felt by the station.
        peak_mm_s: peak particle velocity at the wall, 0 where nothing shook.
    """

    shocks: Floats
    peak_mm_s: Floats


def magnitude(draw: Floats, count: Floats) -> Floats:
    """Magnitude of the largest of `count` earthquakes by the truncated law of Gutenberg and Richter; draw uniform.

    Sources: Gutenberg and Richter (1944), BSSA 34(4), 185-188; the largest of n has the distribution F(m)^n.
    """
    whole = 1.0 - 10.0 ** (-B_VALUE * (LARGEST_MAGNITUDE - LEAST_MAGNITUDE))
    share = draw ** (1.0 / np.maximum(count, 1.0))
    return np.asarray(LEAST_MAGNITUDE - np.log10(1.0 - share * whole) / B_VALUE, np.float64)


def productivity(size: Floats) -> Floats:
    """How strongly a main shock is followed, K 10^(0.8 (M - 2)) (Utsu 1970; Reasenberg and Jones 1989)."""
    return np.asarray(OMORI_K * 10.0 ** (PRODUCTIVITY * (size - LEAST_MAGNITUDE)), np.float64)


def aftershock_kernel(step_h: int) -> Floats:
    """Aftershocks (1, k) in each step for a productivity of 1: n(t) = K / (t + c)^p, t in days.

    The main shock stands in the middle of its step. Sources: Omori (1894); Utsu, Ogata and Matsu'ura (1995), Journal
    of Physics of the Earth 43, 1-33.
    """
    step_d = step_h / 24.0
    edges_d = np.maximum((np.arange(int(MEMORY_D / step_d) + 1) - 0.5) * step_d, 0.0)
    grown = (edges_d + OMORI_C_D) ** (1.0 - OMORI_P) / (1.0 - OMORI_P)
    return np.asarray(np.diff(grown)[None, :], np.float64)


def main_shocks(happens: Floats, size: Floats, step_h: int) -> tuple[NDArray[np.bool_], Floats]:
    """Steps with a main shock (at most one) and its magnitude, 0 elsewhere; both draws uniform."""
    there = happens < 1.0 - np.exp(-MAIN_SHOCKS_PER_DAY * step_h / 24.0)
    return there, np.where(there, magnitude(size, np.ones(1)), 0.0)


def peak_mm_s(size: Floats, distance_km: Floats) -> Floats:
    """Peak particle velocity on rock: log10 v = -0.67 + 0.489 M - log10 r - 0.00256 r cm/s, r^2 = d^2 + 4^2.

    Source: Joyner and Boore (1981), BSSA 71(6), 2011-2038; made for M 5 and above, used here below that too.
    """
    reach = np.hypot(distance_km, 4.0)
    return np.asarray(10.0 * 10.0 ** (-0.67 + 0.489 * size - np.log10(reach) - 0.00256 * reach), np.float64)


def shaking(main: Floats, expected: Floats, draws: tuple[Floats, Floats, Floats]) -> Shaking:
    """Shaking of steps from the main shock's magnitude (0: none), the aftershocks expected, and uniform draws.

    Only main shocks have aftershocks. A step's strongest earthquake shakes the wall, from a distance drawn anew,
    even over the area from 4 to 45 km.

    Args:
        main: magnitude of the step's main shock, 0 for none.
        expected: mean number of aftershocks of the step.
        draws: for the count, for the strongest aftershock, for the distance.
    """
    counted, strongest, place = draws
    after = poisson_counts(expected, counted)
    size = np.maximum(main, np.where(after > 0, magnitude(strongest, after), 0.0))
    distance_km = np.sqrt(NEAREST_KM**2 + place * (FARTHEST_KM**2 - NEAREST_KM**2))
    return Shaking(after + (main > 0), np.where(size > 0, peak_mm_s(size, distance_km), 0.0))
