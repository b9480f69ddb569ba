"""When the interval that a value stands for is over: as site.toml says, and as the spacing of the rows tells.

Axes: r readings, z zone.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.tables.convert import Times


def interval_ends(channel: Channel, times: Times, zone: NDArray[np.int32]) -> tuple[Seconds, Seconds]:
    """The end of each value's interval as said, and as the spacing of the rows tells; int64 (r,) both.

    With stamp = start and no interval the first is a second after the start: the step that holds the start is the
    one that ends with the second after it.
    """
    if channel.stamp == "end" or channel.interval is not None:
        ends = times.end_s(duration_s(channel.interval or "0s"))
        return ends, ends
    ends = times.end_s() + 1
    return ends, np.maximum(ends, times.end_s(usual_gaps(times.clock_s, zone)))


def usual_gaps(clock_s: Seconds, zone: NDArray[np.int32]) -> Seconds:
    """For each row the median time between neighbours of its zone, the longer of the two middle ones.

    A zone with one time only is taken to be measured like the slowest of the others; 0 where there is none.

    Args:
        clock_s: int64 (r,), what the clock showed, so that days have 24 hours.
        zone: int32 (r,), index of the zone, -1 for none.
    """
    order = np.lexsort((clock_s, zone))
    gap, owner = np.diff(clock_s[order]), zone[order][1:]
    apart = (np.diff(zone[order]) == 0) & (gap > 0) & (owner >= 0)
    gap, owner = gap[apart], owner[apart]
    gap = gap[np.lexsort((gap, owner))]
    count = np.bincount(owner, minlength=int(zone.max(initial=0)) + 1)
    usual = np.zeros(count.size, np.int64)
    usual[count > 0] = gap[(np.cumsum(count) - count + count // 2)[count > 0]]
    usual[count == 0] = usual.max(initial=0)
    return np.where(zone >= 0, usual[zone], 0)
