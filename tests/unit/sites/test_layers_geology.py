"""Geological maps as classes and as distances."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write

from rockfall_desktop.domain.layer_arrays import RasterLayer
from rockfall_desktop.sites.layers.geology import in_pieces
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import NORTH, UTM, WEST, fault_of, layer, make_ground, write_tiff

AREAS = [
    shapely.box(WEST, NORTH - 200, WEST + 40, NORTH),
    shapely.box(WEST + 40, NORTH - 200, WEST + 70.2, NORTH),
    shapely.Polygon(
        [(WEST + 75, NORTH - 60), (WEST + 100, NORTH - 90), (WEST + 100, NORTH - 60), (WEST + 75, NORTH - 90)]
    ),
]
UNITS = ["slate", "granite", "marl"]
DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}


def write_map(path: Path, shapes: list[Any], crs: str | None = UTM, **fields: list[Any]) -> Path:
    kind = "Unknown" if len({shape.geom_type for shape in shapes}) > 1 else shapes[0].geom_type
    values = [np.array(column, object if isinstance(column[0], str) else None) for column in fields.values()]
    names, options = list(fields), {"geometry_type": kind, "crs": crs, "driver": DRIVERS[path.suffix]}
    write(path, np.array(shapely.to_wkb(np.array(shapes, object))), values, names, **options)
    return path


def geology(file: str, **keys: Any) -> Any:
    return layer("geology", file, **keys)


def read(folder: Path, file: str, **keys: Any) -> tuple[RasterLayer, list[str]]:
    ground = make_ground(folder)
    return read_raster_layer(geology(file, **keys), ground), ground.notes


@pytest.mark.parametrize("ending", list(DRIVERS))
def test_that_a_cell_has_the_unit_in_which_its_centre_lies(tmp_path: Path, ending: str) -> None:
    write_map(tmp_path / f"map{ending}", AREAS, unit=UNITS)
    found, notes = read(tmp_path, f"map{ending}", column="unit")
    assert found.bands == ("unit",)
    assert found.classes == ("granite", "marl", "slate")
    assert (found.chips[0, 0, :, :20] == 2).all()
    assert (found.chips[0, 0, :, 20:] == 0).all()
    assert (found.chips[1, 0, :, :10] == 0).all()
    assert np.isnan(found.chips[1, 0, :, 10:15]).all()
    assert np.isnan(found.chips[1, 0, 5, 27]), "above the bow-tie's waist it is free"
    assert found.chips[1, 0, 16, 17] == 1
    assert found.chips[1, 0, 16, 31] == 1
    assert "1 of 3 areas crossed themselves; mended." in notes[0]


def test_that_every_format_gives_the_same_cells(tmp_path: Path) -> None:
    for ending in DRIVERS:
        write_map(tmp_path / f"map{ending}", AREAS, unit=UNITS)
    chips = [read(tmp_path, f"map{ending}", column="unit")[0].chips for ending in DRIVERS]
    assert np.array_equal(chips[0], chips[1], equal_nan=True)
    assert np.array_equal(chips[0], chips[2], equal_nan=True)


def test_that_the_legend_names_codes_and_makes_the_classes_stable(tmp_path: Path) -> None:
    write_map(tmp_path / "map.gpkg", AREAS, code=[1.0, 2.0, 7.0])
    found, notes = read(tmp_path, "map.gpkg", column="code", legend={"1": "Gneiss", "2": "Amphibolite", "3": "Scree"})
    assert found.classes == ("7", "Amphibolite", "Gneiss", "Scree")
    assert found.chips[0, 0, 0, 0] == 2
    assert any("1 codes are not in the legend (7)" in note for note in notes)


def test_that_classes_do_not_depend_on_the_zones(tmp_path: Path) -> None:
    far = shapely.box(WEST + 5000, NORTH, WEST + 5001, NORTH + 1)
    write_map(tmp_path / "map.gpkg", [AREAS[0], far], unit=["b", "a"])
    assert read(tmp_path, "map.gpkg", column="unit")[0].classes == ("a", "b")


def test_that_overlapping_units_are_counted_and_the_first_counts(tmp_path: Path) -> None:
    write_map(tmp_path / "map.gpkg", [AREAS[0], AREAS[0].buffer(100)], unit=["z", "a"])
    found, notes = read(tmp_path, "map.gpkg", column="unit")
    assert (found.chips[0, 0, :, :20] == 1).all()
    assert notes == ["Layer 'layer': 640 cells lie in two units or on their border; the first in the file counts."]


def test_that_what_has_no_unit_and_what_is_no_area_is_counted(tmp_path: Path) -> None:
    shapes = [*AREAS[:2], shapely.Point(WEST + 30, NORTH - 30)]
    write_map(tmp_path / "map.gpkg", shapes, unit=["a", None, "c"])
    found, notes = read(tmp_path, "map.gpkg", column="unit")
    assert np.isnan(found.chips[0, 0, :, 20:]).all()
    assert "1 features are no areas and are left out" in notes[0]
    assert "1 areas have no unit" in notes[1]


def test_that_a_map_in_degrees_is_brought_to_the_site(tmp_path: Path) -> None:
    from pyproj import Transformer

    way = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True)
    turned = [shapely.transform(area, lambda xy: np.column_stack(way.transform(xy[:, 0], xy[:, 1]))) for area in AREAS]
    write_map(tmp_path / "map.gpkg", turned, crs="EPSG:4326", unit=UNITS)
    plain = {"type": "FeatureCollection", "features": []}
    plain["features"] = [
        {"type": "Feature", "properties": {"unit": unit}, "geometry": json.loads(shapely.to_geojson(area))}
        for unit, area in zip(UNITS, turned, strict=True)
    ]
    (tmp_path / "plain.geojson").write_text(json.dumps(plain))
    write_map(tmp_path / "utm.gpkg", AREAS, unit=UNITS)
    expected = read(tmp_path, "utm.gpkg", column="unit")[0].chips
    for file in ("map.gpkg", "plain.geojson"):
        assert np.array_equal(read(tmp_path, file, column="unit")[0].chips, expected, equal_nan=True), file


def test_that_fault_lines_give_the_distance_to_the_nearest(tmp_path: Path) -> None:
    along = np.arange(0.0, 1000.0, 3.0)
    lines = [
        shapely.LineString(np.column_stack([WEST + along, NORTH - 50 + 10 * np.sin(along)])),
        shapely.LineString([(WEST, NORTH), (WEST + 100, NORTH - 100)]),
    ]
    write_map(tmp_path / "faults.gpkg", lines, name=["A", "B"])
    found, _ = read(tmp_path, "faults.gpkg", what="faults")
    steps = np.arange(32) + 0.5
    x, y = np.meshgrid(WEST + 20 + steps, NORTH - 20 - steps)
    assert found.bands == ("fault_distance",)
    assert found.classes == ()
    exact = shapely.distance(shapely.points(x, y), shapely.union_all(lines))
    assert found.chips[0, 0] == pytest.approx(exact, abs=1e-4)


def test_that_pieces_of_a_line_are_the_line() -> None:
    rng = np.random.default_rng(3)
    for corners in (2, 15, 16, 17, 31, 32, 200):
        line = shapely.LineString(rng.random((corners, 2)))
        pieces = in_pieces(np.array([line, line], object))
        assert shapely.length(pieces).sum() == pytest.approx(2 * line.length)
        assert shapely.get_num_coordinates(pieces).max() <= 16
        assert shapely.get_num_coordinates(pieces).min() >= 2


def test_that_a_classified_raster_keeps_its_codes(tmp_path: Path) -> None:
    codes = np.kron(np.array([[0, 3], [9, 3]], np.uint8), np.ones((50, 50), np.uint8))
    write_tiff(tmp_path / "map.tif", codes, nodata=0)
    found, _ = read(tmp_path, "map.tif", legend={"3": "Scree", "9": "Basalt"})
    assert found.classes == ("Basalt", "Scree")
    assert np.isnan(found.chips[0, 0, :30, :30]).all()
    assert (found.chips[0, 0, :, 30:] == 1).all()
    assert (found.chips[0, 0, 30:, :30] == 0).all()


def test_that_measured_numbers_are_no_classes(tmp_path: Path) -> None:
    write_tiff(tmp_path / "map.tif", np.random.default_rng(1).random((100, 100)).astype(np.float32))
    ground = make_ground(tmp_path)
    assert "holds measured numbers" in fault_of(ground, lambda: read_raster_layer(geology("map.tif"), ground))


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "column is missing"),
        ({"column": "age"}, "has no attribute 'age' Write column = '...' in the layer 'layer'; the map has unit."),
        ({"column": "unit", "table": "other"}, "has no table 'other' with features"),
        ({"what": "faults"}, "holds 3 features, but no lines"),
    ],
)
def test_that_a_wrong_key_is_told_with_what_the_map_has(tmp_path: Path, keys: dict[str, str], sentence: str) -> None:
    write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS)
    ground = make_ground(tmp_path)
    assert sentence in fault_of(ground, lambda: read_raster_layer(geology("map.gpkg", **keys), ground))


def test_that_a_geopackage_that_is_open_elsewhere_is_not_read(tmp_path: Path) -> None:
    write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS)
    (tmp_path / "map.gpkg-wal").write_bytes(b"changes")
    ground = make_ground(tmp_path)
    told = fault_of(ground, lambda: read_raster_layer(geology("map.gpkg", column="unit"), ground))
    assert "has changes that are not yet written" in told
