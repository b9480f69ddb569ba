"""Distance between two clouds along the surface's normal: M3C2.

Lague, Brodu and Leroux (2013), Accurate 3D comparison of complex topography with terrestrial laser scanner, ISPRS
Journal of Photogrammetry and Remote Sensing 82, 10-26. Around each core point a plane is fitted within a radius (its
normal); the points of either epoch within a cylinder along the normal are projected onto it; the distance is that of
their means, and what can be detected follows from their spread and number.

Axes: p point, c core point.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import stdtrit

from rockfall_desktop.sites.clouds.neighbours import around

Floats = NDArray[np.float64]
LEAST_POINTS = 4
_CYLINDER_POINTS = 20
_SCALE_CORES = 2000
_ROUGHNESS_TIMES = 20.0
_DOUBLINGS = 3
_REACH_TIMES = 8.0


@dataclass(frozen=True)
class Scales:
    """Lengths of a comparison.

    Attributes:
        cylinder_m: radius of the cylinder.
        normal_m: radius within which the plane is fitted.
        reach_m: half the length of the cylinder; a change farther away cannot be told.
    """

    cylinder_m: float
    normal_m: float
    reach_m: float


@dataclass(frozen=True, eq=False)
class Distances:
    """What was found at each core point.

    Attributes:
        distance_m: float64 (c,), from the earlier to the later surface, positive along the outward normal; NaN where
            either epoch has fewer than 4 points in the cylinder.
        detection_m: float64 (c,), what is told from chance at 95 %, without the error of registration; NaN as above.
        normals: float64 (c, 3), unit, outward.
    """

    distance_m: Floats
    detection_m: Floats
    normals: Floats


def choose_scales(before: cKDTree, after: cKDTree, cores: Floats) -> Scales:
    """Lengths from the points alone.

    The cylinder's radius is the distance within which a core point has 20 neighbours (the median, of the sparser
    epoch), so that it holds about 20 points of either. The plane's radius is twice that, and is doubled up to three
    times until its diameter is 20 times the roughness (Lague et al. 2013, section 3.2: 20 to 25 times). The cylinder
    reaches 8 of its radii to either side.

    Args:
        before: tree of the earlier epoch.
        after: tree of the later epoch.
        cores: float64 (c, 3), points of the later epoch.
    """
    some = cores[:: max(1, len(cores) // _SCALE_CORES)]
    cylinder_m = max(_twentieth(before, before.data[:: max(1, before.n // _SCALE_CORES)]), _twentieth(after, some))
    normal_m = 2 * cylinder_m
    for _ in range(_DOUBLINGS):
        _, roughness_m = fit_planes(after, some, normal_m)
        if 2 * normal_m >= _ROUGHNESS_TIMES * float(np.nanmedian(roughness_m)):
            break
        normal_m *= 2
    return Scales(cylinder_m, normal_m, _REACH_TIMES * cylinder_m)


def _twentieth(tree: cKDTree, places: Floats) -> float:
    away, _ = tree.query(places, k=[min(_CYLINDER_POINTS + 1, tree.n)])
    return max(float(np.median(away)), 1e-6)


def fit_planes(tree: cKDTree, cores: Floats, radius_m: float) -> tuple[Floats, Floats]:
    """Unit normals (c, 3) of the planes through the points around each core point, and roughness in m (c,).

    The normal is the direction of least spread, roughness the standard deviation along it; NaN where fewer than 4
    points are near. The normals' signs are arbitrary.
    """
    normals, roughness_m = np.full((len(cores), 3), np.nan), np.full(len(cores), np.nan)
    for part, place, point in around(tree, cores, radius_m):
        away = tree.data[point] - cores[part][place]
        size = len(cores[part])
        count = np.bincount(place, minlength=size)
        enough = count >= LEAST_POINTS
        share = np.maximum(count, 1)
        mean = np.stack([np.bincount(place, away[:, axis], size) for axis in range(3)], 1) / share[:, None]
        away -= mean[place]
        spread = np.empty((size, 3, 3))
        for one in range(3):
            for two in range(one, 3):
                sums = np.bincount(place, away[:, one] * away[:, two], size) / share
                spread[:, one, two] = spread[:, two, one] = sums
        values, vectors = np.linalg.eigh(spread)
        normals[part] = np.where(enough[:, None], vectors[:, :, 0], np.nan)
        roughness_m[part] = np.where(enough, np.sqrt(np.maximum(values[:, 0], 0.0)), np.nan)
    return normals, roughness_m


def compare(before: cKDTree, after: cKDTree, cores: Floats, scales: Scales, outward: Floats) -> Distances:
    """The distance at each core point.

    Args:
        before: tree of the earlier epoch.
        after: tree of the later epoch.
        cores: float64 (c, 3), points of the later epoch.
        scales: lengths.
        outward: float64 (3,), a direction that leads out of the slope; normals are turned to its side.
    """
    normals, _ = fit_planes(after, cores, scales.normal_m)
    normals[normals @ outward < 0] *= -1
    fitted = np.isfinite(normals[:, 0])
    distance_m, detection_m = np.full(len(cores), np.nan), np.full(len(cores), np.nan)
    first = _along(before, cores[fitted], normals[fitted], scales)
    second = _along(after, cores[fitted], normals[fitted], scales)
    distance_m[fitted], detection_m[fitted] = _difference(*first, *second)
    return Distances(distance_m, detection_m, normals)


def _along(tree: cKDTree, cores: Floats, normals: Floats, scales: Scales) -> tuple[Floats, Floats, Floats]:
    """Count, mean and variance of the points in each cylinder, along its axis.

    The cylinder is cut into slices as long as it is wide, and each is looked for within the ball around it.
    """
    radius_m = scales.cylinder_m
    slices = int(np.ceil((scales.reach_m / radius_m - 1) / 2))
    count, total, squares = np.zeros(len(cores)), np.zeros(len(cores)), np.zeros(len(cores))
    for step in range(-slices, slices + 1):
        places = cores + 2 * radius_m * step * normals
        for part, place, point in around(tree, places, radius_m * 2**0.5):
            away = tree.data[point] - places[part][place]
            height = (away * normals[part][place]).sum(axis=1)
            inside = ((away**2).sum(axis=1) - height**2 <= radius_m**2) & (height >= -radius_m) & (height < radius_m)
            height, own = height[inside] + 2 * radius_m * step, place[inside]
            size = len(places[part])
            count[part] += np.bincount(own, minlength=size)
            total[part] += np.bincount(own, height, size)
            squares[part] += np.bincount(own, height**2, size)
    mean = total / np.maximum(count, 1)
    variance = np.maximum(squares - count * mean**2, 0.0) / np.maximum(count - 1, 1)
    return count, mean, variance


def _difference(
    count_1: Floats, mean_1: Floats, variance_1: Floats, count_2: Floats, mean_2: Floats, variance_2: Floats
) -> tuple[Floats, Floats]:
    """Difference of the means and its 95 % limit, with Student's t for few points (Lague et al. 2013, section 3.3)."""
    told = (count_1 >= LEAST_POINTS) & (count_2 >= LEAST_POINTS)
    one, two = variance_1 / np.maximum(count_1, 1), variance_2 / np.maximum(count_2, 1)
    parts = one**2 / np.maximum(count_1 - 1, 1) + two**2 / np.maximum(count_2 - 1, 1)
    freedom = np.where(parts > 0, (one + two) ** 2 / np.where(parts > 0, parts, 1.0), 1e6)
    limit = stdtrit(freedom, 0.975) * np.sqrt(one + two)
    return np.where(told, mean_2 - mean_1, np.nan), np.where(told, limit, np.nan)
