"""Features of a geological map: from a GeoPackage, a GeoJSON file or a Shapefile, in the site's coordinate system.

Axes: f feature.
"""

import json
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
from rockfall_desktop.sites.layers.geopackage import HostileFile, feature_tables

MAXIMUM_BYTES = 512 * 1024**2
MAXIMUM_JSON_BYTES = 96 * 1024**2
MAXIMUM_FEATURES = 1_000_000
MAXIMUM_VERTICES = 10_000_000
_BROKEN = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
_EXPORT = "Export it again as a GeoPackage of its own."


@dataclass(frozen=True, eq=False)
class Features:
    """What a map holds.

    Attributes:
        geometries: object (f,), shapely, without height; none missing, empty or with a coordinate that is no number.
        codes: text of the attribute per feature, None where it is empty.
    """

    geometries: NDArray[Any]
    codes: tuple[str | None, ...]


@dataclass(frozen=True, eq=False)
class _Raw:
    geometries: NDArray[Any]
    values: list[Any]
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
    path = ground.folder.path_of(layer.file)
    ending = path.suffix.lower()
    limit = MAXIMUM_JSON_BYTES if ending in (".geojson", ".json") else MAXIMUM_BYTES
    if path.stat().st_size > limit:
        message = f"is larger than {limit // 1024**2} MiB"
        ground.faults.stop(layer.file, None, message, "Cut the map to the site and export it as a GeoPackage.")
    if ending == ".gpkg":
        raw = _from_geopackage(path, layer, ground)
    elif ending == ".shp":
        raw = _from_shapefile(path, layer, ground)
    else:
        raw = _from_geojson(layer, ground)
    return _placed(raw, layer, ground, gap_m)


def _from_geopackage(path: Path, layer: Layer, ground: Ground) -> _Raw:
    for ending in ("-wal", "-journal"):
        if (beside := path.with_name(path.name + ending)).exists() and beside.stat().st_size:
            message = f"has changes that are not yet written ({beside.name} lies beside it)"
            ground.faults.stop(layer.file, None, message, "Close it in the program in which it is open.")
    try:
        tables = feature_tables(path)
    except HostileFile as error:
        ground.faults.stop(layer.file, None, str(error), _EXPORT)
    except (OSError, ValueError):
        ground.faults.stop(layer.file, None, "is no GeoPackage", _EXPORT)
    named = [table for table in tables if table.name == layer.table or (not layer.table and len(tables) == 1)]
    if not named:
        told = ", ".join(table.name for table in tables[:8]) or "none"
        message = f"has no table '{layer.table}' with features" if layer.table else "has not exactly one table"
        remedy = f"Write table = '...' in the layer '{layer.name}'; it has {told}."
        ground.faults.stop(layer.file, None, message, remedy)
    raw = _read(path, named[0].name, named[0].rows, layer, ground, {"IMMUTABLE": "YES", "LIST_ALL_TABLES": "NO"})
    if len(raw.geometries) != named[0].rows:
        message = f"holds {named[0].rows:,} features but says {len(raw.geometries):,}"
        ground.faults.stop(layer.file, None, message, _EXPORT)
    return raw


def _from_shapefile(path: Path, layer: Layer, ground: Ground) -> _Raw:
    beside = {found.suffix.lower(): found.name for found in path.parent.iterdir() if found.stem == path.stem}
    folder = layer.file.replace("\\", "/").rpartition("/")[0]
    for ending in (".shx", ".dbf"):
        if ending not in beside:
            message = f"lacks its part {path.stem}{ending}"
            ground.faults.stop(layer.file, None, message, "Put all parts of the Shapefile into the folder.")
    parts = {
        ending: ground.folder.path_of(f"{folder}/{beside[ending]}" if folder else beside[ending])
        for ending in (".shx", ".dbf", ".prj", ".cpg")
        if ending in beside
    }
    index = parts[".shx"].read_bytes()[100:]
    records = np.frombuffer(index[: len(index) // 8 * 8], ">i4").reshape(-1, 2).astype(np.int64)
    with path.open("rb") as file:
        sound = file.read(4) == b"\x00\x00\x27\x0a" and bool((records > 0).all())
    if not sound or int((2 * records[:, 1] + 8).sum()) + 100 > path.stat().st_size:
        ground.faults.stop(layer.file, None, "is no Shapefile, or its .shx does not belong to it", _EXPORT)
    return _read(path, None, len(records), layer, ground, {})


def _read(path: Path, table: str | None, rows: int, layer: Layer, ground: Ground, options: dict[str, str]) -> _Raw:
    if rows > MAXIMUM_FEATURES:
        ground.faults.stop(layer.file, None, f"holds {rows:,} features", "Cut the map to the site.")
    if rows == 0:
        return _Raw(np.empty(0, object), [], "")
    if set(str(path)) & set("!;?"):
        message = "lies in a folder with '!', ';' or '?' in its name, where maps cannot be read"
        ground.faults.stop(layer.file, None, message, "Rename the folder or the file.")
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


def _from_geojson(layer: Layer, ground: Ground) -> _Raw:
    remedy = "Export the map as a GeoJSON FeatureCollection."
    try:
        content = json.loads(ground.folder.read(layer.file))
        features = content["features"]
        own = (content.get("crs") or {}).get("properties", {}).get("name", "")
        properties = [feature.get("properties") or {} for feature in features]
        geometries = [feature.get("geometry") for feature in features]
    except json.JSONDecodeError as error:
        ground.faults.stop(layer.file, error.lineno, "is no JSON", remedy)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError):
        ground.faults.stop(layer.file, None, "is no GeoJSON FeatureCollection with features", remedy)
    if len(features) > MAXIMUM_FEATURES:
        ground.faults.stop(layer.file, None, f"holds {len(features):,} features", "Cut the map to the site.")
    if layer.column and features and not any(layer.column in one for one in properties):
        _stop_no_column(sorted(set().union(*properties)), layer, ground)
    shapes = np.empty(len(features), object)
    for place, geometry in enumerate(geometries):
        try:
            shapes[place] = None if geometry is None else shapely.from_geojson(json.dumps(geometry))
        except (ValueError, TypeError, RecursionError, MemoryError, shapely.errors.ShapelyError):
            ground.faults.stop(layer.file, None, f"feature {place + 1} has a geometry that cannot be read", remedy)
    values = [one.get(layer.column) if layer.column else None for one in properties]
    return _Raw(shapely.force_2d(shapes), values, _geojson_crs(str(own), shapes, layer, ground))


def _geojson_crs(own: str, shapes: NDArray[Any], layer: Layer, ground: Ground) -> str:
    """What a GeoJSON file is in: what it says; else, if site.toml is silent too, degrees if it can be (RFC 7946)."""
    if own or layer.crs or not ground.crs or not len(shapes):
        return "OGC:CRS84" if own.endswith("CRS84") else own
    west, south, east, north = shapely.total_bounds(shapes)
    return "OGC:CRS84" if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else ""


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
        ground.faults.stop(layer.file, None, "holds no feature that has a place", _EXPORT)
    if lost := int((~held).sum()):
        told = f"{lost:,} of {held.size:,} features have no place, or one that is no number, and are left out"
        ground.notes.append(f"Layer '{layer.name}': {told}.")
    return Features(geometries[held], tuple(code_of(raw.values[place]) for place in np.flatnonzero(held)))


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
