"""A small made-up SiteArrays for tests: rain drives incidents on the next day."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays

FIRST_DAY = 10_957  # 2000-01-01
DAY_S = 86_400


def small_site(
    *, steps: int = 900, zones: int = 2, zoned: bool = True, seed: int = 3, missing: float = 0.05
) -> SiteArrays:
    """Days of rain and a level; incidents follow heavy rain by a day."""
    random = np.random.default_rng(seed)
    rain = random.gamma(0.4, 12.0, steps).astype(np.float32)
    level = random.normal(size=(zones, steps)).astype(np.float32)
    level[random.random(level.shape) < missing] = np.nan
    happens = random.random((zones, steps)) < 1 / (1 + np.exp(4.0 - 0.18 * np.roll(rain, 1)))
    zone, step = np.nonzero(happens)
    channels = [ChannelArray("rain", "rainfall", "mm", False, rain)]
    if zoned:
        channels.append(ChannelArray("level", "pore_pressure", "kPa", True, level))
    return site_of(tuple(channels), zones, steps, incidents(zone, step))


def incidents(zone: NDArray[np.int64] | list[int], first: object, last: object = None) -> IncidentArray:
    """Incidents of zones and steps; last defaults to first."""
    first_step = np.asarray(first, np.int64)
    last_step = first_step if last is None else np.asarray(last, np.int64)
    volume = np.full(len(first_step), np.nan, np.float32)
    return IncidentArray(np.asarray(zone, np.int32), first_step, last_step, volume)


def site_of(channels: tuple[ChannelArray, ...], zones: int, steps: int, falls: IncidentArray) -> SiteArrays:
    """A site of daily steps from 2000-01-01 on."""
    days = np.arange(FIRST_DAY, FIRST_DAY + steps, dtype=np.int32)
    return SiteArrays(
        site_id="0190a000-0000-7000-8000-000000000000",
        name="Small site (simulated)",
        simulated=True,
        step_s=DAY_S,
        start_s=days.astype(np.int64) * DAY_S,
        day_of_year=((days + 1) % 365).astype(np.float32),
        local_date=days,
        zone_ids=tuple(f"Z{number}" for number in range(zones)),
        channels=channels,
        incidents=falls,
        recorded=np.ones(steps, np.bool_),
        notes=(),
        fingerprint="0" * 64,
    )


def uneven(site: SiteArrays, *after: int, seconds: int = 5 * DAY_S + 20_000) -> SiteArrays:
    """The site as if nothing was recorded for some time after each of some steps."""
    later = (np.arange(len(site.start_s)) > np.array(after)[:, None]).sum(axis=0)
    return replace(site, start_s=site.start_s + later * seconds)
