"""The layers of a site: drone imagery, elevation, point clouds, geology. Slow: call it off the window's thread."""

from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.domain.layer_arrays import SiteLayers


def read_site_layers(folder: Path, *, station: Station) -> "SiteLayers":
    """A site's layers, cut for its zones.

    Raises:
        WrongInput: with the first fault and how many more there are.
    """
    return station.shelf.layers(folder)
