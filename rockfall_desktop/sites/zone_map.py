"""Zones from a GeoPackage or a Shapefile."""

from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.domain.site_zone import ZoneFile
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.zone_file import Shape, point_shape, polygon_shape, told_id


def read_zone_map(
    zones: ZoneFile, crs: str, folder: SiteFolder, faults: Faults, notes: list[str]
) -> list[tuple[str, Shape]]:
    """Ids and shapes of the zones in a map, moved into the site's coordinate system.

    Raises:
        Unreadable: when the file cannot be used; its faults are noted.
    """
    from rockfall_desktop.sites.layers.map_file import read_features  # noqa: PLC0415 - pyogrio loads here

    column = zones.id_column or None
    layer = Layer(name="zones", kind="geology", file=zones.file, column=column, table=zones.table, timeless=True)
    nowhere = Ground(crs, "Etc/UTC", ("",), (None,), Chips(), CloudSets(), folder, faults, notes)
    features = read_features(layer, nowhere)
    found = []
    for number, (geometry, code) in enumerate(zip(features.geometries, features.codes, strict=True), 1):
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
