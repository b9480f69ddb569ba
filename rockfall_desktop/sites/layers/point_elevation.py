"""A grid of elevations from the points of a LAS or LAZ file."""

import math

import numpy as np
from pyproj import CRS
from rasterio.transform import Affine
from rasterio.warp import Resampling, reproject

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.clouds.cloud_file import CloudFile
from rockfall_desktop.sites.clouds.grid import grid_points
from rockfall_desktop.sites.clouds.left_out import LeftOut
from rockfall_desktop.sites.clouds.own_crs import height_factor, own_crs
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import ChipGrid, make_chips
from rockfall_desktop.sites.layers.coordinates import (
    Extent,
    crs_name,
    demand_overlap,
    layer_crs,
    moved,
    note_accuracy,
    same,
    site_crs,
    to_system,
)
from rockfall_desktop.sites.layers.elevation_grid import ElevationGrid, grid_of_array
from rockfall_desktop.sites.layers.gdal_limits import limited
from rockfall_desktop.sites.layers.slope_analysis import MARGIN_CELLS

MAXIMUM_CELLS = 25_000_000


def point_grid(layer: Layer, ground: Ground) -> tuple[ElevationGrid, ChipGrid]:
    """The mean height of the points in each cell around the zones' chips, and the chips.

    A cell has the side `cell_m` of the layer, that of the chips without it; the points are read twice, because what the
    header says of their place is not believed. A file in another system is gridded there
    and brought to the site's (bilinear).

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    path = ground.folder.path_of(layer.file)
    file = CloudFile(path, ground.faults, layer.file)
    crs, site = layer_crs(layer, own_crs(file, path), ground), site_crs(ground)
    if crs is not None and (not crs.is_projected or abs(crs.axis_info[0].unit_conversion_factor - 1.0) > 1e-9):
        message = f"is in {crs_name(crs)}, which does not count in metres"
        ground.faults.stop(layer.file, None, message, "Export the points in the site's coordinate system.")
    extent = Extent(*file.rectangle())
    here = demand_overlap(layer, extent, crs, ground)
    note_accuracy(layer, crs, here, ground)
    chips = make_chips(ground, here)
    cell_m = layer.cell_m or chips.cell_m
    covered = _covered(chips, extent, crs, cell_m, ground)
    cells = (covered.east - covered.west) * (covered.north - covered.south) / cell_m**2
    if cells > MAXIMUM_CELLS:
        message = f"would make a grid of {cells:,.0f} cells of {cell_m:g} m"
        ground.faults.stop(layer.file, None, message, f"Give the layer '{layer.name}' a larger cell_m.")
    bounds = (covered.west, covered.south, covered.east, covered.north)
    left_out, factor = LeftOut(), height_factor(crs)
    z_m = grid_points(path, bounds, cell_m, layer.ground_classes, ground.faults, layer.file, left_out, factor)
    ground.notes.extend(left_out.told(layer.name))
    if factor != 1.0:
        told = f"heights are in another unit than metres; multiplied with {factor:.6g}"
        ground.notes.append(f"Layer '{layer.name}': {told}.")
    grid = grid_of_array(z_m, covered.west, covered.north, cell_m)
    return (grid if crs is None or same(crs, site) else _moved(grid, z_m, crs, ground)), chips


def _covered(chips: ChipGrid, extent: Extent, crs: CRS | None, cell_m: float, ground: Ground) -> Extent:
    """Where points are needed and may be, in the file's system, on multiples of the cell."""
    wanted = moved(chips.whole_extent(), to_system(site_crs(ground), crs)) or extent
    margin_m = (MARGIN_CELLS + 2) * cell_m
    west, south = max(wanted.west - margin_m, extent.west), max(wanted.south - margin_m, extent.south)
    east, north = min(wanted.east + margin_m, extent.east), min(wanted.north + margin_m, extent.north)
    across, down = max(math.ceil(east / cell_m), math.floor(west / cell_m) + 1), math.floor(south / cell_m)
    up = max(math.floor(north / cell_m) + 1, down + 1)
    return Extent(math.floor(west / cell_m) * cell_m, down * cell_m, across * cell_m, up * cell_m)


def _moved(grid: ElevationGrid, z_m: np.ndarray, crs: CRS, ground: Ground) -> ElevationGrid:
    site, cell_m = site_crs(ground), grid.across_m
    south_m, east_m = grid.north_m - z_m.shape[0] * cell_m, grid.west_m + z_m.shape[1] * cell_m
    around = moved(Extent(grid.west_m, south_m, east_m, grid.north_m), to_system(crs, site))
    if site is None or around is None:
        return grid
    west_m, north_m = math.floor(around.west / cell_m) * cell_m, math.ceil(around.north / cell_m) * cell_m
    rows, columns = math.ceil((north_m - around.south) / cell_m), math.ceil((around.east - west_m) / cell_m)
    there = np.full((rows, columns), np.nan, np.float32)
    with limited():
        reproject(
            z_m,
            there,
            src_transform=Affine(cell_m, 0, grid.west_m, 0, -cell_m, grid.north_m),
            src_crs=crs.to_wkt(),
            src_nodata=np.nan,
            dst_transform=Affine(cell_m, 0, west_m, 0, -cell_m, north_m),
            dst_crs=site.to_wkt(),
            dst_nodata=np.nan,
            resampling=Resampling.bilinear,
        )
    return grid_of_array(there, west_m, north_m, cell_m)
