"""Elevation from points: what the file's header claims is not believed, heights become metres."""

import struct
from pathlib import Path

import numpy as np
import pytest
from pyproj import CRS
from pyproj.crs import CompoundCRS

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_cloud import changed, write_cloud
from tests.unit.sites.made_ground import NORTH, WEST, layer, make_ground

FEET = 0.3048006096
METRES = CRS.from_epsg(32633)


def plane(metres_a_unit: float = 1.0) -> np.ndarray:
    """Points on a slope of 45 degrees."""
    x, y = np.random.default_rng(3).uniform(0, 100, (2, 60_000))
    return np.column_stack([WEST + x, NORTH - 100 + y, x / metres_a_unit])


def read(folder: Path) -> tuple[RasterLayer, list[str]]:
    ground = make_ground(folder)
    return read_raster_layer(layer("elevation", "a.las", cell_m=1.0), ground), ground.notes


def slope_of(read_layer: RasterLayer) -> float:
    return float(np.nanmedian(read_layer.chips[:, read_layer.bands.index("slope")]))


def test_that_heights_in_feet_become_metres_with_a_note(tmp_path: Path) -> None:
    both = CompoundCRS("UTM 33 and feet", [METRES, CRS.from_epsg(6360)])
    write_cloud(tmp_path / "a.las", plane(FEET), wkt=both.to_wkt())
    found, notes = read(tmp_path)
    assert slope_of(found) == pytest.approx(45.0, abs=2.0)
    assert any("multiplied with 0.304801" in note for note in notes)


@pytest.mark.parametrize("edges", [(WEST + 30, WEST + 29, NORTH, NORTH - 1), (float("nan"),) * 4])
def test_that_no_point_is_lost_to_a_header_that_claims_too_little(tmp_path: Path, edges: tuple[float, ...]) -> None:
    path = write_cloud(tmp_path / "a.las", plane(), wkt=METRES.to_wkt())
    sound, _ = read(tmp_path)
    path.write_bytes(changed(path.read_bytes(), 179, struct.pack("<4d", *edges)))
    told, _ = read(tmp_path)
    np.testing.assert_array_equal(told.chips, sound.chips)


def test_that_records_after_the_points_are_not_believed(tmp_path: Path) -> None:
    path = write_cloud(tmp_path / "a.las", plane(), wkt=METRES.to_wkt())
    sound, _ = read(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(changed(whole, 235, struct.pack("<QI", len(whole), 2**31)))
    told, _ = read(tmp_path)  # a library that believes it makes two thousand million records
    np.testing.assert_array_equal(told.chips, sound.chips)
