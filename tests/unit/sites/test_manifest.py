"""site.toml: wrong keys and values are named with their line and the closest right key."""

from contextlib import suppress
from pathlib import Path
from zoneinfo import available_timezones

import numpy as np
import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.domain.time_zone import check_time_zone
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.instants import to_local
from rockfall_desktop.sites.manifest import read_manifest
from tests.unit.sites.made_site import CHANNEL, INCIDENTS, SITE_ID, ZONES, channel, write_site


def only_fault(folder: Path) -> SiteFault:
    faults = check_site(folder)
    assert len(faults) == 1, faults
    assert faults[0].file == "site.toml"
    with pytest.raises(WrongInput, match=r"site\.toml"):
        read_manifest(folder)
    return faults[0]


def line_with(folder: Path, text: str) -> int:
    lines = (folder / "site.toml").read_text(encoding="utf-8").split("\n")
    return next(row for row, line in enumerate(lines, 1) if text in line)


def test_that_a_manifest_is_read(tmp_path: Path) -> None:
    manifest = read_manifest(write_site(tmp_path))
    assert (manifest.id, manifest.step_s, manifest.channel[0].resampling) == (SITE_ID, 86_400, "sum")


def test_that_a_wrong_key_is_told_with_its_line_and_the_closest_key(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=CHANNEL + channel(name='"two"', unitt='"mm"'))
    fault = only_fault(folder)
    assert fault.message == "unknown key 'channel.2.unitt'"
    assert fault.row == line_with(folder, "unitt")
    assert "Did you mean 'unit'?" in fault.remedy
    assert "time_format" in fault.remedy


def test_that_a_wrong_key_at_the_top_and_one_inside_a_table_are_told(tmp_path: Path) -> None:
    top = write_site(tmp_path / "1", head='nam = "x"\n')
    assert (only_fault(top).message, only_fault(top).row) == ("unknown key 'nam'", line_with(top, "nam ="))
    inner = write_site(tmp_path / "2", channel=channel("keep = { colum = 'q', column = 'q', values = ['ok'] }\n"))
    assert only_fault(inner).message == "unknown key 'channel.1.keep.colum'"
    assert only_fault(inner).row == line_with(inner, "colum = 'q'")


def test_that_a_missing_key_is_told_with_what_it_means(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=CHANNEL.replace('unit = "mm"\n', ""))
    fault = only_fault(folder)
    assert fault.message == "the key 'channel.1.unit' is missing"
    assert fault.row == line_with(folder, "[[channel]]")
    assert "Unit of the numbers" in fault.remedy


def test_that_a_time_zone_that_does_not_exist_is_told_with_the_closest(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, timezone="Asia/HongKong"))
    assert "there is no time zone 'Asia/HongKong'" in fault.message
    assert fault.remedy == "Did you mean Asia/Hong_Kong?"
    assert fault.row == 3


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "Europe", "/etc/localtime", "a\\u0000b", "posix/Asia/Tokyo", "right/Asia/Tokyo"]
)
def test_that_a_time_zone_is_never_a_path(tmp_path: Path, name: str) -> None:
    assert "there is no time zone" in only_fault(write_site(tmp_path, timezone=name)).message


@pytest.mark.parametrize("name", ["localtime", "Factory", "posixrules", "localtim"])
def test_that_a_time_zone_that_means_another_one_elsewhere_is_neither_taken_nor_advised(
    tmp_path: Path, name: str
) -> None:
    fault = only_fault(write_site(tmp_path, timezone=name))
    assert f"there is no time zone '{name}'" in fault.message
    assert "localtime?" not in fault.remedy


def test_that_a_fifth_of_all_time_zones_that_are_taken_can_be_read(tmp_path: Path) -> None:
    moment = np.zeros(1, np.int64)
    for name in sorted(available_timezones())[::5]:
        with suppress(ValueError):
            to_local(moment, check_time_zone(name))
    assert check_site(write_site(tmp_path, timezone="Etc/GMT-1")) == ()


def test_that_the_name_of_the_site_holds_no_control_character(tmp_path: Path) -> None:
    folder = write_site(tmp_path)
    manifest = folder / "site.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"Test"', r'"Te\u001bst"'), encoding="utf-8")
    fault = only_fault(folder)
    assert (fault.message, fault.remedy) == ("name: holds the control character U+001B", "Remove it.")


def test_that_bad_toml_is_told_with_its_line(tmp_path: Path) -> None:
    folder = write_site(tmp_path, head='crs = "EPSG\n')
    fault = only_fault(folder)
    assert fault.row == 5
    assert "no valid TOML" in fault.message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"[" * 5000])
def test_that_a_file_that_is_no_site_toml_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "site.toml").write_bytes(content)
    assert all(fault.file == "site.toml" for fault in check_site(tmp_path))
    with pytest.raises(WrongInput):
        read_manifest(tmp_path)


def test_that_a_folder_without_site_toml_and_no_folder_are_told(tmp_path: Path) -> None:
    assert only_fault(tmp_path).message == "there is no such file"
    with pytest.raises(WrongInput, match="there is no such folder"):
        read_manifest(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"step": "7min"}, "does not divide the day"),
        ({"step": "soon"}, "no length of time"),
        ({"zones": ""}, "exactly one way"),
        ({"zones": ZONES + ZONES}, "'A' is used twice"),
        ({"zones": ZONES + '\n[[zone]]\nid = "C"\nwhole = true\n'}, "is the only one"),
        ({"zones": '\n[[zone]]\nid = "C"\npoint = [1.0, 2.0]\n'}, "radius_m"),
        ({"zones": '\n[[zone]]\nid = "C"\n'}, "exactly one of point"),
        ({"zones": '\n[[zone]]\nid = "C"\npolygon = [[0, 0], [1, 1], [0, 1], [1, 0]]\n'}, "crosses itself"),
        ({"channel": CHANNEL + CHANNEL}, "'rain' is used twice"),
        ({"channel": channel(scope='"zone"')}, "zone_column"),
        ({"channel": channel(kind='"rainfal"')}, "channel.1.kind"),
        ({"channel": channel(time_format='"%H:%M"')}, "names no year"),
        ({"channel": channel(decimal='","')}, "delimiter"),
        ({"channel": channel(delay='"later"')}, "no length of time"),
        ({"channel": channel(time="3")}, "channel.1.time = 3 is wrong"),
        ({"channel": channel(time="[]")}, "channel.1.time = [] is wrong"),
        ({"channel": "channel = 3\n"}, "channel = 3 is wrong: input should be a list"),
        ({"head": "zone_grid = 4\n"}, "input should be a table"),
        ({"channel": channel(name=r'"rain\u001b[2J"')}, "channel.1.name: holds the control character U+001B"),
        ({"channel": channel(unit=r'"m\u202em"')}, "channel.1.unit: holds the control character U+202E"),
        ({"zones": ZONES.replace('"B"', r'"B\n"')}, "zone.2.id: holds the control character U+000A"),
        ({"zones": ZONES + 'name = "\\u0007"\n'}, "zone.2.name: holds the control character U+0007"),
        ({"head": 'crs = "\\u009b"\n'}, "crs: holds the control character U+009B"),
        ({"head": '[[lyer]]\nkind = "lidar"\n'}, "unknown key 'lyer'"),
        ({"incidents": INCIDENTS + 'types = ["rock"]\n'}, "type_column"),
        ({"incidents": INCIDENTS + "recorded_until = 2023-01-01\n"}, "recorded_until"),
        ({"incidents": INCIDENTS + "minimum_volume_m3 = -1.0\n"}, "minimum_volume_m3"),
        ({"incidents": INCIDENTS + 'time_precision = "6h"\n'}, "6h is less than time_format tells apart"),
        ({"incidents": INCIDENTS.replace("%Y-%m-%d", "%Y-%m")}, "time_precision: is needed"),
        ({"incidents": INCIDENTS.replace("%Y-%m-%d", "%Y")}, "time_precision: is needed"),
        ({"incidents": INCIDENTS.replace("%Y-%m-%d", "%Y-%m") + 'time_precision = "1d"\n'}, "1d is less than"),
    ],
)
def test_that_values_that_do_not_fit_are_told(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    faults = check_site(write_site(tmp_path, **changes))
    assert len(faults) == 1, faults
    assert message in faults[0].message
    assert faults[0].remedy
