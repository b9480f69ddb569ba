"""Features of a geological map: from a GeoPackage, a GeoJSON file or a Shapefile, in the site's coordinate system.

Axes: f feature.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.core import read_info
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyogrio.raw import read as read_map

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import (
    Extent,
    demand_overlap,
    layer_crs,
    note_accuracy,
    site_crs,
    to_system,
    transformed,
)
from rockfall_desktop.sites.layers.gdal_limits import limited, stop_unreadable
from rockfall_desktop.sites.layers.map_json import JSON_ENDINGS, MAXIMUM_FEATURES, MAXIMUM_JSON_BYTES, read_json_map
from rockfall_desktop.sites.layers.map_parts import EXPORT, geopackage_table, shapefile_rows

MAXIMUM_BYTES = 512 * 1024**2
MAXIMUM_VERTICES = 10_000_000
_BROKEN = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)


@dataclass(frozen=True, eq=False)
class Features:
    """What a map holds.

    Attributes:
        geometries: object (f,), shapely, without height; none missing, empty or with a coordinate that is no number.
        codes: text of the attribute per feature, None where it is empty.
        held: bool (n,), which of all features of the file these are, in its order; the others have no place.
    """

    geometries: NDArray[Any]
    codes: tuple[str | None, ...]
    held: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Raw:
    geometries: NDArray[Any]
    values: list[Any]
    crs: str


@dataclass(frozen=True)
class MapFacts:
    """What a map says of itself.

    Attributes:
        columns: names of its attributes.
        lines: whether it holds lines.
        extent: west, south, east, north in its own coordinate system; None where nothing has a place.
        features: how many it holds.
        crs: its coordinate system as text, "" for none.
    """

    columns: tuple[str, ...]
    lines: bool
    extent: tuple[float, ...] | None
    features: int
    crs: str


def read_features(layer: Layer, ground: Ground, gap_m: float = 0.0) -> Features:
    """The features of a map; those without a place are left out and counted.

    Args:
        layer: as in site.toml; `column` names the attribute, `table` the table of a GeoPackage.
        ground: the site.
        gap_m: how far from all zones the map may lie.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    path = _path(layer, ground)
    is_json = path.suffix.lower() in JSON_ENDINGS
    raw = _from_json(layer, ground) if is_json else _from_library(path, layer, ground)
    return _placed(raw, layer, ground, gap_m)


def map_facts(layer: Layer, ground: Ground) -> MapFacts:
    """What a map says of itself, through the same doors as its features; of a GeoJSON file by reading it whole.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    path = _path(layer, ground)
    if path.suffix.lower() in JSON_ENDINGS:
        read = read_json_map(layer, ground)
        columns = tuple(dict.fromkeys(str(name) for one in read.properties for name in one))
        there = read.shapes[_has_place(read.shapes)]
        lines = bool(len(there)) and bool((shapely.get_dimensions(there) == 1).all())
        extent = tuple(map(float, shapely.total_bounds(there))) if len(there) else None
        return MapFacts(columns, lines, extent, len(read.shapes), read.crs)
    table, rows, options = _checked(path, layer, ground)
    _demand_readable(path, rows, layer, ground)
    with limited():
        try:
            told = read_info(path, layer=table, force_total_bounds=True, **options)
        except (*_BROKEN, ValueError, OverflowError, MemoryError, OSError) as error:
            stop_unreadable(ground.faults, layer.file, "a map", error)
    lines = "line" in str(told["geometry_type"]).lower()
    bounds = told.get("total_bounds")
    extent = None if bounds is None or not np.isfinite(bounds).all() else tuple(map(float, bounds))
    return MapFacts(tuple(map(str, told["fields"])), lines, extent, rows, str(told["crs"] or ""))


def _path(layer: Layer, ground: Ground) -> Path:
    path = ground.folder.path_of(layer.file)
    limit = MAXIMUM_JSON_BYTES if path.suffix.lower() in JSON_ENDINGS else MAXIMUM_BYTES
    if path.stat().st_size > limit:
        message = f"is larger than {limit // 1024**2} MiB"
        ground.faults.stop(layer.file, None, message, "Cut the map to the site and export it as a GeoPackage.")
    return path


def _checked(path: Path, layer: Layer, ground: Ground) -> tuple[str | None, int, dict[str, str]]:
    """Table, rows and options with which a GeoPackage or a Shapefile is opened."""
    if path.suffix.lower() == ".gpkg":
        table = geopackage_table(path, layer, ground)
        return table.name, table.rows, {"IMMUTABLE": "YES", "LIST_ALL_TABLES": "NO"}
    return None, shapefile_rows(path, layer, ground), {}


def _demand_readable(path: Path, rows: int, layer: Layer, ground: Ground) -> None:
    if rows > MAXIMUM_FEATURES:
        ground.faults.stop(layer.file, None, f"holds {rows:,} features", "Cut the map to the site.")
    if set(str(path)) & set("!;?"):
        message = "lies in a folder with '!', ';' or '?' in its name, where maps cannot be read"
        ground.faults.stop(layer.file, None, message, "Rename the folder or the file.")


def _from_library(path: Path, layer: Layer, ground: Ground) -> _Raw:
    table, rows, options = _checked(path, layer, ground)
    _demand_readable(path, rows, layer, ground)
    if rows == 0:
        return _Raw(np.empty(0, object), [], "")
    raw = _read(path, table, rows, layer, ground, options)
    if len(raw.geometries) != rows:
        message = f"holds {rows:,} features but says {len(raw.geometries):,}"
        ground.faults.stop(layer.file, None, message, EXPORT)
    return raw


def _read(path: Path, table: str | None, rows: int, layer: Layer, ground: Ground, options: dict[str, str]) -> _Raw:
    columns = [layer.column] if layer.column else []
    with limited():
        try:
            meta, _, blobs, found = read_map(
                path, layer=table, columns=columns, force_2d=True, max_features=rows, **options
            )
            if layer.column and not len(meta["fields"]):
                _stop_no_column(list(map(str, read_info(path, layer=table)["fields"])), layer, ground)
            geometries = shapely.from_wkb(blobs)
        except (*_BROKEN, ValueError, OverflowError, MemoryError, OSError, shapely.errors.ShapelyError) as error:
            stop_unreadable(ground.faults, layer.file, "a map", error)
    return _Raw(geometries, list(found[0]) if layer.column else [None] * len(geometries), meta["crs"] or "")


def _stop_no_column(fields: list[str], layer: Layer, ground: Ground) -> None:
    told = ", ".join(fields[:12]) or "none"
    remedy = f"Write column = '...' in the layer '{layer.name}'; the map has {told}."
    ground.faults.stop(layer.file, None, f"has no attribute '{layer.column}'", remedy)


def _from_json(layer: Layer, ground: Ground) -> _Raw:
    read = read_json_map(layer, ground)
    if layer.column and read.properties and not any(layer.column in one for one in read.properties):
        _stop_no_column(sorted(set().union(*read.properties)), layer, ground)
    values = [one.get(layer.column) if layer.column else None for one in read.properties]
    return _Raw(read.shapes, values, read.crs)


def _placed(raw: _Raw, layer: Layer, ground: Ground, gap_m: float) -> Features:
    geometries = raw.geometries
    if shapely.get_num_coordinates(geometries).sum() > MAXIMUM_VERTICES:
        message = f"has more than {MAXIMUM_VERTICES:,} corners"
        ground.faults.stop(layer.file, None, message, "Cut the map to the site, or simplify its lines.")
    held = _has_place(geometries)
    crs = layer_crs(layer, raw.crs, ground) if held.any() else None
    if held.any():
        extent = Extent(*map(float, shapely.total_bounds(geometries[held])))
        here = demand_overlap(layer, extent, crs, ground, gap_m)
        note_accuracy(layer, crs, here, ground)
        if (way := to_system(crs, site_crs(ground))) is not None:
            geometries = shapely.transform(geometries, lambda xy: np.column_stack(transformed(way, xy[:, 0], xy[:, 1])))
            held &= _has_place(geometries)
    if not held.any():
        ground.faults.stop(layer.file, None, "holds no feature that has a place", EXPORT)
    if lost := int((~held).sum()):
        told = f"{lost:,} of {held.size:,} features have no place, or one that is no number, and are left out"
        ground.notes.append(f"Layer '{layer.name}': {told}.")
    return Features(geometries[held], tuple(code_of(raw.values[place]) for place in np.flatnonzero(held)), held)


def _has_place(geometries: NDArray[Any]) -> NDArray[np.bool_]:
    held = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    xy, index = shapely.get_coordinates(geometries, return_index=True)
    held[index[~np.isfinite(xy).all(axis=1)]] = False
    return np.asarray(held, bool)


def code_of(value: Any) -> str | None:
    """A code as text: 3 for 3.0; None for what is empty."""
    if value is None or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return None
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()[:200] or None
