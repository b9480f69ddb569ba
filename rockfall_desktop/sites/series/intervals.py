"""When the interval that a value stands for is over: as site.toml says, and as the spacing of its own numbers tells.

Axes: r readings, of one column or of all zones of a long table.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.spacing import zone_spans
from rockfall_desktop.sites.tables.times import Times

_IN_A_ROW = 6


def told_by_spacing(channel: Channel) -> bool:
    """Whether site.toml leaves open how long a value lasts."""
    return channel.stamp == "start" and channel.interval is None


def said_ends(channel: Channel, times: Times) -> Seconds:
    """The end of each value's interval as site.toml says it; int64 (r,).

    Where it leaves the length open this is a second after the start: the step that holds the start is the one that
    ends with the second after it.
    """
    if told_by_spacing(channel):
        return times.end_s() + 1
    return times.end_s(duration_s(channel.interval or "0s"))


def own_lengths(clock_s: Seconds, zone: NDArray[np.int32]) -> Seconds:
    """How long each reading lasts, as the times of the numbers of its zone tell; int64 (r,).

    The usual time between them (the shorter of the two middle ones), or that of its own neighbours where six gaps in a
    row are longer, e.g. daily sums before rows of ten minutes; fewer may be rows that are missing. In no case longer
    than to the next reading, as intervals do not overlap. A zone with one reading is taken to be measured like the
    slowest of the others; 0 where there is none.

    Args:
        clock_s: int64 (r,), what the clock showed, so that days have 24 hours; in any order.
        zone: int32 (r,), index of the zone.
    """
    order = None
    if ((zone[1:] < zone[:-1]) | ((zone[1:] == zone[:-1]) & (clock_s[1:] < clock_s[:-1]))).any():
        order = np.lexsort((clock_s, zone))
        zone, clock_s = zone[order], clock_s[order]
    new = np.ones(clock_s.size, bool)
    new[1:] = (clock_s[1:] != clock_s[:-1]) | (zone[1:] != zone[:-1])
    first = np.flatnonzero(new)
    length = np.repeat(_of_different(clock_s[first], zone[first]), np.diff(np.append(first, clock_s.size)))
    if order is None:
        return length
    as_given = np.empty_like(length)
    as_given[order] = length
    return as_given


def _of_different(clock_s: Seconds, zone: NDArray[np.int32]) -> Seconds:
    """As `own_lengths`, for readings in order, no two of the same time."""
    length = np.zeros(clock_s.size, np.int64)
    zones = int(zone.max(initial=-1)) + 1
    spans = [(begin, end) for _, begin, end in zone_spans(zone, zones)]
    slowest = 0
    for begin, end in spans:
        gap = np.diff(clock_s[begin:end])
        if gap.size:
            middle = (gap.size - 1) // 2
            usual = int(np.partition(gap, middle)[middle])
            slowest = max(slowest, usual)
            length[begin:end] = np.maximum(usual, _steady(gap))
            np.minimum(length[begin : end - 1], gap, out=length[begin : end - 1])
    length[[begin for begin, end in spans if end - begin == 1]] = slowest
    return length


def _steady(gap: Seconds) -> Seconds:
    """For each reading the longest time that six neighbouring gaps in a row around it all have, int64 (gaps + 1,)."""
    steady = np.zeros(gap.size + 1, np.int64)
    windows = gap.size - _IN_A_ROW + 1
    if windows < 1:
        return steady
    shortest = gap[:windows].copy()
    for place in range(1, _IN_A_ROW):
        np.minimum(shortest, gap[place : place + windows], out=shortest)
    for place in range(_IN_A_ROW + 1):
        own = steady[place : place + windows]
        np.maximum(own, shortest, out=own)
    return steady
