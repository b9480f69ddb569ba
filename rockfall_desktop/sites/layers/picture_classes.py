"""Draws a geological map: classes in colours that stay the same wherever one looks, faults as lines.

Axes: y row (north to south), x column.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from rasterio.features import rasterize

from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_map import Bounds, LegendEntry, MapPicture, Pixels
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import Extent, layer_crs, moved, site_crs, to_system, transformed
from rockfall_desktop.sites.layers.gdal_limits import limited

MOST_FEATURES = 200_000
MOST_NAMED = 40
COLOURS = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999933", "#88CCEE", "#AA4499",
    "#DDCC77", "#117733", "#882255", "#44AA99", "#BBBBBB", "#7F6A4D",
)  # fmt: skip
"""After Okabe and Ito (2008) and Tol (2021)."""
FAULT_COLOUR = "#C1121F"
_OPACITY = 150
_HEADS = {".gpkg": (b"SQLite format 3\0",), ".shp": (b"\0\0\x27\x0a",), ".geojson": (b"{",), ".json": (b"{",)}
_EXPORT = "Export it anew as GeoPackage or GeoJSON."


@dataclass(frozen=True)
class MapFile:
    """A map of shapes that can be opened.

    Attributes:
        path, name: the file and its name in the site.
        layer: what site.toml says.
        crs: the file's coordinate system; None where neither it nor the site has one.
        site_crs: the site's.
        bounds: what it covers, in the site's coordinates.
        features: how many shapes it holds.
    """

    path: Path
    layer: Layer
    crs: CRS | None
    site_crs: CRS | None
    bounds: Bounds
    features: int


def colour_of(place: int) -> str:
    """The colour of a class by its place in the legend."""
    return COLOURS[place % len(COLOURS)]


def opened_map(path: Path, layer: Layer, ground: Ground) -> MapFile:
    """Look into a map of shapes.

    Raises:
        Unreadable: when it is none, cannot be placed or holds too many shapes.
    """
    faults = ground.faults
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(_HEADS.get(path.suffix.lower(), (b"\xff\xff\xff",))):
        faults.stop(layer.file, None, f"is no {path.suffix.lower() or 'map'} file", _EXPORT)
    try:
        with limited():
            told = pyogrio.read_info(path, layer=layer.table or None, force_total_bounds=True, force_feature_count=True)
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        faults.stop(layer.file, None, f"cannot be read as a map: {_short(error)}", _EXPORT)
    own, site = layer_crs(layer, told["crs"] or "", ground), site_crs(ground)
    if told["features"] > MOST_FEATURES:
        faults.stop(layer.file, None, f"holds {told['features']:,} shapes", f"At most {MOST_FEATURES:,} can be drawn.")
    bounds = told["total_bounds"]
    if bounds is None or not np.isfinite(bounds).all():
        faults.stop(layer.file, None, "holds no shape with coordinates", _EXPORT)
    here = moved(Extent(*map(float, bounds)), to_system(own, site))
    if here is None:
        faults.stop(layer.file, None, "has no place in the site's coordinates", "Check its crs in site.toml.")
    extent = (here.west, here.south, here.east, here.north)
    return MapFile(path, layer, own, site, extent, int(told["features"]))


def draw_map(found: MapFile, bounds: Bounds, shape: tuple[int, int], faults: Faults) -> MapPicture:
    """The shapes within bounds, each cell that of the shape that holds its centre.

    Raises:
        Unreadable: when the shapes cannot be read.
    """
    names = _names(found, faults)
    shapes, units = _shapes(found, bounds, faults)
    west, south, east, north = bounds
    grid = Affine((east - west) / shape[1], 0, west, 0, (south - north) / shape[0], north)
    if found.layer.what == "faults":
        entry = (LegendEntry("fault", FAULT_COLOUR),)
        burnt = [(one, 1) for one in shapes]
        cells = rasterize(burnt, shape, transform=grid, all_touched=True, dtype="int32") if burnt else _none(shape)
        return MapPicture(coloured(cells, [FAULT_COLOUR], 255), bounds, "faults", entry)
    place = {name: number for number, name in enumerate(names, 1)}
    burnt = [(one, place[unit]) for one, unit in zip(shapes, units, strict=True) if unit in place]
    cells = rasterize(burnt, shape, transform=grid, dtype="int32") if burnt else _none(shape)
    colours = [colour_of(number) for number in range(len(names))]
    legend = found.layer.legend
    entries = [LegendEntry(shown(legend.get(name, name)), colours[number]) for number, name in enumerate(names)]
    return MapPicture(coloured(cells, colours, _OPACITY), bounds, "geology", tuple(entries[:MOST_NAMED]))


def coloured(cells: NDArray[np.int32], colours: list[str], opacity: int) -> Pixels:
    """Numbers of classes, from 1, as colours: uint8 (y, x, 4); 0 is clear."""
    table = np.zeros((len(colours) + 1, 4), np.uint8)
    for number, colour in enumerate(colours, 1):
        table[number] = (*bytes.fromhex(colour[1:]), opacity)
    return table[cells]


def _none(shape: tuple[int, int]) -> NDArray[np.int32]:
    return np.zeros(shape, np.int32)


def _names(found: MapFile, faults: Faults) -> list[str]:
    """Every unit of the whole file, sorted, so that a unit has one colour everywhere."""
    if found.layer.what == "faults" or found.layer.column is None:
        return [""]
    units = _read(found, None, faults, geometry=False)[1]
    return sorted(set(units))


def _shapes(found: MapFile, bounds: Bounds, faults: Faults) -> tuple[list[Any], list[str]]:
    back, there = to_system(found.site_crs, found.crs), to_system(found.crs, found.site_crs)
    own = moved(Extent(*bounds), back)
    if own is None:
        return [], []
    shapes, units = _read(found, (own.west, own.south, own.east, own.north), faults, geometry=True)
    if there is not None:
        x_y = lambda points: np.column_stack(transformed(there, points[:, 0], points[:, 1]))  # noqa: E731
        shapes = list(shapely.transform(np.array(shapes, object), x_y))
    kept = [
        (shape, unit)
        for shape, unit in zip(shapes, units, strict=True)
        if shape is not None and not shape.is_empty and np.isfinite(shape.bounds).all()
    ]
    return [shape for shape, _ in kept], [unit for _, unit in kept]


def _read(found: MapFile, bounds: Any, faults: Faults, *, geometry: bool) -> tuple[list[Any], list[str]]:
    column = found.layer.column
    try:
        with limited():
            meta, _, shapes, fields = pyogrio.raw.read(
                found.path,
                layer=found.layer.table or None,
                columns=[column] if column and found.layer.what == "units" else [],
                bbox=bounds,
                read_geometry=geometry,
                force_2d=True,
                max_features=MOST_FEATURES,
            )
        parsed = list(shapely.from_wkb(shapes, on_invalid="ignore")) if geometry else []
    except (DataSourceError, DataLayerError, ValueError, OSError, shapely.errors.ShapelyError) as error:
        faults.stop(found.layer.file, None, f"cannot be read as a map: {_short(error)}", _EXPORT)
    if column and found.layer.what == "units" and column not in meta["fields"]:
        faults.stop(found.layer.file, None, f"has no attribute '{column}'", "Correct column in its [[layer]].")
    units = ["" if unit is None else str(unit) for unit in fields[0]] if len(fields) else [""] * len(parsed)
    return parsed, units


def _short(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
