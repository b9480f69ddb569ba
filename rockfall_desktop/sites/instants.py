"""Local times and seconds since 1970, in both directions, with the clock changes of a time zone.

Axes: n moments, c clock changes.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.time_zone import clock_of

Seconds = NDArray[np.int64]
DAY_S = 86_400
_CHUNK = 262_144  # small enough that mostly no change lies within
_LOOKED_AT = 16_384
_FIRST_DAY, _LAST_DAY = -25_570, 47_850  # a day before 1900-01-01 and one after 2101-01-01


@dataclass(frozen=True, eq=False)
class ClockChanges:
    """When the clock of a time zone changes, between 1900 and 2101.

    Attributes:
        moment_s: int64 (c,), seconds since 1970 UTC from which on a new offset holds, growing.
        offset_s: int64 (c + 1,), local clock less UTC: before the first change, and after each.
    """

    moment_s: Seconds
    offset_s: Seconds


@lru_cache(maxsize=64)
def clock_changes(time_zone: str) -> ClockChanges:
    """The clock changes of a time zone, found by looking at each day and halving where it differs.

    No clock of the database changed twice within a day and back.
    """
    grid = np.arange(_FIRST_DAY, _LAST_DAY, dtype=np.int64) * DAY_S
    offset = _offset(grid, time_zone)
    differ = np.flatnonzero(np.diff(offset))
    before, after, old = grid[differ], grid[differ + 1], offset[differ]
    while (after - before > 1).any():
        middle = (before + after) // 2
        behind = _offset(middle, time_zone) == old
        before, after = np.where(behind, middle, before), np.where(behind, after, middle)
    return ClockChanges(after, np.append(offset[:1], offset[differ + 1]))


def to_utc(local_s: Seconds, time_zone: str, which: Literal["earliest", "latest"]) -> tuple[Seconds, NDArray[np.bool_]]:
    """Seconds since 1970 UTC of local times, and which of them the clock skipped.

    A skipped time counts as the moment of the clock change; a repeated one as the first or second pass.

    Args:
        local_s: int64 (n,), local clock as if it were UTC, seconds since 1970.
        time_zone: IANA name.
        which: the pass of a repeated time that is meant; midnight is always the first, as a day begins once.
    """
    if clock_changes(time_zone).moment_s.size == 0:
        return local_s - clock_changes(time_zone).offset_s[0], np.zeros(local_s.shape, bool)
    utc_s, skipped = np.empty(local_s.shape, np.int64), np.empty(local_s.shape, bool)
    for begin in range(0, local_s.size, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        utc_s[part], skipped[part] = _part_to_utc(local_s[part], clock_changes(time_zone), which)
    return utc_s, skipped


def to_local(utc_s: Seconds, time_zone: str) -> Seconds:
    """The local clock at moments, as seconds since 1970 as if it were UTC; shape (n,) in and out."""
    changes = clock_changes(time_zone)
    local_s = np.empty(utc_s.shape, np.int64)
    for begin in range(0, utc_s.size, _LOOKED_AT):
        part = slice(begin, begin + _LOOKED_AT)
        own_s = utc_s[part]
        first, last = np.searchsorted(changes.moment_s, (own_s.min(), own_s.max()), "right").tolist()
        place = first if first == last else np.searchsorted(changes.moment_s, own_s, "right")
        np.add(own_s, changes.offset_s[place], out=local_s[part])
    return local_s


def repeated(local_s: Seconds, time_zone: str) -> int:
    """How many local times fall into an hour that the clock went through twice."""
    changes = _within(clock_changes(time_zone), local_s)
    before, after = changes.offset_s[:-1], changes.offset_s[1:]
    back = np.flatnonzero(after < before)
    count = 0
    for begin, end in zip((changes.moment_s + after)[back], (changes.moment_s + before)[back], strict=True):
        count += int(((local_s >= begin) & (local_s < end) & (local_s % DAY_S != 0)).sum())
    return count


def day_of_year(utc_s: Seconds, time_zone: str) -> NDArray[np.float32]:
    """Fractional local day of the year at moments: 0 at the start of 1 January."""
    fraction = np.empty(utc_s.shape, np.float32)
    for begin in range(0, utc_s.size, _LOOKED_AT):
        part = slice(begin, begin + _LOOKED_AT)
        local_s = to_local(utc_s[part], time_zone)
        day = local_s // DAY_S
        first = int(day.min())
        of_year = _days_of_year(first, int(day.max()))
        local_s -= day * DAY_S
        fraction[part] = of_year[day - first] + local_s / DAY_S
    return fraction


def _days_of_year(first: int, last: int) -> NDArray[np.int64]:
    """The day of its year, from 0, of each day from `first` to `last`, days since 1970, int64 (last - first + 1,)."""
    days = np.arange(first, last + 1).astype("datetime64[D]")
    return np.asarray((days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64))


def _part_to_utc(local_s: Seconds, changes: ClockChanges, which: str) -> tuple[Seconds, NDArray[np.bool_]]:
    changes = _within(changes, local_s)
    if changes.moment_s.size == 0:
        return local_s - changes.offset_s[0], np.zeros(local_s.shape, bool)
    first, skipped = _passed(local_s, changes, np.maximum)
    if which == "latest":
        second, _ = _passed(local_s, changes, np.minimum)
        differ = np.flatnonzero(first != second)
        differ = differ[local_s[differ] % DAY_S != 0]
        first[differ] = second[differ]
    return first, skipped


def _within(changes: ClockChanges, local_s: Seconds) -> ClockChanges:
    """The changes that matter for some local times."""
    if local_s.size == 0:
        return ClockChanges(changes.moment_s[:0], changes.offset_s[:1])
    first = int(np.searchsorted(changes.moment_s, int(local_s.min()) - 2 * DAY_S))
    last = int(np.searchsorted(changes.moment_s, int(local_s.max()) + 2 * DAY_S))
    return ClockChanges(changes.moment_s[first:last], changes.offset_s[first : last + 1])


def _passed(local_s: Seconds, changes: ClockChanges, border: np.ufunc) -> tuple[Seconds, NDArray[np.bool_]]:
    """UTC where the new offset holds from the local border on; a time between both borders is moved to the change."""
    place = np.searchsorted(changes.moment_s + border(changes.offset_s[:-1], changes.offset_s[1:]), local_s, "right")
    utc_s = local_s - changes.offset_s[place]
    after = np.append(changes.moment_s, np.iinfo(np.int64).max)[place]
    before = np.insert(changes.moment_s, 0, np.iinfo(np.int64).min)[place]
    skipped = (utc_s >= after) | (utc_s < before)
    return np.clip(utc_s, before, after), skipped


def _offset(utc_s: Seconds, time_zone: str) -> Seconds:
    clock = clock_of(time_zone)
    local = (datetime.fromtimestamp(at_s, clock).utcoffset() for at_s in utc_s.tolist())
    return np.fromiter((round(offset.total_seconds()) for offset in local if offset is not None), np.int64, utc_s.size)
