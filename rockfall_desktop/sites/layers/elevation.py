"""Elevation as chips of slope analysis: computed on the grid's own cells, then brought to the chips' cells.

Axes: z zone, b band, y row (north to south), x column.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import ChipGrid, make_chips, note_empty
from rockfall_desktop.sites.layers.coordinates import Extent, demand_overlap, note_accuracy
from rockfall_desktop.sites.layers.elevation_grid import ElevationGrid, grid_of_file
from rockfall_desktop.sites.layers.geotiff import crs_of, demand_bounded, extent_of, opened
from rockfall_desktop.sites.layers.heights import HIGHEST_M, LOWEST_M
from rockfall_desktop.sites.layers.resampling import resampled, weights
from rockfall_desktop.sites.layers.slope_analysis import MARGIN_CELLS, SLOPE_BANDS, slope_analysis

Chips = NDArray[np.float32]
BLOCK_CELLS = 1_000_000
MAXIMUM_CELLS = 200_000_000


def read_elevation(layer: Layer, ground: Ground) -> RasterLayer:
    """The chips of an elevation layer, bands as SLOPE_BANDS.

    Elevation is told from the mean of its cells in the zone (of the chip where the zone holds no cell's centre).
    Heights that no slope has (-9999, infinite) count as no data, with a note.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    if layer.from_points:
        from rockfall_desktop.sites.layers.point_elevation import point_grid  # noqa: PLC0415 - laspy loads here

        grid, chips = point_grid(layer, ground)
        bands = _analysed(grid, chips, layer, ground)
    else:
        with opened(layer, ground) as dataset:
            crs = crs_of(dataset, layer, ground)
            here = demand_overlap(layer, extent_of(dataset), crs, ground)
            note_accuracy(layer, crs, here, ground)
            chips = make_chips(ground, here)
            grid = grid_of_file(dataset, crs, here, layer, ground)
            bands = _analysed(grid, chips, layer, ground)
    _tell(grid, chips, layer, ground)
    note_empty(layer, bands, ground)
    return RasterLayer(layer.name, layer.kind, SLOPE_BANDS, bands, (), chips.cell_m, ground.epoch(layer))


def _tell(grid: ElevationGrid, chips: ChipGrid, layer: Layer, ground: Ground) -> None:
    if grid.masked:
        told = f"{grid.masked:,} of the cells that were read lie below {LOWEST_M:,.0f} m or above {HIGHEST_M:,.0f} m"
        ground.notes.append(f"Layer '{layer.name}': {told} and count as no data.")
    widest_m = max(grid.across_m, grid.down_m)
    if widest_m > chips.cell_m * 1.001:
        told = f"its cells of {widest_m:.3g} m are wider than the chips' {chips.cell_m:.3g} m; values are interpolated"
        ground.notes.append(f"Layer '{layer.name}': {told}.")


def _analysed(grid: ElevationGrid, chips: ChipGrid, layer: Layer, ground: Ground) -> Chips:
    demand_bounded(layer, chips, (grid.across_m, grid.down_m), ground)
    across, down = max(chips.cell_m / grid.across_m, 1.0), max(chips.cell_m / grid.down_m, 1.0)
    if across * down * chips.pixels**2 * chips.west_m.size > MAXIMUM_CELLS or across * down > BLOCK_CELLS:
        message = f"has cells of {grid.across_m:.3g} m, too fine for chips of {chips.cell_m:.3g} m"
        ground.faults.stop(layer.file, None, message, "Save it with coarser cells, e.g. gdalwarp -tr, or cut it.")
    step = int(min(chips.pixels, max(1, np.sqrt(BLOCK_CELLS / (across * down)))))
    bands = np.empty((chips.west_m.size, len(SLOPE_BANDS), chips.pixels, chips.pixels), np.float32)
    for zone in chips:
        for row in range(0, chips.pixels, step):
            for column in range(0, chips.pixels, step):
                part = _block(grid, chips, zone, (row, column), step)
                bands[zone, :, row : row + step, column : column + step] = part
        _level(bands[zone, 0], chips, zone, ground.outlines[zone])
    return bands


def _block(grid: ElevationGrid, chips: ChipGrid, zone: int, first: tuple[int, int], step: int) -> Chips:
    """A part of a chip, (b, rows, columns)."""
    rows, columns = min(step, chips.pixels - first[0]), min(step, chips.pixels - first[1])
    north_m = float(chips.north_m[zone]) - first[0] * chips.cell_m
    west_m = float(chips.west_m[zone]) + first[1] * chips.cell_m
    extent = Extent(west_m, north_m - rows * chips.cell_m, west_m + columns * chips.cell_m, north_m)
    z_m, from_west_m, from_north_m = grid.cut(extent, MARGIN_CELLS + 1)
    down = weights(-north_m, chips.cell_m, rows, -from_north_m, grid.down_m, z_m.shape[0])
    across = weights(west_m, chips.cell_m, columns, from_west_m, grid.across_m, z_m.shape[1])
    fine = slope_analysis(z_m, grid.across_m, grid.down_m)
    return np.stack([resampled(band, down, across) for band in fine])


def _level(elevation: NDArray[np.float32], chips: ChipGrid, zone: int, outline: object) -> None:
    """Subtract the zone's mean from its chip of elevations (y, x), in place."""
    counts = ~np.isnan(elevation)
    if outline is not None:
        x, y = chips.centres(zone)
        inside = counts & shapely.contains_xy(outline, x, y)
        counts = inside if inside.any() else counts
    if counts.any():
        elevation -= elevation[counts].mean(dtype=np.float64)
