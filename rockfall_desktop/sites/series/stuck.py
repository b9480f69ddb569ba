"""Finds values that stay exactly the same for longer than such a sensor stays still.

Axes: r readings of one zone, in the order of time.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import Seconds

_FEWEST = 12


class FlatLine:
    """Goes through a zone's readings piece by piece; each is judged by itself and those before it."""

    def __init__(self, after_s: int, *, rests_at_zero: bool) -> None:
        self._after_s = after_s
        self._rests_at_zero = rests_at_zero
        self._value = np.nan
        self._since_s = 0
        self._count = 0

    def find(self, value: NDArray[np.float64], end_s: Seconds) -> NDArray[np.bool_] | None:
        """Which readings repeat the same value for longer than `after_s`, and for the twelfth time or more.

        Args:
            value: float64 (r,), the next readings of the zone.
            end_s: int64 (r,).

        Returns:
            bool (r,), or None when there is none.
        """
        new = np.empty(value.size, bool)
        new[0] = value[0] != self._value
        np.not_equal(value[1:], value[:-1], out=new[1:])
        if value.size > 1 and self._all_short(new):
            start = value.size - 1 if new[-1] else value.size - 2
            self._since_s, self._count, self._value = int(end_s[start]), value.size - start, float(value[-1])
            return None
        starts = np.flatnonzero(new)
        long = self._long_runs(value, end_s, starts)
        if starts.size:
            self._since_s, self._count = int(end_s[starts[-1]]), value.size - int(starts[-1])
        else:
            self._count += value.size
        self._value = float(value[-1])
        return long

    def _all_short(self, new: NDArray[np.bool_]) -> bool:
        """Whether no three readings of a piece are the same, and none goes on with a run that is twelve with two more.

        Args:
            new: bool (r,), which readings differ from the one before.
        """
        return bool((new[0] or self._count + 2 < _FEWEST) and (new[1:] | new[:-1]).all())

    def _long_runs(
        self, value: NDArray[np.float64], end_s: Seconds, starts: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        first = np.concatenate(([0], starts)) if not starts.size or starts[0] else starts
        last = np.append(first[1:], value.size) - 1
        since = end_s[first]
        if first.size > starts.size:  # the run goes on from the piece before
            since[0] = self._since_s
        suspect = end_s[last] - since > self._after_s
        if self._rests_at_zero:
            suspect &= value[first] != 0
        if not suspect.any():
            return None
        found = np.zeros(value.size, bool)
        carried = self._count if first.size > starts.size else 0
        for run in np.flatnonzero(suspect).tolist():
            begin, end = int(first[run]), int(last[run]) + 1
            before = carried if run == 0 else 0
            late = end_s[begin:end] - since[run] > self._after_s
            found[begin:end] = late & (np.arange(begin, end) - begin + before >= _FEWEST - 1)
        return found if found.any() else None
