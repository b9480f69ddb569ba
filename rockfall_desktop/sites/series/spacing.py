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
            looked = np.unique(np.linspace(first, end - 2, min(end - first - 1, _LOOKED_AT)).astype(np.int64))
            gap = np.sort(end_s[looked + 1] - end_s[looked])
            usual[place] = gap[gap.size // 2]
    return usual
