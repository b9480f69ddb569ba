"""Zones from a GeoPackage or a Shapefile."""

import numpy as np

from rockfall_desktop.domain.site_zone import ZoneFile
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.zone_crs import zones_ground
from rockfall_desktop.sites.zone_file import Shape, point_shape, polygon_shape, told_id


class ZonesFaults(Faults):
    """Passes on what the reader of layers finds, in the words of `[zones]`; `key` is the one that names the column."""

    def __init__(self, faults: Faults, key: str = "id_column") -> None:
        super().__init__()
        self._faults = faults
        self._key = key

    def add(self, file: str, row: int | None, message: str, remedy: str) -> None:
        """Note a fault among the site's."""
        remedy = remedy.replace("in the layer 'zones'", "in [zones]").replace("Write column =", f"Write {self._key} =")
        self._faults.add(file, row, message, remedy)


def read_zone_map(
    zones: ZoneFile, crs: str, folder: SiteFolder, faults: Faults, notes: list[str]
) -> list[tuple[str, Shape]]:
    """Ids and shapes of the zones in a map, moved into the site's coordinate system.

    Raises:
        Unreadable: when the file cannot be used; its faults are noted.
    """
    from rockfall_desktop.sites.layers.map_file import read_features  # noqa: PLC0415 - pyogrio loads here

    features = read_features(*zones_ground(zones, crs, folder, ZonesFaults(faults), notes))
    lost = (np.flatnonzero(~features.held) + 1).tolist()
    for number in lost:
        message = f"feature {number} has no place, or one that is no number"
        faults.add(zones.file, None, message, "Draw it, or remove it, and export the zones again.")
    found = []
    numbers = (np.flatnonzero(features.held) + 1).tolist()
    for number, geometry, code in zip(numbers, features.geometries, features.codes, strict=True):
        name = code if zones.id_column else str(number)
        if name is None:
            faults.add(zones.file, None, f"feature {number} has no id in '{zones.id_column}'", "Fill in its id.")
            continue
        told_id(name, zones.file, None, f"the id of feature {number}", faults)
        if geometry.geom_type in ("Polygon", "MultiPolygon") and geometry.is_valid:
            found.append((name, polygon_shape(geometry)))
        elif geometry.geom_type == "Point" and zones.radius_m is not None:
            found.append((name, point_shape(geometry.x, geometry.y, zones.radius_m)))
        else:
            message = f"feature {number} ('{name}') is a {geometry.geom_type} that cannot be a zone"
            faults.add(zones.file, None, message, "Use valid polygons, or points together with radius_m.")
    return found
