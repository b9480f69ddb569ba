"""Truncated, empty, wrong and hostile rasters and maps: one sentence each, in bounded memory, and no network."""

import json
import os
import socket
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS

from rockfall_desktop.sites.faults import Unreadable
from rockfall_desktop.sites.layers.mending import crossings_of
from rockfall_desktop.sites.layers.rasters import read_raster_layer
from tests.unit.sites.made_ground import NORTH, UTM, WEST, fault_of, layer, make_ground, write_tiff
from tests.unit.sites.test_layers_geology import AREAS, UNITS, write_map

RASTERS = ("drone_imagery", "elevation", "geology")
NOISE = (np.random.default_rng(0).random((256, 256)) * 200).astype(np.uint8)
TILES = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
PLACE = Affine(1, 0, WEST, 0, -1, NORTH)
VRT = (
    '<VRTDataset rasterXSize="256" rasterYSize="256"><GeoTransform>500000,1,0,5000000,0,-1</GeoTransform>'
    '<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:{port}/x.tif'
    "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
)


def told(folder: Path, file: str, kind: str, **keys: Any) -> str:
    ground = make_ground(folder)
    return fault_of(ground, lambda: read_raster_layer(layer(kind, file, **keys), ground))


def good(folder: Path) -> bytes:
    return write_tiff(folder / "good.tif", NOISE, **TILES).read_bytes()


def patched(content: bytes, **tags: int) -> bytes:
    """A TIFF with other numbers in its tags: t256 is the width."""
    found = bytearray(content)
    (start,) = struct.unpack("<I", found[4:8])
    (count,) = struct.unpack("<H", found[start : start + 2])
    for place in range(start + 2, start + 2 + 12 * count, 12):
        tag = struct.unpack("<H", found[place : place + 2])[0]
        if f"t{tag}" in tags:
            found[place : place + 12] = struct.pack("<HHII", tag, 4, 1, tags[f"t{tag}"])
    return bytes(found)


def sparse(path: Path, side: int, tile: int) -> None:
    tiles = {"tiled": True, "blockxsize": tile, "blockysize": tile, "SPARSE_OK": "TRUE", "BIGTIFF": "YES"}
    size = {"width": side, "height": side, "count": 1, "dtype": "uint8", "crs": UTM, "transform": PLACE}
    with rasterio.open(path, "w", driver="GTiff", **size, **tiles):
        pass


@pytest.mark.parametrize("kind", RASTERS)
@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _: b"", "cannot be read as a GeoTIFF"),
        (lambda _: b"hello", "cannot be read as a GeoTIFF"),
        (lambda _: b"II*\0" + bytes(range(256)) * 20, "cannot be read as a GeoTIFF"),
        (lambda _: VRT.format(port=9).encode(), "cannot be read as a GeoTIFF"),
        (lambda whole: whole[: len(whole) // 2], "ends before its data"),
        (lambda whole: whole[:-30], "ends before its data"),
        (lambda whole: whole[:12], "cannot be read as a GeoTIFF"),
        (lambda whole: patched(whole, t256=10**6, t257=10**6), "claims 1,000,000 x 1,000,000 cells"),
        (lambda whole: patched(whole, t258=4096), "cannot be read as a GeoTIFF"),
        (lambda whole: patched(whole, t277=65_535), "in 65,535 bands"),
        (lambda whole: whole[:2000] + bytes(len(whole) - 2000), "cannot be read as a GeoTIFF"),
    ],
)
def test_that_a_raster_that_is_none_is_told(
    tmp_path: Path, kind: str, make: Callable[[bytes], bytes], sentence: str
) -> None:
    (tmp_path / "bad.tif").write_bytes(make(good(tmp_path)))
    assert sentence in told(tmp_path, "bad.tif", kind)


@pytest.mark.parametrize(
    ("side", "tile", "sentence"),
    [
        (10**6, 8192, "claims 1,000,000 x 1,000,000 cells"),
        (200_000, 32_768, "is stored in pieces of 32,768 x 32,768 cells"),
        (300_000, 64, "pieces of 64 x 64 cells"),
    ],
)
def test_that_a_bomb_is_not_opened_further(tmp_path: Path, side: int, tile: int, sentence: str) -> None:
    sparse(tmp_path / "bomb.tif", side, tile)
    assert (tmp_path / "bomb.tif").stat().st_size < 2**20 or tile == 64
    for kind in RASTERS:
        assert sentence in told(tmp_path, "bomb.tif", kind)


def test_that_a_chip_that_would_read_all_of_a_huge_image_is_refused(tmp_path: Path) -> None:
    sparse(tmp_path / "wide.tif", 60_000, 512)
    ground = make_ground(tmp_path, outlines=(None,))
    sentence = fault_of(ground, lambda: read_raster_layer(layer(file="wide.tif"), ground))
    assert "3,600,000,000 of them would have to be read" in sentence


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (Affine(1, 0.2, WEST, 0.2, -1, NORTH), "is rotated or turned over"),
        (Affine(1, 0, WEST, 0, 1, NORTH - 256), "is rotated or turned over"),
        (Affine(1, 0, float("nan"), 0, -1, NORTH), "says nowhere where its cells lie"),
        (Affine(1e-300, 0, WEST, 0, -1e-300, NORTH), "does not overlap the zones"),
        (Affine(1, 0, WEST + 1e6, 0, -1, NORTH), "does not overlap the zones"),
    ],
)
def test_that_a_raster_that_does_not_lie_north_up_is_told(tmp_path: Path, place: Affine, sentence: str) -> None:
    write_tiff(tmp_path / "a.tif", NOISE, transform=place)
    for kind in RASTERS:
        assert sentence in told(tmp_path, "a.tif", kind)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_that_a_raster_with_control_points_or_no_place_is_told(tmp_path: Path) -> None:
    size = {"driver": "GTiff", "width": 256, "height": 256, "count": 1, "dtype": "uint8"}
    with rasterio.open(tmp_path / "plain.tif", "w", **size) as dataset:
        dataset.write(NOISE, 1)
    with rasterio.open(tmp_path / "points.tif", "w", **size) as dataset:
        dataset.write(NOISE, 1)
        corners = [GroundControlPoint(r, c, WEST + c, NORTH - r) for r in (0, 256) for c in (0, 256)]
        dataset.gcps = (corners, CRS.from_string(UTM))
    (tmp_path / "plain.tfw").write_text("1\n0\n0\n-1\n500000.5\n4999999.5\n")
    assert "says nowhere where its cells lie" in told(tmp_path, "plain.tif", "drone_imagery")
    assert "has control points" in told(tmp_path, "points.tif", "drone_imagery")


def test_that_values_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    write_tiff(tmp_path / "complex.tif", NOISE.astype(np.complex64))
    write_tiff(tmp_path / "none.tif", np.full((256, 256), np.nan, np.float32))
    write_tiff(tmp_path / "infinite.tif", np.full((256, 256), np.inf, np.float32))
    for kind in RASTERS:
        assert "holds complex numbers" in told(tmp_path, "complex.tif", kind)
        assert "no data" in told(tmp_path, "none.tif", kind)
        assert "no data" in told(tmp_path, "infinite.tif", kind)


@pytest.mark.parametrize("name", ["/vsicurl/http://127.0.0.1/a.tif", "../a.tif", "http://127.0.0.1/a.tif", "C:/a.tif"])
def test_that_a_name_that_is_no_file_of_the_folder_is_told(tmp_path: Path, name: str) -> None:
    for kind in RASTERS:
        assert "site folder" in told(tmp_path, name, kind)


def test_that_no_file_makes_the_program_call_anyone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        (tmp_path / "vrt.tif").write_text(VRT.format(port=port))
        path = write_tiff(tmp_path / "far.tif", NOISE)
        with rasterio.open(path, "r+") as dataset:
            dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=f"/vsicurl/http://127.0.0.1:{port}/x.tif")
        write_tiff(tmp_path / "aside.tif", NOISE)
        (tmp_path / "aside.tif.ovr").write_text(VRT.format(port=port))
        (tmp_path / "aside.tif.aux.xml").write_text(
            f'<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/vsicurl/http://127.0.0.1:{port}/x.tif'
            "</MDI></Metadata></PAMDataset>"
        )
        assert "names other files for its overviews" in told(tmp_path, "far.tif", "drone_imagery")
        assert "cannot be read" in told(tmp_path, "vrt.tif", "drone_imagery")
        assert read_raster_layer(layer(file="aside.tif"), make_ground(tmp_path, cell_m=3.0)).chips.shape[0] == 2
        with pytest.raises(BlockingIOError):
            server.accept()


def test_that_damage_anywhere_in_a_raster_is_a_fault_or_numbers(tmp_path: Path) -> None:
    whole, rng = good(tmp_path), np.random.default_rng(11)
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, 400 if rng.random() < 0.5 else len(whole), 4):
            damaged[place] = rng.integers(256)
        (tmp_path / "bad.tif").write_bytes(bytes(damaged))
        for kind in RASTERS:
            ground = make_ground(tmp_path)
            with suppress(Unreadable):
                assert np.isfinite(np.nan_to_num(read_raster_layer(layer(kind, "bad.tif"), ground).chips)).all()
                continue
            assert ground.faults.count


def geopackage(folder: Path, name: str, *statements: str) -> str:
    path = write_map(folder / name, AREAS, unit=UNITS)
    with sqlite3.connect(path) as base:
        for statement in statements:
            base.execute(statement)
    base.close()
    return told(folder, name, "geology", column="unit")


ENDLESS = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c) SELECT i AS table_name FROM c"


def test_that_what_a_geopackage_would_run_is_not_run(tmp_path: Path) -> None:
    assert "has a view ('v'), which is not run" in geopackage(tmp_path, "a.gpkg", f"CREATE VIEW v AS {ENDLESS}")
    told_of = geopackage(
        tmp_path, "b.gpkg", "DROP TABLE gpkg_geometry_columns", f"CREATE VIEW gpkg_geometry_columns AS {ENDLESS}"
    )
    assert "has a view ('gpkg_geometry_columns')" in told_of
    computed = "CREATE TABLE z(a INTEGER, b TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))))"
    assert "computes columns ('z')" in geopackage(tmp_path, "c.gpkg", computed)
    assert "has a virtual table ('q')" in geopackage(tmp_path, "d.gpkg", "CREATE VIRTUAL TABLE q USING fts3(a)")


def test_that_a_geopackage_is_read_only_and_its_counts_are_not_believed(tmp_path: Path) -> None:
    for count in (1, 10**12):
        path = write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS)
        with sqlite3.connect(path) as base:
            base.execute("CREATE TRIGGER t AFTER INSERT ON gpkg_contents BEGIN DELETE FROM map; END")
            base.execute(f"UPDATE gpkg_ogr_contents SET feature_count = {count}")
        base.close()
        before = path.read_bytes()
        found = read_raster_layer(layer("geology", "map.gpkg", column="unit"), make_ground(tmp_path))
        assert found.classes == ("granite", "marl", "slate")
        assert path.read_bytes() == before
        assert sorted(one.name for one in tmp_path.iterdir()) == ["map.gpkg"]
        path.unlink()


def test_that_a_geopackage_whose_pages_go_in_a_circle_is_told(tmp_path: Path) -> None:
    many = [shapely.box(WEST + n, NORTH - 100, WEST + n + 1, NORTH) for n in range(3000)]
    path = write_map(tmp_path / "map.gpkg", many, unit=[str(n % 7) for n in range(3000)])
    with sqlite3.connect(path) as base:
        (root,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'map'").fetchone()
        (size,) = base.execute("PRAGMA page_size").fetchone()
    base.close()
    content = bytearray(path.read_bytes())
    start = (root - 1) * size
    assert content[start] == 5, "the table has inner pages"
    content[start + 8 : start + 12] = struct.pack(">I", root)
    path.write_bytes(bytes(content))
    assert "its pages go in a circle" in told(tmp_path, "map.gpkg", "geology", column="unit")


def test_that_damage_anywhere_in_a_geopackage_is_a_fault_or_a_map(tmp_path: Path) -> None:
    path, rng = write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS), np.random.default_rng(7)
    whole = path.read_bytes()
    for turn in range(120):
        damaged = bytearray(whole[: int(rng.integers(1, len(whole)))] if turn % 4 == 0 else whole)
        for place in rng.integers(0, len(damaged), 12):
            damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged))
        ground = make_ground(tmp_path)
        with suppress(Unreadable):
            assert read_raster_layer(layer("geology", "map.gpkg", column="unit"), ground).classes
            continue
        assert ground.faults.count


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(4000)])
def test_that_text_named_gpkg_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gpkg").write_bytes(content)
    assert "is no GeoPackage" in told(tmp_path, "a.gpkg", "geology", column="unit")


def collection(coordinates: Any, kind: str = "Polygon") -> bytes:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32633"}}
    feature = {"type": "Feature", "properties": {"unit": "a"}, "geometry": {"type": kind, "coordinates": coordinates}}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no JSON"),
        (b"{}", "is no GeoJSON FeatureCollection"),
        (b"\xff\xfe\x00", "is no GeoJSON FeatureCollection"),
        (b"[" * 100_000, "is no GeoJSON FeatureCollection"),
        (b'{"features":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is no GeoJSON FeatureCollection"),
        (b'{"features":[1,2]}', "is no GeoJSON FeatureCollection"),
        (b'{"features":[]}', "holds no feature that has a place"),
        (collection([[[WEST, NORTH], [WEST, float("nan")], [WEST + 1, NORTH], [WEST, NORTH]]]), "cannot be read"),
        (collection([[[WEST, NORTH], [WEST + 1, NORTH]]]), "cannot be read"),
        (collection([[["x", "y"]] * 4]), "cannot be read"),
        (collection([[[1e400, 0], [0, 0], [0, 1], [1e400, 0]]]), "cannot be read"),
    ],
)
def test_that_a_geojson_that_is_no_map_is_told(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.geojson").write_bytes(content)
    assert sentence in told(tmp_path, "a.geojson", "geology", column="unit")


def test_that_a_tangle_is_told_from_a_large_but_sound_area(tmp_path: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 20_001)
    ring = np.column_stack([WEST + 50 + 60 * np.cos(turn), NORTH - 50 + 60 * np.sin(turn)])
    ring[-1] = ring[0]
    assert crossings_of(shapely.Polygon(ring)) == 0
    (tmp_path / "ring.geojson").write_bytes(collection([ring.tolist()]))
    found = read_raster_layer(layer("geology", "ring.geojson", column="unit"), make_ground(tmp_path))
    assert np.nanmax(found.chips) == 0.0
    tangle = np.random.default_rng(0).permutation(ring[:-1])
    (tmp_path / "tangle.geojson").write_bytes(collection([[*tangle.tolist(), tangle[0].tolist()]]))
    assert "cross themselves more than 100,000 times" in told(tmp_path, "tangle.geojson", "geology", column="unit")


def test_that_a_shapefile_without_its_parts_or_with_wrong_ones_is_told(tmp_path: Path) -> None:
    def broken(ending: str, content: bytes | None) -> str:
        write_map(tmp_path / "map.shp", AREAS, unit=UNITS)
        path = tmp_path / f"map{ending}"
        path.unlink() if content is None else path.write_bytes(content)
        return told(tmp_path, "map.shp", "geology", column="unit")

    whole = write_map(tmp_path / "map.shp", AREAS, unit=UNITS).read_bytes()
    assert "lacks its part map.shx" in broken(".shx", None)
    assert "lacks its part map.dbf" in broken(".dbf", None)
    assert "names no coordinate system" in broken(".prj", None)
    assert "its .shx does not belong to it" in broken(".shx", bytes(range(250)))
    assert "its .shx does not belong to it" in broken(".shp", whole[:150])
    assert "is no Shapefile" in broken(".shp", b"hello")
    assert "has no attribute 'unit'" in broken(".dbf", b"hello")
    (tmp_path / "secret").write_bytes(b"x")
    outside = tmp_path.parent / "outside.dbf"
    outside.write_bytes(b"x")
    write_map(tmp_path / "map.shp", AREAS, unit=UNITS)
    (tmp_path / "map.dbf").unlink()
    (tmp_path / "map.dbf").symlink_to(outside)
    assert "a link that leads out" in told(tmp_path, "map.shp", "geology", column="unit")


@pytest.mark.parametrize("part", [".prj", ".PRJ", ".cpg", ".qix", ".DBF"])
def test_that_a_part_of_a_shapefile_that_was_missing_is_missed_when_it_comes(tmp_path: Path, part: str) -> None:
    write_map(tmp_path / "map.shp", AREAS, unit=UNITS)
    for ending in (".prj", ".cpg"):
        (tmp_path / f"map{ending}").unlink()
    ground = make_ground(tmp_path)
    read_raster_layer(layer("geology", "map.shp", column="unit", crs=UTM), ground)
    assert make_ground(tmp_path).folder.answers_as(ground.folder.asked)
    (tmp_path / f"map{part}").write_text("x")
    assert not make_ground(tmp_path).folder.answers_as(ground.folder.asked)


def test_that_changes_of_a_geopackage_that_come_later_are_missed(tmp_path: Path) -> None:
    write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS)
    ground = make_ground(tmp_path)
    read_raster_layer(layer("geology", "map.gpkg", column="unit"), ground)
    (tmp_path / "map.gpkg-wal").write_bytes(b"x")
    assert not make_ground(tmp_path).folder.answers_as(ground.folder.asked)
    assert "has changes that are not yet written" in told(tmp_path, "map.gpkg", "geology", column="unit")


def test_that_hostile_files_stay_within_memory_and_say_nothing_else(tmp_path: Path) -> None:
    sparse(tmp_path / "bomb.tif", 10**6, 8192)
    (tmp_path / "claims.tif").write_bytes(patched(good(tmp_path), t256=90_000, t257=90_000))
    path = write_map(tmp_path / "map.gpkg", AREAS, unit=UNITS)
    path.write_bytes(path.read_bytes()[:50_000])
    (tmp_path / "deep.geojson").write_bytes(b'{"features":' + b"[" * 10**6 + b"]" * 10**6 + b"}")
    files = "[('bomb.tif', 'elevation'), ('claims.tif', 'drone_imagery'), ('map.gpkg', 'geology'), "
    code = (
        "import resource\nfrom pathlib import Path\n"
        "from rockfall_desktop.sites.layers.rasters import read_raster_layer\n"
        "from tests.unit.sites.made_ground import fault_of, layer, make_ground\n"
        "before = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (before + 2**29, before + 2**29))\n"
        f"for file, kind in {files}('deep.geojson', 'geology')]:\n"
        f"    ground = make_ground(Path({str(tmp_path)!r}))\n"
        "    print(fault_of(ground, lambda: read_raster_layer(layer(kind, file, column='unit'), ground)))\n"
    )
    if not Path("/proc/self/statm").exists():
        pytest.skip("the limit on memory is set by a way of Linux")
    alone = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=alone)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 4
