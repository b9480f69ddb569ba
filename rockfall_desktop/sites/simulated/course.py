"""Creep and falls over time, of the record and of its futures by the same steps.

Axes: t time (steps), p path (a zone in the record).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated import creep
from rockfall_desktop.sites.simulated.draws import WallDraws
from rockfall_desktop.sites.simulated.falls import expected_falls
from rockfall_desktop.sites.simulated.memory import Floats
from rockfall_desktop.sites.simulated.poisson import poisson_counts


@dataclass(frozen=True, eq=False)
class Course:
    """What happened on the wall.

    Attributes:
        velocity_mm_d: (p, t), at the end of the step, after a fall has taken the creeping mass.
        way_mm: (p, t), during the step.
        small: (p, t), number of small falls.
        large: bool (p, t), whether a failure fell, which takes the creeping mass.
        expected: (p, t), mean number of falls in the step for one who knows its rain and shaking: the oracle.
    """

    velocity_mm_d: Floats
    way_mm: Floats
    small: Floats
    large: NDArray[np.bool_]
    expected: Floats

    @property
    def happened(self) -> NDArray[np.bool_]:
        """Whether anything fell, bool (p, t)."""
        return np.asarray((self.small > 0) | self.large)


@dataclass(frozen=True, eq=False)
class Paths:
    """What the paths of a course are driven by.

    Attributes:
        per_day, rest_to_failure_d: (p,), of each path's zone.
        wet: (p, t), drive of the pore pressure.
        peak_mm_s: (p, t) or (1, t), shaking.
        step_d: days of a step.
    """

    per_day: Floats
    rest_to_failure_d: Floats
    wet: Floats
    peak_mm_s: Floats
    step_d: float


def follow(paths: Paths, velocity_mm_d: Floats, draws: WallDraws) -> Course:
    """Let the paths go on from their velocities (p,), step by step: creep, then falls, then what they take away."""
    count, steps = paths.wet.shape
    speed, way, small, expected = np.empty((4, count, steps))
    large = np.empty((count, steps), bool)
    growth = creep.acceleration(paths.rest_to_failure_d[:, None], paths.wet)
    for step in range(steps):
        velocity_mm_d, way[:, step] = creep.advance(velocity_mm_d, growth[:, step], paths.step_d)
        mean = expected_falls(paths.per_day, paths.wet[:, step], velocity_mm_d, paths.peak_mm_s[:, step], paths.step_d)
        small[:, step] = poisson_counts(mean.small, draws.small[:, step])
        large[:, step] = draws.large[:, step] < 1.0 - np.exp(-mean.large)
        expected[:, step] = mean.small + mean.large
        velocity_mm_d = creep.after_fall(velocity_mm_d, large[:, step], draws.rest[:, step])
        speed[:, step] = velocity_mm_d
    return Course(speed, way, small, large, expected)
