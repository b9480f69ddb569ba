"""Futures of a pit from the state at a step: the same steps, from exactly that state, with new rain and shaking.

Axes: n pair (zone, step), f future, p path = (n, f), h steps ahead.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated import pore_pressure
from rockfall_desktop.sites.simulated.course import Course, Paths, follow
from rockfall_desktop.sites.simulated.draws import SkyDraws, WallDraws, draw_sky, no_falls
from rockfall_desktop.sites.simulated.memory import Floats, remembered, to_come
from rockfall_desktop.sites.simulated.record import Record
from rockfall_desktop.sites.simulated.sky import coming_sky

_PATHS_AT_ONCE = 16_384


@dataclass(frozen=True, eq=False)
class Pairs:
    """Where forecasts are asked for.

    Attributes:
        zone: int64 (n,).
        step: int64 (n,), the step at whose end the forecast is made, counted in the record without its lead.
    """

    zone: NDArray[np.int64]
    step: NDArray[np.int64]


def go_on(record: Record, pairs: Pairs, sky_draws: SkyDraws, wall_draws: WallDraws) -> Course:
    """One future (n, h) for each pair, from the state at the end of its step.

    The state is whole: the wet or dry state of the chain, all rain that still works in the pore pressure, all main
    shocks that still have aftershocks, the blasts that are planned, and the velocity. A pair may be there many times.
    """
    wall, now = record.wall, pairs.step + record.lead
    sky = coming_sky(wall.climate, record.sky, now, -record.lead, sky_draws, wall.step_h)
    risen, horizon = np.empty_like(sky.rain_mm), sky.rain_mm.shape[1]
    for zone in np.unique(pairs.zone):
        rows = np.flatnonzero(pairs.zone == zone)
        moments, back = np.unique(now[rows], return_inverse=True)
        known = remembered(wall.kernel_kpa[zone], record.sky.rain_mm[0], moments, horizon)
        risen[rows] = known[back] + to_come(wall.kernel_kpa[zone], sky.rain_mm[rows])
    wet = pore_pressure.drive(risen, wall.mean_kpa[pairs.zone, None])
    planned = record.blast_mm_s[now[:, None] + 1 + np.arange(horizon)]
    peak = np.maximum(sky.peak_mm_s, planned)
    paths = Paths(wall.per_day[pairs.zone], wall.rest_to_failure_d[pairs.zone], wet, peak, wall.step_d)
    return follow(paths, record.course.velocity_mm_d[pairs.zone, now], wall_draws)


@dataclass(frozen=True, eq=False)
class Chances:
    """The forecast truth.

    Attributes:
        probability: (n, number of horizons), of a fall in (t, t + horizon].
        standard_error: of it, by the futures being that few; the same shape, never 0.
    """

    probability: Floats
    standard_error: Floats


def forecast_truth(
    random: np.random.Generator, record: Record, pairs: Pairs, horizon_steps: tuple[int, ...], futures: int
) -> Chances:
    """The chance of a fall in (t, t + horizon], averaged over futures of rain and shaking.

    Given those, a zone in which nothing fell yet goes one way only, so that the chance is exactly 1 - exp(-m), with m
    the mean number of falls on that way: no falls are drawn and counted, which would add noise. It knows the state
    without the sensors' noise and the law of the pit: no forecast from the records can be better, but for chance and
    the standard error. That is at least the weight of one future, probability / futures.
    """
    horizon = max(horizon_steps)
    chance, error = np.empty((2, pairs.zone.size, len(horizon_steps)))
    at_once = max(1, _PATHS_AT_ONCE // futures)
    order = np.argsort(pairs.zone, kind="stable")
    for begin in range(0, order.size, at_once):
        part = order[begin : begin + at_once]
        again = Pairs(np.repeat(pairs.zone[part], futures), np.repeat(pairs.step[part], futures))
        sky = draw_sky(random, again.zone.size, horizon, record.wall.climate.shape)
        course = go_on(record, again, sky, no_falls(again.zone.size, horizon))
        mean = np.cumsum(course.expected, axis=1).reshape(part.size, futures, horizon)
        each = -np.expm1(-mean[:, :, np.array(horizon_steps) - 1])
        chance[part] = each.mean(axis=1)
        error[part] = each.std(axis=1, ddof=1) / np.sqrt(futures)
    return Chances(chance, np.maximum(error, chance / futures))
