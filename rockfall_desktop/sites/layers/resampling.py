"""From one grid of cells to another along the same axes: the mean of what a cell covers, or between centres.

Axes: y row (north to south), x column, n cell of the grid that is read, k cell of the grid that is made.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_SHARE = 0.5


def resampled(values: NDArray[np.floating], down: Floats, across: Floats) -> NDArray[np.float32]:
    """A band on another grid; NaN where less than half of the weight falls on cells with a value.

    Args:
        values: (y, x), NaN where there is none.
        down: weights (k, y) from `weights`.
        across: weights (k, x).

    Returns:
        float32 (k, k).
    """
    known = ~np.isnan(values)
    total = down @ np.where(known, values, 0.0) @ across.T
    share = down @ known.astype(np.float64) @ across.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(share >= LEAST_SHARE, total / share, np.nan), np.float32)


def weights(first: float, size: float, count: int, from_first: float, from_size: float, from_count: int) -> Floats:
    """How much each cell of one axis counts for each cell of another, (k, n); rows sum to 1 where all is covered.

    A cell that is no narrower than those that are read is the mean of what it covers, by length; a narrower one lies
    on the line between the two nearest centres.

    Args:
        first: where the first cell of the axis that is made begins.
        size: its cells' size, in the same direction.
        count: how many.
        from_first: where the axis that is read begins.
        from_size: its cells' size.
        from_count: how many.
    """
    begin = (first - from_first) / from_size + np.arange(count)[:, None] * (size / from_size)
    cells = np.arange(from_count)[None]
    ratio = size / from_size
    if ratio >= 1:
        covered = np.minimum(begin + ratio, cells + 1) - np.maximum(begin, cells)
        return np.asarray(np.clip(covered, 0.0, None) / ratio, np.float64)
    near = 1 - np.abs(begin + ratio / 2 - (cells + 0.5))
    return np.asarray(np.clip(near, 0.0, None), np.float64)
