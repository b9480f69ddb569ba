"""Which way leads out of a slope: without it a loss of rock cannot be told from a gain.

Axes: k point, f number of a point.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ENOUGH = 20_000
_UPWARD = 0.42
"""Sine of 25 degrees: a plane steeper than 65 degrees may be an overhang of up to 115, with the air below it."""
_UPRIGHT = 0.17
"""Sine of 10 degrees: of a plane steeper than 80 degrees the upward side says nothing at all."""
_LEANING = 0.17
"""Sine of 10 degrees: a slope that lies flatter, as all walls of a pit together do, faces nowhere."""


def outward_of(zone: Floats, slope: Floats, features: tuple[str, ...]) -> Floats | None:
    """A unit vector (3,) that leads out of the rock at a zone, None where the points do not tell.

    The mean of the file's own normals; else upward across the zone's plane. A plane steeper than 65 degrees and its
    mirror, the overhang, look alike; there the plane of all zones must face the same way, within 60 degrees, and be
    neither as steep itself nor flatter than 10 degrees. Beyond 80 degrees its side is taken.

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
    lean = float(np.linalg.norm(whole[:2]))
    side = float(own[:2] @ whole[:2]) / max(lean * float(np.linalg.norm(own[:2])), 1e-12)
    if whole[2] < _UPWARD or lean < _LEANING or abs(side) < 0.5:
        return None
    if own[2] < _UPRIGHT:
        return np.asarray(own * np.sign(side))
    return own if side > 0 else None


def _across(points: Floats) -> Floats:
    """The normal of the plane through points, upward."""
    some = points[:: max(1, len(points) // _ENOUGH), :3]
    some = some - some.mean(axis=0)
    normal = np.linalg.eigh(some.T @ some)[1][:, 0]
    return np.asarray(normal * (1.0 if normal[2] >= 0 else -1.0))
