"""Reads a layer of imagery, elevation or geology: chips for each zone, in the site's coordinate system."""

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.elevation import read_elevation
from rockfall_desktop.sites.layers.geology import read_geology
from rockfall_desktop.sites.layers.imagery import read_imagery


def read_raster_layer(layer: Layer, ground: Ground) -> RasterLayer:
    """One epoch of one raster or map, cut into a chip for each zone.

    Args:
        layer: of kind drone_imagery, elevation or geology.
        ground: the site.

    Raises:
        Unreadable: when the file cannot be used; the fault is noted.
    """
    match layer.kind:
        case "drone_imagery":
            return read_imagery(layer, ground)
        case "elevation":
            return read_elevation(layer, ground)
        case "geology":
            return read_geology(layer, ground)
        case "lidar":
            raise ValueError("a point cloud is no raster")
