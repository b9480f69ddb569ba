"""Finds months that lie outside what a sensor showed in its first year.

Axes: t time (steps), b weeks.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import DAY_S, Seconds

_WEEK_S = 7 * DAY_S
_WEEKS = 4
_FEWEST = 3
_FIRST_YEAR = 52
_MARGIN = 0.5


def week_starts(edges_s: Seconds) -> NDArray[np.int64]:
    """The first step of each week in which a step ends, int64 (b,)."""
    ends_s = edges_s[1:]
    weeks = np.arange((int(ends_s[0]) - 1) // _WEEK_S, (int(ends_s[-1]) - 1) // _WEEK_S + 1, dtype=np.int64)
    return np.unique(np.searchsorted(ends_s, weeks * _WEEK_S + 1))


def find_drift(values: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Which steps follow four weeks outside the usual range, bool (t,); None when there is none.

    The median of four weekly means (a running median, Tukey 1977) is compared with the range of such medians in the
    first year that has 52 of them (fixed limits from a first period, as in Shewhart's control charts 1931). Where it
    lies outside by more than half the width of that range, the steps of the week after are marked, so that a mark rests
    on weeks that are over.

    Args:
        values: float32 (t,), NaN where nothing is known.
        starts: int64 (b,), first step of each week.
    """
    if starts.size <= _FIRST_YEAR + _FEWEST:
        return None
    known = np.isfinite(values)
    count = np.add.reduceat(known, starts, dtype=np.int64)
    total = np.add.reduceat(np.where(known, values, np.float32(0)), starts, dtype=np.float64)
    mean = np.full(starts.size, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    median = _running_median(mean)
    outside = _outside_first_year(median)
    if not outside.any():
        return None
    after = np.concatenate(([False], outside[:-1]))
    lengths = np.diff(np.append(starts, values.size))
    found = np.repeat(after, lengths)
    return found if found.any() else None


def _running_median(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each week and the three before, NaN where fewer than three of them are known."""
    window = np.full((mean.size, _WEEKS), np.nan)
    for back in range(_WEEKS):
        window[back:, back] = mean[: mean.size - back]
    window.sort(axis=1)
    count = np.isfinite(window).sum(axis=1)
    weeks = np.arange(mean.size)
    low, high = window[weeks, np.maximum(count - 1, 0) // 2], window[weeks, np.minimum(count // 2, _WEEKS - 1)]
    return np.where(count >= _FEWEST, (low + high) / 2, np.nan)


def _outside_first_year(median: NDArray[np.float64]) -> NDArray[np.bool_]:
    known = np.flatnonzero(np.isfinite(median))
    outside = np.zeros(median.size, bool)
    if known.size <= _FIRST_YEAR:
        return outside
    year, rest = known[:_FIRST_YEAR], known[_FIRST_YEAR:]
    lowest, highest = median[year].min(), median[year].max()
    margin = _MARGIN * (highest - lowest)
    if margin > 0:
        outside[rest] = (median[rest] < lowest - margin) | (median[rest] > highest + margin)
    return outside
