"""What can be said in the terminal beside the files: stamp, length, delay, sensors, forecasts, zones of a map."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import shapely

from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.operations.site_import import preview_import, propose_import
from rockfall_desktop.operations.sites import check_site
from rockfall_desktop.sites.manifest import read_manifest
from tests.unit.operations.test_site_import import call
from tests.unit.sites.test_layers_geology import write_map


def columns_of(path: Path) -> dict[str, Channel]:
    return {channel.name: channel for channel in read_manifest(path).channel}


def hourly(path: Path, head: str, row: str = "{n}.5", count: int = 240) -> Path:
    start = datetime.fromisoformat("2024-01-01T00:00")
    times = [start + timedelta(hours=hour) for hour in range(count)]
    rows = "".join(f"{time:%Y-%m-%d %H:%M},{row.format(n=n % 7)}\n" for n, time in enumerate(times))
    path.write_text(f"time,{head}\n{rows}")
    return path


NEW = ("--name", "Wall", "--timezone", "Etc/UTC", "--step", "1h")


def test_that_the_terminal_decides_and_tells_the_stamp_of_the_chosen_kind(tmp_path: Path) -> None:
    days = "".join(f"2024-01-{day:02d} {8 + n}:1{n},{day}\n" for n, day in enumerate((1, 2, 5, 11, 12, 20)))
    (tmp_path / "a.csv").write_text("time,R1\n" + days)
    words = (str(tmp_path / "a.csv"), "--to", str(tmp_path / "site"), *NEW, "--channel", "R1=rainfall:mm")
    _, said, _ = call(*words)
    assert "the start" in said
    status, said, asked = call(*words, "--stamp", "R1=end", "--yes")
    assert (status, asked) == (0, "")
    assert "the end" in said
    assert columns_of(tmp_path / "site")["R1"].stamp == "end"


def test_that_length_and_delay_are_said_in_the_terminal(tmp_path: Path) -> None:
    path = hourly(tmp_path / "a.csv", "temp_C (°C),pwp_kPa", "{n}.5,{n}")
    words = (str(path), "--to", str(tmp_path / "site"), *NEW, "--interval", "10min", "--interval", "pwp_kPa=1d")
    status, _, asked = call(*words, "--delay", "20min", "--yes")
    assert (status, asked) == (0, "")
    found = columns_of(tmp_path / "site")
    assert [(one.interval, one.delay) for one in found.values()] == [("10min", "20min"), ("1d", "20min")]


def test_that_columns_of_sensors_become_one_channel_in_the_terminal(tmp_path: Path) -> None:
    path = hourly(tmp_path / "a.csv", "P1_kPa,P2_kPa", "{n}.5,{n}")
    words = (
        str(path), "--to", str(tmp_path / "site"), *NEW, "--zone", "N1=1,1,5", "--zone", "N2=50,1,5",
        "--channel", "P1_kPa=pore_pressure:kPa", "--channel", "P2_kPa=pore_pressure:kPa",
        "--sensor", "P1_kPa=N1:pressure", "--sensor", "P2_kPa=N2:pressure",
    )  # fmt: skip
    status, _, asked = call(*words, "--interval", "P2_kPa=2h", "--yes")
    assert status == 2
    assert "make one channel" in asked
    assert call(*words, "--yes")[0] == 0
    assert columns_of(tmp_path / "site")["pressure"].zone_columns == {"N1": "P1_kPa", "N2": "P2_kPa"}


def test_that_a_forecast_is_imported_with_its_issue_and_its_spans(tmp_path: Path) -> None:
    start = datetime.fromisoformat("2024-01-01T00:00")
    rows = "".join(
        f"{start + timedelta(days=day):%Y-%m-%d %H:%M},{start + timedelta(days=day, hours=hour):%Y-%m-%d %H:%M},1\n"
        for day in range(8)
        for hour in range(1, 49)
    )
    (tmp_path / "outlook.csv").write_text("issued,time,rain forecast (mm)\n" + rows)
    path = hourly(tmp_path / "rain.csv", "rain_mm")
    words = (str(tmp_path / "outlook.csv"), str(path), "--to", str(tmp_path / "site"), *NEW)
    status, _, asked = call(*words)
    assert status == 2
    assert "over which spans ahead" in asked
    status, _, asked = call(*words, "--ahead", "1d", "--ahead", "6h", "--yes")
    assert (status, asked) == (0, "")
    forecast = columns_of(tmp_path / "site")["rain forecast"]
    assert (forecast.issued, forecast.ahead) == ("issued", ("1d", "6h"))


def test_that_blasts_are_imported_with_their_announcement(tmp_path: Path) -> None:
    (tmp_path / "blasts.csv").write_text("time,blast charge\n2024-01-03 12:00,100\n2024-01-05 13:00,80\n")
    path = hourly(tmp_path / "rain.csv", "rain_mm")
    words = (str(tmp_path / "blasts.csv"), str(path), "--to", str(tmp_path / "site"), *NEW)
    status, _, asked = call(*words, "--ahead", "1d", "--announced", "2d", "--yes")
    assert (status, asked) == (0, "")
    blast = columns_of(tmp_path / "site")["blast charge"]
    assert (blast.announced, blast.ahead, blast.stamp) == ("2d", ("1d",), "start")


@pytest.mark.parametrize("ending", [".gpkg", ".shp"])
def test_that_zones_come_from_a_map(tmp_path: Path, ending: str) -> None:
    squares = [shapely.box(512000 + 100 * n, 5403000, 512050 + 100 * n, 5403050) for n in range(2)]
    path = write_map(tmp_path / f"sectors{ending}", squares, zone=["N1", "N2"])
    proposal = propose_import([path, hourly(tmp_path / "rain.csv", "rain_mm")], folder=tmp_path / "site")
    assert [file.use for file in proposal.files] == ["zones", "channels"]
    preview = preview_import(proposal.model_copy(update={"name": "Wall", "timezone": "Etc/UTC"}))
    assert preview.faults == ()
    assert preview.arrays is not None
    assert preview.arrays.zone_ids == ("N1", "N2")


def test_that_any_map_can_be_said_to_hold_the_zones(tmp_path: Path) -> None:
    squares = [shapely.box(512000 + 100 * n, 5403000, 512050 + 100 * n, 5403050) for n in range(2)]
    path = write_map(tmp_path / "plan.gpkg", squares, rock=["a", "b"], bench=["N1", "N2"])
    rain = hourly(tmp_path / "rain.csv", "rain_mm")
    words = (str(path), str(rain), "--to", str(tmp_path / "site"), *NEW)
    assert "Attributes: rock, bench" in call(*words, "--use", "plan.gpkg=zones:sector")[2]
    assert call(*words, "--use", "plan.gpkg=zones:bench", "--yes")[0] == 0
    assert read_manifest(tmp_path / "site").zones.id_column == "bench"  # type: ignore[union-attr]


def test_that_zones_without_an_id_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "zones.csv").write_text("x,y\n" + "".join(f"{100 * n},5\n" for n in range(8)))
    rain = hourly(tmp_path / "rain.csv", "rain_mm")
    words = (str(tmp_path / "zones.csv"), str(rain), "--to", str(tmp_path / "site"), *NEW)
    status, said, asked = call(*words, "--radius", "5", "--yes")
    assert (status, asked) == (0, "")
    assert "numbered from 1" in said
    assert check_site(tmp_path / "site") == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--stamp", "middle"), "--stamp"),
        (("--stamp", "snow=end"), "No file has that column"),
        (("--interval", "soon"), "--interval"),
        (("--delay", "soon"), "--delay"),
        (("--ahead", "soon"), "--ahead"),
        (("--sensor", "rain_mm"), "--sensor"),
        (("--radius", "-1"), "--radius"),
    ],
)
def test_that_an_option_that_says_nothing_ends_with_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    path = hourly(tmp_path / "rain.csv", "rain_mm")
    status, _, asked = call(str(path), "--to", str(tmp_path / "site"), *NEW, *words)
    assert status == 2
    assert said in asked
