"""The map of a site. Slow: call it off the window's thread."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.operations.site_shelf import site_place
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.domain.site_map import Bounds, MapPicture, SiteMap


def read_site_map(folder: Path, *, station: Station) -> "SiteMap":
    """Zones, incidents that count, by list or by rule, and what is known of each layer before it is drawn.

    Raises:
        WrongInput: when site.toml, the zones or the incidents cannot be read; a faulty layer only says so itself.
    """
    from rockfall_desktop.domain.site_map import at_centres  # noqa: PLC0415 - numpy loads here
    from rockfall_desktop.sites import site_map  # noqa: PLC0415 - polars and rasterio load here

    found = site_map.read_site_map(site_place(folder), overviews(station))
    if not found.by_rule:
        return found
    return replace(found, incidents=at_centres(station.shelf.read(site_place(folder)), found.zones))


def map_picture(
    folder: Path, layer_name: str, bounds: "Bounds", width_px: int, height_px: int, *, station: Station
) -> "MapPicture":
    """A layer within bounds (west, south, east, north in the site's crs) at a size in pixels.

    Raises:
        WrongInput: when the layer cannot be drawn.
    """
    from rockfall_desktop.sites import site_map  # noqa: PLC0415 - rasterio loads here

    return site_map.draw_layer(site_place(folder), overviews(station), layer_name, bounds, (height_px, width_px))


def prepare_picture(folder: Path, layer_name: str, *, station: Station) -> Generator[float, None, None]:
    """Make what a large layer needs to be drawn quickly, once, in the home folder; yields how much is done, 0 to 1.

    Raises:
        WrongInput: when the layer cannot be read.
        StoreFault: when there is no room for it.
    """
    from rockfall_desktop.sites import site_map  # noqa: PLC0415 - rasterio loads here

    yield from site_map.prepare_layer(site_place(folder), overviews(station), layer_name)


def overviews(station: Station) -> Path:
    """The folder of the small copies of large layers; what lies in it can be deleted at any time."""
    return station.home / "cache" / "overviews"
