"""Points of a file become a set for each zone."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from rockfall_desktop.sites.clouds import zone_index
from rockfall_desktop.sites.clouds.clouds import read_cloud_layers
from rockfall_desktop.sites.clouds.grid import grid_points
from rockfall_desktop.sites.clouds.reservoir import Reservoir
from rockfall_desktop.sites.clouds.sets import farthest
from rockfall_desktop.sites.clouds.zone_index import ZoneIndex
from rockfall_desktop.sites.faults import Faults, Unreadable
from tests.unit.sites.made_cloud import ground, layer, slope, write_cloud

ZONES = (shapely.box(0, 0, 10, 10), shapely.Point(12, 12).buffer(5), shapely.box(100, 100, 110, 110))


@pytest.mark.parametrize(("name", "form", "version"), [("a.las", 0, "1.2"), ("a.laz", 1, "1.2"), ("a.laz", 3, "1.3"),
    ("a.las", 3, "1.3"), ("a.las", 6, "1.4"), ("a.laz", 6, "1.4"), ("a.laz", 7, "1.4")])  # fmt: skip
def test_that_every_version_gives_the_same_sets(tmp_path: Path, name: str, form: int, version: str) -> None:
    points = slope(5000, 1)
    write_cloud(tmp_path / name, points, form=form, version=version, intensity=np.arange(5000))
    site = ground(tmp_path, ZONES, points=64)
    (cloud,) = read_cloud_layers((layer(name),), site)
    assert site.faults.told() == ()
    assert cloud.features == ("x", "y", "z", "intensity")
    assert cloud.points.shape == (3, 64, 4)
    expected = [int(shapely.intersects_xy(zone, *points[:, :2].round(3).T).sum()) for zone in ZONES]
    assert cloud.count.tolist() == expected
    assert np.isclose(cloud.points[0, :, 3] * 65535, np.round(cloud.points[0, :, 3] * 65535), atol=0.01).all()


def test_that_a_set_holds_points_of_its_zone_centred_and_scaled(tmp_path: Path) -> None:
    points = slope(3000, 2) + np.array([400_000.0, 5_500_000.0, 300.0])
    write_cloud(tmp_path / "a.laz", points)
    zone = shapely.box(400_002, 5_500_003, 400_009, 5_500_011)
    (cloud,) = read_cloud_layers((layer("a.laz"),), ground(tmp_path, (zone,), points=128))
    assert np.allclose(cloud.points[0].mean(axis=0), 0, atol=1e-5)
    assert np.isclose(np.linalg.norm(cloud.points[0], axis=1).max(), 1, atol=1e-5)
    back = cloud.points[0].astype(float) * cloud.scale_m[0] + cloud.centre_m[0]
    nearest = [np.abs(points - one).max(axis=1).min() for one in back]
    assert max(nearest) < 0.005
    assert shapely.intersects_xy(zone.buffer(0.005), *back[:, :2].T).all()


def test_that_few_points_are_repeated_and_none_are_zeros(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.las", np.array([[1.0, 1, 1], [2, 2, 2], [50, 50, 50]]))
    site = ground(tmp_path, ZONES, points=16)
    (cloud,) = read_cloud_layers((layer("a.las"),), site)
    assert cloud.count.tolist() == [2, 0, 0]
    assert len(np.unique(cloud.points[0], axis=0)) == 2
    assert not cloud.points[1:].any()
    assert any("2 of 3 zones have no point" in note for note in site.notes)


def test_that_every_point_has_the_same_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = np.zeros(60)
    for seed in range(2000):
        monkeypatch.setattr("rockfall_desktop.sites.clouds.reservoir._SEED", seed)
        reservoir = Reservoir(2, 6, 1)
        for begin in range(0, 60, 7):  # pieces of unlike length
            place = np.arange(begin, min(begin + 7, 60))
            reservoir.offer(
                (place % 2).astype(np.int32), lambda which, place=place: place[which][:, None].astype(float)
            )
        kept, begin = reservoir.kept()
        assert np.diff(begin).tolist() == [6, 6]
        assert (kept[:6, 0] % 2 == 0).all()
        chosen[kept[:, 0].astype(int)] += 1
    chi_squared = ((chosen - 400) ** 2 / 400).sum() * 30 / 24  # without replacement: variance p (1 - p)
    assert 25 < chi_squared < 105  # 58 degrees of freedom: beyond with a chance below 1 in 2,000 on either side


def test_that_it_does_not_matter_when_points_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cloud(tmp_path / "a.laz", slope(4000, 3))
    (one,) = read_cloud_layers((layer("a.laz"),), ground(tmp_path, ZONES, points=32))
    monkeypatch.setattr("rockfall_desktop.sites.clouds.reservoir._WAITING", 50)
    (two,) = read_cloud_layers((layer("a.laz"),), ground(tmp_path, ZONES, points=32))
    assert np.array_equal(one.points, two.points)


def slow_farthest(points: NDArray[np.float64], wanted: int) -> list[int]:
    picked = [int(np.argmax(((points - points.mean(axis=0)) ** 2).sum(axis=1)))]
    while len(picked) < wanted:
        away = [min(float(((one - points[other]) ** 2).sum()) for other in picked) for one in points]
        picked.append(int(np.argmax(away)))
    return picked


def test_that_the_farthest_points_are_those_of_the_definition() -> None:
    points = np.random.default_rng(4).normal(size=(80, 3))
    assert farthest(points, 12).tolist() == slow_farthest(points, 12)


def test_that_farthest_points_reach_what_chance_leaves_out(tmp_path: Path) -> None:
    dense = np.random.default_rng(5).normal(0, 0.05, (5000, 3))
    write_cloud(tmp_path / "a.laz", np.concatenate([dense, [[9.0, 0, 0], [0, 9, 0]]]))
    site = ground(tmp_path, points=16, sampling="farthest")
    (cloud,) = read_cloud_layers((layer("a.laz"),), site)
    metres = cloud.points[0] * cloud.scale_m[0] + cloud.centre_m[0].astype(np.float32)
    assert (metres[:, 0] > 8).any()
    assert (metres[:, 1] > 8).any()


def test_that_normals_and_classes_are_used(tmp_path: Path) -> None:
    points, classes = slope(2000, 6), np.arange(2000) % 3
    normals = {"nx": np.zeros(2000), "ny": np.full(2000, -0.5), "nz": np.ones(2000)}
    normals["nz"][0] = np.nan
    write_cloud(tmp_path / "a.laz", points, classification=classes, **normals)
    site = ground(tmp_path, points=32)
    (cloud,) = read_cloud_layers((layer("a.laz", ground_classes=[0, 2]),), site)
    assert cloud.features == ("x", "y", "z", "nx", "ny", "nz")
    assert cloud.count.tolist() == [1333]
    assert np.allclose(cloud.points[0, :, 4], -0.5)
    assert any("normals that are no numbers" in note for note in site.notes)


@pytest.mark.parametrize("seed", range(4))
def test_that_the_index_finds_what_the_outlines_hold(seed: int) -> None:
    random = np.random.default_rng(seed)
    zones = [shapely.Point(*random.uniform(0, 100, 2)).buffer(random.uniform(0.01, 30)) for _ in range(12)]
    zones += [shapely.Polygon([(0, 0), (100, 1), (3, 3), (1, 100)]), zones[0].difference(zones[1].buffer(-1))]
    zones += [shapely.box(40, 40, 60, 60).difference(shapely.box(45, 45, 55, 55))]
    x, y = random.uniform(-10, 110, (2, 20_000))
    x[:50], y[:50] = np.nan, np.inf
    edge = shapely.get_coordinates(zones[-1])
    x, y = np.append(x, edge[:, 0]), np.append(y, edge[:, 1])
    zones = [zone for zone in zones if not zone.is_empty]
    which, zone = ZoneIndex(tuple(zones)).find(x, y)
    found = np.zeros((len(zones), x.size), bool)
    found[zone, which] = True
    assert which.size == found.sum()
    for place, outline in enumerate(zones):
        assert np.array_equal(found[place], shapely.intersects_xy(outline, x, y)), place


def test_that_small_zones_far_apart_are_found() -> None:
    zones = (shapely.box(0, 0, 2, 2), shapely.box(1_000_000, 10, 1_000_002, 12))
    which, zone = ZoneIndex(zones).find(np.array([1.0, 500.0, 1_000_001.0]), np.array([1.0, 5.0, 11.0]))
    assert dict(zip(which.tolist(), zone.tolist(), strict=True)) == {0: 0, 2: 1}


def test_that_a_cloud_is_brought_to_the_crs_of_the_site(tmp_path: Path) -> None:
    from pyproj import CRS, Transformer

    here = slope(500, 7) + np.array([500_000.0, 5_500_000.0, 200.0])
    x, y = Transformer.from_crs(25832, 25833, always_xy=True).transform(here[:, 0], here[:, 1])
    write_cloud(tmp_path / "a.laz", np.column_stack([x, y, here[:, 2]]), wkt=CRS.from_epsg(25833).to_wkt())
    zone = shapely.box(500_000, 5_500_000, 500_020, 5_500_020).buffer(0.01)
    (cloud,) = read_cloud_layers((layer("a.laz"),), ground(tmp_path, (zone,), "EPSG:25832", points=512))
    assert cloud.count.tolist() == [500]
    assert np.allclose(cloud.centre_m[0], here.mean(axis=0), atol=0.01)


def test_that_a_cloud_without_crs_asks_for_one(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.laz", slope(100, 8))
    site = ground(tmp_path, ZONES, "EPSG:25832")
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.laz"),), site)
    assert "Write crs = 'EPSG:...' in the layer" in site.faults.told()[0].remedy


def test_that_a_cloud_elsewhere_is_a_fault_with_both_extents(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.laz", slope(100, 9) + np.array([5000.0, 6000.0, 0.0]))
    write_cloud(tmp_path / "b.laz", slope(100, 9) + np.array([50.0, 50.0, 0.0]))
    site = ground(
        tmp_path, (*ZONES[:2], shapely.Polygon([(0, 0), (110, 0), (110, 110)]).difference(shapely.box(40, 40, 80, 80)))
    )
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.laz"), layer("b.laz", 2)), site)
    told = [fault.message for fault in site.faults.told()]
    assert "x 5,000 to 5,020" in told[0]
    assert "the zones x 0 to 110" in told[0]
    assert "has no point in any zone" in told[1]


def test_that_the_grid_holds_the_mean_height_of_each_cell(tmp_path: Path) -> None:
    xyz = np.array([[0.5, 9.5, 1.0], [0.6, 9.4, 3.0], [9.5, 0.5, 7.0], [5.5, 5.5, 9.0], [50.0, 5.0, 1.0]])
    write_cloud(tmp_path / "a.laz", xyz, classification=np.array([2, 2, 2, 1, 2]))
    faults = Faults()
    grid = grid_points(tmp_path / "a.laz", (0, 0, 10, 10), 1.0, (2,), faults, "a.laz")
    assert grid.shape == (10, 10)
    assert grid.dtype == np.float32
    assert grid[0, 0] == 2
    assert grid[9, 9] == 7
    assert np.isnan(grid).sum() == 98
    with pytest.raises(Unreadable):
        grid_points(tmp_path / "a.laz", (0, 0, 1e6, 1e6), 0.1, (), faults, "a.laz")


def test_that_a_crs_after_the_points_is_found(tmp_path: Path) -> None:
    import laspy
    from pyproj import CRS

    from rockfall_desktop.sites.clouds.cloud_file import CloudFile
    from rockfall_desktop.sites.clouds.own_crs import own_crs

    cloud = laspy.read(write_cloud(tmp_path / "a.laz", slope(100, 10)))
    cloud.evlrs = laspy.vlrs.vlrlist.VLRList(
        [laspy.VLR("other", 1, "", b"x" * 10), laspy.vlrs.known.WktCoordinateSystemVlr(CRS.from_epsg(25832).to_wkt())]
    )
    cloud.write(tmp_path / "b.laz")
    found = own_crs(CloudFile(tmp_path / "b.laz", Faults(), "b.laz"), tmp_path / "b.laz")
    assert CRS.from_wkt(found).to_epsg() == 25832
    assert own_crs(CloudFile(tmp_path / "a.laz", Faults(), "a.laz"), tmp_path / "a.laz") == ""


def test_that_heights_in_feet_become_metres(tmp_path: Path) -> None:
    from pyproj import CRS, Transformer

    here = slope(500, 11) + np.array([660_000.0, 4_000_000.0, 100.0])
    way = Transformer.from_crs(26910, 2227, always_xy=True)  # California zone 3 in US survey feet
    x, y = way.transform(here[:, 0], here[:, 1])
    foot = 1200 / 3937
    write_cloud(tmp_path / "a.laz", np.column_stack([x, y, here[:, 2] / foot]), wkt=CRS.from_epsg(2227).to_wkt())
    site = ground(tmp_path, (shapely.box(659_990, 3_999_990, 660_030, 4_000_030),), "EPSG:26910", points=512)
    (cloud,) = read_cloud_layers((layer("a.laz"),), site)
    assert np.allclose(cloud.centre_m[0], here.mean(axis=0), atol=0.01)
    assert any("heights are in another unit" in note for note in site.notes)


def test_that_a_site_without_crs_is_told_that_of_its_cloud(tmp_path: Path) -> None:
    from pyproj import CRS

    write_cloud(tmp_path / "a.laz", slope(100, 12), wkt=CRS.from_epsg(25832).to_wkt())
    site = ground(tmp_path, ZONES)
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.laz"),), site)
    assert "EPSG:25832" in site.faults.told()[0].remedy


@pytest.mark.parametrize("name", ["a.las", "a.laz"])
def test_that_points_that_are_withheld_or_noise_or_nowhere_are_in_no_set(tmp_path: Path, name: str) -> None:
    points, place = slope(1000, 13), np.arange(1000)
    points[:5, 2] = -9999.0
    classes = np.where(place % 100 == 50, 7, 2)
    write_cloud(tmp_path / name, points, classification=classes, withheld=(place % 200 == 50).astype(np.uint8))
    site = ground(tmp_path, points=32)
    (cloud,) = read_cloud_layers((layer(name),), site)
    assert cloud.count.tolist() == [985]
    assert cloud.centre_m[0, 2] > 0
    told = " ".join(site.notes)
    assert "5 points are marked as withheld; left out." in told
    assert "5 points are noise" in told
    assert "5 points lie below -2,000 m" in told
    (named,) = read_cloud_layers((layer(name, ground_classes=[7]),), ground(tmp_path, points=32))
    assert named.count.tolist() == [5]


def test_that_a_cloud_of_withheld_points_is_told(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.laz", slope(100, 14), withheld=np.ones(100, np.uint8))
    site = ground(tmp_path)
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.laz"),), site)
    assert "but 100 that are withheld" in site.faults.told()[0].message


def test_that_zones_over_one_another_are_asked_in_pieces_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = np.random.default_rng(15).uniform(0, 100, (2, 3000))
    index = ZoneIndex(tuple(shapely.box(step, step, 90 + step / 10, 90 + step / 10) for step in range(60)))
    whole = set(zip(*map(np.ndarray.tolist, index.find(x, y)), strict=True))
    monkeypatch.setattr(zone_index, "PAIRS", 10_000)
    pieces = list(index.pieces(x, y))
    assert len(pieces) > 10
    assert max(which.size for which, _ in pieces) <= 10_000
    assert {pair for piece in pieces for pair in zip(*map(np.ndarray.tolist, piece), strict=True)} == whole
    assert sum(which.size for which, _ in pieces) == len(whole)
