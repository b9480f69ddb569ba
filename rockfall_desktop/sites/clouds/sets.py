"""Makes sets of a fixed size from the points kept for each zone.

Axes: z zone, n point of a set, k point kept, f feature.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PointSets:
    """One set for each zone, as `domain.layer_arrays.CloudLayer` describes them.

    Attributes:
        points: float32 (z, n, f).
        centre_m: float64 (z, 3), NaN where a zone has no point.
        scale_m: float32 (z,), 0 where a zone has no point or only copies of one.
    """

    points: NDArray[np.float32]
    centre_m: NDArray[np.float64]
    scale_m: NDArray[np.float32]


def presample(points: int, sampling: Literal["uniform", "farthest"]) -> int:
    """How many points of a zone to keep before a set of some points is picked.

    The farthest points are looked for among 16 times as many, but 8,192 at least and 65,536 at most, kept with equal
    chance.
    """
    return points if sampling == "uniform" else min(max(16 * points, 8192), 65_536)


def make_sets(kept: Floats, begin: NDArray[np.int64], points: int, sampling: str) -> PointSets:
    """Pick, centre on their mean and divide by the largest distance from it.

    Args:
        kept: float64 (k, f), x, y, z in metres first, then other features; each zone's rows in random order.
        begin: int64 (z + 1,), where each zone begins in k.
        points: size of a set; a zone with fewer repeats them in turn.
        sampling: uniform or farthest.
    """
    zones = begin.size - 1
    sets = PointSets(
        np.zeros((zones, points, kept.shape[1]), np.float32), np.full((zones, 3), np.nan), np.zeros(zones, np.float32)
    )
    for zone in range(zones):
        rows = kept[begin[zone] : begin[zone + 1]]
        if not len(rows):
            continue
        if sampling == "farthest":
            rows = rows[: presample(points, "farthest")]
            rows = rows[farthest(rows[:, :3], points)]
        own = rows[:points]
        centre = own[:, :3].mean(axis=0)
        from_centre = own[:, :3] - centre
        scale = float(np.sqrt((from_centre**2).sum(axis=1).max()))
        unit = np.concatenate([from_centre / (scale or 1.0), own[:, 3:]], axis=1)
        sets.points[zone] = unit[np.arange(points) % len(own)]
        sets.centre_m[zone], sets.scale_m[zone] = centre, scale
    return sets


def farthest(points_m: Floats, wanted: int) -> NDArray[np.int64]:
    """Places of points of which each is as far as possible from those before it, int64 (at most wanted,).

    Eldar, Lindenbaum, Porat and Zeevi (1997), IEEE Trans. Image Processing 6(9); Qi et al. (2017), PointNet++. The
    first is the farthest from the mean.

    Args:
        points_m: float64 (k, 3).
        wanted: how many.
    """
    if len(points_m) <= wanted:
        return np.arange(len(points_m))
    x, y, z = np.ascontiguousarray((points_m - points_m.mean(axis=0)).T)
    picked = np.empty(wanted, np.int64)
    next_one = int(np.argmax(x * x + y * y + z * z))
    nearest = np.full(x.size, np.inf)
    for place in range(wanted):
        picked[place] = next_one
        away = (x - x[next_one]) ** 2
        away += (y - y[next_one]) ** 2
        away += (z - z[next_one]) ** 2
        np.minimum(nearest, away, out=nearest)
        next_one = int(np.argmax(nearest))
    return picked
