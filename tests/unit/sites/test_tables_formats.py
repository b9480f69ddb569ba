"""Tables of every format and shape are read, and what was dropped on the way is counted."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import INCIDENTS, RAIN, ZONES, channel, write_site

TYPED = {"time_format": '""'}
ZONED = {"scope": '"zone"', "stamp": '"end"', "kind": '"pore_pressure"', "unit": '"kPa"'}


def without(text: str, key: str) -> str:
    """The TOML text without the lines of a key."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} =")) + "\n"


def values(folder: Path) -> list[float]:
    return [float(value) for value in np.nan_to_num(read_site(folder).channels[0].values, nan=-1.0).ravel()]


def faults_of(folder: Path) -> tuple[SiteFault, ...]:
    return check_site(folder)


def parquet_site(folder: Path, frame: pl.DataFrame, **keys: str) -> Path:
    write_site(folder, channel=channel(file='"rain.parquet"', **(TYPED | keys)))
    frame.write_parquet(folder / "rain.parquet")
    return folder


def workbook_site(folder: Path, rows: list[list[Any]], more: str = "", **keys: str) -> Path:
    write_site(folder, channel=channel(more, file='"rain.xlsx"', **(TYPED | keys)))
    book = xlsxwriter.Workbook(str(folder / "rain.xlsx"), {"default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet("readings")
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    book.close()
    return folder


def test_that_typed_moments_need_no_format(tmp_path: Path) -> None:
    moments = [datetime(2024, 1, 1, 6), datetime(2024, 1, 1, 18), datetime(2024, 1, 3)]  # noqa: DTZ001
    frame = pl.DataFrame({"time": moments, "mm": [1, 2, 4]})
    assert values(parquet_site(tmp_path / "1", frame, stamp='"end"')) == [3.0, 4.0]
    days = pl.DataFrame({"time": [date(2024, 1, 1), date(2024, 1, 2)], "mm": [1.5, None]})
    assert values(parquet_site(tmp_path / "2", days)) == [1.5]


def test_that_moments_with_an_offset_are_absolute(tmp_path: Path) -> None:
    frame = pl.DataFrame({"time": [datetime(2024, 1, 1, 23, 30, tzinfo=UTC)], "mm": [1.0]})
    frame = frame.with_columns(pl.col("time").dt.convert_time_zone("Asia/Hong_Kong"))
    folder = parquet_site(tmp_path, frame, stamp='"end"')
    assert read_site(folder).start_s.tolist() == [int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())]


def test_that_text_times_in_a_typed_file_need_their_format(tmp_path: Path) -> None:
    frame = pl.DataFrame({"time": ["2024-01-01 00:00"], "mm": [1.0]})
    fault = faults_of(parquet_site(tmp_path / "1", frame))[0]
    assert fault.file == "site.toml"
    assert "time_format is missing" in fault.message
    folder = parquet_site(tmp_path / "2", frame, time_format='"%Y-%m-%d %H:%M"')
    assert values(folder) == [1.0]


def test_that_a_text_file_needs_its_format_at_once(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=without(channel(), "time_format"))
    assert "time_format: is missing" in faults_of(folder)[0].message


def test_that_incidents_with_typed_times_need_their_precision(tmp_path: Path) -> None:
    typed = without(INCIDENTS.replace("incidents.csv", "falls.parquet"), "time_format")
    assert "time_precision: is needed" in faults_of(write_site(tmp_path / "1", incidents=typed))[0].message
    folder = write_site(tmp_path / "2", incidents=typed + 'time_precision = "1d"\n')
    pl.DataFrame({"date": [date(2024, 1, 2)], "zone": ["A"]}).write_parquet(folder / "falls.parquet")
    assert read_site(folder).incidents.first_step.tolist() == [1]


def test_that_typed_numbers_are_held_to_the_same_rules_as_text(tmp_path: Path) -> None:
    moments = [date(2024, 1, day) for day in range(1, 5)]
    frame = pl.DataFrame({"time": moments, "mm": [1.0, float("nan"), -999.0, 2.0]})
    folder = parquet_site(tmp_path / "1", frame, missing="['-999']", interval='"1d"')
    assert values(folder) == [1.0, -1.0, -1.0, 2.0]
    fault = faults_of(parquet_site(tmp_path / "2", frame.with_columns(mm=pl.lit(float("inf")))))[0]
    assert (fault.file, fault.row, fault.message) == ("rain.parquet", 1, "'inf' in column mm is no number")


def test_that_markers_in_a_typed_column_are_compared_as_numbers(tmp_path: Path) -> None:
    moments = [date(2024, 1, day) for day in range(1, 5)]
    frame = pl.DataFrame({"time": moments, "mm": [1.0, -999.0, 0.1, 2.0]})
    options = {"missing": "['-999.0']", "values": "{ '0.10' = 7.0 }", "interval": '"1d"'}
    for number, kind in enumerate((pl.Float64, pl.Float32)):
        folder = parquet_site(tmp_path / str(number), frame.with_columns(pl.col("mm").cast(kind)), **options)
        assert values(folder) == [1.0, -1.0, 7.0, 2.0]
        assert any("1 times '0.10' in mm was read as 7" in note for note in read_site(folder).notes)


def test_that_a_typed_row_without_a_time_is_told_with_its_number(tmp_path: Path) -> None:
    frame = pl.DataFrame({"time": [date(2024, 1, 1), None], "mm": [1.0, 2.0]})
    fault = faults_of(parquet_site(tmp_path, frame))[0]
    assert (fault.row, fault.message) == (2, "'' is no time")


def test_that_a_column_of_lists_is_told(tmp_path: Path) -> None:
    frame = pl.DataFrame({"time": [date(2024, 1, 1)], "mm": [[1.0]]})
    assert "holds neither text, numbers nor times" in faults_of(parquet_site(tmp_path, frame))[0].message


def test_that_a_workbook_gives_its_dates_and_rows_as_the_program_shows_them(tmp_path: Path) -> None:
    day = datetime(2024, 1, 1, 6)  # noqa: DTZ001
    rows = [["Title"], [], ["time", "mm"], [day, 1], [], [day.replace(day=2), "Spur"], [day.replace(day=3), "x"]]
    folder = workbook_site(tmp_path / "1", rows, "values = { Spur = 0.5 }\ninterval = '1d'\n", skip_lines="2")
    faults = faults_of(folder)
    assert [(fault.row, fault.message) for fault in faults] == [(7, "'x' in column mm is no number")]
    rows[-1] = ["* a note at the foot"]
    folder = workbook_site(
        tmp_path / "2", rows, "values = { Spur = 0.5 }\nfootnotes = ['*']\ninterval = '1d'\n", skip_lines="2"
    )
    assert values(folder) == [1.0, 0.5]


def test_that_a_workbook_with_day_and_hour_apart_is_read(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel(file='"rain.xlsx"', time='["day", "hour"]', **TYPED))
    book = xlsxwriter.Workbook(str(folder / "rain.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["day", "hour", "mm"])
    sheet.write_datetime(1, 0, date(2024, 1, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_datetime(1, 1, time(6, 10), book.add_format({"num_format": "hh:mm"}))
    sheet.write_number(1, 2, 2.5)
    book.close()
    assert values(folder) == [2.5]


def test_that_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    folder = workbook_site(tmp_path, [["time", "mm"], [datetime(2024, 1, 1), 1]], sheet='"data"')  # noqa: DTZ001
    fault = faults_of(folder)[0]
    assert fault.message == "has no sheet 'data'"
    assert fault.remedy == "Its sheets: 'readings'."


def test_that_padding_with_zero_bytes_is_dropped_and_counted(tmp_path: Path) -> None:
    lines = RAIN.encode().splitlines(keepends=True)
    padded = b"".join([*lines[:3], b"\0" * 5000, *lines[3:], b"\0" * 10])
    arrays = read_site(write_site(tmp_path, rain_csv=padded))
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0]
    assert "rain.csv: 5,010 zero bytes of padding were dropped, the first in row 4." in arrays.notes


def test_that_a_row_that_padding_cut_off_is_left_out_and_noted(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path, rain_csv=RAIN.encode() + b"2024-01-03 12:00,1" + b"\0" * 100))
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0]
    assert any("row 6 was left out, because zero bytes stand where it should end" in note for note in arrays.notes)


def test_that_a_wide_table_has_a_column_for_each_zone(tmp_path: Path) -> None:
    text = "time,P1,P2\n2024-01-01 12:00,1,10\n2024-01-02 12:00,,20\n2024-01-03 12:00,3,x\n"
    options = without(channel('zone_columns = { B = "P1", A = "P2" }\n', **ZONED), "column")
    folder = write_site(tmp_path, channel=options, rain_csv=text)
    assert [(fault.row, fault.message) for fault in faults_of(folder)] == [(4, "'x' in column P2 is no number")]
    folder = write_site(tmp_path, channel=options, rain_csv=text.replace("x", "30"))
    assert values(folder) == [10.0, 20.0, 30.0, 1.0, -1.0, 3.0]


def test_that_a_wide_table_names_zones_of_the_site(tmp_path: Path) -> None:
    options = without(channel('zone_columns = { C = "mm" }\n', **ZONED), "column")
    fault = faults_of(write_site(tmp_path, channel=options))[0]
    assert "names 'C', which is none of the site's zones" in fault.message


def test_that_files_of_one_pattern_are_read_together_and_a_new_one_is_picked_up(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel("interval = '1h'\n", file='"rain*.csv"'))
    assert values(folder) == [3.0, 4.0, 8.0]
    (folder / "rain_2.csv").write_text("mm,note,time\n16,,2024-01-04 00:00\n")
    (folder / "rain_3.csv").write_text("time,mm\n")
    arrays = read_site(folder)
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0, 16.0]
    assert "rain_3.csv: has a header but no row of data yet." in arrays.notes


def test_that_faults_and_notes_name_the_file_of_their_row(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel("interval = '1h'\n", file='"rain*.csv"'))
    (folder / "rain_2.csv").write_text("time,mm\n2024-01-02 00:00,5\n2024-01-03 00:00,y\n")
    told = [(fault.file, fault.row, fault.message) for fault in faults_of(folder)]
    assert told[0] == ("rain_2.csv", 3, "'y' in column mm is no number")
    assert told[1] == ("rain_2.csv", 2, "has the same time as row 4 of rain.csv, but not the same mm")
    (folder / "rain_2.csv").write_text("time,level\n2024-01-02 00:00,5\n")
    assert [(fault.file, fault.message) for fault in faults_of(folder)] == [("rain_2.csv", "has no column 'mm'")]


def test_that_duplicates_across_files_are_dropped_counted_and_marked(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel("interval = '1h'\n", file='"rain*.csv"'))
    (folder / "rain_2.csv").write_text("time,mm\n2024-01-01 12:00,2\n2024-01-03 00:00,8\n")
    arrays = read_site(folder)
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0]
    assert any("rain_2.csv: 2 rows repeat another, the first in row 2" in note for note in arrays.notes)
    quality = arrays.channels[0].quality
    assert quality is not None
    assert (quality & Mark.DUPLICATE > 0).tolist() == [True, False, True]
    assert {count.mark: count.rows for count in arrays.channels[0].marks}["duplicate"] == 2


def test_that_a_site_of_layers_only_has_no_steps_and_a_note(tmp_path: Path) -> None:
    layer = '\n[[layer]]\nname = "map"\nkind = "geology"\nfile = "map.gpkg"\ntimeless = true\n'
    arrays = read_site(write_site(tmp_path, channel="", zones=ZONES + layer))
    assert arrays.start_s.size == arrays.recorded.size == len(arrays.channels) == 0
    assert arrays.incidents.zone.size == 0
    assert any("has none, so it has no time steps" in note for note in arrays.notes)
