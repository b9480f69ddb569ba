"""Which way leads out of a slope: without it a loss of rock cannot be told from a gain.

Axes: k point, f number of a point.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ENOUGH = 20_000
_UPWARD = 0.17
"""Sine of 10 degrees: a plane steeper than 80 degrees does not say by itself which side is the air."""


def outward_of(zone: Floats, slope: Floats, features: tuple[str, ...]) -> Floats | None:
    """A unit vector (3,) that leads out of the rock at a zone, None where the points do not tell.

    The mean of the file's own normals; else upward across the zone's plane; for a zone steeper than 80 degrees, the
    side of its plane to which the plane of all zones faces.

    Args:
        zone: float64 (k, f), the zone's points in random order.
        slope: float64 (k, f), points of all zones.
        features: names along f.
    """
    if "nx" in features:
        first = features.index("nx")
        mean = zone[:, first : first + 3].mean(axis=0)
        length = float(np.linalg.norm(mean))
        if length > 0.1:
            return np.asarray(mean / length)
    own = _across(zone)
    if own[2] >= _UPWARD:
        return own
    whole = _across(slope)
    side = float(own @ whole)
    return None if whole[2] < _UPWARD or abs(side) < 0.1 else own * np.sign(side)


def _across(points: Floats) -> Floats:
    """The normal of the plane through points, upward."""
    some = points[:: max(1, len(points) // _ENOUGH), :3]
    some = some - some.mean(axis=0)
    normal = np.linalg.eigh(some.T @ some)[1][:, 0]
    return np.asarray(normal * (1.0 if normal[2] >= 0 else -1.0))
