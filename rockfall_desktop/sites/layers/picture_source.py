"""Opens a raster for drawing: in the site's coordinates, north up, its claims checked before anything is read.

Axes: b band, y row (north to south), x column.
"""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_map import Bounds
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import same, site_crs
from rockfall_desktop.sites.layers.gdal_limits import BROKEN, stop_unreadable
from rockfall_desktop.sites.layers.geotiff import checked, crs_of

Grid = tuple[Bounds, tuple[int, int]]
"""Bounds and how many rows and columns of cells."""
DRAWN_AT_ONCE = 64_000_000  # cells that one picture may cost
_WHOLE = 1e-3  # a window that is not of whole cells is read far more slowly
_EXPORT = "Export it anew as a GeoTIFF (with overviews, north up) from your mapping program."
_WHAT = "a GeoTIFF"


@dataclass(frozen=True, eq=False)
class Source:
    """A raster that is open.

    Attributes:
        name: the file's, for faults.
        dataset: a rasterio dataset in the site's coordinates, north up.
        faults: where it is told that a part cannot be read.
    """

    name: str
    dataset: Any
    faults: Faults

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        west, south, east, north = self.dataset.bounds
        return float(west), float(south), float(east), float(north)

    def cost(self, bounds: Bounds, width_px: int) -> float:
        """How many of its cells are read for a picture of that width."""
        window = _clipped(self, bounds)
        return float(window[2] * window[3]) / self._level(bounds, width_px) ** 2 if window else 0.0

    def coarseness(self, bounds: Bounds, width_px: int) -> float:
        """How many cells along a side make one of a picture of that width; below 1 its cells are smaller."""
        return (bounds[2] - bounds[0]) / width_px / float(self.dataset.res[0])

    def grid_for(self, bounds: Bounds, shape: tuple[int, int]) -> Grid:
        """The cells to be read for a picture: its own where the file's are much finer, else the file's.

        The file's own cells, or those of an overview, are taken whole, so that they may reach beyond the bounds.
        """
        level = self._level(bounds, shape[1])
        if self.coarseness(bounds, shape[1]) >= 2 * level:
            return bounds, shape
        (west, south, east, north), (left, _, _, top) = bounds, self.bounds
        across, down = (level * float(side) for side in self.dataset.res)
        first_x, last_x = math.floor((west - left) / across), math.ceil((east - left) / across)
        first_y, last_y = math.floor((top - north) / down), math.ceil((top - south) / down)
        edges = (left + first_x * across, top - last_y * down, left + last_x * across, top - first_y * down)
        return edges, (last_y - first_y, last_x - first_x)

    def _level(self, bounds: Bounds, width_px: int) -> int:
        """How many cells along a side are one in the overview that is read."""
        coarse = max(1.0, math.sqrt(2) * self.coarseness(bounds, width_px))  # the nearest, be it a little coarser
        return max(int(factor) for factor in (1, *self.dataset.overviews(1)) if factor <= coarse)

    def read(self, bands: tuple[int, ...], grid: Grid, how: Resampling) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Bands on a grid, (b, y, x), and bool (y, x) where there are data; outside the file there are none.

        Raises:
            Unreadable: when the file turns out to be damaged, or the picture would cost too much.
        """
        bounds, shape = grid
        values = np.zeros((len(bands), *shape), self.dataset.dtypes[bands[0] - 1])
        there = np.zeros(shape, bool)
        window = _clipped(self, bounds)
        if window is None:
            return values, there
        if self.cost(bounds, shape[1]) > 4 * DRAWN_AT_ONCE:
            self.faults.stop(self.name, None, "is too large to be drawn as it is", _EXPORT)
        top, bottom, left, right = _place(self, window, bounds, shape)
        if bottom <= top or right <= left:
            return values, there
        part = Window(*(round(one) if abs(one - round(one)) < _WHOLE else one for one in window))
        size = (bottom - top, right - left)
        try:
            got = self.dataset.read(list(bands), window=part, out_shape=(len(bands), *size), resampling=how)
            mask = self.dataset.read_masks(bands[0], window=part, out_shape=size, resampling=Resampling.nearest)
        except BROKEN as error:
            stop_unreadable(self.faults, self.name, _WHAT, error)
        values[:, top:bottom, left:right], there[top:bottom, left:right] = got, mask > 0
        if np.issubdtype(got.dtype, np.floating):
            there &= np.isfinite(values).all(axis=0)
        return values, there


@contextmanager
def opened(path: Path, layer: Layer, ground: Ground) -> Iterator[Source]:
    """Open a GeoTIFF in the site's coordinates, checked as for its chips.

    Raises:
        Unreadable: when it is none, when it cannot be placed, names other files or is stored in too large parts.
    """
    with ExitStack() as stack:
        dataset = stack.enter_context(checked(path, layer, ground))
        yield Source(layer.file, _on_the_ground(dataset, layer, ground, stack), ground.faults)


def _on_the_ground(dataset: Any, layer: Layer, ground: Ground, stack: ExitStack) -> Any:
    site, own = site_crs(ground), crs_of(dataset, layer, ground)
    if own is None or site is None or same(own, site):
        return dataset
    source, target = CRS.from_wkt(own.to_wkt()), CRS.from_wkt(site.to_wkt())
    return stack.enter_context(WarpedVRT(dataset, src_crs=source, crs=target, add_alpha=_needs_alpha(dataset)))


def _needs_alpha(dataset: Any) -> bool:
    return dataset.nodata is None and ColorInterp.alpha not in dataset.colorinterp


def _clipped(source: Source, bounds: Bounds) -> tuple[float, float, float, float] | None:
    """The part of the file within bounds: column, row, width, height in its cells; None when nothing is."""
    (west, south, east, north), (left, bottom, right, top) = bounds, source.bounds
    west, south, east, north = max(west, left), max(south, bottom), min(east, right), min(north, top)
    if west >= east or south >= north:
        return None
    across, down = source.dataset.res
    return (west - left) / across, (top - north) / down, (east - west) / across, (north - south) / down


def _place(
    source: Source, window: tuple[float, float, float, float], bounds: Bounds, shape: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The rows and columns of a picture of these bounds that the window fills."""
    across, down = source.dataset.res
    (left, _, _, top), (west, south, east, north) = source.bounds, bounds
    x_px, y_px = (east - west) / shape[1], (north - south) / shape[0]
    first_x, first_y = left + window[0] * across - west, north - (top - window[1] * down)
    rows = round(first_y / y_px), round((first_y + window[3] * down) / y_px)
    columns = round(first_x / x_px), round((first_x + window[2] * across) / x_px)
    return max(0, rows[0]), min(shape[0], rows[1]), max(0, columns[0]), min(shape[1], columns[1])
