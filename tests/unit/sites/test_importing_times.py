"""What a time stands for, in which zone it is written and how long a value lasts: never known too early."""

from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from rockfall_desktop.domain.import_questions import file_questions
from rockfall_desktop.domain.import_stamp import as_kind, file_lasting, lasting, stamped
from rockfall_desktop.domain.site_import import FileProposal
from rockfall_desktop.operations.site_import import preview_import, propose_import
from rockfall_desktop.sites.importing.header_zone import header_zone
from rockfall_desktop.sites.importing.propose import propose_file, reread_file
from tests.unit.sites.test_importing_tables import column, proposed

START = datetime.fromisoformat("2024-01-01T00:00")
HOURS = [START + timedelta(hours=hour) for hour in range(240)]
UNEVEN = [date(2024, 1, day) for day in (1, 2, 5, 11, 12, 20, 28)]


def test_that_a_sparser_column_lasts_as_long_as_its_own_numbers_lie_apart(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%d %H:%M},{hour.hour % 5}.5,{24 if hour.hour == 0 else ''}\n" for hour in HOURS)
    file = proposed(tmp_path, "time,temp_C (°C),rain_mm\n" + rows)
    assert file.interval == "1h"
    assert (column(file, "rain_mm").interval, column(file, "temp_C (°C)").interval) == ("1d", "1h")
    proposal = propose_import([tmp_path / "table.csv"], folder=tmp_path / "site")
    proposal = proposal.model_copy(update={"name": "x", "timezone": "Etc/UTC", "step": "1h"})
    preview = preview_import(proposal)
    assert preview.faults == ()
    assert preview.arrays is not None
    rain = next(channel.values for channel in preview.arrays.channels if channel.kind == "rainfall")
    assert [step for step, value in enumerate(rain[:72]) if value == 24] == [23, 47, 71]  # when the day is over


def test_that_codes_for_no_value_do_not_make_a_column_dense(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%d %H:%M},{24 if hour.hour == 0 else -999}\n" for hour in HOURS)
    assert column(proposed(tmp_path, "time,rain_mm\n" + rows), "rain_mm").interval == "1d"


def test_that_zones_read_in_turn_do_not_make_an_interval_short(tmp_path: Path) -> None:
    rows = "".join(
        f"{hour + timedelta(minutes=20 * place):%Y-%m-%d %H:%M},N{place},{hour.hour}\n"
        for hour in HOURS
        for place in (0, 1, 2)
    )
    file = proposed(tmp_path, "time,sensor,pwp_kPa\n" + rows)
    assert (file.interval, column(file, "pwp_kPa").interval) == ("1h", "1h")
    assert column(file_lasting(file, "2h"), "pwp_kPa").interval == "2h"


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
@pytest.mark.parametrize("midnights", [False, True])
def test_that_uneven_days_of_a_typed_file_are_known_when_they_are_over(
    tmp_path: Path, ending: str, midnights: bool
) -> None:
    days = [START + timedelta(days=day.day - 1) for day in UNEVEN] if midnights else UNEVEN
    frame = pl.DataFrame({"when": days, "PWP (kPa)": [float(day.day) for day in UNEVEN]})
    path = tmp_path / f"manual{ending}"
    frame.write_parquet(path) if ending == ".parquet" else frame.write_excel(path)
    read = column(propose_file(path), "PWP (kPa)")
    assert (read.stamp, read.interval) == ("start", "1d")


def test_that_uneven_days_written_with_midnight_are_known_when_they_are_over(tmp_path: Path) -> None:
    text = "when,PWP (kPa)\n" + "".join(f"{day} 00:00,{day.day}\n" for day in UNEVEN)
    read = column(proposed(tmp_path, text), "PWP (kPa)")
    assert (read.stamp, read.interval) == ("start", "1d")


def test_that_a_lone_reading_at_a_moment_is_known_then(tmp_path: Path) -> None:
    text = "when,PWP (kPa)\n" + "".join(f"{day} {8 + n}:1{n % 6},{day.day}\n" for n, day in enumerate(UNEVEN))
    read = column(proposed(tmp_path, text), "PWP (kPa)")
    assert (read.stamp, read.interval) == ("end", "")


@pytest.mark.parametrize("head", ["temp (°C)", "PWP (kPa)", "R1", "disp_mm", "rain_mm"])
def test_that_numbers_at_even_gaps_begin_at_their_time(tmp_path: Path, head: str) -> None:
    file = proposed(tmp_path, f"time,{head}\n" + "".join(f"{hour:%Y-%m-%d %H:%M},{hour.day}\n" for hour in HOURS))
    assert (column(file, head).stamp, column(file, head).interval) == ("start", "1h")


def test_that_the_stamp_is_decided_anew_for_another_kind_unless_a_person_said_it(tmp_path: Path) -> None:
    text = "when,R1\n" + "".join(f"{day} {8 + n}:1{n % 6},{day.day}\n" for n, day in enumerate(UNEVEN))
    other = column(proposed(tmp_path, text), "R1")
    assert (other.kind, other.stamp) == ("other", "end")
    assert as_kind(other, "rainfall", "mm").stamp == "start"
    assert as_kind(stamped(other, "end"), "rainfall", "mm").stamp == "end"


def test_that_a_length_that_is_none_is_refused(tmp_path: Path) -> None:
    read = column(proposed(tmp_path, "when,rain_mm\n2024-01-01,1\n2024-01-02,1\n"), "rain_mm")
    for wrong in ("0min", "soon"):
        with pytest.raises(ValueError, match=r"interval|length"):
            lasting(read, wrong)


def test_that_a_length_said_of_a_file_leaves_a_sparser_column_its_own(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%d %H:%M},{hour.hour % 5}.5,{24 if hour.hour == 0 else ''}\n" for hour in HOURS)
    file = file_lasting(proposed(tmp_path, "time,temp_C,rain_mm\n" + rows), "10min")
    assert (column(file, "temp_C").interval, column(file, "rain_mm").interval) == ("10min", "1d")


def test_that_seconds_are_not_rounded_away(tmp_path: Path) -> None:
    times = [START + timedelta(seconds=150 * place) for place in range(400)]
    file = proposed(tmp_path, "time,rain (mm/h)\n" + "".join(f"{time:%Y-%m-%d %H:%M:%S},6\n" for time in times))
    rain = column(file, "rain (mm/h)")
    assert (rain.interval, rain.unit, rain.name) == ("150s", "mm/h", "rain")
    preview = preview_import(
        propose_import([tmp_path / "table.csv"], folder=tmp_path / "site").model_copy(
            update={"name": "x", "timezone": "Etc/UTC", "step": "1h"}
        )
    )
    assert preview.arrays is not None
    assert preview.arrays.channels[0].values[2] == pytest.approx(6.0)


def test_that_a_trembling_clock_gives_whole_minutes(tmp_path: Path) -> None:
    times = [START + timedelta(seconds=600 * place + place * 7 % 5) for place in range(200)]
    file = proposed(tmp_path, "time,rain_mm\n" + "".join(f"{time:%Y-%m-%d %H:%M:%S},1\n" for time in times))
    assert column(file, "rain_mm").interval == "10min"


@pytest.mark.parametrize("sign", ["/", "."])
def test_that_a_year_of_two_digits_may_stand_first_and_is_asked(tmp_path: Path, sign: str) -> None:
    rows = "".join(f"24{sign}01{sign}12 {hour:02d}:00,{hour}\n" for hour in range(24))
    file = proposed(tmp_path, "date,pore_kPa\n" + rows)
    assert {f"%y{sign}%m{sign}%d %H:%M", f"%d{sign}%m{sign}%y %H:%M"} <= set(file.time_formats)
    assert [question.field for question in file_questions(file)] == ["time_format"]


@pytest.mark.parametrize(
    ("head", "zone"),
    [
        ("Timestamp (UTC)", "Etc/UTC"), ("time_gmt", "Etc/UTC"), ("Zeit (MEZ)", "Etc/GMT-1"),
        ("Time UTC+8", "Etc/GMT-8"), ("Time (GMT-03:00)", "Etc/GMT+3"), ("time +08:00", "Etc/GMT-8"),
        ("Time (UTC+05:30)", "Asia/Kolkata"), ("Time (UTC+00:00)", "Etc/UTC"), ("Time (UTC-03:30)", ""),
        ("Time", ""), ("Date 2024-05", ""), ("time (CST)", ""), ("MEZ/MESZ", ""), ("Time UTC+20", ""),
        ("Aufzeichnung", ""),
    ],
)  # fmt: skip
def test_that_a_zone_in_the_header_is_read_with_the_right_sign(head: str, zone: str) -> None:
    assert header_zone((head,)) == zone


def test_that_a_zone_in_the_header_is_proposed_and_told(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%d %H:%M},{hour:%Y-%m-%d %H:%M},{hour.hour}\n" for hour in HOURS)
    file = proposed(tmp_path, "Time (UTC+8),Time (UTC),rain_mm\n" + rows)
    assert file.timezone == "Etc/GMT-8"
    assert any("Etc/GMT-8" in remark for remark in file.remarks)
    other = reread_file(with_time(file, "Time (UTC)"), file.shape)
    assert other.timezone == "Etc/UTC"
    said = reread_file(file.model_copy(update={"timezone": "Asia/Tokyo"}), file.shape)
    assert said.timezone == "Asia/Tokyo"


def test_that_a_length_that_was_said_stays_when_the_table_is_read_anew(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%d %H:%M},{hour.hour}\n" for hour in HOURS)
    file = file_lasting(proposed(tmp_path, "time,rain_mm\n" + rows), "30min")
    fresh = reread_file(file, file.shape.model_copy(update={"missing": ("-1",)}))
    assert (fresh.interval, column(fresh, "rain_mm").interval) == ("30min", "30min")


def with_time(file: FileProposal, name: str) -> FileProposal:
    columns = tuple(
        one.model_copy(update={"role": "time" if one.column == name else "skip"}) if one.role != "value" else one
        for one in file.columns
    )
    return file.model_copy(update={"columns": columns})


def test_that_times_with_an_offset_need_no_zone(tmp_path: Path) -> None:
    rows = "".join(f"{hour:%Y-%m-%dT%H:%M:%S}+08:00,{hour.hour}\n" for hour in HOURS)
    file = proposed(tmp_path, "Time (UTC+8),rain_mm\n" + rows)
    assert (file.time_format, file.timezone) == ("%Y-%m-%dT%H:%M:%S%.f%z", "")
    assert column(file, "rain_mm").interval == "1h"
