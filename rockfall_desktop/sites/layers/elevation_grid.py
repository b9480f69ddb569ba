"""Elevation on a grid in the site's coordinate system, cut piece by piece: from a GeoTIFF or from points.

Axes: y row (north to south), x column.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject
from rasterio.windows import Window

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import Extent, crs_name, moved, same, site_crs, to_system, unit_of
from rockfall_desktop.sites.layers.gdal_limits import WARP_MB
from rockfall_desktop.sites.layers.heights import implausible

Floats = NDArray[np.float64]
Read = Callable[[int, int, int, int], tuple[Floats, int]]
MAXIMUM_WARPED = 30_000_000
_WARP_MARGIN_CELLS = 3
FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us-ft": 1200 / 3937, "ftus": 1200 / 3937,
    "us survey foot": 1200 / 3937, "us_survey_foot": 1200 / 3937}  # fmt: skip


@dataclass(eq=False)
class ElevationGrid:
    """A grid that is read where it is needed.

    Attributes:
        west_m, north_m: the corner of row 0, column 0.
        across_m, down_m: width and height of a cell.
        read: from first row, row after the last, first column, column after the last to elevation (y, x), NaN where
            there is none or no slope has it, and the number of these; rows and columns may lie outside.
        masked: cells that were read and lay where no slope does.
    """

    west_m: float
    north_m: float
    across_m: float
    down_m: float
    read: Read
    masked: int = field(default=0)

    def cut(self, extent: Extent, margin: int) -> tuple[Floats, float, float]:
        """Elevation of all cells that an extent touches, with a margin of cells around, and its corner west, north."""
        first_row = int(np.floor((self.north_m - extent.north) / self.down_m)) - margin
        last_row = int(np.ceil((self.north_m - extent.south) / self.down_m)) + margin
        first_column = int(np.floor((extent.west - self.west_m) / self.across_m)) - margin
        last_column = int(np.ceil((extent.east - self.west_m) / self.across_m)) + margin
        z_m, masked = self.read(first_row, last_row, first_column, last_column)
        self.masked += masked
        return z_m, self.west_m + first_column * self.across_m, self.north_m - first_row * self.down_m


def grid_of_file(dataset: Any, crs: CRS | None, here: Extent, layer: Layer, ground: Ground) -> ElevationGrid:
    """The grid of a GeoTIFF: its own where it is in the site's system, else one of like cells, interpolated.

    Args:
        dataset: as from `geotiff.opened`.
        crs: its coordinate system.
        here: its extent in the site's system.
        layer: as in site.toml.
        ground: the site.

    Raises:
        Unreadable: when it is not clear which band is the elevation.
    """
    band = _elevation_band(dataset, layer, ground)
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    to_m = _to_metres(dataset, band, crs, layer, ground)
    site = site_crs(ground)
    place = dataset.transform

    def own(first_row: int, last_row: int, first_column: int, last_column: int) -> tuple[Floats, int]:
        written = _from_file(dataset, band, first_row, last_row, first_column, last_column)
        return _masked((written * scale + offset) * to_m)

    if crs is None or site is None or same(crs, site):
        return ElevationGrid(place.c, place.f, place.a, -place.e, own)
    cell_m = float(np.sqrt((here.east - here.west) * (here.north - here.south) / (dataset.width * dataset.height)))
    west_m, north_m = np.floor(here.west / cell_m) * cell_m, np.ceil(here.north / cell_m) * cell_m
    ground.notes.append(
        f"Layer '{layer.name}': brought from {crs_name(crs)} to cells of {cell_m:.3g} m in {crs_name(site)} "
        "(bilinear) before its slopes were computed."
    )

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> tuple[Floats, int]:
        rows, columns = last_row - first_row, last_column - first_column
        west, north = west_m + first_column * cell_m, north_m - first_row * cell_m
        wanted = Extent(west, north - rows * cell_m, west + columns * cell_m, north)
        first_row, last_row, first_column, last_column = _cells_around(dataset, wanted, crs, layer, ground)
        z_m, masked = own(first_row, last_row, first_column, last_column)
        there = np.full((rows, columns), np.nan)
        if z_m.size:
            move = type(place).translation(first_column, first_row)
            _warp(z_m, place * move, crs, there, type(place)(cell_m, 0.0, west, 0.0, -cell_m, north), site)
        return there, masked

    return ElevationGrid(west_m, north_m, cell_m, cell_m, read)


def _cells_around(dataset: Any, wanted: Extent, crs: CRS, layer: Layer, ground: Ground) -> tuple[int, int, int, int]:
    """First row, row after the last, first column, column after the last of a file's cells around an extent."""
    place, around = dataset.transform, moved(wanted, to_system(site_crs(ground), crs))
    if around is None:
        return 0, 0, 0, 0
    edges = np.array([place.f - around.north, place.f - around.south]) / -place.e
    sides = np.array([around.west - place.c, around.east - place.c]) / place.a
    margin = np.array([-_WARP_MARGIN_CELLS, _WARP_MARGIN_CELLS])
    rows = np.clip(np.round(edges + margin), 0, dataset.height).astype(int).tolist()
    columns = np.clip(np.round(sides + margin), 0, dataset.width).astype(int).tolist()
    if (rows[1] - rows[0]) * (columns[1] - columns[0]) > MAXIMUM_WARPED:
        message = f"is so distorted in {crs_name(site_crs(ground))} that too many of its cells would have to be read"
        ground.faults.stop(layer.file, None, message, "Cut it to the site, or warp it to the site's system.")
    return rows[0], rows[1], columns[0], columns[1]


def _warp(z_m: Floats, place: Any, crs: CRS, there: Floats, target: Any, site: CRS) -> None:
    """Bring cells (y, x) of one system to those of another (y, x), bilinear, in place."""
    reproject(
        z_m,
        there,
        src_transform=place,
        src_crs=crs.to_wkt(),
        src_nodata=np.nan,
        dst_transform=target,
        dst_crs=site.to_wkt(),
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        warp_mem_limit=WARP_MB,
    )


def _masked(z_m: Floats) -> tuple[Floats, int]:
    """Elevation (y, x) with NaN for what no slope has, in place, and how many cells that were."""
    wrong = implausible(z_m)
    z_m[wrong] = np.nan
    return z_m, int(wrong.sum())


def grid_of_array(z_m: NDArray[np.float32], west_m: float, north_m: float, cell_m: float) -> ElevationGrid:
    """A grid that is in memory, (y, x)."""

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> tuple[Floats, int]:
        rows, columns = z_m.shape
        whole = np.full((last_row - first_row, last_column - first_column), np.nan)
        top, left = max(first_row, 0), max(first_column, 0)
        part = z_m[top : max(min(last_row, rows), top), left : max(min(last_column, columns), left)]
        _put(whole, part, top - first_row, left - first_column)
        return _masked(whole)

    return ElevationGrid(west_m, north_m, cell_m, cell_m, read)


def _from_file(dataset: Any, band: int, first_row: int, last_row: int, first_column: int, last_column: int) -> Floats:
    whole = np.full((last_row - first_row, last_column - first_column), np.nan)
    top, left = max(first_row, 0), max(first_column, 0)
    rows, columns = min(last_row, dataset.height) - top, min(last_column, dataset.width) - left
    if rows > 0 and columns > 0:
        part = dataset.read(band, window=Window(left, top, columns, rows), masked=True)
        _put(whole, part.astype(np.float64).filled(np.nan), top - first_row, left - first_column)
    return whole


def _put(whole: Floats, part: NDArray[Any], row: int, column: int) -> None:
    if part.size:
        whole[row : row + part.shape[0], column : column + part.shape[1]] = part


def _elevation_band(dataset: Any, layer: Layer, ground: Ground) -> int:
    kept = [number for number, name in enumerate(layer.bands, 1) if name != "-"]
    if not layer.bands and dataset.count == 1:
        return 1
    if len(layer.bands) != dataset.count or len(kept) != 1:
        told = [name or f"band {number}" for number, name in enumerate(dataset.descriptions, 1)]
        message = f"has {dataset.count} bands ({', '.join(told[:8])}), and it is not said which is the elevation"
        written = ", ".join(["'-'"] * min(dataset.count - 1, 3) + ["'elevation'"])
        remedy = f"Write bands in the layer '{layer.name}' with '-' for all others, e.g. bands = [{written}]."
        ground.faults.stop(layer.file, None, message, remedy)
    return kept[0]


def _to_metres(dataset: Any, band: int, crs: CRS | None, layer: Layer, ground: Ground) -> float:
    unit = (dataset.units[band - 1] or "").strip().lower()
    factor = FEET.get(unit, 1.0)
    heights = [part for part in (crs.sub_crs_list if crs is not None else []) if part.is_vertical]
    if not unit and heights:
        factor = float(heights[0].axis_info[0].unit_conversion_factor)
    if factor != 1.0:
        ground.notes.append(f"Layer '{layer.name}': elevation was converted to metres (times {factor:.6g}).")
    elif crs is not None and unit_of(crs) == "m" and abs(crs.axis_info[0].unit_conversion_factor - 1.0) > 1e-9:
        told = f"Layer '{layer.name}': its map counts in {crs.axis_info[0].unit_name}, its heights are taken as metres."
        ground.notes.append(told)
    return factor
