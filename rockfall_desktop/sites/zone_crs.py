"""In which coordinate system zones are: what counts in metres, and what a GeoJSON file says of its own."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.domain.site_zone import ZoneFile
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground

DEGREES = "OGC:CRS84"


def demand_metres(manifest: SiteManifest, faults: Faults, notes: list[str]) -> None:
    """Refuse `radius_m` and `zone_grid` where the site's coordinates do not count in metres.

    Raises:
        Unreadable: for a system in degrees or feet; the fault is noted.
    """
    places = [(zone.radius_m is not None, f"radius_m of zone '{zone.id}'") for zone in manifest.zone]
    places += [(manifest.zone_grid is not None, "cell_m of zone_grid")]
    places += [(manifest.zones is not None and manifest.zones.radius_m is not None, "radius_m of zones")]
    used = [told for counts, told in places if counts]
    if not used or not manifest.crs:
        return
    from rockfall_desktop.sites.layers.coordinates import crs_name, parse_crs  # noqa: PLC0415 - pyproj loads here

    try:
        crs = parse_crs(manifest.crs)
    except ValueError as error:
        notes.append(f"crs: '{manifest.crs}' {error}; {used[0]} is taken in the unit of the coordinates.")
        return
    axes = [] if crs is None else crs.axis_info[:2]
    units = [axis.unit_name for axis in axes if abs(axis.unit_conversion_factor - 1.0) > 1e-9]
    if crs is not None and units:
        unit = "degrees" if crs.is_geographic else units[0]
        message = f"{used[0]} is in metres, but the site's crs {crs_name(crs)} counts in {unit}"
        remedy = "Give all coordinates of the site in a system in metres, e.g. a UTM zone, or zones as polygons."
        faults.stop("site.toml", None, message, remedy)


def zones_ground(
    zones: ZoneFile, crs: str, folder: SiteFolder, faults: Faults, notes: list[str]
) -> tuple[Layer, Ground]:
    """The zones' file as a map is read: a layer named `zones` on a ground that has no zones yet."""
    layer = Layer(
        name="zones",
        kind="geology",
        file=zones.file,
        crs=zones.crs,
        column=zones.id_column or None,
        table=zones.table,
        timeless=True,
    )
    return layer, Ground(crs, "Etc/UTC", ("",), (None,), Chips(), CloudSets(), folder, faults, notes)


def brought(own: str | None, shapes: NDArray[Any], layer: Layer, ground: Ground) -> NDArray[Any]:
    """Geometries (n,) of a GeoJSON file in the site's coordinate system.

    The file's own system counts, then that which site.toml gives, then the site's; but where the site counts in
    metres and all numbers of a silent file can be degrees, they are degrees (WGS 84, RFC 7946). What is moved is told.

    Args:
        own: what the file names, None for nothing.
        shapes: shapely geometries, None where there is none.
        layer: from `zones_ground`.
        ground: likewise.

    Raises:
        Unreadable: when a system is unknown, or the site has none although the file has one.
    """
    from rockfall_desktop.sites.layers import coordinates  # noqa: PLC0415 - pyproj loads here

    silent = not (own or layer.crs)
    if silent and not (ground.crs and _can_be_degrees(shapes)):
        return shapes
    site = _known(ground.crs, "site.toml", ground) if ground.crs else None
    if silent and (site is None or not site.is_projected):
        return shapes
    given = _known(own or layer.crs or DEGREES, layer.file if own else "site.toml", ground)
    if given is None or coordinates.same(given, site):
        return shapes
    crs = coordinates.layer_crs(layer, own or ("" if layer.crs else DEGREES), ground)
    way = coordinates.to_system(crs, coordinates.site_crs(ground))
    if way is None:
        return shapes
    moved = shapely.transform(shapes, lambda xy: np.column_stack(coordinates.transformed(way, xy[:, 0], xy[:, 1])))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        message = f"has places that {coordinates.crs_name(site)} does not reach from {coordinates.crs_name(given)}"
        ground.faults.stop(layer.file, None, message, "Export the zones in the site's coordinate system.")
    reason = "it names no system and its numbers can be degrees, so " if silent else ""
    told = f"{reason}moved from {coordinates.crs_name(given)} to {coordinates.crs_name(site)}"
    ground.notes.append(f"Zones: {layer.file}: {told}.")
    extent = coordinates.Extent(*map(float, shapely.total_bounds(moved)))
    coordinates.note_accuracy(layer, crs, extent, ground)
    return np.asarray(moved)


def _known(name: str, file: str, ground: Ground) -> Any:
    """The pyproj CRS of a name; None for one that is tied to no place on Earth."""
    from rockfall_desktop.sites.layers.coordinates import parse_crs  # noqa: PLC0415 - pyproj loads here

    try:
        return parse_crs(name)
    except ValueError as error:
        remedy = "Write the code of a coordinate system, e.g. EPSG:25832, or export the zones in the site's."
        ground.faults.stop(file, None, f"crs '{name}' {error}", remedy)


def _can_be_degrees(shapes: NDArray[Any]) -> bool:
    xy = np.abs(shapely.get_coordinates(shapes))
    return bool(xy.size) and bool((xy <= (180.0, 90.0)).all())
