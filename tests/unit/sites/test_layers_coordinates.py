"""Everything lies in the site's coordinate system, or a sentence says why it does not."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS

from rockfall_desktop.sites.layers.coordinates import Extent, crs_name, moved, parse_crs, same, site_crs, to_system
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import UTM, WEST, fault_of, layer, make_ground, write_tiff

IMAGE = np.zeros((100, 100), np.uint8)


def told(folder: Path, *, crs: str = UTM, **keys: str) -> str:
    ground = make_ground(folder, crs=crs)
    return fault_of(ground, lambda: read_raster_layer(layer(**keys), ground))


def test_that_a_layer_without_a_system_asks_for_one(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", IMAGE, crs=None)
    assert "a.tif: names no coordinate system Write crs = 'EPSG:...' in the layer 'layer'" in told(tmp_path)
    found = read_raster_layer(layer(crs=UTM), make_ground(tmp_path))
    assert not np.isnan(found.chips).any()


def test_that_a_site_without_a_system_is_told_that_of_its_layer(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", IMAGE)
    assert f"crs is missing, but a.tif is in {UTM} Write crs = '{UTM}'" in told(tmp_path, crs="")


def test_that_a_layer_elsewhere_is_told_with_both_extents(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", IMAGE, crs="EPSG:32632")
    text = told(tmp_path)
    assert "does not overlap the zones: it covers x " in text
    assert "the zones x 500,020 to 500,092, y 4,999,910 to 4,999,980 m (EPSG:32633)" in text


def test_that_what_a_file_says_counts_more_than_site_toml_with_a_note(tmp_path: Path) -> None:
    write_tiff(tmp_path / "a.tif", IMAGE)
    ground = make_ground(tmp_path)
    read_raster_layer(layer(crs="EPSG:32632"), ground)
    assert ground.notes == [f"Layer 'layer': the file says {UTM}, so crs = 'EPSG:32632' is not used."]


@pytest.mark.parametrize(
    ("crs", "sentence"),
    [
        ("EPSG:4326", "counts in degrees"),
        ("EPSG:4978", "counts in degrees or from the Earth's centre"),
        ("EPSG:2263", "counts in US survey foot, not metres"),
        ("EPSG:2053", "counts to the west and south"),
        ("EPSG:999999", "is no coordinate system that is known"),
        ("/etc/passwd", "is no coordinate system that is known"),
    ],
)
def test_that_a_site_counts_in_metres_to_the_east_and_north(tmp_path: Path, crs: str, sentence: str) -> None:
    write_tiff(tmp_path / "a.tif", IMAGE)
    assert sentence in told(tmp_path, crs=crs)


def test_that_a_site_in_degrees_is_told_its_zone_of_utm(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, crs="EPSG:4326", outlines=(shapely.box(-79.0, -4.1, -78.9, -4.0),))
    assert "e.g. EPSG:32717" in fault_of(ground, lambda: site_crs(ground))


def test_that_x_is_east_whatever_order_the_authority_lists() -> None:
    way = to_system(CRS("EPSG:31467"), CRS("EPSG:25832"))
    assert way is not None
    x, y = way.transform(3_500_000.0, 5_400_000.0)
    assert (x, y) == (pytest.approx(499_926, abs=5), pytest.approx(5_398_300, abs=60))


def test_that_an_extent_follows_its_edges() -> None:
    wide = Extent(5.0, 50.0, 13.0, 51.0)
    here = moved(wide, to_system(CRS("EPSG:4326"), CRS("EPSG:32632")))
    corners = moved(Extent(5.0, 50.0, 5.0001, 50.0001), to_system(CRS("EPSG:4326"), CRS("EPSG:32632")))
    assert here is not None
    assert corners is not None
    assert here.south < corners.south - 1000, "the middle of the southern edge lies farther south than its ends"


def test_that_local_systems_are_none_and_heights_do_not_count() -> None:
    assert parse_crs('LOCAL_CS["mine grid",UNIT["metre",1]]') is None
    assert crs_name(None) == "local metres"
    assert same(CRS("EPSG:25832"), CRS("EPSG:25832+7837"))
    assert not same(CRS("EPSG:25832"), CRS("EPSG:25833"))


def test_that_a_rough_way_between_two_systems_is_noted(tmp_path: Path) -> None:
    x, y = to_system(CRS(UTM), CRS("EPSG:31469")).transform(WEST, 5_000_000.0)  # type: ignore[union-attr]
    write_tiff(tmp_path / "a.tif", IMAGE, crs="EPSG:31469", transform=[1, 0, round(x), 0, -1, round(y)])
    ground = make_ground(tmp_path)
    read_raster_layer(layer(), ground)
    assert "the way from EPSG:31469 to EPSG:32633 is known" in ground.notes[0]
