"""What the import assistant makes of spatial files, sound and hostile ones."""

import json
import struct
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from rockfall_desktop.domain.import_questions import file_questions
from rockfall_desktop.operations.site_import import preview_import, propose_import, write_import
from rockfall_desktop.operations.sites import check_site
from rockfall_desktop.sites.importing.propose import propose_file

SQUARE = [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]


def geojson(path: Path, **properties: str) -> Path:
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def raster(path: Path) -> Path:
    with rasterio.open(
        path, "w", driver="GTiff", width=20, height=20, count=1, dtype="float32", crs="EPSG:25832",
        transform=Affine(1, 0, 0, 0, -1, 20),
    ) as file:  # fmt: skip
        file.write(np.ones((1, 20, 20), np.float32))
        file.update_tags(TIFFTAG_DATETIME="2021:07:09 10:00:00")
    return path


def test_that_the_date_of_a_raster_is_told_and_not_taken(tmp_path: Path) -> None:
    file = propose_file(raster(tmp_path / "dem.tif"))
    assert file.layer is not None
    assert (file.layer.kind, file.layer.own_crs) == ("elevation", "EPSG:25832")
    assert file.layer.extent == (0.0, 0.0, 20.0, 20.0)
    assert (file.layer.suggested, file.layer.acquired) == (date(2021, 7, 9), None)
    assert [question.field for question in file_questions(file)] == ["acquired"]


def test_that_a_map_of_units_is_a_layer_and_polygons_with_an_id_are_zones(tmp_path: Path) -> None:
    units = propose_file(geojson(tmp_path / "geology.geojson", unit="granite"))
    zones = propose_file(geojson(tmp_path / "bench.geojson", id="N1"))
    assert (units.use, zones.use) == ("layer", "zones")
    assert units.layer is not None
    assert units.layer.column == "unit"


def test_that_zones_of_a_file_and_a_table_make_a_site(tmp_path: Path) -> None:
    (tmp_path / "disp.csv").write_text(
        "date,zone,disp_mm\n" + "".join(f"2024-05-{day},N1,{day}\n" for day in range(10, 30))
    )
    files = [geojson(tmp_path / "bench.geojson", id="N1"), tmp_path / "disp.csv"]
    proposal = propose_import(files, folder=tmp_path / "site")
    proposal = proposal.model_copy(update={"name": "Wall", "timezone": "UTC"})
    preview = preview_import(proposal)
    assert preview.faults == ()
    assert preview.arrays is not None
    assert preview.arrays.zone_ids == ("N1",)
    assert check_site(write_import(proposal)) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("map.geojson", b"<OGRVRTDataSource><SrcDataSource>/vsicurl/http://a.b/c</SrcDataSource></OGRVRTDataSource>"),
        ("map.json", b'{"a": "no collection"}'),
        ("map.gpkg", b"SQLite format 3\0" + b"\xff" * 4000),
        ("map.shp", b"\0\0\x27\x0a" + b"\xff" * 200),
        ("dem.tif", b"<VRTDataset><SourceFilename>/vsicurl/http://a.b/c</SourceFilename></VRTDataset>"),
        ("dem.tif", b"II*\0" + b"\xff" * 400),
        ("scan.las", b"LASF" + struct.pack("<400B", *([255] * 400))),
        ("scan.laz", b"LASF" + b"\0" * 400),
    ],
)
def test_that_a_hostile_file_is_left_out_with_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    file = propose_file(tmp_path / name)
    assert (file.use, file.form) == ("skip", "unknown")
    assert file.remarks[0].endswith(".")
