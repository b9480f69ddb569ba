"""Makes a grid of heights from points.

Axes: y row (north to south), x column, p point of a piece.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.clouds.cloud_file import CloudFile
from rockfall_desktop.sites.clouds.left_out import FIELDS, LeftOut
from rockfall_desktop.sites.faults import Faults

MAXIMUM_CELLS = 64_000_000


def grid_points(
    path: Path,
    bounds: tuple[float, float, float, float],
    cell_m: float,
    classes: tuple[int, ...],
    faults: Faults,
    name: str,
    left_out: LeftOut | None = None,
    factor: float = 1.0,
) -> NDArray[np.float32]:
    """The mean height in metres of the points in each cell; withheld points, noise and heights of no slope left out.

    Args:
        path: a LAS or LAZ file.
        bounds: west, south, east, north in the file's own coordinate system; the first cell is at north and west.
        cell_m: side of a cell.
        classes: classes that count; all but noise when empty.
        faults: where what is wrong is told.
        name: the file's name for people.
        left_out: here is counted what is left out in the bounds.
        factor: what a height is multiplied with to be in metres.

    Returns:
        float32 (y, x), row 0 in the north, NaN where a cell holds no point.

    Raises:
        Unreadable: when the file cannot be read or the grid would have more than 64 million cells.
    """
    west, south, east, north = bounds
    rows, columns = int(np.ceil((north - south) / cell_m)), int(np.ceil((east - west) / cell_m))
    if rows * columns > MAXIMUM_CELLS:
        faults.stop(name, None, f"would make a grid of {rows * columns:,} cells", "Give the layer a larger cell_m.")
    total, count = np.zeros(rows * columns), np.zeros(rows * columns, np.int64)
    left_out = LeftOut() if left_out is None else left_out
    for piece in CloudFile(path, faults, name).pieces(FIELDS):
        row = np.floor((north - piece.axis(1)) / cell_m).astype(np.int64)
        column = np.floor((piece.axis(0) - west) / cell_m).astype(np.int64)
        which = np.flatnonzero((row >= 0) & (row < rows) & (column >= 0) & (column < columns))
        which = which[left_out.counting(piece, which, classes, factor)]
        cell = row[which] * columns + column[which]
        np.add.at(total, cell, piece.axis(2, which) * factor)
        np.add.at(count, cell, 1)
    with np.errstate(invalid="ignore"):
        return (total / count).astype(np.float32).reshape(rows, columns)
