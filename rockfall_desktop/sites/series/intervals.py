"""When the interval that a value stands for is over: as site.toml says, and as the spacing of the rows tells.

Axes: r records, z zone.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.tables.times import Times


def interval_ends(channel: Channel, times: Times, zone: NDArray[np.int32] | None) -> tuple[Seconds, Seconds]:
    """The end of each value's interval as said, and as the spacing of the rows tells; int64 (r,) both.

    With stamp = start and no interval the first is a second after the start: the step that holds the start is the
    one that ends with the second after it.
    """
    if channel.stamp == "end" or channel.interval is not None:
        ends = times.end_s(duration_s(channel.interval or "0s"))
        return ends, ends
    ends = times.end_s() + 1
    usual_s = usual_gaps(times.clock_s, zone)
    length_s: int | Seconds = int(usual_s[0]) if zone is None else np.where(zone >= 0, usual_s[zone], 0)
    overs = times.end_s(length_s)
    return ends, np.maximum(ends, overs, out=overs)


def usual_gaps(clock_s: Seconds, zone: NDArray[np.int32] | None) -> Seconds:
    """For each zone the median time between neighbouring rows, the longer of the two middle ones; int64 (z,).

    A zone with one time only is taken to be measured like the slowest of the others; 0 where there is none.

    Args:
        clock_s: int64 (r,), what the clock showed, so that days have 24 hours.
        zone: int32 (r,), index of the zone, -1 for none; None where all rows are of one.
    """
    if zone is None:
        zone = np.zeros(clock_s.size, np.int32)
    if (zone[1:] < zone[:-1]).any():
        small = zone.astype(np.int16) if int(zone.max()) < np.iinfo(np.int16).max else zone  # sorts faster
        order = np.argsort(small, kind="stable")
        zone, clock_s = zone[order], clock_s[order]
    if ((clock_s[1:] < clock_s[:-1]) & (zone[1:] == zone[:-1])).any():
        order = np.lexsort((clock_s, zone))
        zone, clock_s = zone[order], clock_s[order]
    borders = np.searchsorted(zone, np.arange(int(zone.max(initial=0)) + 2))
    usual = np.zeros(borders.size - 1, np.int64)
    for place in range(usual.size):
        gap = np.diff(clock_s[borders[place] : borders[place + 1]])
        gap = gap[gap > 0]
        if gap.size:
            usual[place] = np.partition(gap, gap.size // 2)[gap.size // 2]
    usual[usual == 0] = usual.max(initial=0)
    return usual
