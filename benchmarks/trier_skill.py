"""Whether the distance along the normal (M3C2) tells scar and deposit of a rockfall from terrain that stayed.

Two epochs of one rock face (simulated points on a real mesh); the later epoch's classes say what is scar (66) and
deposit (67) and what is terrain (2). The score is the absolute distance at every fourth point of the later epoch; a
point whose distance cannot be told counts as 0, unchanged. The lengths follow from the points by the fixed rule of
`sites.clouds.m3c2.choose_scales`; the classes are seen by the score alone. When the rule was written, radii of the
plane from 1 to 8 times that of the cylinder and reaches from 4 to 12 times all gave .993 to .997, so nothing hangs on
it. The reference is the distance to the nearest point of the earlier epoch (cloud to cloud), at the same points.
"""

import sys
import time
from pathlib import Path

import laspy
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.metrics import roc_auc_score

from benchmarks.figures import verdict
from rockfall_desktop.sites.clouds.m3c2 import choose_scales, compare

DATA = Path(__file__).parents[1] / ".." / "shared" / "data" / "trier-simulated-scan"
GOAL = 0.98
_EVERY = 4
_TERRAIN, _SCAR, _DEPOSIT = 2, 66, 67


def run() -> None:
    """Compare the epochs at every fourth point of the later one; print ROC-AUC of both distances and the verdict."""
    if not DATA.is_dir():
        sys.exit(f"trier_skill: {DATA} is not there, so nothing is measured")
    before, _ = _points("epoch_0_before.laz")
    after, classes = _points("epoch_1_after.laz")
    middle = after.mean(axis=0)
    trees = cKDTree(before - middle), cKDTree(after - middle)
    cores, classes = after[::_EVERY] - middle, classes[::_EVERY]
    began = time.perf_counter()
    scales = choose_scales(*trees, cores)
    found = compare(*trees, cores, scales, np.array([0.0, 0.0, 1.0]))
    seconds = time.perf_counter() - began
    distance_m = np.nan_to_num(np.abs(found.distance_m))
    significance = np.nan_to_num(np.abs(found.distance_m) / np.maximum(found.detection_m, 1e-9))
    nearest_m, _ = trees[0].query(cores)
    print(f"cylinder {scales.cylinder_m:.2f} m, plane {scales.normal_m:.2f} m, reach {scales.reach_m:.2f} m (radii)")
    print(f"{len(cores):,} of {len(after):,} points of the later epoch in {seconds:.1f} s")
    for name, number in (("terrain", _TERRAIN), ("scar", _SCAR), ("deposit", _DEPOSIT)):
        own = classes == number
        told = np.isfinite(found.distance_m[own])
        print(f"{name}: {own.sum():,} points, {told.mean():.1%} told, median {np.median(distance_m[own]):.3f} m")
    changed = classes != _TERRAIN
    for name, score in (("M3C2 over its 95 % limit", significance), ("cloud to cloud", nearest_m)):
        print(f"ROC-AUC of {name}: {roc_auc_score(changed, score):.4f}")
    skill = roc_auc_score(changed, distance_m)
    figure = f"ROC-AUC {skill:.4f}, cloud to cloud {roc_auc_score(changed, nearest_m):.4f}"
    verdict("trier_skill", figure, f">= {GOAL:g}", met=skill >= GOAL)


def _points(name: str) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Coordinates in metres (n, 3) and classes (n,) of a file."""
    points = laspy.read(DATA / name)
    return np.column_stack([points.x, points.y, points.z]), np.asarray(points.classification)
