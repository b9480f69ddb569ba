"""Zones as points, polygons, cells and files; incidents placed in them."""

import json
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS, RAIN, channel, write_site

PLACED = INCIDENTS.replace('zone_column = "zone"', 'x_column = "x"\ny_column = "y"')
GRID = "\n[zone_grid]\ncell_m = 10\nwest = -10\nsouth = 0\neast = 25\nnorth = 20\n"


def placed(arrays: SiteArrays) -> list[str]:
    return [arrays.zone_ids[zone] for zone in arrays.incidents.zone]


def falls(*points: tuple[object, object]) -> str:
    return "date,x,y\n" + "".join(f"2024-01-02,{x},{y}\n" for x, y in points)


def test_that_incidents_are_placed_by_the_zone_that_they_name(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path))
    assert placed(arrays) == ["A", "B"]
    assert arrays.incidents.first_step.tolist() == [1, 2]


def test_that_points_with_a_radius_and_polygons_hold_what_lies_in_them(tmp_path: Path) -> None:
    text = falls((0, 9.9), (30, 10), (40, 20), (15, 5), ("", 3))
    arrays = read_site(write_site(tmp_path, incidents=PLACED, incidents_csv=text))
    assert placed(arrays) == ["A", "B", "B"]
    assert "Incidents: 1 lie in none of the zones and were left out." in arrays.notes
    assert "Incidents: 1 without coordinates could not be placed and were left out." in arrays.notes


def test_that_cells_are_numbered_by_the_floor_of_their_coordinates(tmp_path: Path) -> None:
    text = falls((-0.1, 0), (9.9, 19.9), (10, 10), (29, 0), (30, 0))
    arrays = read_site(write_site(tmp_path, zones=GRID, incidents=PLACED, incidents_csv=text))
    assert arrays.zone_ids[:5] == ("E-1N0", "E0N0", "E1N0", "E2N0", "E-1N1")
    assert sorted(placed(arrays)) == ["E-1N0", "E0N1", "E1N1", "E2N0"]


def test_that_a_grid_may_have_some_cells_only_and_names_of_its_own(tmp_path: Path) -> None:
    zones = GRID + 'name = "{x}/{y}"\nonly = ["1/1", "0/0"]\n'
    folder = write_site(tmp_path, zones=zones, incidents=PLACED, incidents_csv=falls((11, 11), (1, 1), (11, 1)))
    assert read_site(folder).zone_ids == ("0/0", "1/1")
    assert sorted(placed(read_site(folder))) == ["0/0", "1/1"]
    wrong = check_site(write_site(tmp_path, zones=GRID + 'only = ["E9N9"]\n'))
    assert "no cell 'E9N9'" in wrong[0].message


def test_that_a_grid_of_too_many_cells_is_refused_before_it_is_made(tmp_path: Path) -> None:
    faults = check_site(write_site(tmp_path, zones=GRID.replace("cell_m = 10", "cell_m = 1e-300")))
    assert "too many" in faults[0].message or "wrong" in faults[0].message


def test_that_the_whole_site_takes_every_incident(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path, zones='\n[[zone]]\nid = "all"\nwhole = true\n'))
    assert placed(arrays) == ["all", "all"]


def geojson(*features: tuple[object, object]) -> str:
    listed = [{"type": "Feature", "properties": {"id": name}, "geometry": shape} for name, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": listed})


SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}
POINT = {"type": "Point", "coordinates": [50, 0]}
FILE = '\n[zones]\nfile = "zones.geojson"\nradius_m = 5\n'


def test_that_zones_are_read_from_geojson(tmp_path: Path) -> None:
    text = falls((5, 5), (52, 1), (20, 0))
    folder = write_site(tmp_path, zones=FILE, incidents=PLACED, incidents_csv=text)
    (folder / "zones.geojson").write_text(geojson(("square", SQUARE), (7, POINT)))
    arrays = read_site(folder)
    assert arrays.zone_ids == ("square", "7")
    assert placed(arrays) == ["square", "7"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"features": 3}',
        '{"features": []}',
        '{"features": [3]}',
        "[" * 100_000,
        geojson(("a", None)),
        geojson(("a", {"type": "Polygon"})),
        geojson(("a", {"type": "LineString", "coordinates": [[0, 0], [1, 1]]})),
        geojson(("a", {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]})),
        geojson((None, SQUARE)),
        geojson(("a", SQUARE), ("a", SQUARE)),
        geojson(("a\x1b[31m", SQUARE)),
        geojson(("a" * 65, SQUARE)),
    ],
)
def test_that_a_zones_file_that_is_none_is_told(tmp_path: Path, content: str) -> None:
    folder = write_site(tmp_path, zones=FILE)
    (folder / "zones.geojson").write_text(content)
    faults = check_site(folder)
    assert faults
    assert all(fault.file == "zones.geojson" for fault in faults)


def test_that_zones_are_read_from_a_table_of_points(tmp_path: Path) -> None:
    zones = '\n[zones]\nfile = "zones.csv"\nradius_m = 5\nid_column = "name"\nx_column = "e"\ny_column = "n"\n'
    folder = write_site(tmp_path, zones=zones, incidents=PLACED, incidents_csv=falls((2, 2), (99, 101)))
    (folder / "zones.csv").write_text("name,e,n\nleft,0,0\nright,100,100\n")
    assert placed(read_site(folder)) == ["left", "right"]
    (folder / "zones.csv").write_text("name,e,n\nleft,0,0\n,1,1\nright,,100\n")
    assert [fault.row for fault in check_site(folder)] == [3, 4]
    (folder / "zones.csv").write_text("name,e,n\nleft,0,0\nri\x1bght,1,1\n" + "x" * 65 + ",2,2\n")
    assert [(fault.row, fault.message) for fault in check_site(folder)] == [
        (3, "the id holds the control character U+001B"),
        (4, "the id has more than 64 characters"),
    ]


def test_that_a_channel_has_a_series_for_each_zone(tmp_path: Path) -> None:
    text = "time,zone,mm\n2024-01-01 00:00,B,1\n2024-01-02 00:00,A,2\n2024-01-01 00:00,A,3\n2024-01-01 00:00,C,9\n"
    options = channel(scope='"zone"', zone_column='"zone"')
    arrays = read_site(write_site(tmp_path, channel=options, rain_csv=text))
    np.testing.assert_array_equal(arrays.channels[0].values, np.float32([[3, 2], [1, np.nan]]))
    assert any("1 rows left out, their zone is none of the site's: 'C'" in note for note in arrays.notes)


def test_that_an_incident_is_an_interval_of_its_precision(tmp_path: Path) -> None:
    incidents = INCIDENTS.replace("%Y-%m-%d", "%Y-%m-%d %H:%M") + 'time_precision = "1d"\n'
    text = "date,zone\n2024-01-01 00:00,A\n2024-01-01 13:00,B\n2024-01-09 00:00,A\n2023-12-31 13:00,B\n"
    arrays = read_site(write_site(tmp_path, incidents=incidents, incidents_csv=text))
    found = arrays.incidents
    assert list(zip(placed(arrays), found.first_step.tolist(), found.last_step.tolist(), strict=True)) == [
        ("B", -1, 0),
        ("A", 0, 0),
        ("B", 0, 1),
    ]
    assert "Incidents: 1 lie before the first or after the last reading and were left out." in arrays.notes


def test_that_an_interval_that_runs_past_the_record_is_not_made_shorter(tmp_path: Path) -> None:
    incidents = INCIDENTS + 'time_precision = "3d"\n'
    text = "date,zone\n2024-01-03,A\n2023-12-31,B\n"
    found = read_site(write_site(tmp_path, incidents=incidents, incidents_csv=text)).incidents
    assert found.first_step.tolist() == [-1, 2]
    assert found.last_step.tolist() == [1, 3]  # 3: behind the last step, which is 2


def test_that_a_time_to_the_hour_is_an_hour(tmp_path: Path) -> None:
    incidents = INCIDENTS.replace("%Y-%m-%d", "%Y-%m-%d %H")
    rain = "time,mm\n" + "".join(f"2024-01-01 00:{minute},1\n" for minute in ("00", "30")) + "2024-01-01 02:00,1\n"
    folder = write_site(
        tmp_path, step="30min", incidents=incidents, rain_csv=rain, incidents_csv="date,zone\n2024-01-01 01,A\n",
        channel=channel(interval='"30min"'),
    )  # fmt: skip
    found = read_site(folder).incidents
    assert (found.first_step.tolist(), found.last_step.tolist()) == ([2], [3])


def test_that_a_time_to_the_minute_is_one_step(tmp_path: Path) -> None:
    incidents = INCIDENTS.replace("%Y-%m-%d", "%Y-%m-%d %H:%M")
    text = "date,zone\n2024-01-02 00:00,A\n2024-01-02 23:59,B\n"
    found = read_site(write_site(tmp_path, incidents=incidents, incidents_csv=text)).incidents
    assert (found.first_step.tolist(), found.last_step.tolist()) == ([1, 1], [1, 1])


def test_that_only_types_and_causes_that_count_count(tmp_path: Path) -> None:
    choice = 'type_column = "type"\ntypes = ["rock"]\ncause_column = "cause"\ncauses = ["rain", "frost"]\n'
    text = "date,zone,type,cause\n2024-01-01,A,rock,rain\n2024-01-02,A,soil,rain\n2024-01-03,A,rock,blast\n"
    arrays = read_site(write_site(tmp_path, incidents=INCIDENTS + choice, incidents_csv=text))
    assert arrays.incidents.first_step.tolist() == [0]
    assert any("none is of the causes frost" in note for note in arrays.notes)
    misspelt = write_site(tmp_path, incidents=INCIDENTS + choice.replace('"rock"', '"rok"'), incidents_csv=text)
    with pytest.raises(WrongInput, match=r"none of the types rok in column type\. What stands there: 'rock', 'soil'"):
        read_site(misspelt)


def test_that_an_incident_that_is_written_twice_counts_once(tmp_path: Path) -> None:
    text = "date,zone,note\n2024-01-02,A,x\n2024-01-02,A,y\n2024-01-02,A,x\n"
    arrays = read_site(write_site(tmp_path, incidents_csv=text))
    assert arrays.incidents.zone.size == 2
    assert "Incidents: 1 rows are exact copies of others, the first in row 4; dropped." in arrays.notes


def test_that_a_volume_below_zero_is_told(tmp_path: Path) -> None:
    incidents = INCIDENTS + 'volume_column = "v"\n'
    faults = check_site(write_site(tmp_path, incidents=incidents, incidents_csv="date,zone,v\n2024-01-01,A,-1\n"))
    assert [(fault.file, fault.row) for fault in faults] == [("incidents.csv", 2)]


def test_that_days_without_recording_are_not_days_without_incident(tmp_path: Path) -> None:
    span = INCIDENTS.replace("2024-01-01", "2024-01-02") + "recorded_until = 2024-01-02\n"
    assert read_site(write_site(tmp_path / "1", incidents=span)).recorded.tolist() == [False, True, False]
    open_span = INCIDENTS.replace("recorded_from = 2024-01-01\n", "")
    assert read_site(write_site(tmp_path / "2", incidents=open_span)).recorded.tolist() == [False, True, True]
    assert not read_site(write_site(tmp_path / "3", incidents="")).recorded.any()


def test_that_the_fingerprint_changes_with_every_file(tmp_path: Path) -> None:
    prints = {
        read_site(write_site(tmp_path, **files)).fingerprint
        for files in ({}, {"rain_csv": RAIN + "\n"}, {"incidents_csv": "date,zone\n2024-01-02,A\n"}, {"head": "\n"})
    }
    assert len(prints) == 4


def test_that_a_table_without_ids_numbers_its_zones(tmp_path: Path) -> None:
    zones = '\n[zones]\nfile = "zones.csv"\nid_column = ""\nradius_m = 5\n'
    folder = write_site(
        tmp_path, zones=zones, zones_csv="x,y\n0,0\n50,0\n", incidents=PLACED, incidents_csv=falls((51, 1), (2, 2))
    )
    arrays = read_site(folder)
    assert arrays.zone_ids == ("1", "2")
    assert sorted(placed(arrays)) == ["1", "2"]


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.shp"])
def test_that_zones_may_stand_in_a_map_of_another_coordinate_system(tmp_path: Path, name: str) -> None:
    import pyproj
    import shapely
    from pyogrio.raw import write

    way = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)
    shapes = [shapely.box(500_000 + 50 * place, 5_500_000, 500_040 + 50 * place, 5_500_040) for place in range(2)]
    moved = shapely.transform(np.array(shapes), lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1])))
    tmp_path.mkdir(exist_ok=True)
    write(
        tmp_path / name,
        shapely.to_wkb(moved),
        [np.array(["W", "E"], object)],
        ["zone"],
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    zones = f'\n[zones]\nfile = "{name}"\nid_column = "zone"\n'
    text = falls((500_020, 5_500_020), (500_051, 5_500_001), (500_045, 5_500_000))
    folder = write_site(tmp_path, zones=zones, head='crs = "EPSG:25832"\n', incidents=PLACED, incidents_csv=text)
    arrays = read_site(folder)
    assert arrays.zone_ids == ("W", "E")
    assert sorted(placed(arrays)) == ["E", "W"]
    assert any("1 lie in none of the zones" in note for note in arrays.notes)
    (tmp_path / name).write_bytes(b"this is text")
    assert [fault.file for fault in check_site(folder)][:1] == [name]


@pytest.mark.parametrize(
    "zones",
    [
        '[[zone]]\nid = "A"\npoint = [1e308, 1e308]\nradius_m = 1.0\n',
        '[[zone]]\nid = "A"\npoint = [0.0, 0.0]\nradius_m = 1e308\n',
        '[[zone]]\nid = "A"\npolygon = [[1e308, 0.0], [-1e308, 0.0], [0.0, 1e308]]\n',
        "[zone_grid]\ncell_m = 1e306\nwest = 0\nsouth = 0\neast = 1e308\nnorth = 1e308\n",
        '[zones]\nfile = "zones.csv"\nradius_m = 5\n',
        '[zones]\nfile = "zones.geojson"\n',
        '[zones]\nfile = "points.geojson"\nradius_m = 5\n',
    ],
)
def test_that_zones_beyond_any_place_are_told(tmp_path: Path, zones: str) -> None:
    corners = [[[1e308, 0], [-1e308, 0], [0, 1e308], [1e308, 0]]]
    shapes = {"zones": ("Polygon", corners), "points": ("Point", [1e308, 1e308])}
    for name, (kind, coordinates) in shapes.items():
        item = {"type": "Feature", "properties": {"id": "A"}, "geometry": {"type": kind, "coordinates": coordinates}}
        (tmp_path / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
    (tmp_path / "zones.csv").write_text("id,x,y\nA,1e308,1e308\n")
    faults = check_site(write_site(tmp_path, zones="\n" + zones))
    assert faults
    assert all(fault.remedy.endswith(".") for fault in faults)


def test_that_a_zones_file_larger_than_a_map_may_be_is_told(tmp_path: Path) -> None:
    with (tmp_path / "zones.geojson").open("wb") as file:
        file.truncate(97 * 1024**2)
    (fault,) = check_site(write_site(tmp_path, zones='\n[zones]\nfile = "zones.geojson"\n'))
    assert "is larger than 96 MiB" in fault.message
