"""Reads a map from GeoJSON (RFC 7946, and the crs member of GeoJSON 2008), with no driver that could follow a name.

Axes: f feature.
"""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground

MAXIMUM_JSON_BYTES = 96 * 1024**2
MAXIMUM_FEATURES = 1_000_000
JSON_ENDINGS = (".geojson", ".json")


@dataclass(frozen=True, eq=False)
class JsonMap:
    """What a GeoJSON file holds.

    Attributes:
        shapes: object (f,), shapely, without height; None where a feature has no geometry.
        properties: the attributes of each feature.
        crs: name of the coordinate system; "" where neither the file nor the standard tells.
    """

    shapes: NDArray[Any]
    properties: list[dict[str, Any]]
    crs: str


def read_json_map(layer: Layer, ground: Ground) -> JsonMap:
    """The features of a GeoJSON file.

    Raises:
        Unreadable: when it is none, or holds more than can be read.
    """
    remedy = "Export the map as a GeoJSON FeatureCollection."
    try:
        content = json.loads(ground.folder.read(layer.file))
        features = content["features"]
        own = (content.get("crs") or {}).get("properties", {}).get("name", "")
        properties = [dict(feature.get("properties") or {}) for feature in features]
        geometries = [feature.get("geometry") for feature in features]
    except json.JSONDecodeError as error:
        ground.faults.stop(layer.file, error.lineno, "is no JSON", remedy)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError):
        ground.faults.stop(layer.file, None, "is no GeoJSON FeatureCollection with features", remedy)
    if len(features) > MAXIMUM_FEATURES:
        ground.faults.stop(layer.file, None, f"holds {len(features):,} features", "Cut the map to the site.")
    shapes = np.empty(len(features), object)
    for place, geometry in enumerate(geometries):
        try:
            shapes[place] = None if geometry is None else shapely.from_geojson(json.dumps(geometry))
        except (ValueError, TypeError, RecursionError, MemoryError, shapely.errors.ShapelyError):
            ground.faults.stop(layer.file, None, f"feature {place + 1} has a geometry that cannot be read", remedy)
    return JsonMap(shapely.force_2d(shapes), properties, _crs(str(own), shapes, layer, ground))


def _crs(own: str, shapes: NDArray[Any], layer: Layer, ground: Ground) -> str:
    """What a GeoJSON file is in: what it says; else, if site.toml is silent too, degrees if it can be (RFC 7946)."""
    if own or layer.crs or not ground.crs or not len(shapes):
        return "OGC:CRS84" if own.endswith("CRS84") else own
    west, south, east, north = shapely.total_bounds(shapes)
    return "OGC:CRS84" if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else ""
