"""Drone imagery as chips: only what the chips cover is read, from overviews where the chips are coarser.

Axes: z zone, b band, y row (north to south), x column.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import ColorInterp, Resampling

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import ChipGrid, make_chips, note_empty
from rockfall_desktop.sites.layers.coordinates import Extent, demand_overlap, note_accuracy, site_crs
from rockfall_desktop.sites.layers.geotiff import (
    at_level,
    colour_bands,
    crs_of,
    demand_bounded,
    extent_of,
    named_bands,
    opened,
    warped,
)

Chips = NDArray[np.float32]
_COLOURS = {ColorInterp.red: "red", ColorInterp.green: "green", ColorInterp.blue: "blue", ColorInterp.gray: "grey"}


def read_imagery(layer: Layer, ground: Ground) -> RasterLayer:
    """The chips of an orthophoto.

    Whole numbers are divided by the largest of their type (255, 65,535, or what fewer bits hold), unless the band
    says its scale and offset; floating-point numbers stay as they are. Nothing is scaled by what the image shows, so
    two epochs stay comparable. A cell coarser than the image's is the mean of what it covers, a finer one is
    interpolated (bilinear). Where the mask, the alpha band or the no-data value (in all bands) says so, NaN.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    with opened(layer, ground) as dataset:
        names = _bands(dataset, layer, ground)
        crs = crs_of(dataset, layer, ground)
        here = demand_overlap(layer, extent_of(dataset), crs, ground)
        note_accuracy(layer, crs, here, ground)
        grid = make_chips(ground, here)
        cell = (_width(here) / dataset.width, _height(here) / dataset.height)
        level, factor = _overview(dataset, grid.cell_m / max(cell))
        demand_bounded(layer, grid, (cell[0] * factor, cell[1] * factor), ground)
        coarser = grid.cell_m > max(cell) * factor
        with at_level(dataset, level) as source:
            chips = _cut(source, crs, site_crs(ground), grid, sorted(names), coarser=coarser)
        chips = _scaled(chips, dataset, sorted(names))
    if infinite := int(np.isinf(chips).sum()):
        chips[np.isinf(chips)] = np.nan
        ground.notes.append(f"Layer '{layer.name}': {infinite:,} infinite values count as no data.")
    note_empty(layer, chips, ground)
    bands = tuple(names[number] for number in sorted(names))
    return RasterLayer(layer.name, layer.kind, bands, chips, (), grid.cell_m, ground.epoch(layer))


def _width(extent: Extent) -> float:
    return extent.east - extent.west


def _height(extent: Extent) -> float:
    return extent.north - extent.south


def _bands(dataset: Any, layer: Layer, ground: Ground) -> dict[int, str]:
    """Number of each band that is read, from 1, to its name."""
    numbers = colour_bands(dataset)
    if any(kind is ColorInterp.palette for kind in dataset.colorinterp):
        remedy = "Convert it to red, green and blue, e.g. gdal_translate -expand rgb."
        ground.faults.stop(layer.file, None, "holds numbers of a colour table, not colours", remedy)
    if layer.bands:
        found = named_bands(dataset, layer, ground)
    else:
        told = [dataset.descriptions[number - 1] or _COLOURS.get(dataset.colorinterp[number - 1]) for number in numbers]
        clear = all(told) and len(set(told)) == len(told)
        found = {number: str(name) if clear else f"band {number}" for number, name in zip(numbers, told, strict=True)}
    if not found or len(set(found.values())) < len(found):
        message = f"layer '{layer.name}': bands leaves nothing, or uses a name twice"
        ground.faults.stop("site.toml", None, message, "Give every band that is used a name of its own.")
    return found


def _overview(dataset: Any, ratio: float) -> tuple[int | None, int]:
    """The coarsest overview whose cells are no wider than a chip's, and how many cells it makes one."""
    fitting = [(factor, level) for level, factor in enumerate(dataset.overviews(1)) if 1 < factor <= ratio]
    factor, level = max(fitting, default=(1, None))
    return level, factor


def _cut(source: Any, crs: CRS | None, site: CRS | None, grid: ChipGrid, numbers: list[int], *, coarser: bool) -> Chips:
    chips = np.full((grid.west_m.size, len(numbers), grid.pixels, grid.pixels), np.nan, np.float32)
    resampling = Resampling.average if coarser else Resampling.bilinear
    for zone in grid:
        target = {"transform": grid.transform(zone), "width": grid.pixels, "height": grid.pixels}
        with warped(source, crs, site, target, resampling) as view:
            chips[zone] = view.read(numbers)
    return chips


def _scaled(chips: Chips, dataset: Any, numbers: list[int]) -> Chips:
    for place, number in enumerate(numbers):
        scale, offset = dataset.scales[number - 1], dataset.offsets[number - 1]
        kind = np.dtype(dataset.dtypes[number - 1])
        if (scale, offset) != (1.0, 0.0):
            chips[:, place] = chips[:, place] * scale + offset
        elif kind.kind in "iu":
            bits = dataset.tags(number, ns="IMAGE_STRUCTURE").get("NBITS")
            chips[:, place] /= 2 ** int(bits) - 1 if bits and int(bits) < 8 * kind.itemsize else np.iinfo(kind).max
    return chips
