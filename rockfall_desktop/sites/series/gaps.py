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
        self._last_s: int | None = None
        self.runs = 0

    def add(self, end_s: Seconds) -> None:
        """Add the next readings, int64 (r,), at least one."""
        gap_s = np.diff(end_s) if self._last_s is None else np.diff(end_s, prepend=self._last_s)
        self._last_s = int(end_s[-1])
        if gap_s.size and (gap_s == gap_s[0]).all():
            self._gaps.append(gap_s[:1].copy())
            self._lengths.append(np.array([gap_s.size]))
            self._count += gap_s.size
            self.runs += 1
        elif gap_s.size:
            first = np.flatnonzero(np.concatenate(([True], gap_s[1:] != gap_s[:-1])))
            self._gaps.append(gap_s[first])
            self._lengths.append(np.diff(first, append=gap_s.size))
            self._count += gap_s.size
            self.runs += first.size

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
