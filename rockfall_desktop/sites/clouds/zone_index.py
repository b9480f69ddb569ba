"""Finds the zones that hold points, fast: a raster over the zones first, their outlines only near a border.

Axes: p point, e entry (a cell that a zone touches).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
_CELLS = 1_000_000
PAIRS = 500_000
"""Pairs of a point and a zone that are held at a time, where zones lie over one another."""
_SEVERAL = -2
_NONE = -1


class ZoneIndex:
    """Which zones hold which points; a point in several zones is in each of them, a border belongs to its zone."""

    def __init__(self, outlines: tuple[Any, ...]) -> None:
        self._outlines = outlines
        self._whole = any(outline is None for outline in outlines)
        if self._whole:
            return
        bounds = shapely.bounds(list(outlines))
        west, south = bounds[:, 0].min(), bounds[:, 1].min()
        east, north = bounds[:, 2].max(), bounds[:, 3].max()
        self.bounds = (float(west), float(south), float(east), float(north))
        sides = bounds[:, 2:] - bounds[:, :2]
        area = max(float((east - west) * (north - south)), 1e-12)
        overlap = max(1.0, float(sides.prod(axis=1).sum()) / area)
        self._cell = max((area * overlap / _CELLS) ** 0.5, float(max(east - west, north - south)) / _CELLS)
        self._columns = int((east - west) // self._cell) + 1
        self._rows = int((north - south) // self._cell) + 1
        self._fill()

    def pieces(self, x: Floats, y: Floats) -> Iterator[tuple[Indices, NDArray[np.int32]]]:
        """The same pairs as `find`, a point's all in one piece, so few points at a time that memory stays bounded."""
        most = 1 if self._whole else int(self._count.max(initial=1))
        step = max(1, PAIRS // most)
        for begin in range(0, x.size, step):
            which, zone = self.find(x[begin : begin + step], y[begin : begin + step])
            yield which + begin, zone

    def find(self, x: Floats, y: Floats) -> tuple[Indices, NDArray[np.int32]]:
        """Pairs of a point and a zone that holds it.

        Args:
            x: float64 (p,) in the site's crs; what is not finite lies nowhere.
            y: as x.

        Returns:
            Index of the point and index of the zone, one of each for each pair, the same for the same input.
        """
        if self._whole:
            which = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
            return which, np.zeros(which.size, np.int32)
        west, south, east, north = self.bounds
        which = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        cell = self._cell_of(x[which], y[which])
        first = self._first[cell]
        alone = first >= 0
        several = first == _SEVERAL
        more, zone = self._near_borders(which[several], cell[several], x, y)
        return np.concatenate([which[alone], more]), np.concatenate([first[alone], zone])

    def _cell_of(self, x: Floats, y: Floats) -> Indices:
        west, south, _, _ = self.bounds
        column = np.minimum(((x - west) / self._cell).astype(np.int64), self._columns - 1)
        row = np.minimum(((y - south) / self._cell).astype(np.int64), self._rows - 1)
        return np.asarray(row * self._columns + column)

    def _fill(self) -> None:
        """The raster: the only zone of a cell that lies wholly in it, else the list of those that touch the cell."""
        parts = [self._touched(outline) for outline in self._outlines]
        cell = np.concatenate([cells for cells, _ in parts])
        inside = np.concatenate([sure for _, sure in parts])
        zone = np.repeat(np.arange(len(parts), dtype=np.int32), [cells.size for cells, _ in parts])
        order = np.argsort(cell, kind="stable")
        cell, self._entry_inside, self._entry_zone = cell[order], inside[order], zone[order]
        places, start, count = np.unique(cell, return_index=True, return_counts=True)
        alone = (count == 1) & self._entry_inside[start]
        self._first = np.full(self._rows * self._columns, _NONE, np.int32)
        self._first[places] = np.where(alone, self._entry_zone[start], _SEVERAL)
        self._places, self._start, self._count = places, start, count

    def _touched(self, outline: Any) -> tuple[Indices, NDArray[np.bool_]]:
        """Cells that an outline touches, and whether each lies wholly in it."""
        west, south, _, _ = self.bounds
        shapely.prepare(outline)
        dense = shapely.get_coordinates(shapely.segmentize(shapely.boundary(outline), self._cell / 2))
        near = np.unique(self._cell_of(dense[:, 0], dense[:, 1]))
        row, column = np.divmod(near, self._columns)
        low_row, low_column = max(int(row.min()) - 1, 0), max(int(column.min()) - 1, 0)
        high_row, high_column = min(int(row.max()) + 1, self._rows - 1), min(int(column.max()) + 1, self._columns - 1)
        border = np.zeros((high_row - low_row + 3, high_column - low_column + 3), np.bool_)
        for down in (0, 1, 2):
            for along in (0, 1, 2):
                border[row - low_row + down, column - low_column + along] = True
        border = border[1:-1, 1:-1]
        rows, columns = np.nonzero(~border)
        x = west + (columns + low_column + 0.5) * self._cell
        y = south + (rows + low_row + 0.5) * self._cell
        sure = border.copy()
        sure[rows, columns] = shapely.contains_xy(outline, x, y)
        rows, columns = np.nonzero(sure)
        return (rows + low_row) * self._columns + columns + low_column, ~border[rows, columns]

    def _near_borders(self, which: Indices, cell: Indices, x: Floats, y: Floats) -> tuple[Indices, NDArray[np.int32]]:
        place = np.searchsorted(self._places, cell)
        count = self._count[place]
        before = np.cumsum(count) - count
        entry = np.repeat(self._start[place] - before, count) + np.arange(count.sum())
        point, zone = np.repeat(which, count), self._entry_zone[entry]
        holds = self._entry_inside[entry].copy()
        asked = np.flatnonzero(~holds)
        asked = asked[np.argsort(zone[asked], kind="stable")]
        zones, starts = np.unique(zone[asked], return_index=True)
        for number, pairs in zip(zones, np.split(asked, starts[1:]), strict=False):
            holds[pairs] = shapely.intersects_xy(self._outlines[number], x[point[pairs]], y[point[pairs]])
        return point[holds], zone[holds]
