"""Zones from a file: GeoJSON with polygons or points, or a table of points."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_zone import FARTHEST_M, MAXIMUM_ZONES, ZoneFile, checked_zone_id
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.map_json import MAXIMUM_JSON_BYTES
from rockfall_desktop.sites.tables.convert import read_numbers
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zone_crs import brought, zones_ground

Floats = NDArray[np.float64]
_UNREAD = object()


@dataclass(frozen=True, eq=False)
class Shape:
    """A zone on the ground.

    Attributes:
        outline: shapely geometry in the site's crs; of a circle a polygon of 64 corners.
        holds: from x and y (n,) to bool (n,), whether points lie in it or on its border.
    """

    outline: Any
    holds: Callable[[Floats, Floats], NDArray[np.bool_]]


def point_shape(x_m: float, y_m: float, radius_m: float) -> Shape:
    """All that lies within a radius around a centre; of a centre beyond any place only the centre."""
    if max(abs(x_m), abs(y_m)) > FARTHEST_M:
        return polygon_shape(shapely.Point(x_m, y_m))
    circle = shapely.Point(x_m, y_m).buffer(radius_m, quad_segs=16)
    return Shape(circle, lambda x, y: np.hypot(x - x_m, y - y_m) <= radius_m)


def polygon_shape(polygon: Any) -> Shape:
    """All that lies inside a polygon or on its border."""
    shapely.prepare(polygon)
    return Shape(polygon, lambda x, y: np.asarray(shapely.intersects_xy(polygon, x, y), bool))


def read_zone_file(
    zones: ZoneFile, crs: str, folder: SiteFolder, reader: TableReader, faults: Faults
) -> list[tuple[str, Shape]]:
    """Ids and shapes of the zones in a GeoJSON file or a table, in the site's coordinate system.

    Raises:
        Unreadable: when the file cannot be used; its faults are noted.
    """
    if zones.is_geojson:
        return _from_geojson(zones, zones_ground(zones, crs, folder, faults, reader.notes))
    return _from_table(zones, reader, faults)


def demand_zones(found: list[tuple[str, Shape]], zones: ZoneFile, faults: Faults) -> None:
    """Note a fault for an id that is used twice, for coordinates beyond any place and for too many zones.

    Raises:
        Unreadable: when the zones of the file cannot be used.
    """
    twice = [name for name, times in Counter(name for name, _ in found).items() if times > 1]
    if twice:
        faults.add(zones.file, None, f"has zone '{twice[0]}' twice", "Give every zone an id of its own.")
    far = [name for name, shape in found if (np.abs(shape.outline.bounds) > FARTHEST_M).any()]
    if far:
        message = f"has zone '{far[0]}' with coordinates of more than {FARTHEST_M:,.0f}"
        faults.add(zones.file, None, message, "Correct its coordinates.")
    if len(found) > MAXIMUM_ZONES:
        faults.add(zones.file, None, f"has {len(found):,} zones", f"At most {MAXIMUM_ZONES:,} zones make a site.")


def _from_table(zones: ZoneFile, reader: TableReader, faults: Faults) -> list[tuple[str, Shape]]:
    table = reader.table(zones)
    names = table.column(zones.id_column, faults).to_list() if zones.id_column else _numbers(len(table.rows))
    x, y = (read_numbers(table, column, zones, faults, []) for column in (zones.x_column, zones.y_column))
    bad = [place for place, name in enumerate(names) if not name or np.isnan([x[place], y[place]]).any()]
    remedy = "Fill in id and both coordinates, or remove the row."
    faults.add_rows(zones.file, table.rows[bad].tolist(), lambda _: "has no id or no coordinates", remedy)
    for row, name in zip(table.rows.tolist(), names, strict=True):
        told_id(name, zones.file, row, "the id", faults)
    radius_m = zones.radius_m or 0.0
    return [(name, point_shape(x[place], y[place], radius_m)) for place, name in enumerate(names)]


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def told_id(name: str, file: str, row: int | None, whose: str, faults: Faults) -> None:
    """Note a fault when a zone cannot have this id."""
    try:
        checked_zone_id(name)
    except ValueError as error:
        message, _, remedy = str(error).partition("; ")
        faults.add(file, row, f"{whose} {message}", f"{remedy.capitalize()}.")


def _from_geojson(zones: ZoneFile, place: tuple[Layer, Ground]) -> list[tuple[str, Shape]]:
    layer, ground = place
    faults = ground.faults
    if ground.folder.place_of(zones.file).stat().st_size > MAXIMUM_JSON_BYTES:
        message = f"is larger than {MAXIMUM_JSON_BYTES // 1024**2} MiB"
        faults.stop(zones.file, None, message, "Simplify the zones' outlines, or export them as a GeoPackage.")
    try:
        content = json.loads(ground.folder.read(zones.file))
        features = list(content["features"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        remedy = "Export the zones as a GeoJSON FeatureCollection in the site's coordinate system."
        faults.stop(zones.file, row, "is no GeoJSON FeatureCollection with features", remedy)
    if not features:
        faults.add(zones.file, None, "has no feature", "Export at least one zone.")
    geometries = np.empty(len(features), object)
    names = [_named(item, number, zones, geometries, faults) for number, item in enumerate(features, 1)]
    geometries = brought(_own_crs(content, zones, faults), geometries, layer, ground)
    found = [
        _feature(name, geometry, number, zones, faults)
        for number, (name, geometry) in enumerate(zip(names, geometries, strict=True), 1)
        if name is not _UNREAD
    ]
    return [zone for zone in found if zone is not None]


def _own_crs(content: dict[str, Any], zones: ZoneFile, faults: Faults) -> str | None:
    """The name in the member `crs` of GeoJSON 2008, None without one."""
    member = content.get("crs")
    if member is None:
        return None
    name = member.get("properties") if isinstance(member, dict) else None
    name = name.get("name") if isinstance(name, dict) else None
    if not isinstance(name, str) or not name:
        remedy = "Export the zones in the site's coordinate system."
        faults.stop(zones.file, None, "has a member crs that names no coordinate system", remedy)
    return name


def _named(item: Any, number: int, zones: ZoneFile, geometries: NDArray[Any], faults: Faults) -> Any:
    """What a feature has as its id; its geometry is put into its place (n,)."""
    try:
        name = (item.get("properties") or {}).get(zones.id_column, item.get("id")) if zones.id_column else str(number)
        geometries[number - 1] = shapely.from_geojson(json.dumps(item["geometry"]))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, shapely.errors.ShapelyError):
        faults.add(zones.file, None, f"feature {number} has no geometry that can be read", "Export the zones again.")
        return _UNREAD
    return name


def _feature(name: Any, geometry: Any, number: int, zones: ZoneFile, faults: Faults) -> tuple[str, Shape] | None:
    if not isinstance(name, str | int) or not str(name):
        remedy = f"Give every feature a property '{zones.id_column}', or name the right one as id_column."
        faults.add(zones.file, None, f"feature {number} has no id", remedy)
        return None
    told_id(str(name), zones.file, None, f"the id of feature {number}", faults)
    kind = getattr(geometry, "geom_type", "None")
    if kind in {"Polygon", "MultiPolygon"} and geometry.is_valid and not geometry.is_empty:
        return str(name), polygon_shape(geometry)
    if kind == "Point" and not geometry.is_empty and zones.radius_m is not None:
        return str(name), point_shape(geometry.x, geometry.y, zones.radius_m)
    remedy = "Use valid polygons, or points together with radius_m."
    faults.add(zones.file, None, f"feature {number} ('{name}') is a {kind} that cannot be a zone", remedy)
    return None
