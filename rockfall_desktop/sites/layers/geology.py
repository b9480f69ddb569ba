"""Geology as chips: the unit of each cell as the index of its class, or the distance to the nearest fault line.

Axes: z zone, b band, y row (north to south), x column, f feature.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.domain.site_layer import VECTOR_ENDINGS, Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import ChipGrid, make_chips, note_empty
from rockfall_desktop.sites.layers.class_raster import read_class_raster
from rockfall_desktop.sites.layers.classes import name_classes
from rockfall_desktop.sites.layers.coordinates import Extent
from rockfall_desktop.sites.layers.map_file import Features, read_features
from rockfall_desktop.sites.layers.mending import mended, of_dimension

FARTHEST_M = 50_000.0
_PIECE = 15


def read_geology(layer: Layer, ground: Ground) -> RasterLayer:
    """The chips of a geological map.

    Units: a cell has the class of the unit in which its centre lies (border included; of several the first in the
    file, which is counted in a note), NaN outside all. Lines: metres from the cell's centre to the nearest.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    if not layer.file.lower().endswith(VECTOR_ENDINGS):
        if layer.what == "faults":
            remedy = "Name a GeoPackage, GeoJSON or Shapefile with lines."
            message = f"layer '{layer.name}': what = 'faults' needs lines, and {layer.file} is no such map"
            ground.faults.stop("site.toml", None, message, remedy)
        return read_class_raster(layer, ground)
    return _lines(layer, ground) if layer.what == "faults" else _units(layer, ground)


def _units(layer: Layer, ground: Ground) -> RasterLayer:
    features = read_features(layer, ground)
    areas, index = of_dimension(features.geometries, 2, layer, ground)
    areas = mended(areas, layer, ground)
    if layer.column is None:
        message = f"layer '{layer.name}': column is missing, which names the unit"
        ground.faults.stop("site.toml", None, message, "Write column = '...' in the layer.")
    of_code, classes = name_classes({code for code in features.codes if code is not None}, layer, ground)
    codes = [features.codes[place] for place in index]
    unnamed = sum(code is None for code in codes)
    if unnamed:
        ground.notes.append(f"Layer '{layer.name}': {unnamed:,} areas have no unit and count as no data.")
    number = np.array([np.nan if code is None else of_code[code] for code in codes], np.float32)
    grid = make_chips(ground, _around(areas))
    chips = _burned(areas, number, grid, layer, ground)
    note_empty(layer, chips, ground)
    return RasterLayer(layer.name, layer.kind, ("unit",), chips, classes, grid.cell_m, ground.epoch(layer))


def _around(geometries: NDArray[Any]) -> Extent:
    return Extent(*map(float, shapely.total_bounds(geometries)))


def _burned(
    areas: NDArray[Any], number: NDArray[np.float32], grid: ChipGrid, layer: Layer, ground: Ground
) -> NDArray[np.float32]:
    """The number of the area in which each cell's centre lies, float32 (z, 1, y, x)."""
    chips = np.full((grid.west_m.size, 1, grid.pixels, grid.pixels), np.nan, np.float32)
    tree, twice = shapely.STRtree(areas), 0
    shapely.prepare(areas)
    for zone in grid:
        extent = grid.extent(zone)
        x, y = grid.centres(zone)
        taken = np.zeros(x.shape, bool)
        for place in np.sort(tree.query(shapely.box(extent.west, extent.south, extent.east, extent.north))):
            inside = shapely.intersects_xy(areas[place], x, y)
            if not inside.any():
                continue
            twice += int((inside & taken & (chips[zone, 0] != number[place])).sum())
            chips[zone, 0][inside & ~taken] = number[place]
            taken |= inside
    if twice:
        told = f"{twice:,} cells lie in two units or on their border; the first in the file counts"
        ground.notes.append(f"Layer '{layer.name}': {told}.")
    return chips


def _lines(layer: Layer, ground: Ground) -> RasterLayer:
    features: Features = read_features(layer, ground, FARTHEST_M)
    lines, _ = of_dimension(features.geometries, 1, layer, ground)
    grid = make_chips(ground, _around(lines))
    tree = shapely.STRtree(in_pieces(lines))
    chips = np.empty((grid.west_m.size, 1, grid.pixels, grid.pixels), np.float32)
    for zone in grid:
        x, y = grid.centres(zone)
        _, away_m = tree.query_nearest(shapely.points(x.ravel(), y.ravel()), return_distance=True, all_matches=False)
        chips[zone, 0] = away_m.reshape(x.shape)
    bands = ("fault_distance",)
    return RasterLayer(layer.name, layer.kind, bands, chips, (), grid.cell_m, ground.epoch(layer))


def in_pieces(lines: NDArray[Any]) -> NDArray[Any]:
    """The same lines as pieces of at most sixteen corners, so that the nearest is found without walking long lines.

    Args:
        lines: shapely lines or multilines (f,).
    """
    parts = shapely.get_parts(lines)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    length = np.bincount(part, minlength=parts.size)
    position = np.arange(part.size) - np.repeat(np.cumsum(length) - length, length)
    last = position == length[part] - 1
    # a corner at which a piece begins also ends the piece before
    joint = (position % _PIECE == 0) & (position > 0)
    rows = np.concatenate([np.flatnonzero(~(joint & last)), np.flatnonzero(joint)])
    ends = np.concatenate([np.zeros((~(joint & last)).sum(), bool), np.ones(joint.sum(), bool)])
    piece = position[rows] // _PIECE - ends
    order = np.lexsort((position[rows], piece, part[rows]))
    rows, piece = rows[order], piece[order]
    new = np.r_[True, (np.diff(part[rows]) != 0) | (np.diff(piece) != 0)]
    return np.asarray(shapely.linestrings(xy[rows], indices=np.cumsum(new) - 1))
