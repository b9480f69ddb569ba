"""Heights that nobody measured make no cliff: neither on the way to another system nor among points."""

from pathlib import Path

import laspy
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import NORTH, UTM, WEST, ZONES, layer, make_ground, write_tiff


def in_zone_32(zone: shapely.Geometry) -> shapely.Geometry:
    way = Transformer.from_crs(UTM, "EPSG:32632", always_xy=True)
    return shapely.transform(zone, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))


@pytest.mark.parametrize("nodata", [None, -9999])
def test_that_a_hole_leaks_no_cliff_on_the_way_to_another_system(tmp_path: Path, nodata: float | None) -> None:
    z_m = np.full((100, 100), 500.0, np.float32)
    z_m[30:36, 30:36] = -9999.0
    write_tiff(tmp_path / "z.tif", z_m, nodata=nodata)
    ground = make_ground(tmp_path, crs="EPSG:32632", outlines=tuple(in_zone_32(zone) for zone in ZONES))
    chips = read_raster_layer(layer("elevation", "z.tif"), ground).chips
    assert np.nanmax(np.abs(chips[:, 0])) < 1e-3
    assert np.nanmax(chips[:, 1]) < 1e-3
    assert np.isnan(chips[0, 1]).any()
    told = any("36 of the cells that were read lie below -2,000 m" in note for note in ground.notes)
    assert told == (nodata is None)


def flat_points(path: Path, *, form: int = 6, **marks: np.ndarray) -> None:
    """Ten thousand points at 300 m; `z` and laspy fields are written over."""
    x, y = np.meshgrid(np.arange(0.5, 100), np.arange(0.5, 100))
    file = laspy.LasData(laspy.LasHeader(point_format=form, version="1.4" if form > 5 else "1.2"))
    file.header.scales, file.header.offsets = np.full(3, 0.001), np.array([WEST, NORTH - 100, 0.0])
    file.x, file.y, file.z = WEST + x.ravel(), NORTH - y.ravel(), marks.pop("z", np.full(x.size, 300.0))
    for name, values in marks.items():
        file[name] = values
    file.write(path)


SPIKES = np.zeros(10_000, np.uint8)
SPIKES[[3030, 7570, 7571]] = 1
REASONS = {
    "withheld": ({"withheld": SPIKES}, "3 points are marked as withheld"),
    "low": ({"classification": SPIKES * 7}, "3 points are noise (classes 7 and 18"),
    "high": ({"classification": SPIKES * 18}, "3 points are noise (classes 7 and 18"),
}


@pytest.mark.parametrize("form", [1, 6])
@pytest.mark.parametrize("reason", REASONS)
def test_that_points_that_do_not_count_make_no_spike_in_the_elevation(tmp_path: Path, reason: str, form: int) -> None:
    marks, told = REASONS[reason]
    flat_points(tmp_path / "z.laz", z=300.0 + 50 * SPIKES, form=form, **marks)
    ground = make_ground(tmp_path)
    chips = read_raster_layer(layer("elevation", "z.laz", crs=UTM, cell_m=2.0), ground).chips
    assert np.nanmax(chips[:, 1]) < 1e-3
    assert any(told in note for note in ground.notes)


def test_that_a_height_of_no_slope_counts_in_no_mean(tmp_path: Path) -> None:
    flat_points(tmp_path / "z.las", z=np.where(SPIKES, -9999.0, 300.0))
    ground = make_ground(tmp_path)
    chips = read_raster_layer(layer("elevation", "z.las", crs=UTM, cell_m=10.0), ground).chips
    assert np.nanmax(chips[:, 1]) < 1e-3
    assert any("3 points lie below -2,000 m or above 20,000 m" in note for note in ground.notes)


def test_that_noise_counts_where_the_layer_names_its_class(tmp_path: Path) -> None:
    flat_points(tmp_path / "z.las", z=300.0 + 50 * SPIKES, classification=SPIKES * 7)
    ground = make_ground(tmp_path)
    wanted = layer("elevation", "z.las", crs=UTM, cell_m=2.0, ground_classes=[0, 7])
    assert np.nanmax(read_raster_layer(wanted, ground).chips[:, 1]) > 45
    assert not any("left out" in note for note in ground.notes)
