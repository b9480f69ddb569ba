"""How far apart readings usually are.

Axes: r readings, z zone.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import Seconds

_LOOKED_AT = 4096


def zone_spans(zone: NDArray[np.int32], zones: int) -> Iterator[tuple[int, int, int]]:
    """Zone, first and one after the last of its readings, for each zone that has some; zone (r,) is in order."""
    borders = np.searchsorted(zone, np.arange(zones + 1)).tolist()
    for place, (first, end) in enumerate(pairwise(borders)):
        if end > first:
            yield place, first, end


def usual_spacing_s(zone: NDArray[np.int32], end_s: Seconds, zones: int) -> Seconds:
    """The median time between neighbours of each zone, int64 (z,), 0 where a zone has fewer than two readings.

    Of a long series 4096 gaps are looked at, evenly spread.
    """
    usual = np.zeros(zones, np.int64)
    for place, first, end in zone_spans(zone, zones):
        if end - first > 1:
            looked = first + looked_at(end - first - 1)
            gap = np.sort(end_s[looked + 1] - end_s[looked])
            usual[place] = gap[gap.size // 2]
    return usual


def looked_at(gaps: int) -> NDArray[np.int64]:
    """Which of a number of gaps are looked at, int64 (4096,) at most."""
    return np.unique(np.linspace(0, gaps - 1, min(gaps, _LOOKED_AT)).astype(np.int64))


def rows_before_s(end_s: Seconds) -> Seconds:
    """How long each value of a rate lasts, as the rows before it tell; int64 (r,), 0 for the first.

    The time since the row before, but no longer than that row's own, so that an outage counts for nothing and no later
    row changes an amount.

    Args:
        end_s: int64 (r,), of one zone, growing.
    """
    lasts_s = np.diff(end_s, prepend=end_s[:1])
    lasts_s[2:] = np.minimum(lasts_s[2:], lasts_s[1:-1].copy())
    return lasts_s
