"""Brings readings onto steps: several of one step become one.

Axes: r readings of one zone in the order of time, k the steps that have some.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.quality import Mark


def resample(
    step: NDArray[np.int64], value: NDArray[np.float64], masked: NDArray[np.bool_] | None, rule: str
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """One number for each step that has a reading.

    A sum or a largest value of which a part is masked is not known; a mean or last value is that of the others.

    Args:
        step: int64 (r,), step of each reading, never falling.
        value: float64 (r,).
        masked: bool (r,), readings that do not count; None: all do.
        rule: sum, mean, last or max.

    Returns:
        int64 (k,) steps, float64 (k,) values, NaN where nothing is left, and int64 (k,) how many readings each has.
    """
    first = np.flatnonzero(np.concatenate(([True], step[1:] != step[:-1])))
    count = np.diff(np.append(first, step.size))
    places = step[first]
    if masked is None:
        return places, _joined(value, first, count, rule), count
    kept = np.flatnonzero(~masked)
    result = np.full(places.size, np.nan)
    left = count - np.add.reduceat(masked, first, dtype=np.int64)
    some = np.flatnonzero(left)
    if kept.size:
        begin = (np.cumsum(left) - left)[some]
        result[some] = _joined(value[kept], begin, left[some], rule)
    if rule in ("sum", "max"):
        result[left < count] = np.nan
    return places, result, count


def _joined(
    value: NDArray[np.float64], first: NDArray[np.int64], count: NDArray[np.int64], rule: str
) -> NDArray[np.float64]:
    if first.size == value.size:
        return value
    if rule == "last":
        return np.asarray(value[first + count - 1], np.float64)
    if rule == "max":
        return np.asarray(np.maximum.reduceat(value, first), np.float64)
    total = np.asarray(np.add.reduceat(value, first), np.float64)
    return np.asarray(total / count, np.float64) if rule == "mean" else total


def later(
    values: NDArray[np.float32], quality: NDArray[np.uint8], edges_s: NDArray[np.int64], delay_s: int, rule: str
) -> None:
    """Move what is known at the end of each step to the one that ends a delay after it, or at the first end after that.

    Where the clock changes, steps of a day have 23 or 25 hours: a step may then get nothing, or two, which become one.

    Args:
        values: float32 (z, t); changed in place.
        quality: uint8 (z, t); changed in place.
        edges_s: int64 (t + 1,), borders of the steps.
        delay_s: how long after the end of its step a value is known.
        rule: sum, mean, last or max.
    """
    if not delay_s:
        return
    place = np.searchsorted(edges_s[1:], edges_s[1:] + delay_s, "left")
    kept = int(np.searchsorted(place, place.size, "left"))
    old, marks, place = values[:, :kept].copy(), quality[:, :kept].copy(), place[:kept]
    values[:], quality[:] = np.nan, np.uint8(Mark.GAP)
    values[:, place], quality[:, place] = old, marks
    for second in np.flatnonzero(place[1:] == place[:-1]).tolist():
        for zone in range(old.shape[0]):
            both = slice(second, second + 2)
            value = old[zone, both].astype(np.float64)
            at, one, _ = resample(place[both], value, np.isnan(value), rule)
            values[zone, at] = one
            quality[zone, at] = np.bitwise_or.reduce(marks[zone, both])
            if not np.isnan(one[0]):
                quality[zone, at] &= ~np.uint8(Mark.GAP)
