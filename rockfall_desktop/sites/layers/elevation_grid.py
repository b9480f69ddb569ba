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
from rasterio.windows import Window

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import Extent, crs_name, same, site_crs, unit_of
from rockfall_desktop.sites.layers.geotiff import warped

Floats = NDArray[np.float64]
Read = Callable[[int, int, int, int], Floats]
LOWEST_M, HIGHEST_M = -2000.0, 20_000.0
"""No slope lies outside, in any mine's local datum; -9999, -32768 and the like do."""
FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us-ft": 1200 / 3937, "ftus": 1200 / 3937,
    "us survey foot": 1200 / 3937, "us_survey_foot": 1200 / 3937}  # fmt: skip


@dataclass(eq=False)
class ElevationGrid:
    """A grid that is read where it is needed.

    Attributes:
        west_m, north_m: the corner of row 0, column 0.
        across_m, down_m: width and height of a cell.
        read: from first row, row after the last, first column, column after the last to elevation (y, x), NaN where
            there is none; rows and columns may lie outside.
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
        z_m = self.read(first_row, last_row, first_column, last_column)
        with np.errstate(invalid="ignore"):
            wrong = ~np.isnan(z_m) & ~((z_m >= LOWEST_M) & (z_m <= HIGHEST_M))
        if wrong.any():
            self.masked += int(wrong.sum())
            z_m[wrong] = np.nan
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
    if crs is None or same(crs, site):
        place = dataset.transform
        own = lambda *cells: (_from_file(dataset, band, *cells) * scale + offset) * to_m  # noqa: E731
        return ElevationGrid(place.c, place.f, place.a, -place.e, own)
    cell_m = float(np.sqrt((here.east - here.west) * (here.north - here.south) / (dataset.width * dataset.height)))
    west_m, north_m = np.floor(here.west / cell_m) * cell_m, np.ceil(here.north / cell_m) * cell_m
    ground.notes.append(
        f"Layer '{layer.name}': brought from {crs_name(crs)} to cells of {cell_m:.3g} m in {crs_name(site)} "
        "(bilinear) before its slopes were computed."
    )

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> Floats:
        place = (cell_m, 0.0, west_m + first_column * cell_m, 0.0, -cell_m, north_m - first_row * cell_m)
        target = {
            "transform": type(dataset.transform)(*place),
            "width": last_column - first_column,
            "height": last_row - first_row,
        }
        with warped(dataset, crs, site, target, Resampling.bilinear) as view:
            z_m: Floats = (view.read(band).astype(np.float64) * scale + offset) * to_m
            return z_m

    return ElevationGrid(west_m, north_m, cell_m, cell_m, read)


def grid_of_array(z_m: NDArray[np.float32], west_m: float, north_m: float, cell_m: float) -> ElevationGrid:
    """A grid that is in memory, (y, x)."""

    def read(first_row: int, last_row: int, first_column: int, last_column: int) -> Floats:
        rows, columns = z_m.shape
        whole = np.full((last_row - first_row, last_column - first_column), np.nan)
        top, left = max(first_row, 0), max(first_column, 0)
        part = z_m[top : max(min(last_row, rows), top), left : max(min(last_column, columns), left)]
        _put(whole, part, top - first_row, left - first_column)
        return whole

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
