"""Looks for the points around many places without ever holding too many of them, or the window up for long.

Axes: p point, c place, j pair of a place and a point near it.
"""

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
_PAIRS = 200_000


def around(tree: cKDTree, places: Floats, radius_m: float) -> Iterator[tuple[slice, Indices, Indices]]:
    """The points within a radius of each place, in blocks of about 200,000 pairs.

    Args:
        tree: of the points, (p, 3).
        places: float64 (c, 3).
        radius_m: how far.

    Yields:
        Which places a block is of; then for each pair the place's number in the block and the point's in the tree.
    """
    counts = tree.query_ball_point(places, radius_m, return_length=True)
    block = (np.cumsum(counts) - counts) // _PAIRS
    starts = np.flatnonzero(np.diff(block, prepend=-1)) if len(places) else np.zeros(0, np.int64)
    for begin, end in zip(starts, [*starts[1:], len(places)], strict=True):
        found = tree.query_ball_point(places[begin:end], radius_m)
        total = int(counts[begin:end].sum())
        point = np.fromiter(chain.from_iterable(found), np.int64, total)
        yield slice(int(begin), int(end)), np.repeat(np.arange(end - begin), counts[begin:end]), point
