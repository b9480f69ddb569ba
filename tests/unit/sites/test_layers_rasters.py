"""Orthophotos and elevation as chips: the right cells, the right numbers, little memory, and gaps stay gaps."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import Transformer
from rasterio.enums import ColorInterp, Resampling
from rasterio.warp import reproject

from rockfall_desktop.domain.layer_arrays import TIMELESS
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from rockfall_desktop.sites.layers.resampling import resampled, weights
from rockfall_desktop.sites.layers.slope_analysis import SLOPE_BANDS, slope_analysis
from tests.unit.sites.made_ground import NORTH, UTM, WEST, ZONES, fault_of, layer, make_ground, write_tiff

RAMP = np.stack([np.tile(np.arange(100), (100, 1)), np.tile(np.arange(100)[:, None], 100), np.full((100, 100), 255)])
BANDS = ("-", "-", "-", "elevation", "-")


def test_that_a_chip_holds_the_cells_around_its_zone(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8), photometric="RGB")
    ground = make_ground(tmp_path)
    found = read_raster_layer(layer(), ground)
    assert (found.bands, found.cell_m, found.chips.shape) == (("red", "green", "blue"), 1.0, (2, 3, 32, 32))
    assert found.chips[0, 0, 5] * 255 == pytest.approx(np.arange(20, 52))
    assert found.chips[1, 1, :, 5] * 255 == pytest.approx(np.arange(58, 90))
    assert (found.chips[:, 2] == 1.0).all()
    assert found.epoch == TIMELESS
    assert ground.notes == []


def test_that_a_layer_is_known_at_the_end_of_its_day_and_its_delay(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8))
    flown = layer(timeless=False, acquired=date(1970, 1, 2), delay="1h")
    assert read_raster_layer(flown, make_ground(tmp_path)).epoch.known_s == 2 * 86_400 + 3600


@pytest.mark.parametrize(
    ("kind", "written", "read", "tags"),
    [
        (np.uint8, 51, 0.2, {}),
        (np.uint16, 13_107, 0.2, {}),
        (np.int16, -8, -8 / 32_767, {}),
        (np.uint16, 819, 0.2, {"nbits": 12}),
        (np.float32, 0.37, 0.37, {}),
    ],
)
def test_that_numbers_are_scaled_by_their_type_alone(
    tmp_path: Path, kind: type, written: float, read: float, tags: dict[str, int]
) -> None:
    write_tiff(tmp_path / "a.tif", np.full((100, 100), written, kind), **tags)
    assert read_raster_layer(layer(), make_ground(tmp_path)).chips == pytest.approx(read, abs=1e-4)


def test_that_a_bands_own_scale_and_offset_count(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.full((100, 100), 500, np.uint16))
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.001,), (-0.1,)
    assert read_raster_layer(layer(), make_ground(tmp_path)).chips == pytest.approx(0.4, abs=1e-6)


def test_that_bands_are_named_and_left_out_in_order(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8))
    found = read_raster_layer(layer(bands=["nir", "-", "red_edge"]), make_ground(tmp_path))
    assert found.bands == ("nir", "red_edge")
    assert (found.chips[:, 1] == 1.0).all()
    ground = make_ground(tmp_path)
    told = fault_of(ground, lambda: read_raster_layer(layer(bands=["one"]), ground))
    assert "bands names 1, but a.tif has 3" in told


ALPHA_FIRST = (ColorInterp.alpha, ColorInterp.red, ColorInterp.green, ColorInterp.blue)


@pytest.mark.parametrize("names", [["-", "r", "g", "b"], ["mask", "r", "g", "b"], ["r", "g", "b"]])
def test_that_names_go_by_the_bands_of_the_file_wherever_its_alpha_band_is(tmp_path: Path, names: list[str]) -> None:
    values = np.stack([np.full((100, 100), value, np.uint8) for value in (255, 10, 20, 30)])
    with rasterio.open(write_tiff(tmp_path / "a.tif", values), "r+") as dataset:
        dataset.colorinterp = ALPHA_FIRST
    found = read_raster_layer(layer(bands=names), make_ground(tmp_path))
    assert found.bands == ("r", "g", "b")
    assert found.chips[0, :, 5, 5] * 255 == pytest.approx([10, 20, 30])
    classes = layer("geology", bands=["unit" if name == "g" else "-" for name in names])
    assert read_raster_layer(classes, make_ground(tmp_path)).classes == ("20",)


@pytest.mark.parametrize("kind", ["drone_imagery", "geology"])
@pytest.mark.parametrize("names", [["unit"], ["unit", "-"], ["unit", "-", "-", "-"]])
def test_that_names_of_other_bands_than_the_files_are_refused(tmp_path: Path, kind: str, names: list[str]) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8))
    ground = make_ground(tmp_path)
    told = fault_of(ground, lambda: read_raster_layer(layer(kind, bands=names), ground))
    assert f"bands names {len(names)}, but a.tif has 3" in told


def test_that_what_has_no_data_is_no_number(tmp_path: Path) -> None:
    values = np.full((2, 100, 100), 10, np.uint8)
    values[1, :40] = 0
    path = write_tiff(tmp_path / "alpha.tif", np.where(values == 10, [[[10]], [[255]]], values).astype(np.uint8))
    with rasterio.open(path, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    nodata = values[:1].copy()
    nodata[0, :40] = 0
    write_tiff(tmp_path / "nodata.tif", nodata, nodata=0)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        path = write_tiff(tmp_path / "mask.tif", values[:1])
        with rasterio.open(path, "r+") as dataset:
            dataset.write_mask(np.repeat(np.arange(100) >= 40, 100).reshape(100, 100))
    for file in ("alpha.tif", "nodata.tif", "mask.tif"):
        ground = make_ground(tmp_path)
        found = read_raster_layer(layer(file=file), ground)
        assert found.chips.shape[1] == 1, file
        assert np.isnan(found.chips[0, 0, :20]).all(), file
        assert found.chips[0, 0, 20:] == pytest.approx(10 / 255), file
        assert not np.isnan(found.chips[1]).any(), file
        assert "1 of 2 zones have data in a part" in ground.notes[0], file


def test_that_no_data_must_be_so_in_every_colour(tmp_path: Path) -> None:
    values = np.zeros((3, 100, 100), np.uint8)
    values[0] = 9
    write_tiff(tmp_path / "a.tif", values, nodata=0)
    assert (read_raster_layer(layer(), make_ground(tmp_path)).chips[:, 1:] == 0.0).all()


def test_that_a_coarse_chip_is_the_mean_of_what_it_covers_and_overviews_agree(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    smooth = np.kron(rng.integers(0, 200, (40, 40)), np.ones((16, 16))).astype(np.uint8)
    for name in ("a.tif", "b.tif"):
        write_tiff(tmp_path / name, smooth, cell_m=0.25, tiled=True, blockxsize=128, blockysize=128)
    with rasterio.open(tmp_path / "b.tif", "r+") as dataset:
        dataset.build_overviews([2, 4, 8], Resampling.average)
    plain, layered = (read_raster_layer(layer(file=f), make_ground(tmp_path, cell_m=2.0)) for f in ("a.tif", "b.tif"))
    window = smooth[int(4 / 0.25) : int(68 / 0.25), int(4 / 0.25) : int(68 / 0.25)].reshape(32, 8, 32, 8)
    assert plain.chips[0, 0] * 255 == pytest.approx(window.mean(axis=(1, 3)), abs=0.01)
    assert layered.chips == pytest.approx(plain.chips, abs=1 / 255)


def test_that_another_coordinate_system_gives_the_same_place(tmp_path: Path) -> None:
    x, y = np.meshgrid(np.arange(200), np.arange(200))
    hill = (50 * np.sin(x / 25) + 50 * np.cos(y / 25) + 120).astype(np.float32)
    write_tiff(tmp_path / "utm.tif", hill)
    with rasterio.open(tmp_path / "utm.tif") as source:
        place = Affine(5e-6, 0, 15.0, 0, -5e-6, Transformer.from_crs(UTM, 4326).transform(WEST, NORTH)[0] + 1e-4)
        moved = np.full((420, 520), np.nan, np.float32)
        options = {"dst_transform": place, "dst_crs": "EPSG:4326", "dst_nodata": np.nan}
        reproject(rasterio.band(source, 1), moved, resampling=Resampling.bilinear, **options)
    write_tiff(tmp_path / "degrees.tif", moved, crs="EPSG:4326", transform=place)
    here, there = (read_raster_layer(layer(file=f), make_ground(tmp_path)) for f in ("utm.tif", "degrees.tif"))
    assert there.chips == pytest.approx(here.chips, abs=2.0)
    ground = make_ground(tmp_path)
    slopes = [read_raster_layer(layer("elevation", f), ground).chips[:, 1] for f in ("utm.tif", "degrees.tif")]
    assert slopes[1] == pytest.approx(slopes[0], abs=3.0)
    assert any("EPSG:4326" in note for note in ground.notes)


def test_that_a_zone_that_is_the_whole_site_has_the_layers_extent(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8))
    found = read_raster_layer(layer(), make_ground(tmp_path, outlines=(None,), pixels=10))
    assert (found.cell_m, found.chips.shape) == (10.0, (1, 3, 10, 10))
    assert found.chips[0, 0, 0] * 255 == pytest.approx(np.arange(4.5, 100, 10), abs=1e-4)


def test_that_a_site_in_local_metres_reads_a_layer_in_local_metres(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", RAMP.astype(np.uint8), crs=None)
    found = read_raster_layer(layer(), make_ground(tmp_path, crs=""))
    assert found.chips[0, 0, 5] * 255 == pytest.approx(np.arange(20, 52))


def test_that_a_huge_image_is_read_in_windows_only(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "width": 60_000, "height": 60_000, "count": 3, "dtype": "uint8", "crs": UTM}
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "SPARSE_OK": "TRUE", "compress": "deflate"}
    place = Affine(0.01, 0, WEST, 0, -0.01, NORTH)
    with rasterio.open(tmp_path / "huge.tif", "w", transform=place, **profile, **tiles) as dataset:
        dataset.write(np.full((3, 512, 512), 51, np.uint8), window=((2048, 2560), (2048, 2560)))
    code = (
        "import resource\nfrom pathlib import Path\n"
        "from tests.unit.sites.made_ground import layer, make_ground\n"
        "from rockfall_desktop.sites.layers.rasters import read_raster_layer\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"found = read_raster_layer(layer(file='huge.tif'), make_ground(Path({str(tmp_path)!r})))\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(float(found.chips.max()), (after - before) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    largest, grown_mb = done.stdout.split()
    assert float(largest) == pytest.approx(0.2)
    assert int(grown_mb) < 400, "ten gigabytes are in the file"
    assert done.stderr == ""


def test_that_elevation_becomes_slope_analysis_of_its_own_cells(tmp_path: Path) -> None:
    z_m = (np.random.default_rng(1).random((100, 100)) * 20 + 500).astype(np.float32)
    write_tiff(tmp_path / "z.tif", z_m)
    found = read_raster_layer(layer("elevation", "z.tif"), make_ground(tmp_path))
    fine = slope_analysis(z_m.astype(np.float64), 1.0, 1.0)
    assert found.bands == SLOPE_BANDS
    assert found.chips[0, 1:] == pytest.approx(fine[1:, 20:52, 20:52], abs=1e-4)
    assert found.chips[0, 0] == pytest.approx(z_m[20:52, 20:52] - z_m[20:52, 20:52].mean(), abs=1e-3)


def test_that_slope_is_averaged_not_computed_from_averages(tmp_path: Path) -> None:
    z_m = np.zeros((400, 400), np.float32)
    z_m[:, ::2] = 1.0
    z_m[:, ::4] = 2.0
    write_tiff(tmp_path / "z.tif", z_m, cell_m=0.25)
    found = read_raster_layer(layer("elevation", "z.tif"), make_ground(tmp_path, pixels=8))
    fine = slope_analysis(z_m.astype(np.float64), 0.25, 0.25)[1]
    whole = fine[80:208, 80:208].reshape(8, 16, 8, 16).mean(axis=(1, 3))
    assert found.chips[0, 1] == pytest.approx(whole, abs=1e-3)
    assert found.chips[0, 1].min() > 10


def test_that_large_chips_are_cut_in_blocks_without_seams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    z_m = (np.random.default_rng(1).random((100, 100)) * 20).astype(np.float32)
    write_tiff(tmp_path / "z.tif", z_m)
    whole = read_raster_layer(layer("elevation", "z.tif"), make_ground(tmp_path)).chips
    monkeypatch.setattr("rockfall_desktop.sites.layers.elevation.BLOCK_CELLS", 50)
    assert read_raster_layer(layer("elevation", "z.tif"), make_ground(tmp_path)).chips == pytest.approx(whole)


def test_that_heights_that_no_slope_has_are_masked_and_counted(tmp_path: Path) -> None:
    z_m = np.full((100, 100), 500.0, np.float32)
    z_m[30, 30] = -9999.0
    write_tiff(tmp_path / "z.tif", z_m)
    ground = make_ground(tmp_path)
    slope = read_raster_layer(layer("elevation", "z.tif"), ground).chips[0, 1]
    assert np.isnan(slope[9:12, 9:12]).all()
    assert np.nanmax(slope) == 0.0
    assert "1 of the cells that were read lie below -2,000 m" in ground.notes[0]


def test_that_feet_become_metres_with_a_note(tmp_path: Path) -> None:
    x, _ = np.meshgrid(np.arange(100), np.arange(100))
    path = write_tiff(tmp_path / "z.tif", (x / 0.3048).astype(np.float32))
    with rasterio.open(path, "r+") as dataset:
        dataset.units = ("ft",)
    ground = make_ground(tmp_path)
    assert read_raster_layer(layer("elevation", "z.tif"), ground).chips[0, 1] == pytest.approx(45.0, abs=1e-3)
    assert "converted to metres (times 0.3048)" in ground.notes[0]


def test_that_the_band_of_the_elevation_is_never_guessed(tmp_path: Path) -> None:
    write_tiff(tmp_path / "z.tif", np.zeros((5, 100, 100), np.float32))
    ground = make_ground(tmp_path)
    told = fault_of(ground, lambda: read_raster_layer(layer("elevation", "z.tif"), ground))
    assert "not said which is the elevation" in told
    assert read_raster_layer(layer("elevation", "z.tif", bands=BANDS), make_ground(tmp_path)).chips[0, 1].max() == 0.0


def test_that_points_become_elevation(tmp_path: Path) -> None:
    laspy = pytest.importorskip("laspy")
    x, y = np.meshgrid(np.arange(0.25, 100, 0.5), np.arange(0.25, 100, 0.5))
    file = laspy.LasData(laspy.LasHeader(point_format=6, version="1.4"))
    file.header.scales, file.header.offsets = np.full(3, 0.001), np.array([WEST, NORTH - 100, 0.0])
    file.x, file.y, file.z = WEST + x.ravel(), NORTH - y.ravel(), 300 + 0.5 * x.ravel()
    file.write(tmp_path / "points.laz")
    points = layer("elevation", "points.laz", crs=UTM, cell_m=1.0)
    found = read_raster_layer(points, make_ground(tmp_path))
    assert found.chips[0, 1] == pytest.approx(np.degrees(np.arctan(0.5)), abs=0.05)
    ground = make_ground(tmp_path)
    assert "names no coordinate system" in fault_of(
        ground, lambda: read_raster_layer(layer("elevation", "points.laz"), ground)
    )
    turned = make_ground(tmp_path, crs="EPSG:32632", outlines=tuple(_in_zone_32(zone) for zone in ZONES))
    slope = read_raster_layer(points, turned).chips[0, 1]
    assert np.nanmedian(slope) == pytest.approx(np.degrees(np.arctan(0.5)), abs=0.5)


def _in_zone_32(zone: shapely.Geometry) -> shapely.Geometry:
    way = Transformer.from_crs(UTM, "EPSG:32632", always_xy=True)
    return shapely.transform(zone, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))


def test_that_weights_cover_each_cell_once() -> None:
    coarse = weights(0.5, 2.0, 4, 0.0, 1.0, 10)
    assert coarse.sum(axis=1) == pytest.approx(1.0)
    assert coarse[0, :4] == pytest.approx([0.25, 0.5, 0.25, 0.0])
    fine = weights(1.0, 0.5, 4, 0.0, 1.0, 10)
    assert fine[0, :3] == pytest.approx([0.25, 0.75, 0.0])


def test_that_a_cell_needs_half_of_its_ground() -> None:
    values = np.array([[1.0, np.nan, np.nan, np.nan], [1.0, 3.0, np.nan, np.nan]])
    half = weights(0.0, 2.0, 2, 0.0, 1.0, 4)
    found = resampled(values, weights(0.0, 2.0, 1, 0.0, 1.0, 2), half)
    assert found[0, 0] == pytest.approx(5 / 3)
    assert np.isnan(found[0, 1])
