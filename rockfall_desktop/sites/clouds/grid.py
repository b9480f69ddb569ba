"""Makes a grid of heights from points.

Axes: y row (north to south), x column, p point of a piece.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.clouds.cloud_file import CloudFile, Piece
from rockfall_desktop.sites.faults import Faults

MAXIMUM_CELLS = 64_000_000


def grid_points(
    path: Path,
    bounds: tuple[float, float, float, float],
    cell_m: float,
    classes: tuple[int, ...],
    faults: Faults,
    name: str,
) -> NDArray[np.float32]:
    """The mean height of the points in each cell.

    Args:
        path: a LAS or LAZ file.
        bounds: west, south, east, north in the file's own coordinate system; the first cell is at north and west.
        cell_m: side of a cell.
        classes: classes that count; all when empty.
        faults: where what is wrong is told.
        name: the file's name for people.

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
    for piece in CloudFile(path, faults, name).pieces(("classification",) if classes else ()):
        row = np.floor((north - piece.axis(1)) / cell_m).astype(np.int64)
        column = np.floor((piece.axis(0) - west) / cell_m).astype(np.int64)
        counts = (row >= 0) & (row < rows) & (column >= 0) & (column < columns) & of_classes(piece, classes)
        which = np.flatnonzero(counts)
        cell = row[which] * columns + column[which]
        np.add.at(total, cell, piece.axis(2, which))
        np.add.at(count, cell, 1)
    with np.errstate(invalid="ignore"):
        return (total / count).astype(np.float32).reshape(rows, columns)


def of_classes(piece: Piece, classes: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which points of a piece count, bool (p,)."""
    if not classes:
        return np.ones(len(piece), np.bool_)
    wanted = np.zeros(256, np.bool_)
    wanted[[number for number in classes if 0 <= number < 256]] = True
    return np.asarray(wanted[piece.field("classification")])
