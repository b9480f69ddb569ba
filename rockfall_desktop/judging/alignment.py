"""Which input a sample sees: the newest layer that was known at its time, and how much of its window was read.

Axes: t time (steps), z zone, b bin of time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.layer_arrays import Epoch

NONE_KNOWN = -1


def newest_known(epochs: Sequence[Epoch], moment_s: NDArray[np.int64]) -> NDArray[np.int32]:
    """Which of several epochs is the one surveyed last among those known at each moment.

    An epoch known from the very moment on counts. A timeless one is always known, and older than any that has a date.
    Of two of one day the later in the order counts. A survey of an earlier day that becomes known later replaces none.

    Args:
        epochs: day of the survey and moment from which on it is known, of each epoch.
        moment_s: int64 (t,), moments, in any order.

    Returns:
        int32 (t,), place in `epochs`, -1 where none was known.
    """
    timeless = [place for place, epoch in enumerate(epochs) if epoch.known_s is None]
    newest = timeless[-1] if timeless else NONE_KNOWN
    since, places, rank = [], [newest], (float("-inf"), newest)
    dated = [(epoch.known_s, place) for place, epoch in enumerate(epochs) if epoch.known_s is not None]
    for known_s, place in sorted(dated):
        day = epochs[place].acquired_day
        rank = max(rank, (float("-inf") if day is None else float(day), place))
        since.append(known_s)
        places.append(rank[1])
    found = np.array(places, np.int32)
    return np.asarray(found[np.searchsorted(np.array(since, np.int64), moment_s, side="right")], np.int32)


def sample_moments(arrays: SiteArrays) -> NDArray[np.int64]:
    """When each sample stands: the end of its step, int64 (t,), seconds since 1970 UTC."""
    if not len(arrays.start_s):
        return np.zeros(0, np.int64)
    end_s = int(arrays.start_s[-1]) + arrays.step_s if arrays.end_s is None else arrays.end_s
    return np.append(arrays.start_s[1:], np.int64(end_s))


def window_readings(values: NDArray[np.float32], window_steps: int) -> NDArray[np.int64]:
    """How many steps of the window that ends at each step hold a reading.

    Args:
        values: (t,) or (z, t), NaN where nothing was read.
        window_steps: length of the window, the step itself included.

    Returns:
        int64 of the shape of values; a window that begins before the record counts what there is of it.
    """
    counted = np.cumsum(np.isfinite(values), axis=-1, dtype=np.int64)
    before = np.zeros_like(counted)
    before[..., window_steps:] = counted[..., :-window_steps]
    return np.asarray(counted - before)


def window_cover(values: NDArray[np.float32], window_steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of zones whose window ending at each step holds any reading, and of those with one in every step.

    Args:
        values: (t,) or (z, t), NaN where nothing was read.
        window_steps: length of the window.

    Returns:
        Two float64 (t,), the second nowhere above the first.
    """
    series = values.reshape(-1, values.shape[-1])
    some, full = np.zeros(series.shape[1]), np.zeros(series.shape[1])
    for one in series:  # zone after zone: counts of all at once would be eight bytes a value
        readings = window_readings(one, window_steps)
        some += readings > 0
        full += readings == window_steps
    return some / len(series), full / len(series)


def bin_means(values: NDArray[Any], bins: int) -> NDArray[np.float64]:
    """Mean of values (t,) in bins of equal length, float64 (b,); there are at least as many steps as bins."""
    steps = len(values)
    starts = -(-np.arange(bins) * steps // bins)
    return np.asarray(np.add.reduceat(values.astype(np.float64), starts) / np.diff(np.append(starts, steps)))
