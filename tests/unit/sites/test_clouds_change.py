"""Two epochs tell what changed, along the normal, and no sooner than both are known."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from rockfall_desktop.sites.clouds import neighbours
from rockfall_desktop.sites.clouds.change import CHANGE_NAMES, change_between
from rockfall_desktop.sites.clouds.clouds import read_cloud_layers
from rockfall_desktop.sites.clouds.kept_points import Kept
from rockfall_desktop.sites.clouds.m3c2 import Scales, choose_scales, compare, fit_planes
from rockfall_desktop.sites.clouds.outward import outward_of
from rockfall_desktop.sites.folder import SiteFolder
from tests.unit.sites.made_cloud import Floats, ground, layer, slope, write_cloud

OUTWARD = np.array([0.0, -1.0, 1.0]) / 2**0.5
TRIER = Path(__file__).parents[3] / ".." / "shared" / "data" / "trier-simulated-scan"


def trees(before: Floats, after: Floats) -> tuple[cKDTree, cKDTree]:
    return cKDTree(before), cKDTree(after)


def slow_distance(before: Floats, after: Floats, core: Floats, normal: Floats, scales: Scales) -> tuple[float, float]:
    means, errors = [], []
    for points in (before, after):
        height = (points - core) @ normal
        aside = np.linalg.norm(points - core - height[:, None] * normal, axis=1)
        own = height[(aside <= scales.cylinder_m) & (np.abs(height) <= scales.reach_m)]
        means.append(own.mean())
        errors.append(own.var(ddof=1) / own.size)
    return means[1] - means[0], float(np.sqrt(sum(errors)))


def test_that_the_distance_is_that_of_the_definition() -> None:
    before, after = slope(3000, 1), slope(3000, 2) + 0.05 * OUTWARD
    pair, cores = trees(before, after), after[:50]
    scales = Scales(1.0, 2.0, 7.0)
    found = compare(*pair, cores, scales, OUTWARD)
    for place in range(50):
        distance, error = slow_distance(before, after, cores[place], found.normals[place], scales)
        assert found.distance_m[place] == pytest.approx(distance, abs=1e-9)
        assert 1.95 * error < found.detection_m[place] < 2.3 * error


def test_that_normals_are_those_of_the_plane_and_lead_outward() -> None:
    after = slope(4000, 3, noise_m=0.001)
    found = compare(*trees(after, after), after[:200], Scales(1.0, 2.0, 7.0), OUTWARD)
    assert (found.normals @ OUTWARD > 0.999).all()
    assert np.abs(found.distance_m).max() == 0
    _, roughness_m = fit_planes(cKDTree(after), after[:200], 2.0)
    assert np.median(roughness_m) == pytest.approx(0.001 / 2**0.5, rel=0.1)


def test_that_chance_alone_exceeds_the_limit_one_time_in_twenty() -> None:
    before, after = slope(60_000, 4, side_m=100.0), slope(60_000, 5, side_m=100.0)
    pair = trees(before, after)
    inner = after[(np.abs(after[:, :2] - 50) < 45).all(axis=1)]
    cores = inner[:4000]
    found = compare(*pair, cores, choose_scales(*pair, cores), OUTWARD)
    share = float((np.abs(found.distance_m) > found.detection_m).mean())
    assert 0.03 < share < 0.08


def test_that_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = slope(2000, 6), slope(2000, 7)
    one = compare(*trees(before, after), after[:100], Scales(1.0, 2.0, 7.0), OUTWARD)
    monkeypatch.setattr(neighbours, "_PAIRS", 50)
    two = compare(*trees(before, after), after[:100], Scales(1.0, 2.0, 7.0), OUTWARD)
    assert np.allclose(one.distance_m, two.distance_m, atol=1e-12, equal_nan=True)


def test_that_nothing_is_told_where_an_epoch_is_empty() -> None:
    after = slope(2000, 8)
    found = compare(*trees(after[after[:, 0] > 15], after), after[after[:, 0] < 5], Scales(1.0, 2.0, 7.0), OUTWARD)
    assert np.isnan(found.distance_m).all()
    assert np.isnan(found.detection_m).all()


def scarred(count: int, seed: int, depth_m: float) -> Floats:
    points = slope(count, seed, side_m=40.0)
    scar = (np.abs(points[:, 0] - 10) < 3) & (np.abs(points[:, 1] - 10) < 3)
    return points - depth_m * scar[:, None] * OUTWARD


def test_that_each_zone_says_its_loss_and_its_gain(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.laz", slope(40_000, 9, side_m=40.0))
    write_cloud(tmp_path / "b.laz", scarred(40_000, 10, 0.5))
    zones = (
        shapely.box(0, 0, 20, 20),
        shapely.box(20, 0, 40, 20),
        shapely.box(0, 20, 20, 40),
        shapely.box(60, 60, 70, 70),
    )
    site = ground(tmp_path, zones, points=64)
    later, first = read_cloud_layers((layer("b.laz", 20), layer("a.laz", 2)), site)
    assert first.change is None
    assert first.change_names == ()
    assert later.change is not None
    change = dict(zip(later.change_names, later.change.T, strict=True))
    assert change["loss_share"][0] == pytest.approx(36 / 400, abs=0.04)
    assert change["loss_largest_m"][0] == pytest.approx(0.5, abs=0.06)  # the edge tilts normals
    assert change["loss_m3_per_m2"][0] == pytest.approx(0.5 * 36 / 400, abs=0.015)
    assert (change["gain_share"][:3] < 0.03).all()
    assert (change["loss_share"][1:3] < 0.03).all()
    assert np.isnan(later.change[3]).all()
    assert any("epochs fit together to" in note for note in site.notes)
    write_cloud(tmp_path / "c.laz", slope(40_000, 11, side_m=40.0))
    _, back = read_cloud_layers((layer("b.laz", 20), layer("c.laz", 22)), ground(tmp_path, zones, points=64))
    assert back.change is not None
    assert dict(zip(back.change_names, back.change[0], strict=True))["gain_share"] == pytest.approx(0.09, abs=0.04)


def test_that_epochs_that_do_not_fit_are_no_change(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.laz", slope(20_000, 12))
    write_cloud(tmp_path / "b.laz", slope(20_000, 13) + 0.1 * OUTWARD)
    _, later = read_cloud_layers((layer("a.laz", 2), layer("b.laz", 20)), ground(tmp_path, points=64))
    assert later.change is not None
    change = dict(zip(later.change_names, later.change[0], strict=True))
    assert change["changed_share"] == 0
    assert change["detection_m"] > 0.2


def test_that_a_scan_known_later_is_not_looked_at(tmp_path: Path) -> None:
    for name, seed in (("a.laz", 14), ("b.laz", 15), ("c.laz", 16)):
        write_cloud(tmp_path / name, slope(3000, seed))
    site = ground(tmp_path, points=64)
    layers = (layer("a.laz", 2, delay="30d"), layer("b.laz", 10), layer("c.laz", 12))
    late, second, third = read_cloud_layers(layers, site)
    assert late.change is None
    assert second.change is None
    assert third.change is not None
    assert any("was known later" in note for note in site.notes)


def test_that_a_later_scan_changes_no_earlier_one(tmp_path: Path) -> None:
    for name, seed in (("a.laz", 17), ("b.laz", 18), ("c.laz", 19)):
        write_cloud(tmp_path / name, slope(3000, seed))
    two = read_cloud_layers((layer("a.laz", 2), layer("b.laz", 3)), ground(tmp_path, points=64))
    three = read_cloud_layers((layer("a.laz", 2), layer("b.laz", 3), layer("c.laz", 4)), ground(tmp_path, points=64))
    assert np.array_equal(two[1].points, three[1].points)
    assert two[1].change is not None
    assert three[1].change is not None
    assert np.array_equal(two[1].change, three[1].change)


def test_that_a_wall_says_its_side_only_when_something_tells_it() -> None:
    random = np.random.default_rng(20)
    wall = np.column_stack([random.uniform(0, 20, 500), random.normal(0, 0.01, 500), random.uniform(0, 20, 500)])
    names = ("x", "y", "z")
    assert outward_of(wall, wall, names) is None
    found = outward_of(wall, slope(500, 21), names)
    assert found is not None
    assert found[1] < -0.99
    own = np.column_stack([wall, np.tile([0.0, 1.0, 0.0], (500, 1))])
    found = outward_of(own, own, (*names, "nx", "ny", "nz"))
    assert found is not None
    assert found.tolist() == [0, 1, 0]
    overhang = slope(500, 22) * [1, 1, 1]
    assert outward_of(overhang, overhang, names) is not None


def wall(tilt: float, seed: int, aside_m: float = 0.0, back_m: float = 0.0) -> Floats:
    """A wall (2000, 3) whose air is to the south, at a tilt in degrees, with a hole as deep as `back_m`."""
    random, tilt = np.random.default_rng(seed), np.radians(tilt)
    along, up = random.uniform(0, 20, (2, 2000))
    out = random.normal(0, 0.01, 2000) - back_m * (np.hypot(along - 10, up - 10) < 4)
    y, z = up * np.cos(tilt) - out * np.sin(tilt), up * np.sin(tilt) + out * np.cos(tilt)
    return np.column_stack([along + aside_m, y, z])


@pytest.mark.parametrize("tilts", [(30, 60, 105), (30, 60, 95), (60, 100, 110), (105, 105, 105), (30, 45, 70)])
def test_that_no_lean_of_a_wall_makes_a_gain_of_a_loss(tilts: tuple[int, ...]) -> None:
    begin = np.arange(4) * 2000

    def epoch(seed: int, back_m: float) -> Kept:
        walls = [wall(tilt, seed + place, 30.0 * place, back_m) for place, tilt in enumerate(tilts)]
        return Kept(("x", "y", "z"), np.concatenate(walls), begin, np.full(3, 2000))

    notes: list[str] = []
    change = change_between((epoch(30, 0.0),), epoch(40, 0.5), "scan", notes)
    loss, gain = (change[:, CHANGE_NAMES.index(name)] for name in ("loss_share", "gain_share"))
    unsigned = np.isnan(loss)
    assert (unsigned == np.isnan(gain)).all()
    assert (loss[~unsigned] > 0.08).all()
    assert (gain[~unsigned] < 0.02).all()
    assert unsigned.tolist() == [tilt >= 100 for tilt in tilts]
    assert any(f"in {sum(unsigned)} zones loss cannot be told" in note for note in notes) == unsigned.any()
    assert np.isfinite(change[:, CHANGE_NAMES.index("changed_share")]).all()


def test_that_walls_around_a_pit_do_not_say_which_of_them_hangs_over() -> None:
    names = ("x", "y", "z")
    south, north = wall(70, 50), wall(105, 51) + np.array([0.0, 60.0, 0.0])
    facing = south * [1, -1, 1] + np.array([0.0, -60.0, 0.0])
    pit = np.concatenate([facing, south])
    assert outward_of(north, pit, names) is None
    assert outward_of(south, pit, names) is None
    assert outward_of(wall(60, 52), pit, names) is not None


def test_that_scar_and_deposit_of_the_trier_scan_stand_out() -> None:
    if not TRIER.is_dir():
        pytest.skip("the scans of Trier are not there")
    face = shapely.box(336_048, 5_514_080, 336_062, 5_514_103)  # at 77 degrees: by its points it may hang over
    slope_around = shapely.box(336_020, 5_514_060, 336_090, 5_514_120)
    site = ground(TRIER, (face, slope_around), points=64)
    assert isinstance(site.folder, SiteFolder)
    _, later = read_cloud_layers((layer("epoch_0_before.laz", 1), layer("epoch_1_after.laz", 2)), site)
    assert later.change is not None
    steep, wide = (dict(zip(later.change_names, row, strict=True)) for row in later.change)
    assert steep["changed_share"] > 0.12
    assert np.isnan([steep["loss_share"], steep["gain_share"]]).all()
    assert any("in 1 zones loss cannot be told from gain" in note for note in site.notes)
    assert wide["gain_share"] > 0
    assert wide["loss_share"] > 0
    assert 0.2 < wide["gain_mean_m"] < 1.2
