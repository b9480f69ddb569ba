"""The real site of Hong Kong loads without a line of code that is special to it."""

import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.manifest import read_manifest
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.summary import summarise
from tests.hong_kong_site import write_hong_kong_site

DATA = (Path(__file__).parents[3] / "../shared/data/hong-kong-rock-cuts").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data/hong-kong-rock-cuts is not there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hong_kong_site(tmp_path_factory.mktemp("hong-kong") / "site", DATA)


@pytest.fixture(scope="module")
def arrays(folder: Path) -> SiteArrays:
    return read_site(folder)


def step_of(arrays: SiteArrays, day: date) -> int:
    return int(np.searchsorted(arrays.local_date, (day - date(1970, 1, 1)).days))


def test_that_hong_kong_has_no_fault(folder: Path) -> None:
    assert check_site(folder) == ()


def test_that_every_incident_of_the_two_types_is_placed_in_its_cell(arrays: SiteArrays) -> None:
    assert arrays.incidents.zone.size == 1275
    first = step_of(arrays, date(1984, 4, 2))
    zones = arrays.incidents.zone[arrays.incidents.first_step == first]
    assert [arrays.zone_ids[zone] for zone in zones] == ["E83N81"]
    np.testing.assert_array_equal(arrays.incidents.first_step, arrays.incidents.last_step)


def test_that_the_rain_of_known_days_stands_in_the_step_of_that_day(arrays: SiteArrays) -> None:
    rain = arrays.channels[0].values
    assert rain[step_of(arrays, date(2008, 6, 7))] == pytest.approx(307.1)
    assert rain[step_of(arrays, date(1984, 1, 21))] == pytest.approx(2.5)
    assert rain[step_of(arrays, date(1984, 1, 16))] == pytest.approx(0.025)
    assert not np.isnan(rain).any()
    assert rain.shape == (9497,)


def test_that_days_are_those_of_the_local_clock(arrays: SiteArrays) -> None:
    assert arrays.start_s[0] == 441_734_400  # 1983-12-31 16:00 UTC, midnight in Hong Kong
    assert arrays.day_of_year[0] == 1.0
    assert arrays.recorded.all()


def test_that_coordinates_place_incidents_in_the_same_cells(tmp_path: Path, arrays: SiteArrays) -> None:
    folder = write_hong_kong_site(tmp_path / "site", DATA)
    manifest = folder / "site.toml"
    columns = 'x_column = "easting_m"\ny_column = "northing_m"'
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('zone_column = "zone_10km"', columns), "utf-8")
    np.testing.assert_array_equal(read_site(folder).incidents.zone, arrays.incidents.zone)


def test_that_the_whole_region_can_be_one_zone(tmp_path: Path) -> None:
    folder = write_hong_kong_site(tmp_path / "site", DATA, whole=True)
    arrays = read_site(folder)
    assert arrays.zone_ids == ("region",)
    assert arrays.incidents.zone.size == 1275
    days = np.unique(arrays.incidents.first_step)
    tested = (days > step_of(arrays, date(2003, 1, 1))) & (days <= step_of(arrays, date(2009, 12, 31)))
    assert tested.sum() == 191  # as the reference scores count them


def test_that_a_minimum_volume_leaves_out_unknown_volumes_and_says_so(tmp_path: Path) -> None:
    folder = write_hong_kong_site(tmp_path / "site", DATA)
    manifest = folder / "site.toml"
    text = manifest.read_text(encoding="utf-8").replace("[incidents]", "[incidents]\nminimum_volume_m3 = 5.0")
    manifest.write_text(text, encoding="utf-8")
    arrays = read_site(folder)
    assert np.nanmin(arrays.incidents.volume_m3) >= 5.0
    assert "Incidents: 124 of unknown volume do not count, as a minimum volume is set." in arrays.notes


def test_that_the_rain_file_without_its_footnotes_named_tells_the_rows(tmp_path: Path) -> None:
    folder = write_hong_kong_site(tmp_path / "site", DATA)
    manifest = folder / "site.toml"
    text = manifest.read_text(encoding="utf-8").replace('footnotes = ["***", "#", "微量", "C "]\n', "")
    manifest.write_text(text, encoding="utf-8")
    assert [fault.row for fault in check_site(folder)] == [9502, 9503, 9504, 9505]


def test_that_hong_kong_is_read_in_well_under_a_second(folder: Path, arrays: SiteArrays) -> None:
    begun = time.perf_counter()
    again = read_site(folder)
    assert time.perf_counter() - begun < 1.0
    assert again.fingerprint == arrays.fingerprint


def test_that_the_summary_says_what_is_there(folder: Path, arrays: SiteArrays) -> None:
    summary = summarise(folder, read_manifest(folder), arrays)
    assert (summary.zones, summary.incidents, summary.first_date) == (25, 1275, date(1984, 1, 1))
    assert summary.last_date == date(2009, 12, 31)
    assert summary.channels[0].missing_share == 0.0
    assert any("1,993 times 'Trace'" in note for note in summary.notes)
