"""A site folder in, its layers out."""

from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.layer_arrays import CloudLayer, RasterLayer, SiteLayers
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.manifest import load_manifest
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import read_zones


def read_layers(folder: Path) -> SiteLayers:
    """Read the layers of a site, cut for its zones.

    Raises:
        WrongInput: naming file and what to do for the first fault, and how many others there are.
    """
    faults = Faults()
    with faults.ending_as_error():
        return load_layers(SiteFolder(folder, faults), faults)


def load_layers(home: SiteFolder, faults: Faults) -> SiteLayers:
    """Read the layers and note everything that is wrong with any of them.

    Raises:
        Unreadable: when there is a fault.
    """
    notes: list[str] = []
    manifest = load_manifest(home, faults)
    ground = _ground(manifest, home, faults, notes)
    rasters = _rasters(tuple(layer for layer in manifest.layer if layer.kind != "lidar"), ground)
    clouds = _clouds(tuple(layer for layer in manifest.layer if layer.kind == "lidar"), ground)
    if faults.count:
        faults.halt()
    told = tuple(dict.fromkeys(map(shown, notes)))
    return SiteLayers(ground.zone_ids, rasters, clouds, told, home.fingerprint)


def _rasters(layers: tuple[Layer, ...], ground: Ground) -> tuple[RasterLayer, ...]:
    if not layers:
        return ()
    from rockfall_desktop.sites.layers.rasters import read_raster_layer  # noqa: PLC0415 - rasterio loads here

    found: list[RasterLayer] = []
    for layer in layers:
        with suppress(Unreadable):
            found.append(read_raster_layer(layer, ground))
    return tuple(found)


def _clouds(layers: tuple[Layer, ...], ground: Ground) -> tuple[CloudLayer, ...]:
    if not layers:
        return ()
    from rockfall_desktop.sites.clouds.clouds import read_cloud_layers  # noqa: PLC0415 - laspy and scipy load here

    with suppress(Unreadable):
        return read_cloud_layers(layers, ground)
    return ()


def _ground(manifest: SiteManifest, home: SiteFolder, faults: Faults, notes: list[str]) -> Ground:
    zones = read_zones(manifest, home, TableReader(home, faults, notes), faults)
    return Ground(
        crs=manifest.crs,
        time_zone=manifest.timezone,
        zone_ids=zones.ids,
        outlines=zones.outlines,
        chips=manifest.chips,
        clouds=manifest.clouds,
        folder=home,
        faults=faults,
        notes=notes,
    )
