"""Pictures of layers: what is drawn stands where it is, missing data stay clear, damaged files say so."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from shutil import which

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site_map import MapPicture, stacked
from rockfall_desktop.sites.layers.picture_relief import hillshade
from rockfall_desktop.sites.site_map import draw_layer, prepare_layer, read_site_map
from tests.map_site import NORTH, WEST, grid_of, write_map_site, write_terrain

WHOLE = (WEST, NORTH - 200, WEST + 200, NORTH)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_map_site(tmp_path / "site")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_that_north_is_up_and_colours_are_those_of_the_file(site: Path, cache: Path) -> None:
    picture = draw_layer(site, cache, "flight", WHOLE, (200, 200))
    red, green = picture.rgba[..., 0].astype(int), picture.rgba[..., 1].astype(int)
    assert red[100, 190] > red[100, 10]  # red grows to the east
    assert green[190, 100] > green[10, 100]  # green to the south
    assert (picture.rgba[..., 3] == 255).all()
    assert picture.bounds == pytest.approx(WHOLE)


def test_that_names_of_bands_pass_over_the_alpha_band_wherever_it_stands(site: Path, cache: Path) -> None:
    flight = site / "flight.tif"
    before = draw_layer(site, cache, "flight", WHOLE, (200, 200))
    with rasterio.open(flight) as source:
        bands, profile = source.read(), source.profile
    with rasterio.open(flight, "w", **(profile | {"count": 4})) as sink:
        sink.write(np.full_like(bands[0], 255), 1)
        sink.write(bands[:3], (2, 3, 4))
        sink.colorinterp = (ColorInterp.alpha, ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    text = (site / "site.toml").read_text()
    (site / "site.toml").write_text(
        text.replace('file = "flight.tif"', 'file = "flight.tif"\nbands = ["red", "green", "blue"]')
    )
    after = draw_layer(site, cache, "flight", WHOLE, (200, 200))
    assert np.array_equal(before.rgba[..., :3], after.rgba[..., :3])


def test_that_a_hole_of_no_data_stays_clear_and_makes_no_cliff(site: Path, cache: Path) -> None:
    picture = draw_layer(site, cache, "terrain", WHOLE, (100, 100))
    assert (picture.rgba[90:, :10, 3] == 0).all()
    assert (picture.rgba[:90, :, 3] == 255).all()
    flat = int(picture.rgba[95, 25, 0])
    assert abs(int(picture.rgba[95, 11, 0]) - flat) < 12  # level ground beside the hole is as bright as elsewhere


def test_that_outside_the_file_there_is_nothing(site: Path, cache: Path) -> None:
    away = (WEST + 1000, NORTH, WEST + 1200, NORTH + 200)
    assert not draw_layer(site, cache, "flight", away, (50, 50)).rgba.any()


def test_that_classes_keep_their_colour_wherever_one_looks(site: Path, cache: Path) -> None:
    whole = draw_layer(site, cache, "rocks", WHOLE, (100, 100))
    south = draw_layer(site, cache, "rocks", (WEST, NORTH - 200, WEST + 200, NORTH - 150), (20, 80))
    assert [entry.name for entry in whole.legend] == ["limestone", "marl"]
    assert (south.rgba[5, 5] == whole.rgba[90, 50]).all()
    assert (whole.rgba[10, 50] != whole.rgba[90, 50]).any()


def test_that_a_plane_is_shaded_as_by_lambert() -> None:
    x, y = np.meshgrid(np.arange(12.0), -np.arange(12.0))
    facing_north_west = hillshade((0.5 * x - 0.5 * y).astype(np.float32), 1, 1)
    level = hillshade(np.zeros((12, 12), np.float32), 1, 1)
    facing_south_east = hillshade((-0.5 * x + 0.5 * y).astype(np.float32), 1, 1)
    assert [np.ptp(one) for one in (facing_north_west, level, facing_south_east)] == [0, 0, 0]
    assert facing_north_west[0, 0] > level[0, 0] > facing_south_east[0, 0]
    assert level[0, 0] == round(40 + 205 * np.sin(np.radians(45)))


@pytest.mark.skipif(which("gdaldem") is None, reason="gdaldem of gdal-bin is not installed")
def test_that_the_shade_is_that_of_gdaldem(tmp_path: Path) -> None:
    path = tmp_path / "rough.tif"
    z = np.random.default_rng(5).normal(0, 3, (60, 60)).astype(np.float32)
    profile = {"driver": "GTiff", "width": 60, "height": 60, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", crs="EPSG:25832", transform=grid_of(2.0), **profile) as file:
        file.write(z, 1)
    told = tmp_path / "shade.tif"
    subprocess.run(["gdaldem", "hillshade", "-q", "-az", "315", "-alt", "45", path, told], check=True)
    with rasterio.open(told) as file:
        theirs = file.read(1)[1:-1, 1:-1].astype(float)
    light = (hillshade(z, 2, 2).astype(float) - 40) / 205
    assert np.abs(light - (theirs - 1) / 254).max() < 0.01


def test_that_a_large_file_gets_one_copy_and_is_drawn_alike(site: Path, cache: Path) -> None:
    write_terrain(site / "terrain.tif", 1200)
    before = draw_layer(site, cache, "terrain", WHOLE, (100, 100))
    shares = list(prepare_layer(site, cache, "terrain"))
    after = draw_layer(site, cache, "terrain", WHOLE, (100, 100))
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert [path.suffix for path in cache.iterdir()] == [".tif"]
    assert sorted(path.name for path in site.iterdir()) == [
        "flight.tif", "rockfalls.csv", "rocks.gpkg", "site.toml", "terrain.tif",
    ]  # fmt: skip
    seen = stacked([after, after], WHOLE, (100, 100)).rgba[5:85, 15:95, 0].astype(int)
    assert np.abs(seen - before.rgba[5:85, 15:95, 0]).mean() < 6
    assert not list(prepare_layer(site, cache, "terrain"))  # there is one


def test_that_a_copy_that_is_given_up_leaves_nothing(site: Path, cache: Path) -> None:
    write_terrain(site / "terrain.tif", 2400)
    making = prepare_layer(site, cache, "terrain")
    next(making)
    making.close()
    assert not list(cache.iterdir())


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def text(path: Path) -> None:
    path.write_text("no raster at all")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


def placeless(path: Path) -> None:
    with rasterio.open(path) as file:
        pixels, profile = file.read(), {**file.profile, "crs": None, "transform": rasterio.Affine.identity()}
    path.unlink()
    with rasterio.open(path, "w", **profile) as file:
        file.write(pixels)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("harm", [truncated, text, empty, gone, placeless])
@pytest.mark.parametrize(("layer", "file"), [("flight", "flight.tif"), ("rocks", "rocks.gpkg")])
def test_that_a_faulty_file_is_told_in_a_sentence(
    layer: str, file: str, harm: Callable[[Path], None], site: Path, cache: Path
) -> None:
    if harm is placeless and layer == "rocks":
        pytest.skip("shapes have their own coordinates")
    harm(site / file)
    with pytest.raises(WrongInput, match=f"Layer '{layer}' cannot be drawn") as told:
        draw_layer(site, cache, layer, WHOLE, (200, 200))
    assert file in told.value.message
    assert told.value.hint
    told_of = {one.name: one.fault for one in read_site_map(site, cache).layers}
    assert harm is truncated or told_of.pop(layer)
    assert not any(fault for name, fault in told_of.items() if name != layer)


def test_that_a_tiny_file_that_claims_a_continent_is_refused_at_once(site: Path, cache: Path) -> None:
    profile = {"driver": "GTiff", "width": 200_000, "height": 200_000, "count": 1, "dtype": "uint8", "tiled": True}
    grid = grid_of(0.001)
    (site / "flight.tif").unlink()
    with rasterio.open(
        site / "flight.tif", "w", crs="EPSG:25832", transform=grid, sparse_ok=True, bigtiff="yes", **profile
    ):
        pass
    with pytest.raises(WrongInput, match="too large"):
        draw_layer(site, cache, "flight", WHOLE, (100, 100))
    with pytest.raises(WrongInput, match="claims 200,000 x 200,000 cells"):
        list(prepare_layer(site, cache, "flight"))


def test_that_a_file_of_another_coordinate_system_is_put_in_its_place(site: Path, cache: Path) -> None:
    before = draw_layer(site, cache, "flight", WHOLE, (50, 50))
    with rasterio.open(site / "flight.tif") as file, rasterio.vrt.WarpedVRT(file, crs="EPSG:25833") as moved:
        pixels = moved.read()
        profile = {**file.profile, "crs": "EPSG:25833", "transform": moved.transform, "width": moved.width}
        profile["height"] = moved.height
    (site / "flight.tif").unlink()
    with rasterio.open(site / "flight.tif", "w", **profile) as file:
        file.write(pixels)
    after = stacked([draw_layer(site, cache, "flight", WHOLE, (50, 50))] * 2, WHOLE, (50, 50))
    middle = np.s_[15:35, 15:35, :3]
    one = stacked([before, before], WHOLE, (50, 50)).rgba[middle].astype(int)
    assert np.abs(one - after.rgba[middle]).mean() < 6


def test_that_no_layer_of_a_site_without_coordinate_system_is_guessed(tmp_path: Path, cache: Path) -> None:
    site = write_map_site(tmp_path / "bare")
    toml = (site / "site.toml").read_text(encoding="utf-8").replace('crs = "EPSG:25832"\n', "")
    (site / "site.toml").write_text(toml, encoding="utf-8")
    assert all("crs" in layer.fault for layer in read_site_map(site, cache).layers)


def test_that_pictures_lie_over_one_another() -> None:
    below = MapPicture(np.full((2, 2, 4), 255, np.uint8), (0, 0, 2, 2), "white")
    half = np.zeros((1, 1, 4), np.uint8)
    half[0, 0] = (0, 0, 0, 51)
    above = MapPicture(half, (0, 0, 1, 2), "a fifth black, over the western half")
    seen = stacked([below, above], (0, 0, 2, 2), (2, 2)).rgba
    assert seen[:, 0, 0].tolist() == [204, 204]
    assert seen[:, 1, 0].tolist() == [255, 255]
    assert (seen[..., 3] == 255).all()
