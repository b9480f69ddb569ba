"""A classified GeoTIFF as chips of classes.

Axes: z zone, b band, y row (north to south), x column.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import Resampling

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import make_chips, note_empty
from rockfall_desktop.sites.layers.classes import name_classes
from rockfall_desktop.sites.layers.coordinates import demand_overlap, note_accuracy, site_crs
from rockfall_desktop.sites.layers.geotiff import colour_bands, crs_of, extent_of, named_bands, opened, warped
from rockfall_desktop.sites.layers.map_file import code_of

MAXIMUM_SCANNED = 500_000_000
_LARGEST_EXACT = 2**24


def read_class_raster(layer: Layer, ground: Ground) -> RasterLayer:
    """The chips of a classified raster: each cell the class of the nearest cell of the file, NaN without data.

    The whole file is looked through for its codes, so that the classes do not depend on the zones.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    with opened(layer, ground) as dataset:
        band = _band(dataset, layer, ground)
        crs = crs_of(dataset, layer, ground)
        here = demand_overlap(layer, extent_of(dataset), crs, ground)
        note_accuracy(layer, crs, here, ground)
        values = _codes(dataset, band, layer, ground)
        grid = make_chips(ground, here)
        chips = np.full((grid.west_m.size, 1, grid.pixels, grid.pixels), np.nan, np.float32)
        for zone in grid:
            target = {"transform": grid.transform(zone), "width": grid.pixels, "height": grid.pixels}
            with warped(dataset, crs, site_crs(ground), target, Resampling.nearest) as view:
                chips[zone, 0] = view.read(band)
    of_code, classes = name_classes({str(code_of(value)) for value in values}, layer, ground)
    chips = _numbered(chips, {value: of_code[str(code_of(value))] for value in values})
    note_empty(layer, chips, ground)
    return RasterLayer(layer.name, layer.kind, ("unit",), chips, classes, grid.cell_m, ground.epoch(layer))


def _band(dataset: Any, layer: Layer, ground: Ground) -> int:
    numbers = colour_bands(dataset)
    if len(numbers) == 1 and not layer.bands:
        return numbers[0]
    kept = list(named_bands(dataset, layer, ground)) if layer.bands else []
    if len(kept) != 1:
        remedy = f"Write bands in the layer '{layer.name}', with '-' for all others."
        ground.faults.stop(layer.file, None, f"has {len(numbers)} bands; classes are one of them", remedy)
    return kept[0]


def _codes(dataset: Any, band: int, layer: Layer, ground: Ground) -> list[float]:
    """The different values of a band, sorted."""
    if dataset.width * dataset.height > MAXIMUM_SCANNED:
        message = f"has {dataset.width * dataset.height:,} cells, more than can be looked through for classes"
        ground.faults.stop(layer.file, None, message, "Cut the map to the site, or save it with larger cells.")
    found: set[float] = set()
    for _, window in dataset.block_windows(band):
        block = dataset.read(band, window=window, masked=True)
        values = np.unique(np.asarray(block.compressed(), np.float64))
        found.update(values[np.isfinite(values)].tolist())
        if len(found) > 5000 or any(value != int(value) or abs(value) > _LARGEST_EXACT for value in found):
            remedy = "Name a map whose cells hold the code of a unit, a whole number."
            ground.faults.stop(layer.file, None, "holds measured numbers, not codes of units", remedy)
    if not found:
        ground.faults.stop(layer.file, None, "holds no data", "Export it again.")
    return sorted(found)


def _numbered(chips: NDArray[np.float32], of_value: dict[float, int]) -> NDArray[np.float32]:
    values = np.array(sorted(of_value))
    numbers = np.array([of_value[value] for value in values], np.float32)
    known = ~np.isnan(chips)
    chips[known] = numbers[np.searchsorted(values, chips[known])]
    return chips
