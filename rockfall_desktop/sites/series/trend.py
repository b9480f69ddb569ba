"""How fast a series changes, from what was known up to each step only.

Axes: z zone, t time (steps), p pairs of a window.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import DAY_S, Seconds

FEWEST_STEPS = 4
SLOWEST_PER_DAY = 0.1
_MOST_PAIRS = 24
_PIECE = 8192


def trailing_slope(values: NDArray[np.float32], end_s: Seconds, steps: int) -> NDArray[np.float32]:
    """The slope over the last steps, per day; float32 (z, t), NaN where less than half of the pairs are known.

    Theil's incomplete method (Theil 1950; Sen 1968 for the complete one): the window is halved, each value is paired
    with the one half a window before it, and the median of the pairs' slopes counts. A quarter of the values may be
    wild. Of long windows 24 pairs are taken, evenly spread, the newest among them.

    Args:
        values: float32 (z, t).
        end_s: int64 (t,), end of each step.
        steps: how many steps the window has, FEWEST_STEPS or more.
    """
    half = steps // 2
    offsets = np.unique(np.linspace(0, steps - half - 1, min(steps - half, _MOST_PAIRS)).round().astype(np.int64))
    result = np.full(values.shape, np.nan, np.float32)
    days = (end_s[half:] - end_s[:-half]) / DAY_S
    for row, series in zip(result, values.astype(np.float64), strict=True):
        slope = np.full(series.size + offsets[-1], np.nan)
        slope[offsets[-1] + half :] = (series[half:] - series[:-half]) / days
        for begin in range(0, series.size, _PIECE):
            end = min(begin + _PIECE, series.size)
            shifts = offsets[-1] - offsets
            row[begin:end] = _median(np.stack([slope[begin + shift : end + shift] for shift in shifts], axis=1))
    return result


def inverse(velocity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inverse velocity (Fukuzono 1985), which falls towards zero before a failure; NaN where velocity is.

    A velocity below 0.1 a day, or backwards, counts as 0.1, so that a slope at rest has 10 and not infinity.
    """
    return np.asarray(1 / np.maximum(velocity, np.float32(SLOWEST_PER_DAY)), np.float32)


def _median(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of what is known in each row of (t, p), NaN where that is less than half, or a single pair."""
    pairs = slopes.shape[1]
    slopes.sort(axis=1)
    count = pairs - np.isnan(slopes).sum(axis=1)
    rows = np.arange(slopes.shape[0])
    low, high = slopes[rows, np.maximum(count - 1, 0) // 2], slopes[rows, np.minimum(count // 2, pairs - 1)]
    return np.where(count >= max(2, (pairs + 1) // 2), (low + high) / 2, np.nan)
