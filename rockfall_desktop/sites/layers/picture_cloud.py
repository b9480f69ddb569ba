"""Makes a point cloud drawable: a grid of mean heights, kept as a GeoTIFF."""

import math
import secrets
from contextlib import suppress
from pathlib import Path

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_map import Bounds
from rockfall_desktop.sites.clouds.cloud_file import CloudFile
from rockfall_desktop.sites.clouds.grid import grid_points
from rockfall_desktop.sites.clouds.header import CloudHeader
from rockfall_desktop.sites.clouds.own_crs import height_factor, own_crs
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import Extent, layer_crs, moved, site_crs, to_system
from rockfall_desktop.sites.layers.gdal_limits import BROKEN, limited

POINTS_PER_CELL = 9
MOST_CELLS = 2048


def cloud_facts(path: Path, layer: Layer, ground: Ground) -> tuple[Bounds, str]:
    """What a cloud covers, in the site's coordinates, and its size in words.

    Raises:
        Unreadable: when it is no point cloud or cannot be placed.
    """
    file = CloudFile(path, ground.faults, layer.file)
    own = layer_crs(layer, own_crs(file, path), ground)
    extent = moved(Extent(*_bounds(file.header, layer, ground.faults)), to_system(own, site_crs(ground)))
    if extent is None:
        ground.faults.stop(layer.file, None, "has no place in the site's coordinates", "Check its crs in site.toml.")
    return (extent.west, extent.south, extent.east, extent.north), f"{file.header.points:,} points"


def write_grid(path: Path, layer: Layer, place: Path, ground: Ground) -> None:
    """Grid the points as finely as about nine points a cell allow and keep the grid; slow.

    Raises:
        Unreadable: when the cloud is damaged.
        StoreFault: when the grid cannot be kept.
    """
    file, faults = CloudFile(path, ground.faults, layer.file), ground.faults
    own, header = layer_crs(layer, own_crs(file, path), ground), file.header
    west, south, east, north = file.rectangle()
    longest = max(east - west, north - south, 1e-3)
    by_points = math.sqrt(POINTS_PER_CELL * (east - west) * (north - south) / header.points)
    cell = layer.cell_m or max(by_points, longest / MOST_CELLS)
    cell = max(cell, longest / (2 * MOST_CELLS))
    bounds = (west, south, max(east, west + cell), max(north, south + cell))
    height = grid_points(path, bounds, cell, layer.ground_classes, faults, layer.file, factor=height_factor(own))
    rows, columns = height.shape
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "float32", "nodata": np.nan}
    grid = rasterio.Affine(cell, 0, west, 0, -cell, bounds[3])
    crs = None if own is None else CRS.from_wkt(own.to_wkt())
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.stem}.{secrets.token_hex(4)}.tif")
    try:
        with (
            limited(),
            rasterio.open(temporary, "w", crs=crs, transform=grid, tiled=True, compress="deflate", **profile) as copy,
        ):
            copy.write(height, 1)
        with limited(), rasterio.open(temporary, "r+") as copy:
            copy.build_overviews([2, 4], Resampling.average)
        temporary.replace(place)
    except BROKEN as error:
        message = f"{place.parent}: {error}."
        raise StoreFault("The map's grid was not saved", message, "Free some space on this disk.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _bounds(header: CloudHeader, layer: Layer, faults: Faults) -> Bounds:
    west, south, east, north = *header.lowest[:2], *header.highest[:2]
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        faults.stop(layer.file, None, "does not say which area it covers", "Export the points anew.")
    return west, south, east, north
