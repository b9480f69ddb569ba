"""Zones count in metres, and lie where their file says, in whatever coordinate system that is."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from pyogrio.raw import write

from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS, write_site

PLACED = INCIDENTS.replace('zone_column = "zone"', 'x_column = "x"\ny_column = "y"')
UTM = 'crs = "EPSG:32633"\n'
FALL = "date,x,y\n2024-01-02,500005,5000005\n2024-01-02,500025,5000005\n"
BOXES = [shapely.box(500_000 + 10 * place, 5_000_000, 500_010 + 10 * place, 5_000_010) for place in range(4)]
POINT = '\n[[zone]]\nid = "A"\npoint = [15.0, 45.0]\nradius_m = 25\n'
GRID = "\n[zone_grid]\ncell_m = 10\nwest = 0\nsouth = 0\neast = 25\nnorth = 20\n"
TABLE = '\n[zones]\nfile = "zones.csv"\nradius_m = 5\n'
TRACED = '\n[zones]\nfile = "zones.geojson"\n'


def geojson(shapes: list[Any], crs: object = None) -> str:
    features = [
        {"type": "Feature", "properties": {"id": f"Z{place}"}, "geometry": json.loads(shapely.to_geojson(shape))}
        for place, shape in enumerate(shapes)
    ]
    head = {} if crs is None else {"crs": crs}
    return json.dumps({"type": "FeatureCollection", **head, "features": features})


def named(code: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": code}}


def moved(shapes: list[Any], code: str) -> list[Any]:
    way = pyproj.Transformer.from_crs("EPSG:32633", code, always_xy=True)
    return list(shapely.transform(np.array(shapes), lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1]))))


def faults_of(folder: Path, **keys: Any) -> tuple[SiteFault, ...]:
    return check_site(write_site(folder, **keys))


@pytest.mark.parametrize("zones", [POINT, GRID, TABLE, TRACED + "radius_m = 5\n"])
@pytest.mark.parametrize(("code", "unit"), [("EPSG:4326", "degrees"), ("EPSG:2227", "US survey foot")])
def test_that_a_length_in_metres_is_refused_where_the_site_has_none(
    tmp_path: Path, zones: str, code: str, unit: str
) -> None:
    (fault,) = faults_of(tmp_path, zones=zones, head=f'crs = "{code}"\n', zones_csv="id,x,y\nA,15,45\n")
    assert fault.file == "site.toml"
    assert f"is in metres, but the site's crs {code} counts in {unit}" in fault.message


def test_that_polygons_in_degrees_are_zones(tmp_path: Path) -> None:
    zones = '\n[[zone]]\nid = "A"\npolygon = [[15.0, 45.0], [15.1, 45.0], [15.1, 45.1]]\n'
    text = "date,x,y\n2024-01-02,15.09,45.01\n"
    folder = write_site(tmp_path, zones=zones, head='crs = "EPSG:4326"\n', incidents=PLACED, incidents_csv=text)
    assert read_site(folder).incidents.zone.tolist() == [0]


def test_that_metres_of_an_unknown_system_are_told(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path, head='crs = "mine grid"\n'))
    assert any("radius_m of zone 'A' is taken in the unit of the coordinates" in note for note in arrays.notes)


@pytest.mark.parametrize(
    ("code", "crs"),
    [
        ("EPSG:32632", named("urn:ogc:def:crs:EPSG::32632")),
        ("EPSG:4326", named("urn:ogc:def:crs:OGC:1.3:CRS84")),
        ("EPSG:4326", None),
    ],
)
def test_that_geojson_in_another_system_is_moved_and_told(tmp_path: Path, code: str, crs: object) -> None:
    folder = write_site(tmp_path, zones=TRACED, head=UTM, incidents=PLACED, incidents_csv=FALL)
    (folder / "zones.geojson").write_text(geojson(moved(BOXES, code), crs))
    arrays = read_site(folder)
    assert arrays.incidents.zone.tolist() == [0, 2]
    (told,) = [note for note in arrays.notes if note.startswith("Zones: ")]
    assert "to EPSG:32633" in told
    assert ("its numbers can be degrees" in told) == (crs is None)


@pytest.mark.parametrize("crs", [None, named("EPSG:32633")])
def test_that_geojson_in_the_sites_system_stays(tmp_path: Path, crs: object) -> None:
    folder = write_site(tmp_path, zones=TRACED, head=UTM, incidents=PLACED, incidents_csv=FALL)
    (folder / "zones.geojson").write_text(geojson(BOXES, crs))
    arrays = read_site(folder)
    assert arrays.incidents.zone.tolist() == [0, 2]
    assert not any(note.startswith("Zones: ") for note in arrays.notes)


def test_that_the_system_that_site_toml_gives_counts_where_the_file_names_none(tmp_path: Path) -> None:
    zones = TRACED + 'crs = "EPSG:32632"\n'
    folder = write_site(tmp_path, zones=zones, head=UTM, incidents=PLACED, incidents_csv=FALL)
    (folder / "zones.geojson").write_text(geojson(moved(BOXES, "EPSG:32632")))
    assert read_site(folder).incidents.zone.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("crs", "head", "part"),
    [
        (named("EPSG:1"), UTM, "no coordinate system that is known"),
        ({"type": "link"}, UTM, "names no coordinate system"),
        ("EPSG:4326", UTM, "names no coordinate system"),
        (named("EPSG:32632"), "", "crs is missing, but zones.geojson is in EPSG:32632"),
    ],
)
def test_that_a_system_that_cannot_be_used_is_told(tmp_path: Path, crs: object, head: str, part: str) -> None:
    folder = write_site(tmp_path, zones=TRACED, head=head)
    (folder / "zones.geojson").write_text(geojson(BOXES, crs))
    (fault,) = check_site(folder)
    assert part in fault.message


def test_that_a_table_of_zones_has_no_system_of_its_own(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, zones=TABLE + 'crs = "EPSG:4326"\n', zones_csv="id,x,y\nA,15,45\n")
    assert "the coordinates of a table are in the site's crs" in fault.text


def write_map(path: Path, shapes: list[Any], code: str | None) -> None:
    geometries = np.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], object)
    numbers = [np.arange(len(shapes))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a map without a system, which is meant here
        write(path, geometries, numbers, ["u"], driver="GPKG", geometry_type="Polygon", crs=code)


def test_that_a_zone_of_a_map_without_geometry_is_told_and_shifts_no_number(tmp_path: Path) -> None:
    folder = write_site(tmp_path, zones='\n[zones]\nfile = "zones.gpkg"\nid_column = ""\n', head=UTM)
    write_map(folder / "zones.gpkg", [BOXES[0], None, *BOXES[2:]], "EPSG:32633")
    (fault,) = check_site(folder)
    assert fault.message == "feature 2 has no place, or one that is no number"


def test_that_a_map_of_zones_without_a_system_says_which_key_gives_it(tmp_path: Path) -> None:
    zones = '\n[zones]\nfile = "zones.gpkg"\nid_column = "u"\n'
    folder = write_site(tmp_path, zones=zones, head=UTM, incidents=PLACED, incidents_csv=FALL)
    write_map(folder / "zones.gpkg", BOXES, None)
    (fault,) = check_site(folder)
    assert fault.remedy.startswith("Write crs = 'EPSG:...' in [zones], e.g. crs = 'EPSG:32633'")
    given = zones + 'crs = "EPSG:32633"\n'
    assert read_site(write_site(tmp_path, zones=given, head=UTM, incidents=PLACED, incidents_csv=FALL)).zone_ids == (
        "0", "1", "2", "3",
    )  # fmt: skip
    other = write_site(tmp_path, zones=zones.replace('"u"', '"name"'), head=UTM)
    (fault,) = check_site(other)
    assert fault.remedy == "Write id_column = '...' in [zones]; the map has u."
