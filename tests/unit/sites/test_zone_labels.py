"""Labels of zones instead of incidents in time, and where the zones are."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio.raw import write

from rockfall_desktop.domain.arrays import UNLABELLED
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.keeping import keep, kept
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS, write_site

LAYER = '\n[[layer]]\nname = "photo"\nkind = "drone_imagery"\nfile = "photo.tif"\ntimeless = true\n'
TABLE = '\n[zones]\nfile = "zones.csv"\nradius_m = 5\nlabel_column = "slid"\n'
ROWS = "id,x,y,slid\na,0,0,TRUE\nb,50,0,0\nc,0,50,\nd,50,50,1\n"


def labelled(folder: Path, zones: str = TABLE, channel: str = LAYER, **files: str) -> Path:
    return write_site(folder, zones=zones, channel=channel, incidents="", **files)


def test_that_a_table_labels_zones_and_no_steps_are_needed(tmp_path: Path) -> None:
    arrays = read_site(labelled(tmp_path, zones_csv=ROWS))
    assert arrays.labels is not None
    assert arrays.labels.tolist() == [1, 0, UNLABELLED, 1]
    assert not len(arrays.start_s)
    assert arrays.notes == (
        "Labels: 2 zones have 1 and 1 have 0 in slid; they say nothing of when.",
        "Labels: 1 zones have none in slid and are left out.",
    )


def test_that_words_may_stand_for_labels_and_others_are_told_with_their_row(tmp_path: Path) -> None:
    zones = TABLE + 'missing = ["?"]\nvalues = { fell = 1, stood = 0, much = 7 }\n'
    rows = "id,x,y,slid\na,0,0,fell\nb,9,0,stood\nc,0,9,?\n"
    arrays = read_site(labelled(tmp_path, zones, zones_csv=rows))
    assert arrays.labels is not None
    assert arrays.labels.tolist() == [1, 0, UNLABELLED]
    faults = check_site(labelled(tmp_path, zones, zones_csv=rows + "d,9,9,2\ne,5,5,much\nf,1,1,perhaps\n"))
    assert [(one.file, one.row) for one in faults if one.file == "zones.csv"] == [
        ("zones.csv", row) for row in (5, 6, 7)
    ]
    assert faults[0].message == "has '2' in slid, which is no label"


def test_that_a_map_labels_zones(tmp_path: Path) -> None:
    boxes = [shapely.box(50.0 * place, 0, 50.0 * place + 40, 40) for place in range(3)]
    features = [
        {"type": "Feature", "properties": {"id": name, "slid": label}, "geometry": json.loads(shapely.to_geojson(box))}
        for name, label, box in zip("abc", (True, 0, None), boxes, strict=True)
    ]
    (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    values = [np.array(["a", "b", "c"], object), np.array([1, 0, 1])]
    shapes = np.array(shapely.to_wkb(np.array(boxes, object)))
    write(tmp_path / "zones.gpkg", shapes, values, ["id", "slid"], geometry_type="Polygon", crs="EPSG:32633")
    text = '\n[zones]\nfile = "zones.{}"\nlabel_column = "{}"\n'
    of_json = read_site(labelled(tmp_path, text.format("geojson", "slid")))
    of_map = read_site(
        write_site(
            tmp_path, zones=text.format("gpkg", "slid"), channel=LAYER, incidents="", head='crs = "EPSG:32633"\n'
        )
    )
    assert of_json.labels is not None
    assert of_map.labels is not None
    assert of_json.labels.tolist() == [1, 0, UNLABELLED]
    assert of_map.labels.tolist() == [1, 0, 1]
    for ending in ("geojson", "gpkg"):
        head = 'crs = "EPSG:32633"\n' if ending == "gpkg" else ""
        folder = write_site(tmp_path, zones=text.format(ending, "fell"), channel=LAYER, incidents="", head=head)
        fault = check_site(folder)[0]
        assert "'fell'" in fault.message
        assert "label_column" in fault.remedy


@pytest.mark.parametrize(("incidents", "told"), [(INCIDENTS, True), ("", False)])
def test_that_labels_and_incidents_do_not_go_together(tmp_path: Path, incidents: str, told: bool) -> None:
    folder = write_site(tmp_path, zones=TABLE, incidents=incidents, zones_csv=ROWS)
    assert any("not by both" in fault.message for fault in check_site(folder)) is told


def test_that_channels_beside_labels_are_said_not_to_be_read(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path, zones=TABLE, incidents="", zones_csv=ROWS))
    assert "Channels: labels have no time, so a training with them reads layers only." in arrays.notes


def test_that_centres_of_zones_are_read_and_kept(tmp_path: Path) -> None:
    arrays = read_site(labelled(tmp_path / "site", zones_csv=ROWS))
    assert arrays.zone_centres is not None
    np.testing.assert_allclose(arrays.zone_centres, [[0, 0], [50, 0], [0, 50], [50, 50]], atol=1e-9)
    keep(tmp_path / "a.kept", {}, arrays)
    again = kept(tmp_path / "a.kept", lambda _: True)
    np.testing.assert_array_equal(again.zone_centres, arrays.zone_centres)
    np.testing.assert_array_equal(again.labels, arrays.labels)
    whole = read_site(write_site(tmp_path / "whole", zones='\n[[zone]]\nid = "all"\nwhole = true\n'))
    assert whole.zone_centres is None
    assert whole.labels is None
