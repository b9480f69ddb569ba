"""What every reader of spatial data needs to know of the site."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.layer_arrays import TIMELESS, Epoch
from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import DAY_S, to_utc

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False)
class Ground:
    """The site as spatial readers see it.

    Attributes:
        crs: the site's coordinate system, "" where site.toml names none.
        time_zone: IANA name.
        zone_ids: names of the zones.
        outlines: shapely geometries of the zones in the site's crs; None for a zone that is the whole site.
        chips, clouds: how a zone's share is cut.
        folder: the way to the files.
        faults, notes: where what is wrong and what was left out is told.
    """

    crs: str
    time_zone: str
    zone_ids: tuple[str, ...]
    outlines: tuple[Any, ...]
    chips: Chips
    clouds: CloudSets
    folder: SiteFolder
    faults: Faults
    notes: list[str]

    def known_s(self, layer: Layer) -> int | None:
        """From when on a layer is known: the end of the local day on which it was acquired, and its delay."""
        return layer_epoch(layer, self.time_zone).known_s

    def epoch(self, layer: Layer) -> Epoch:
        """When a layer was surveyed, and from when on it is known."""
        return layer_epoch(layer, self.time_zone)


def layer_epoch(layer: Layer, time_zone: str) -> Epoch:
    """When a layer was surveyed, and from when on it is known.

    Args:
        layer: known at the end of the local day on which it was acquired, and its delay.
        time_zone: IANA name of the site's clock.
    """
    if layer.acquired is None:
        return TIMELESS
    day = layer.acquired.toordinal() - _EPOCH
    midnight = np.array([(day + 1) * DAY_S], np.int64)
    return Epoch(day, int(to_utc(midnight, time_zone, "latest")[0][0]) + duration_s(layer.delay))
