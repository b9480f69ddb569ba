"""Weather and earthquakes over time, of the record and of its futures by the same steps.

Axes: t time (steps), n place (1 in the record; one a path in futures), h steps ahead.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated import shaking
from rockfall_desktop.sites.simulated.draws import SkyDraws
from rockfall_desktop.sites.simulated.memory import Floats, remembered, respond, to_come
from rockfall_desktop.sites.simulated.weather import Climate, next_wet, rain_mm, wet_season


@dataclass(frozen=True, eq=False)
class Sky:
    """What came from outside.

    Attributes:
        wet: bool (n, t), the state of the Markov chain.
        rain_mm: (n, t), sum of the step.
        followed: (n, t), productivity of the step's main shock, 0 without one.
        shocks: (n, t), earthquakes.
        peak_mm_s: (n, t), strongest shaking of the step.
    """

    wet: NDArray[np.bool_]
    rain_mm: Floats
    followed: Floats
    shocks: Floats
    peak_mm_s: Floats


def past_sky(climate: Climate, draws: SkyDraws, first_step: int, step_h: int) -> Sky:
    """The record's weather and earthquakes (one place), from a dry and quiet first step on."""
    steps = np.arange(draws.wet.shape[1]) + first_step
    wet, rain = _rain(climate, np.zeros(1, bool), steps[None, :], draws, step_h)
    main, followed = _main_shocks(draws, step_h)
    expected = respond(shaking.aftershock_kernel(step_h), followed[0])
    return _joined(wet, rain, main, followed, expected, draws)


def coming_sky(
    climate: Climate, past: Sky, now: NDArray[np.int64], first_step: int, draws: SkyDraws, step_h: int
) -> Sky:
    """Weather and earthquakes of the steps that follow each of some steps of the record, (n, h).

    Args:
        climate: of the length of step.
        past: of the record.
        now: (n,), places in the record's t axis; at least the length of the memory.
        first_step: step of the calendar at the record's first place.
        draws: (n, h), new ones.
        step_h: hours of a step.
    """
    horizon = draws.wet.shape[1]
    steps = now[:, None] + first_step + 1 + np.arange(horizon)
    wet, rain = _rain(climate, past.wet[0, now], steps, draws, step_h)
    main, followed = _main_shocks(draws, step_h)
    kernel = shaking.aftershock_kernel(step_h)[0]
    moments, back = np.unique(now, return_inverse=True)
    known = remembered(kernel, past.followed[0], moments, horizon)[back]
    return _joined(wet, rain, main, followed, known + to_come(kernel, followed), draws)


def _rain(
    climate: Climate, before: NDArray[np.bool_], steps: NDArray[np.int64], draws: SkyDraws, step_h: int
) -> tuple[NDArray[np.bool_], Floats]:
    season = np.broadcast_to(wet_season(steps, step_h), draws.wet.shape)
    wet = np.zeros_like(draws.wet, bool)
    for step in range(draws.wet.shape[1]):
        before = next_wet(climate, before, season[:, step], draws.wet[:, step])
        wet[:, step] = before
    return wet, rain_mm(climate, wet, season, draws.amount)


def _main_shocks(draws: SkyDraws, step_h: int) -> tuple[Floats, Floats]:
    there, main = shaking.main_shocks(draws.shock, draws.magnitude, step_h)
    return main, np.where(there, shaking.productivity(main), 0.0)


def _joined(
    wet: NDArray[np.bool_], rain: Floats, main: Floats, followed: Floats, expected: Floats, draws: SkyDraws
) -> Sky:
    expected = np.maximum(expected, 0.0)  # the Fourier transform leaves -1e-17 where nothing is
    shaken = shaking.shaking(main, expected, (draws.aftershocks, draws.strongest, draws.distance))
    return Sky(wet, rain, followed, shaken.shocks, shaken.peak_mm_s)
