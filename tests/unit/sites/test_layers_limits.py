"""GDAL and PROJ keep their limits: in every library that brings one, in threads, and for text from outside."""

import os
import threading
import warnings
from pathlib import Path

import pyogrio
import pytest
import rasterio
from pyproj import CRS

from rockfall_desktop.sites.layers.coordinates import parse_crs
from rockfall_desktop.sites.layers.gdal_limits import limited
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import fault_of, layer, make_ground
from tests.unit.sites.test_layers_geology import AREAS, UNITS, write_map

UTM_33 = CRS.from_epsg(32633).to_wkt("WKT1_GDAL")


def with_proj_text(text: str) -> str:
    """UTM zone 33 as WKT, with an extension that overrules it."""
    return UTM_33.replace('AUTHORITY["EPSG","32633"]]', f'EXTENSION["PROJ4","{text}"]]')


@pytest.mark.parametrize("option", ["GDAL_CACHEMAX", "GDAL_DISABLE_READDIR_ON_OPEN", "CPL_VSIL_CURL_ALLOWED_FILENAME"])
def test_that_both_libraries_of_gdal_have_the_same_limits(option: str) -> None:
    with limited():
        told = str(pyogrio.get_gdal_config_option(option))
        assert told == str(rasterio.env.getenv()[option])
    assert told != "None"


@pytest.mark.parametrize(
    "text",
    [
        "+init={}:1",
        "init={}:1",
        "+proj=utm +zone=33 +ellps=bessel +nadgrids={} +type=crs",
        "+proj=utm +zone=33 +ellps=bessel +nadgrids=@null,{} +type=crs",
        "+proj=utm +zone=33 +geoidgrids = {} +type=crs",
        "+proj=pipeline +step +init={}:1",
        "+proj=hgridshift +grids={} +type=crs",
        with_proj_text("+init={}:1"),
        with_proj_text("+proj=utm +zone=33 +nadgrids={}"),
        '{{"type": "BoundCRS", "file": "{}"}}',
    ],
)
def test_that_no_text_of_a_coordinate_system_opens_a_file(tmp_path: Path, text: str) -> None:
    os.mkfifo(tmp_path / "pipe")  # who opens it stands still
    with pytest.raises(ValueError, match="or names files"):
        parse_crs(text.format(tmp_path / "pipe"))


def test_that_systems_as_they_are_written_are_still_known() -> None:
    mercator = CRS.from_epsg(3857).to_wkt("WKT1_GDAL")
    assert "+nadgrids=@null" in mercator
    heights = 'VERT_CS["h",VERT_DATUM["d",2005,EXTENSION["PROJ4_GRIDS","geoid.gtx"]],UNIT["metre",1],AXIS["Up",UP]]'
    for text in (
        "EPSG:2056",
        "OGC:CRS84",
        mercator,
        f'COMPD_CS["both",{UTM_33},{heights}]',
        CRS.from_epsg(28992).to_wkt(),
    ):
        assert parse_crs(text) is not None
    assert parse_crs("urn:ogc:def:crs:EPSG::32633") == CRS.from_epsg(32633)


def test_that_readings_that_overlap_in_threads_leave_no_filter_of_all_warnings() -> None:
    entered, left = threading.Event(), threading.Event()

    def first() -> None:
        with limited():
            entered.set()
            assert left.wait(10)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = threading.Thread(target=first)
        with limited():
            other.start()
            assert entered.wait(10)
        left.set()
        other.join()
        with pytest.raises(RuntimeWarning, match="a number that is none"):
            warnings.warn("a number that is none", RuntimeWarning, stacklevel=1)


def test_that_a_map_of_another_celestial_body_is_told(tmp_path: Path) -> None:
    write_map(tmp_path / "map.gpkg", AREAS, crs="IAU_2015:30100", unit=UNITS)
    ground = make_ground(tmp_path)
    told = fault_of(ground, lambda: read_raster_layer(layer("geology", "map.gpkg", column="unit"), ground))
    assert "from which no way leads to the site's EPSG:32633" in told
