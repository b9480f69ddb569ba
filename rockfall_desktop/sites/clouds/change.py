"""What changed in each zone between two epochs, by M3C2 at points spread evenly over the surface.

Axes: z zone, c core point, k number of CHANGE_NAMES.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rockfall_desktop.sites.clouds.kept_points import Kept
from rockfall_desktop.sites.clouds.m3c2 import choose_scales, compare
from rockfall_desktop.sites.clouds.outward import outward_of
from rockfall_desktop.sites.clouds.sets import farthest

Floats = NDArray[np.float64]
CHANGE_NAMES = (
    "told_share",
    "changed_share",
    "loss_share",
    "gain_share",
    "loss_mean_m",
    "gain_mean_m",
    "loss_largest_m",
    "gain_largest_m",
    "loss_m3_per_m2",
    "gain_m3_per_m2",
    "detection_m",
)
"""Shares are of the zone's core points: those where a distance can be told, and of these those with a significant one
(loss: the surface went back). Means and largest are of significant distances, 0 where there is none; the volumes are
their sum divided by the core points, so per square metre of surface; detection is the median 95 % limit. Core points
lie as far from each other as possible, so that each stands for as much surface however dense the points are."""
CORES = 512
_LEAST_CORES = 10
_LEAST_POINTS = 50
_LOOKED_AT = 20_000


@dataclass(frozen=True, eq=False)
class _Zone:
    """Distance and 95 % limit in m at each core point (c,), and whether inward is known."""

    distance_m: Floats
    detection_m: Floats
    signed: bool


def change_between(before: tuple[Kept, ...], after: Kept, name: str, notes: list[str]) -> NDArray[np.float32]:
    """The change of each zone, float32 (z, k), NaN where it cannot be told.

    A zone is compared with its own points only. To every 95 % limit is added 1.96 times 1.4826 times the median of
    all zones' absolute distances: most of a slope stays between two scans, so that what half of it seems to have
    moved is how well the scans fit together (the term for registration of Lague et al. 2013, equation 1). A slope of
    which more than half moved therefore shows less change than it had.

    Args:
        before: points of the earlier epoch, of one file or several.
        after: points of the later epoch.
        name: the layer's name.
        notes: what was assumed is told here.
    """
    zones = [_compare_zone(before, after, zone) for zone in range(after.count.size)]
    every = np.concatenate([np.abs(zone.distance_m) for zone in zones if zone is not None] or [np.zeros(0)])
    every = every[np.isfinite(every)]
    change = np.full((len(zones), len(CHANGE_NAMES)), np.nan, np.float32)
    if not every.size:
        notes.append(f"Layer '{name}': no zone has enough points in both epochs to tell a change.")
        return change
    registration_m = 1.4826 * float(np.median(every))
    for place, zone in enumerate(zones):
        if zone is not None:
            change[place] = _summary(zone, 1.96 * registration_m)
    silent = int(np.isnan(change[:, 0]).sum())
    unsigned = sum(zone is not None and not zone.signed for zone in zones)
    _tell(name, registration_m, silent, unsigned, notes)
    return change


def _tell(name: str, registration_m: float, silent: int, unsigned: int, notes: list[str]) -> None:
    notes.append(
        f"Layer '{name}': the epochs fit together to {registration_m * 1000:.0f} mm (taken from what half of the "
        "surface seems to have moved); changes smaller than twice that do not count."
    )
    if silent:
        notes.append(f"Layer '{name}': the change of {silent:,} zones cannot be told, they have too few points.")
    if unsigned:
        notes.append(
            f"Layer '{name}': in {unsigned:,} zones loss cannot be told from gain: a wall that steep may hang over; "
            "points with normals (nx, ny, nz) tell its side."
        )


def _compare_zone(before: tuple[Kept, ...], after: Kept, zone: int) -> _Zone | None:
    own = after.of_zone(zone)
    earlier = np.concatenate([kept.of_zone(zone)[:, :3] for kept in before])
    if len(own) < _LEAST_POINTS or len(earlier) < _LEAST_POINTS:
        return None
    middle = own[:, :3].mean(axis=0)
    here = own[:, :3] - middle
    cores = here[:_LOOKED_AT][farthest(here[:_LOOKED_AT], CORES)]
    trees = cKDTree(earlier - middle), cKDTree(here)
    outward = outward_of(own, after.values, after.features)
    scales = choose_scales(*trees, cores)
    found = compare(*trees, cores, scales, np.array([0.0, 0.0, 1.0]) if outward is None else outward)
    return _Zone(found.distance_m, found.detection_m, signed=outward is not None)


def _summary(zone: _Zone, registration_m: float) -> Floats:
    told = np.isfinite(zone.distance_m)
    share = float(told.mean())
    if told.sum() < _LEAST_CORES:
        return np.full(len(CHANGE_NAMES), np.nan)
    distance_m, limit_m = zone.distance_m[told], zone.detection_m[told] + registration_m
    changed = np.abs(distance_m) > limit_m
    parts = [_of_sign(distance_m, changed, sign) if zone.signed else (np.nan,) * 4 for sign in (-1, 1)]
    pairs = [number for loss, gain in zip(*parts, strict=True) for number in (loss, gain)]
    return np.array([share, float(changed.mean()), *pairs, float(np.median(limit_m))])


def _of_sign(distance_m: Floats, changed: NDArray[np.bool_], sign: int) -> tuple[float, ...]:
    """Share, mean, largest and sum per core point of the significant distances of one sign."""
    chosen = np.abs(distance_m[changed & (distance_m * sign > 0)])
    if not chosen.size:
        return 0.0, 0.0, 0.0, 0.0
    volume = float(chosen.sum() / distance_m.size)
    return chosen.size / distance_m.size, float(chosen.mean()), float(chosen.max()), volume
