"""Reads what a site's map shows: zones, incidents, and what is known of each layer before it is drawn."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.domain.site_map import Bounds, MapLayer, MapPicture, SiteMap, ZoneOutline
from rockfall_desktop.sites.falls.places import no_incidents, place_incidents
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import parse_crs
from rockfall_desktop.sites.layers.picture import Drawable, draw, facts, prepare
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones, read_zones


@dataclass(frozen=True, eq=False)
class _Site:
    manifest: SiteManifest
    ground: Ground
    zones: Zones
    reader: TableReader


def read_site_map(folder: Path, cache: Path) -> SiteMap:
    """Zones, incidents and layers of a site; a layer that cannot be drawn says why.

    Args:
        folder: the site.
        cache: where copies for drawing lie.

    Raises:
        WrongInput: when site.toml, the zones or the incidents cannot be read.
    """
    faults = Faults()
    with suppress(Unreadable):
        site = _opened(folder, faults)
        outlines = tuple(map(_outline, site.zones.ids, site.zones.outlines))
        centres = np.array([one.centre or (np.nan, np.nan) for one in outlines]).reshape(-1, 2)
        manifest, home = site.manifest, site.ground.folder
        placed = no_incidents()
        if manifest.incidents is not None:
            placed = place_incidents(
                manifest.incidents, home, site.reader, site.zones, centres, manifest.timezone, faults
            )
        if not faults.count:
            layers = tuple(_told(layer, site, cache) for layer in manifest.layer)
            by_rule = manifest.incident_rule is not None
            return SiteMap(manifest.crs, _unit(manifest.crs), manifest.timezone, outlines, placed, layers, by_rule)
    raise faults.as_error()


def draw_layer(folder: Path, cache: Path, name: str, bounds: Bounds, shape: tuple[int, int]) -> MapPicture:
    """A layer within bounds, at a size in pixels (rows, columns).

    Raises:
        WrongInput: when it cannot be drawn.
    """
    faults = Faults()
    try:
        return draw(_drawable(folder, cache, name, faults), bounds, shape)
    except Unreadable:
        raise _cannot_draw(name, faults) from None


def prepare_layer(folder: Path, cache: Path, name: str) -> Generator[float, None, None]:
    """Make the small copy of a layer, unless there is one; yields how much is done, 0 to 1.

    Raises:
        WrongInput: when the layer cannot be read.
        StoreFault: when there is no room for the copy.
    """
    faults = Faults()
    try:
        drawable = _drawable(folder, cache, name, faults)
        if not drawable.copy.exists():
            yield from prepare(drawable)
    except Unreadable:
        raise _cannot_draw(name, faults) from None


def _cannot_draw(name: str, faults: Faults) -> WrongInput:
    first = faults.told()[0]
    return WrongInput(f"Layer '{shown(name)}' cannot be drawn", f"{first.text}.", first.remedy)


def _opened(folder: Path, faults: Faults) -> _Site:
    home = SiteFolder(folder, faults)
    manifest = load_manifest(home, faults)
    reader = TableReader(home, faults, [])
    zones = read_zones(manifest, home, reader, faults)
    return _Site(manifest, _ground(manifest, home, zones, faults), zones, reader)


def _drawable(folder: Path, cache: Path, name: str, faults: Faults) -> Drawable:
    home = SiteFolder(folder, faults)
    manifest = load_manifest(home, faults)
    layer = next((one for one in manifest.layer if one.name == name), None)
    if layer is None:
        faults.stop("site.toml", None, f"names no layer '{name}' any more", "Open the site again.")
    return Drawable(layer, home.place_of(layer.file), _ground(manifest, home, None, faults), cache)


def _ground(manifest: SiteManifest, home: SiteFolder, zones: Zones | None, faults: Faults) -> Ground:
    return Ground(
        crs=manifest.crs,
        time_zone=manifest.timezone,
        zone_ids=zones.ids if zones else (),
        outlines=zones.outlines if zones else (),
        chips=manifest.chips,
        clouds=manifest.clouds,
        folder=home,
        faults=faults,
        notes=[],
    )


def _told(layer: Layer, site: _Site, cache: Path) -> MapLayer:
    faults = Faults()
    home = SiteFolder(site.ground.folder.path, faults)
    ground = replace(site.ground, folder=home, faults=faults)
    bare = MapLayer(layer.name, layer.kind, layer.file, layer.acquired, ground.known_s(layer), None, "", None)
    try:
        known = facts(Drawable(layer, home.place_of(layer.file), ground, cache))
    except (Unreadable, OSError) as error:
        told = faults.told()
        fault = f"{told[0].text}. {told[0].remedy}" if told else f"{layer.file}: {error}."
        return replace(bare, fault=fault)
    covered = _covered(site.zones.outlines, known.bounds)
    return replace(bare, extent=known.bounds, size=known.size, covered=covered, needs_overview=known.needs_copy)


def _covered(outlines: tuple[Any, ...], bounds: Bounds) -> float:
    box = shapely.box(*bounds)
    return sum(outline is None or bool(box.intersects(outline)) for outline in outlines) / len(outlines)


def _outline(name: str, outline: Any) -> ZoneOutline:
    if outline is None:
        return ZoneOutline(name, (), None)
    polygons = list(getattr(outline, "geoms", [outline]))
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    centre = outline.centroid if outline.contains(outline.centroid) else outline.representative_point()
    return ZoneOutline(name, tuple(shapely.get_coordinates(ring) for ring in rings), (centre.x, centre.y))


def _unit(crs: str) -> str:
    try:
        system = parse_crs(crs) if crs else None
    except ValueError:
        return "m"
    if system is None or system.is_geographic:
        return "°" if system is not None else "m"
    metre = abs(system.axis_info[0].unit_conversion_factor - 1) < 1e-9
    return "m" if metre else "ft"
