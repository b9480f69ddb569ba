"""Creep towards failure by Voight's law, in closed form over a step.

Axes: p path (or zone); all elementwise.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

VOIGHT_ALPHA = 2.0
REST_MM_D = 0.3
FASTEST_MM_D = 60.0
WETNESS = 0.5


def acceleration(rest_to_failure_d: Floats, wet: Floats) -> Floats:
    """A of Voight's law in 1/mm: such that rest ends in failure after some days at mean pore pressure, sooner when wet.

    A grows with exp(0.5 x) of the drive x of the pore pressure.
    """
    return np.asarray(np.exp(WETNESS * wet) / (rest_to_failure_d * REST_MM_D), np.float64)


def advance(velocity_mm_d: Floats, growth: Floats, step_d: float) -> tuple[Floats, Floats]:
    """Velocity in mm/d at the end of a step and the way in mm during it, with d2u/dt2 = A (du/dt)^2.

    With alpha = 2 the inverse velocity falls in a line (Fukuzono 1985), 1/v' = 1/v - A t, and the way is ln(v'/v) / A;
    at 60 mm/d the zone slides on at that speed. Sources: Voight (1988), Nature 332, 125-130; Voight (1989), Science
    243, 200-203.
    """
    before = 1.0 / velocity_mm_d
    after = np.maximum(before - growth * step_d, 1.0 / FASTEST_MM_D)
    creeping_d = np.minimum((before - after) / growth, step_d)
    way = np.log(before / after) / growth + (step_d - creeping_d) * FASTEST_MM_D
    return 1.0 / after, np.asarray(way, np.float64)


def after_fall(velocity_mm_d: Floats, fallen: NDArray[np.bool_], draw: Floats) -> Floats:
    """Velocity once a large fall has taken the creeping mass: at rest again, 0.3 mm/d with a spread; normal draw."""
    return np.where(fallen, REST_MM_D * np.exp(0.3 * draw), velocity_mm_d)
