"""Makes spatial files that are made to do harm: call someone, open other files, stand still, fill memory."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from tests.unit.sites.made_cloud import changed, slope, write_cloud
from tests.unit.sites.made_ground import NORTH, UTM, WEST, write_tiff
from tests.unit.sites.test_layers_geology import AREAS, UNITS, write_map

SECRET = "SECRET"
PIXELS = np.full((64, 64), 50, np.uint8)
UTM_WKT = CRS.from_string(UTM).to_wkt("WKT1_GDAL")


class Trap(NamedTuple):
    """What hostile files can name: an address that notes who calls, a pipe on which one stands still, a foreign map."""

    url: str
    pipe: Path
    outside: Path


class Hostile(NamedTuple):
    """One file: what it is about, its name in the site, what writes it, and the doors at which it does no harm."""

    about: str
    name: str
    write: Callable[[Path, Trap], object]
    harmless_at: tuple[str, ...] = ()


def write_trap(folder: Path, port: int) -> Trap:
    """The pipe and the foreign map in a folder beside the sites."""
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    write_map(folder / "outside.geojson", AREAS, unit=[SECRET] * len(UNITS))
    return Trap(f"/vsicurl/http://127.0.0.1:{port}/x.geojson", folder / "pipe", folder / "outside.geojson")


def _algorithm(of: Callable[[Trap], object]) -> Callable[[Path, Trap], object]:
    def write(path: Path, trap: Trap) -> None:
        line = f"gdal vector pipeline ! read {of(trap)} ! write --of stream --output dummy --output-layer x"
        note = {"type": "FeatureCollection", "features": None}
        path.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": line, "note": note}))

    return write


def _collection(crs: Callable[[Trap], str]) -> Callable[[Path, Trap], object]:
    def write(path: Path, trap: Trap) -> None:
        shape = json.loads(shapely.to_geojson(shapely.box(WEST, NORTH - 100, WEST + 100, NORTH)))
        item: dict[str, Any] = {"type": "Feature", "properties": {"unit": "a", "id": "a"}, "geometry": shape}
        named = {"type": "name", "properties": {"name": crs(trap)}}
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": named, "features": [item]}))

    return write


def _overviews(of: Callable[[Trap], object]) -> Callable[[Path, Trap], object]:
    def write(path: Path, trap: Trap) -> None:
        write_tiff(path, PIXELS)
        with rasterio.open(path, "r+") as file:
            file.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(of(trap)))

    return write


def _geopackage(statement: str) -> Callable[[Path, Trap], object]:
    def write(path: Path, _: Trap) -> None:
        write_map(path, AREAS, unit=UNITS, id=UNITS)
        with sqlite3.connect(path) as base:
            base.execute(statement)
        base.close()

    return write


def _shapefile(ending: str, put: Callable[[Path, Trap], object]) -> Callable[[Path, Trap], object]:
    def write(path: Path, trap: Trap) -> None:
        write_map(path, AREAS, unit=UNITS, id=UNITS)
        part = path.with_suffix(ending)
        part.unlink(missing_ok=True)
        put(part, trap)

    return write


def _pipe(part: Path, _: Trap) -> None:
    os.mkfifo(part)


def _link(part: Path, trap: Trap) -> None:
    part.symlink_to(trap.outside)


def _claims(path: Path, _: Trap) -> None:
    size = {"width": 10**6, "height": 10**6, "count": 1, "dtype": "uint8", "crs": UTM}
    tiles = {"tiled": True, "blockxsize": 8192, "blockysize": 8192, "SPARSE_OK": "TRUE", "BIGTIFF": "YES"}
    with rasterio.open(path, "w", driver="GTiff", transform=Affine(1, 0, WEST, 0, -1, NORTH), **size, **tiles):
        pass


def _text(content: Callable[[Trap], str]) -> Callable[[Path, Trap], object]:
    return lambda path, trap: path.write_text(content(trap))


def _mosaic(trap: Trap) -> str:
    source = f"<SimpleSource><SourceFilename>{trap.url}</SourceFilename></SimpleSource>"
    return f'<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand band="1">{source}</VRTRasterBand></VRTDataset>'


def _many_points(path: Path, _: Trap) -> None:
    write_cloud(path, slope(500, 1))
    path.write_bytes(changed(path.read_bytes(), 247, b"\xff" * 6))


_ENDLESS = "CREATE VIEW v AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c) SELECT i FROM c"
_TURNED = {"transform": Affine(1, 0.2, WEST, 0.2, -1, NORTH)}
_GRIDS = UTM_WKT.replace('AUTHORITY["EPSG","32633"]]', 'EXTENSION["PROJ4","+proj=utm +zone=33 +nadgrids={}"]]')

LAYERS = (
    Hostile("an algorithm that calls", "map.json", _algorithm(lambda trap: trap.url)),
    Hostile("an algorithm that calls, by its name", "map.gdalg.json", _algorithm(lambda trap: trap.url)),
    Hostile("an algorithm on a foreign map", "map.geojson", _algorithm(lambda trap: trap.outside)),
    Hostile("an algorithm on a pipe", "map.json", _algorithm(lambda trap: trap.pipe)),
    Hostile("a mosaic of vectors", "map.geojson", _text(lambda trap: f"<OGRVRTDataSource>{trap.url}")),
    Hostile("deep brackets", "map.json", _text(lambda _: '{"features":' + "[" * 10**5 + "]" * 10**5 + "}")),
    Hostile("a system in a pipe", "map.geojson", _collection(lambda trap: f"+init={trap.pipe}:1")),
    Hostile("a system with grids in a pipe", "map.geojson", _collection(lambda trap: _GRIDS.format(trap.pipe))),
    Hostile("a system of the Moon", "map.geojson", _collection(lambda _: "IAU_2015:30100"), ("proposal",)),
    Hostile("an endless view", "map.gpkg", _geopackage(_ENDLESS)),
    Hostile("a table that computes", "map.gpkg", _geopackage("CREATE TABLE z(a, b AS (zeroblob(1000000000)))")),
    Hostile("pages of nothing", "map.gpkg", _text(lambda _: "SQLite format 3\0" + "\x7f" * 4000)),
    *(
        Hostile(f"a pipe as {ending}", "map.shp", _shapefile(ending, _pipe))
        for ending in (".dbf", ".prj", ".cpg", ".qix")
    ),
    Hostile("a link that leads out", "map.shp", _shapefile(".dbf", _link)),
    Hostile("two parts of one name", "map.shp", _shapefile(".DBF", lambda part, _: part.write_bytes(b"x"))),
    Hostile("overviews that call", "a.tif", _overviews(lambda trap: trap.url)),
    Hostile("overviews in a pipe", "a.tif", _overviews(lambda trap: trap.pipe)),
    Hostile("a mosaic that calls", "a.tif", _text(_mosaic)),
    Hostile("a claim of a million cells a side", "a.tif", _claims),
    Hostile("a turned image", "a.tif", lambda path, _: write_tiff(path, PIXELS, **_TURNED)),
    Hostile("a claim of points", "a.las", _many_points),
    Hostile("no points", "a.laz", _text(lambda _: "LASF" + "\x7f" * 400)),
)
