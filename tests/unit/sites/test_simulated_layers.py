"""The layers of a simulated pit: one ground seen by all of them, marked, dated, and the same for a seed."""

from pathlib import Path

import laspy
import numpy as np
import polars as pl
import pyogrio
import pytest
import rasterio

from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.manifest import read_manifest
from rockfall_desktop.sites.simulated.ground import heights_at, scarred
from rockfall_desktop.sites.simulated.parts import make_pit
from rockfall_desktop.sites.simulated.site import write_simulated_site
from rockfall_desktop.sites.simulated.site_text import second_survey_step
from rockfall_desktop.sites.zone_file import polygon_shape
from tests.unit.sites.made_site import SITE_ID

PIT = SimulatedPit(zones=4, days=400, layers=True, seed=11)


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "site"
    write_simulated_site(folder, PIT, site_id=SITE_ID)
    return folder / "layers"


def test_that_rasters_are_tiled_with_overviews_and_marked_simulated(layers: Path) -> None:
    for name, bands, kind in (("elevation.tif", 1, "float32"), ("drone_image.tif", 3, "uint8")):
        with rasterio.open(layers / name) as file:
            assert file.crs.to_epsg() == 2056
            assert (file.count, file.dtypes[0]) == (bands, kind)
            assert file.block_shapes[0] == (256, 256)
            assert file.overviews(1) == [2, 4, 8]
            assert file.tags()["TIFFTAG_IMAGEDESCRIPTION"].startswith("SIMULATED")


def test_that_maps_and_scans_have_the_sites_coordinates_and_say_simulated(layers: Path) -> None:
    for name in ("rock_units", "faults"):
        known = pyogrio.read_info(layers / f"{name}.gpkg")
        assert (known["layer_name"], known["crs"]) == (name, "EPSG:2056")
        assert known["layer_metadata"]["DESCRIPTION"].startswith("SIMULATED")
    for number in (1, 2):
        header = laspy.read(layers / f"scan_{number}.laz").header
        assert (str(header.version), header.system_identifier) == ("1.4", "SIMULATED")
        assert header.parse_crs().to_epsg() == 2056


def test_that_the_manifest_dates_every_layer_and_has_no_fault(layers: Path) -> None:
    assert check_site(layers.parent) == ()
    manifest = read_manifest(layers.parent)
    assert [one.timeless for one in manifest.layer] == [False, False, True, True, False, False]
    scans = [one.acquired for one in manifest.layer if one.kind == "lidar"]
    assert scans[0] is not None
    assert scans[1] is not None
    assert scans[0].isoformat() == "2017-12-22"
    assert (scans[1] - scans[0]).days == 10 + 220


def test_that_scan_and_elevation_show_the_same_ground_before_the_record(layers: Path) -> None:
    made, scan = make_pit(PIT), laspy.read(layers / "scan_1.laz")
    with rasterio.open(layers / "elevation.tif") as file:
        height = file.read(1).astype(float)
    np.testing.assert_allclose(height, made.terrain.height_m, atol=1e-3)
    up = heights_at(made.terrain.layout, made.terrain.height_m, scan.xyz[:, :2])
    assert np.abs(scan.xyz[:, 2] - up).std() < 0.02


def test_that_the_second_scan_shows_scars_of_falls_before_it_and_of_none_after(layers: Path) -> None:
    made, scan = make_pit(PIT), laspy.read(layers / "scan_2.laz")
    step, terrain = second_survey_step(made.calendar), made.terrain
    before = (made.falls.volume_m3 >= 10) & (made.falls.step < step)
    later = scarred(terrain, made.falls, made.places_m, step)
    lost = terrain.height_m - later
    assert before.any()
    assert lost.max() > 0.3
    assert np.maximum(-lost, 0).sum() == pytest.approx(made.falls.volume_m3[before].sum(), rel=0.7)
    assert (scarred(terrain, made.falls, made.places_m, 0) == terrain.height_m).all()
    up = heights_at(terrain.layout, later, scan.xyz[:, :2])
    assert np.abs(scan.xyz[:, 2] - up).std() < 0.02


def test_that_incidents_lie_in_their_zones_and_large_ones_in_their_scars(layers: Path) -> None:
    import shapely

    made = make_pit(PIT)
    terrain, falls = made.terrain, made.falls
    for zone in range(4):
        own = falls.zone == zone
        shape = polygon_shape(shapely.Polygon(terrain.layout.polygon(zone)))
        assert own.sum() > 5
        assert shape.holds(*made.places_m[own & ~falls.large].round(2).T).all()
    west, _, _, north = terrain.layout.bounds_m
    column, row = (np.abs(made.places_m - (west, north))).astype(int).T
    lost = terrain.height_m - scarred(terrain, falls, made.places_m, made.calendar.steps)
    slope = terrain.slope_deg[row, column]
    assert falls.large.any()
    assert np.median(lost[row, column][falls.large]) > 0.3
    assert slope[falls.large].min() > np.median(slope[~falls.large])


def test_that_the_map_shows_incidents_at_their_own_places(layers: Path) -> None:
    manifest = read_manifest(layers.parent)
    assert manifest.incidents is not None
    assert (manifest.incidents.x_column, manifest.incidents.y_column) == ("easting_m", "northing_m")
    made = make_pit(PIT)
    table = pl.read_csv(layers.parent / "simulated_incidents.csv")
    np.testing.assert_allclose(table["easting_m"], made.places_m[:, 0], atol=0.006)
    np.testing.assert_allclose(table["northing_m"], made.places_m[:, 1], atol=0.006)


def test_that_zones_hold_their_own_cells(layers: Path) -> None:
    layout = make_pit(PIT).terrain.layout
    east, north = (grid.ravel() for grid in np.broadcast_arrays(*layout.grid()))
    import shapely

    shapes = [polygon_shape(shapely.Polygon(layout.polygon(zone))) for zone in range(4)]
    own = layout.zone_of(east, north)
    for zone, shape in enumerate(shapes):
        assert (shape.holds(east, north) == (own == zone)).mean() > 0.999


def test_that_the_same_seed_makes_the_same_layers(layers: Path, tmp_path: Path) -> None:
    write_simulated_site(tmp_path / "again", PIT, site_id=SITE_ID)
    for path in layers.iterdir():
        again = tmp_path / "again" / "layers" / path.name
        if path.suffix == ".tif":
            with rasterio.open(path) as one, rasterio.open(again) as other:
                np.testing.assert_array_equal(one.read(), other.read())
        elif path.suffix == ".laz":
            one_cloud, other_cloud = laspy.read(path), laspy.read(again)
            np.testing.assert_array_equal(one_cloud.points.array, other_cloud.points.array)
        else:
            one_map, other_map = (pyogrio.raw.read(place) for place in (path, again))
            np.testing.assert_array_equal(one_map[2], other_map[2])
