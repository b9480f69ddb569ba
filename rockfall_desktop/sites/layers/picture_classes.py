"""Draws a geological map: classes in colours that stay the same wherever one looks, faults as lines.

Axes: y row (north to south), x column, f shape.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize

from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_map import Bounds, LegendEntry, MapPicture, Pixels
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.gdal_limits import limited
from rockfall_desktop.sites.layers.map_file import read_features

MOST_FEATURES = 200_000
MOST_NAMED = 40
COLOURS = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999933", "#88CCEE", "#AA4499",
    "#DDCC77", "#117733", "#882255", "#44AA99", "#BBBBBB", "#7F6A4D",
)  # fmt: skip
"""After Okabe and Ito (2008) and Tol (2021)."""
FAULT_COLOUR = "#C1121F"
_OPACITY = 150


@dataclass(frozen=True, eq=False)
class MapFile:
    """A map of shapes, read through the same doors as its chips.

    Attributes:
        layer: what site.toml says.
        shapes: object (f,), shapely, in the site's coordinates.
        units: the unit of each shape; None where it has none.
    """

    layer: Layer
    shapes: NDArray[Any]
    units: tuple[str | None, ...]

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        west, south, east, north = map(float, shapely.total_bounds(self.shapes))
        return west, south, east, north


def colour_of(place: int) -> str:
    """The colour of a class by its place in the legend."""
    return COLOURS[place % len(COLOURS)]


def opened_map(layer: Layer, ground: Ground) -> MapFile:
    """A map of shapes; it may lie anywhere.

    Raises:
        Unreadable: when it cannot be read or placed, or holds too many shapes.
    """
    anywhere = replace(ground, zone_ids=(), outlines=())
    found = read_features(layer, anywhere)
    if len(found.geometries) > MOST_FEATURES:
        message = f"holds {len(found.geometries):,} shapes"
        ground.faults.stop(layer.file, None, message, f"At most {MOST_FEATURES:,} can be drawn.")
    named = layer.what == "units" and layer.column is not None
    return MapFile(layer, found.geometries, found.codes if named else ("",) * len(found.codes))


def draw_map(found: MapFile, bounds: Bounds, shape: tuple[int, int]) -> MapPicture:
    """The shapes within bounds, each cell that of the shape that holds its centre; those without a unit stay clear."""
    west, south, east, north = bounds
    grid = Affine((east - west) / shape[1], 0, west, 0, (south - north) / shape[0], north)
    near = shapely.intersects(shapely.envelope(found.shapes), shapely.box(west, south, east, north))
    seen = [(found.shapes[place], found.units[place]) for place in np.flatnonzero(near)]
    if found.layer.what == "faults":
        entry = (LegendEntry("fault", FAULT_COLOUR),)
        cells = _burned([(one, 1) for one, _ in seen], shape, grid, all_touched=True)
        return MapPicture(coloured(cells, [FAULT_COLOUR], 255), bounds, "faults", entry)
    names = sorted({unit for unit in found.units if unit is not None})  # of the whole file: a unit keeps its colour
    place = {name: number for number, name in enumerate(names, 1)}
    cells = _burned([(one, place[unit]) for one, unit in seen if unit is not None], shape, grid, all_touched=False)
    colours = [colour_of(number) for number in range(len(names))]
    legend = found.layer.legend
    entries = [LegendEntry(shown(legend.get(name, name)), colours[number]) for number, name in enumerate(names)]
    return MapPicture(coloured(cells, colours, _OPACITY), bounds, "geology", tuple(entries[:MOST_NAMED]))


def _burned(
    shapes: list[tuple[Any, int]], shape: tuple[int, int], grid: Affine, *, all_touched: bool
) -> NDArray[np.int32]:
    if not shapes:
        return np.zeros(shape, np.int32)
    with limited():
        burnt = rasterize(shapes, shape, transform=grid, all_touched=all_touched, dtype="int32")
    return np.asarray(burnt, np.int32)


def coloured(cells: NDArray[np.int32], colours: list[str], opacity: int) -> Pixels:
    """Numbers of classes, from 1, as colours: uint8 (y, x, 4); 0 is clear."""
    table = np.zeros((len(colours) + 1, 4), np.uint8)
    for number, colour in enumerate(colours, 1):
        table[number] = (*bytes.fromhex(colour[1:]), opacity)
    return table[cells]
