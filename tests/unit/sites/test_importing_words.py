"""What the words of a header are taken for, and what is asked instead of guessed."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.import_questions import file_questions
from rockfall_desktop.domain.kinds import counts_events, unit_line
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.importing.header_words import channel_name, guess_value
from rockfall_desktop.sites.importing.propose import propose_file
from tests.unit.sites.test_importing_tables import column, proposed

DAYS = range(10, 28)


@pytest.mark.parametrize("head", ["Strain (microstrain)", "Terrain height (m)", "drain_l", "train", "constraint"])
def test_that_rain_inside_another_word_is_no_rain(head: str) -> None:
    assert guess_value((head,)).kind != "rainfall"


@pytest.mark.parametrize("head", ["Rain", "rain_mm", "RainTotal", "HourlyRain", "dailyrain", "Rainfall (mm)", "RAIN1"])
def test_that_rain_as_a_word_is_rain(head: str) -> None:
    assert guess_value((head,)).kind == "rainfall"


def test_that_strain_is_strain() -> None:
    assert guess_value(("Strain (microstrain)",)).kind == "strain"


@pytest.mark.parametrize("head", ["PPV", "PPV_1", "peak vibration", "PPV max number 3"])
def test_that_shaking_without_a_unit_is_asked_and_no_count(tmp_path: Path, head: str) -> None:
    file = proposed(tmp_path, f"date,{head}\n" + "".join(f"2024-05-{day},{day}.5\n" for day in DAYS))
    assert (column(file, head).kind, column(file, head).unit) == ("seismic", "")
    assert any("mm/s for how strong" in question.text for question in file_questions(file))


@pytest.mark.parametrize("head", ["seismic events", "Seismic count", "seismic_number"])
def test_that_a_word_for_counting_makes_a_count(tmp_path: Path, head: str) -> None:
    file = proposed(tmp_path, f"date,{head}\n" + "".join(f"2024-05-{day},{day}\n" for day in DAYS))
    assert counts_events("seismic", column(file, head).unit)
    assert column(file, head).unit
    assert file_questions(file) == ()


def test_that_a_running_number_is_no_unit() -> None:
    assert guess_value(("strain_1",)).unit == ""


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("rain (mm/h)", "rain"),
        ("rain mm/h", "rain mm/h"),
        ("雨量/Rainfall", "Rainfall"),
        ("rain mm/hour", "rain mm/hour"),
    ],
)
def test_that_a_channel_is_not_named_by_its_unit(head: str, name: str) -> None:
    assert channel_name((head,), "rainfall", known=True) == name


def test_that_units_are_known_as_people_spell_them() -> None:
    assert unit_line("temperature", "degrees C") == (1.0, 0.0)
    assert unit_line("pore_pressure", "Bar") == (100.0, 0.0)
    counted = Channel(name="s", kind="seismic", unit="Count", file="a.csv", column="n", time="t", time_format="%Y")
    assert counted.resampling == "sum"


def test_that_a_table_of_zones_goes_by_its_id_or_is_numbered(tmp_path: Path) -> None:
    named = proposed(tmp_path, "id,x,y\n" + "".join(f"{n},{n}0,{n}5\n" for n in DAYS), "zones.csv")
    assert (named.use, column(named, "id").role) == ("zones", "zone")
    bare = proposed(tmp_path, "x,y\n" + "".join(f"{n}0,{n}5\n" for n in DAYS), "zones.csv")
    assert any("numbered from 1" in remark for remark in bare.remarks)


def test_that_the_time_of_issue_is_not_taken_for_the_time(tmp_path: Path) -> None:
    rows = "".join(f"2024-05-{day} 00:00,2024-05-{day + 1} 00:00,{day}\n" for day in DAYS)
    path = tmp_path / "outlook.csv"
    path.write_text("issue_time,valid_time,rain forecast (mm)\n" + rows)
    file = propose_file(path)
    assert [one.role for one in file.columns] == ["issued", "time", "value"]
    assert [question.field for question in file_questions(file)] == ["ahead"]
