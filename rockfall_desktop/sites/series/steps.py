"""Brings readings onto steps: several of one step become one.

Axes: r readings of one zone in the order of time, k the steps that have some.
"""

import numpy as np
from numpy.typing import NDArray


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


def later(values: NDArray[np.generic], steps: int, empty: float) -> None:
    """Move values (..., t) to later steps in place; what was before the record becomes `empty`."""
    if steps:
        kept = max(0, values.shape[-1] - steps)
        values[..., values.shape[-1] - kept :] = values[..., :kept].copy()
        values[..., : values.shape[-1] - kept] = empty
