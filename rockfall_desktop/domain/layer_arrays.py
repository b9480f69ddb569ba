"""The holders of a site's spatial input: what the rooms that read hand to the room that learns.

Axes: z zone, b band, y row (north to south), x column, n point, f feature.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Epoch(NamedTuple):
    """When a layer was surveyed, and from when on it is known.

    Attributes:
        acquired_day: days since 1970-01-01 of the local day of the survey; None for a timeless layer.
        known_s: seconds since 1970 UTC from which on it is known; None for a timeless layer.
    """

    acquired_day: int | None
    known_s: int | None


TIMELESS = Epoch(None, None)


@dataclass(frozen=True, eq=False)
class RasterLayer:
    """One epoch of one raster or map, cut into a chip for each zone.

    Attributes:
        name, kind: as in site.toml.
        bands: names along b; for elevation those of the slope analysis.
        chips: float32 (z, b, y, x), NaN where there are no data; for geology units the index of the class.
        classes: names of the classes of a geological map, else empty.
        cell_m: side of a cell.
        epoch: when it was surveyed and from when on it is known.
    """

    name: str
    kind: str
    bands: tuple[str, ...]
    chips: NDArray[np.float32]
    classes: tuple[str, ...]
    cell_m: float
    epoch: Epoch


@dataclass(frozen=True, eq=False)
class CloudLayer:
    """One epoch of one point cloud, a set of fixed size for each zone.

    Attributes:
        name, kind: as in site.toml.
        features: names along f: x, y, z, then intensity, nx, ny, nz where the file has them.
        points: float32 (z, n, f); coordinates from `centre_m`, divided by `scale_m`; 0 where the zone has none.
        count: int64 (z,), points of the file in the zone; a zone with fewer than n repeats some.
        centre_m: float64 (z, 3) in the site's crs.
        scale_m: float32 (z,), largest distance of a kept point from the centre.
        change: float32 (z, k), change since the epoch before (see `change_names`), NaN where it cannot be told;
            None for the first epoch.
        change_names: names along k.
        epoch: when it was surveyed and from when on it is known.
    """

    name: str
    kind: str
    features: tuple[str, ...]
    points: NDArray[np.float32]
    count: NDArray[np.int64]
    centre_m: NDArray[np.float64]
    scale_m: NDArray[np.float32]
    change: NDArray[np.float32] | None
    change_names: tuple[str, ...]
    epoch: Epoch


@dataclass(frozen=True, eq=False)
class SiteLayers:
    """Every layer of a site, in the order of site.toml.

    Attributes:
        zone_ids: names of the zones, in the order of the z axis.
        rasters, clouds: the layers.
        notes: what was left out or could not be told, one sentence each, counted.
        fingerprint: SHA-256 over site.toml and the files that were read, hex.
    """

    zone_ids: tuple[str, ...]
    rasters: tuple[RasterLayer, ...]
    clouds: tuple[CloudLayer, ...]
    notes: tuple[str, ...]
    fingerprint: str
