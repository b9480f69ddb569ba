"""Files of real loggers and offices, and spatial files, become a site."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rockfall_desktop.cli.site import site
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.import_questions import open_questions
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal
from rockfall_desktop.operations.site_import import (
    add_files,
    preview_import,
    propose_import,
    time_zones,
    without_file,
    write_import,
)
from rockfall_desktop.operations.sites import check_site
from rockfall_desktop.sites.manifest import read_manifest

DATA = Path(__file__).parents[4] / "shared" / "data"
STATION = DATA / "mandi-station" / "station.csv"
RAIN = DATA / "hong-kong-rock-cuts" / "daily_rainfall_hko.csv"
EVENTS = DATA / "hong-kong-rock-cuts" / "events.csv"
TERRAIN = DATA / "ecuador-terrain" / "terrain.tif"
SCAN = DATA / "trier-simulated-scan" / "epoch_0_before.laz"
UNITS = {"Tem": "°C", "Rain": "mm"}


def there(*paths: Path) -> None:
    for path in paths:
        if not path.exists():
            pytest.skip(f"{path.name} of ../shared/data is not here")


def with_units(column: ColumnProposal) -> ColumnProposal:
    return column.model_copy(update={"unit": UNITS.get(column.column, column.unit)})


def with_file(proposal: ImportProposal, file: FileProposal) -> ImportProposal:
    return proposal.model_copy(update={"files": (file, *proposal.files[1:])})


def test_that_every_fault_of_the_messy_station_is_told(tmp_path: Path) -> None:
    there(STATION)
    proposal = propose_import([STATION], folder=tmp_path / "mandi")
    asked = {question.field for question in open_questions(proposal)}
    assert asked == {"columns", "name", "timezone"}
    file = proposal.files[0].model_copy(update={"columns": tuple(map(with_units, proposal.files[0].columns))})
    proposal = with_file(proposal, file).model_copy(update={"name": "Mandi", "timezone": "Asia/Kolkata"})
    refused = preview_import(proposal)
    assert any("same time as row" in fault.message and fault.row for fault in refused.faults)
    preview = preview_import(with_file(proposal, file.model_copy(update={"same_time": "first"})))
    assert preview.faults == ()
    said = " ".join(preview.notes)
    for words in ("stand after a later one", "repeat another", "first counts", "292.5"):
        assert words in said
    assert preview.arrays is not None
    marks = {(one.name, mark.mark): mark for one in preview.arrays.channels for mark in one.marks}
    assert marks["Rain", "out of range"].masked
    assert marks["Pressure", "flat line"].steps > 1000
    assert marks["Tem", "gap"].steps > 10_000


def test_that_the_rain_and_the_rockfalls_of_hong_kong_become_a_site(tmp_path: Path) -> None:
    there(RAIN, EVENTS)
    proposal = propose_import([RAIN, EVENTS], folder=tmp_path / "hk")
    assert [file.use for file in proposal.files] == ["channels", "incidents"]
    assert proposal.step == "1d"
    named = proposal.model_copy(update={"name": "Hong Kong", "timezone": "Asia/Hong_Kong"})
    folder = write_import(named)
    assert check_site(folder) == ()
    preview = preview_import(add_files(propose_import([RAIN], folder=folder), []))
    assert preview.arrays is not None
    rain = preview.arrays.channels[0]
    assert (rain.kind, rain.unit) == ("rainfall", "mm")
    assert preview.arrays.incidents.zone.size > 5000
    assert any("'Trace'" in note and "0.025" in note for note in preview.notes)


def test_that_a_raster_and_a_scan_say_where_they_lie_and_ask_for_their_day(tmp_path: Path) -> None:
    there(TERRAIN, SCAN)
    proposal = propose_import([TERRAIN, SCAN], folder=tmp_path / "site")
    terrain, scan = (file.layer for file in proposal.files)
    assert terrain is not None
    assert scan is not None
    assert (terrain.kind, terrain.own_crs, scan.kind, scan.own_crs) == ("elevation", "EPSG:32717", "lidar", "")
    assert proposal.crs == "EPSG:32717"
    assert [question.field for question in open_questions(proposal)][:2] == ["acquired", "acquired"]
    assert without_file(proposal, str(TERRAIN.absolute())).crs == ""


def test_that_a_file_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(WrongInput, match="No file"):
        propose_import([Path("nothing/here.csv")])
    with pytest.raises(WrongInput, match="0 files"):
        propose_import([])


def test_that_time_zones_are_named() -> None:
    assert "Asia/Hong_Kong" in time_zones()


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(site, ["import", *words])
    return result.exit_code, result.stdout, result.stderr


def gauge(folder: Path) -> Path:
    path = folder / "gauge.csv"
    path.write_text("date,rain\n" + "".join(f"2024-05-{day},{day}.5\n" for day in range(10, 30)))
    return path


def test_that_the_terminal_asks_what_it_must_not_guess(tmp_path: Path) -> None:
    status, said, asked = call(str(gauge(tmp_path)), "--to", str(tmp_path / "site"))
    assert status == 2
    assert "rainfall" in said
    assert "Say the unit of 'rain'" in asked
    assert "time zone" in asked
    assert not (tmp_path / "site").exists()


GIVEN = ("--name", "Wall", "--timezone", "Europe/Zurich", "--channel", "rain=rainfall:mm")


def test_that_the_terminal_writes_after_a_yes_only(tmp_path: Path) -> None:
    words = (str(gauge(tmp_path)), "--to", str(tmp_path / "site"), *GIVEN)
    status, said, _ = call(*words)
    assert status == 0
    assert "Nothing was written" in said
    assert not (tmp_path / "site").exists()
    status, said, _ = call(*words, "--yes")
    assert status == 0
    assert "Wrote" in said
    assert check_site(tmp_path / "site") == ()


def test_that_json_tells_channels_faults_and_notes(tmp_path: Path) -> None:
    status, said, _ = call(str(gauge(tmp_path)), "--to", str(tmp_path / "site"), *GIVEN, "--json", "--yes")
    told = json.loads(said)
    assert status == 0
    assert told["written"] is True
    assert told["faults"] == []
    assert [channel["kind"] for channel in told["channels"]] == ["rainfall"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--channel", "rain=magic"), "--channel"),
        (("--channel", "snow=rainfall:mm"), "No file has that column"),
        (("--use", "gauge.csv=zone"), "--use"),
        (("--layer", "gauge.csv=lidar:2024-01-01"), "--layer"),
        (("--zone", "N1=1,2"), "--zone"),
        (("--same-time", "maybe"), "--same-time"),
    ],
)
def test_that_an_option_that_cannot_be_used_ends_with_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    status, _, asked = call(str(gauge(tmp_path)), "--to", str(tmp_path / "site"), *GIVEN, *words)
    assert status == 2
    assert said in asked


def test_that_an_ambiguous_date_is_settled_by_the_option(tmp_path: Path) -> None:
    path = tmp_path / "gauge.csv"
    path.write_text("when,rain_mm\n" + "".join(f"0{day}/02/2024,{day}\n" for day in range(1, 10)))
    words = (str(path), "--to", str(tmp_path / "site"), "--name", "Wall", "--timezone", "UTC")
    status, _, asked = call(*words)
    assert (status, "%d/%m/%Y or %m/%d/%Y" in asked) == (2, True)
    status, _, _ = call(*words, "--time-format", "%d/%m/%Y", "--yes")
    assert status == 0
    assert 'time_format = "%d/%m/%Y"' in (tmp_path / "site" / "site.toml").read_text()


def test_that_the_station_imports_in_the_terminal(tmp_path: Path) -> None:
    there(STATION)
    status, said, _ = call(
        str(STATION), "--to", str(tmp_path / "mandi"), "--name", "Mandi", "--timezone", "Asia/Kolkata", "--yes",
        "--channel", "Tem=temperature:°C", "--channel", "Rain=rainfall:mm", "--same-time", "first",
    )  # fmt: skip
    assert status == 0
    for words in ("292.5", "repeat another", "flat line", "out of range"):
        assert words in said
    assert check_site(tmp_path / "mandi") == ()


def test_that_layers_are_written_with_their_day(tmp_path: Path) -> None:
    there(TERRAIN)
    words = (str(TERRAIN), "--to", str(tmp_path / "site"), "--name", "Terrain", "--timezone", "America/Guayaquil")
    status, _, said = call(*words, "--layer", "terrain.tif=elevation:2005-01-01", "--yes")
    assert (status, said) == (0, "")
    layer = read_manifest(tmp_path / "site").layer[0]
    assert (layer.acquired, layer.bands) == (date(2005, 1, 1), ("-", "-", "-", "elevation", "-"))


def test_that_the_band_of_the_elevation_is_asked_where_no_name_tells_it(tmp_path: Path) -> None:
    there(TERRAIN)
    words = (str(TERRAIN), "--to", str(tmp_path / "site"), "--name", "Terrain", "--timezone", "America/Guayaquil")
    chosen = (*words, "--layer", "terrain.tif=elevation:2005-01-01")
    status, _, asked = call(*chosen, "--bands", "terrain.tif=a;b;c;d;e")
    assert status == 2
    assert "name that of the elevation" in asked
