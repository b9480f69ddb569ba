"""The times between neighbouring readings of a zone, held in runs of equal ones.

Axes: r readings.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.spacing import looked_at


class GapRuns:
    """Grows with each piece of a zone's readings; a record with few gaps takes next to nothing."""

    def __init__(self) -> None:
        self._gaps: list[NDArray[np.int64]] = []
        self._lengths: list[NDArray[np.int64]] = []
        self._count = 0
        self.runs = 0

    def add(self, gap_s: NDArray[np.int64], length: NDArray[np.int64]) -> None:
        """Add the next gaps, as `gap_runs` tells them."""
        if gap_s.size:
            self._gaps.append(gap_s)
            self._lengths.append(length)
            self._count += int(length.sum())
            self.runs += gap_s.size

    def usual_s(self) -> int:
        """The same as `spacing.usual_spacing_s` of all readings; 0 for fewer than two."""
        if not self._count:
            return 0
        gap_s = np.concatenate(self._gaps)
        if (gap_s == gap_s[0]).all():
            return int(gap_s[0])
        ends = np.cumsum(np.concatenate(self._lengths))
        gap_s = np.sort(gap_s[np.searchsorted(ends, looked_at(self._count), "right")])
        return int(gap_s[gap_s.size // 2])


def gap_runs(end_s: Seconds, last_s: int | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The gaps before readings, int64 (r,), in runs of equal ones: the gap and how often it follows itself, int64 (n,).

    Args:
        end_s: int64 (r,), at least one.
        last_s: that of the reading before; None: there is none.
    """
    gap_s = np.diff(end_s) if last_s is None else np.diff(end_s, prepend=last_s)
    if gap_s.size and (gap_s == gap_s[0]).all():
        return gap_s[:1].copy(), np.array([gap_s.size])
    first = np.flatnonzero(np.concatenate(([True], gap_s[1:] != gap_s[:-1]))) if gap_s.size else np.zeros(0, np.int64)
    return gap_s[first], np.diff(first, append=gap_s.size)
