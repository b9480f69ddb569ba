"""Zones as GeoJSON, the geological map as two GeoPackages."""

import io
import json
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.geology import UNITS, Geology
from rockfall_desktop.sites.simulated.layout import CRS, Layout


def zones_geojson(layout: Layout) -> str:
    """The zones Z1, Z2, ... as polygons in the site's coordinate system."""
    features = []
    for zone in range(layout.zones):
        level, column = divmod(zone, layout.columns)
        shape = {"type": "Polygon", "coordinates": [layout.polygon(zone).tolist()]}
        known = {"id": f"Z{zone + 1}", "name": f"Level {level + 1}, sector {column + 1} (simulated)"}
        features.append({"type": "Feature", "properties": known, "geometry": shape})
    lines = ",\n".join(json.dumps(feature) for feature in features)
    return f'{{"type": "FeatureCollection", "name": "zones (simulated)", "features": [\n{lines}\n]}}\n'


def units_package(geology: Geology) -> bytes:
    """The areas of the rock units with code, name and strength, as a GeoPackage."""
    picked = [UNITS[unit] for unit in geology.area_unit]
    columns = {
        "code": np.array([unit.code for unit in picked], dtype=object),
        "name": np.array([unit.name for unit in picked], dtype=object),
        "cohesion_kpa": np.array([unit.cohesion_kpa for unit in picked]),
        "friction_deg": np.array([unit.friction_deg for unit in picked]),
    }
    return _package("rock_units", geology.areas, columns, "Polygon")


def faults_package(geology: Geology) -> bytes:
    """The lines of the faults, as a GeoPackage."""
    names = np.array([f"fault {line + 1}" for line in range(geology.faults.size)], dtype=object)
    return _package("faults", geology.faults, {"name": names}, "LineString")


def _package(table: str, shapes: NDArray[np.object_], columns: dict[str, NDArray[Any]], kind: str) -> bytes:
    memory = io.BytesIO()
    pyogrio.raw.write(
        memory, geometry=shapely.to_wkb(shapes), field_data=list(columns.values()), fields=list(columns), layer=table,
        driver="GPKG", geometry_type=kind, crs=CRS, layer_metadata={"SIMULATED": "YES"},
        layer_options={"DESCRIPTION": "SIMULATED: made up by a computer"},
    )  # fmt: skip
    return memory.getvalue()
