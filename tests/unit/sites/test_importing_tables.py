"""What the import assistant makes of tables as loggers and offices write them."""

from pathlib import Path

import polars as pl
import pytest

from rockfall_desktop.domain.import_questions import file_questions
from rockfall_desktop.domain.import_stamp import stamped
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal
from rockfall_desktop.sites.importing.propose import propose_file, reread_file

GERMAN = "Datum;Niederschlag (mm);Lufttemperatur (°C)\n" + "".join(
    f"{day:02d}.05.2024 {hour:02d}:00;{hour},5;12,{day}\n" for day in range(10, 30) for hour in range(24)
)


def proposed(folder: Path, content: str | bytes, name: str = "table.csv", encoding: str = "utf-8") -> FileProposal:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return propose_file(path)


def column(file: FileProposal, name: str) -> ColumnProposal:
    return next(column for column in file.columns if column.column == name)


@pytest.mark.parametrize(("encoding", "found"), [("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-16", "utf-16")])
def test_that_a_german_table_is_read_with_its_encoding_and_comma(tmp_path: Path, encoding: str, found: str) -> None:
    file = proposed(tmp_path, GERMAN, encoding=encoding)
    assert (file.shape.encoding, file.shape.delimiter, file.shape.decimal) == (found, ";", ",")
    assert file.time_format == "%d.%m.%Y %H:%M"
    rain, warm = column(file, "Niederschlag (mm)"), column(file, "Lufttemperatur (°C)")
    assert (rain.kind, rain.unit, rain.stamp, rain.interval) == ("rainfall", "mm", "start", "1h")
    assert (warm.kind, warm.unit, warm.stamp, warm.interval) == ("temperature", "°C", "start", "1h")
    assert file.interval == "1h"


def test_that_chinese_in_big5_is_told_from_latin_letters(tmp_path: Path) -> None:
    text = "日期,雨量(毫米)\n" + "".join(f"2024-05-{day:02d},{day}.5\n" for day in range(10, 30))
    file = proposed(tmp_path, text, encoding="big5")
    assert file.shape.encoding == "big5"
    rain = column(file, "雨量(毫米)")
    assert (rain.kind, rain.unit) == ("rainfall", "mm")


def test_that_lines_above_two_header_lines_and_notes_are_found(tmp_path: Path) -> None:
    rows = "".join(f"2024-05-01 {hour:02d}:00,{hour / 10},{hour}\n" for hour in range(24))
    file = proposed(tmp_path, f"Logger 7\nNorth wall, upper\n\nTIME,PWP,disp\nts,kPa,mm\n{rows}\n* end of file\n# ok\n")
    assert (file.shape.skip_lines, file.shape.header_lines) == (3, 2)
    assert file.shape.footnotes == ("* ", "# ")
    assert (column(file, "PWP").kind, column(file, "PWP").unit) == ("pore_pressure", "kPa")
    assert (column(file, "disp").kind, column(file, "disp").unit) == ("displacement", "mm")
    assert file.interval == "1h"


def test_that_a_date_that_can_be_read_in_two_ways_is_asked(tmp_path: Path) -> None:
    text = "time,rain_mm\n" + "".join(f"0{day}/0{month}/2024 00:00,1\n" for month in (1, 2) for day in range(1, 9))
    file = proposed(tmp_path, text)
    assert file.time_format == ""
    assert set(file.time_formats) == {"%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"}
    assert [question.field for question in file_questions(file)] == ["time_format"]


def test_that_one_day_above_twelve_settles_the_order(tmp_path: Path) -> None:
    text = "time,rain_mm\n" + "".join(f"0{day}/01/2024,1\n" for day in range(1, 9)) + "13/01/2024,2\n"
    assert proposed(tmp_path, text).time_format == "%d/%m/%Y"


def test_that_a_trace_is_a_number_of_rain_only_and_codes_are_no_value(tmp_path: Path) -> None:
    text = "time,rain_mm,disp_mm\n" + "".join(f"2024-05-{day:02d},{day},{day}\n" for day in range(1, 20))
    file = proposed(tmp_path, text + "2024-05-20,Trace,---\n2024-05-21,-999,n/a\n2024-05-22,odd,5\n")
    assert file.shape.values == {"Trace": 0.025}
    assert set(file.shape.missing) == {"-999", "---", "n/a"}
    assert any("'odd'" in remark for remark in file.remarks)


def test_that_zero_bytes_of_a_power_cut_do_not_hide_a_table(tmp_path: Path) -> None:
    rows = "".join(f"2024-05-01 {hour:02d}:00,{hour}\n" for hour in range(24))
    file = proposed(tmp_path, b"time,rain_mm\n" + rows.encode() + b"\0" * 4096)
    assert column(file, "rain_mm").kind == "rainfall"
    assert any("zero bytes" in remark for remark in file.remarks)


def test_that_a_long_table_has_a_zone_column(tmp_path: Path) -> None:
    rows = "".join(f"2024-05-{day:02d},{zone},{day}\n" for day in range(10, 20) for zone in ("N1", "N2"))
    file = proposed(tmp_path, "date,sensor,disp_mm\n" + rows)
    assert column(file, "sensor").role == "zone"
    assert file.zones_seen == ("N1", "N2")


def test_that_quoted_fields_over_two_lines_are_one_record(tmp_path: Path) -> None:
    rows = "".join(f'2024-05-{day:02d},"a\nb, c",{day}\n' for day in range(10, 28))
    file = proposed(tmp_path, "date,where,volume_m3\n" + rows, "rockfalls.csv")
    assert (file.use, file.shape.quote, len(file.rows)) == ("incidents", '"', 18)


def test_that_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    file = proposed(tmp_path, "".join(f"2024-05-{day:02d},{day}\n" for day in range(10, 28)))
    assert any("looks like data" in remark for remark in file.remarks)


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"\0" * 500, "empty"), (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "no text")],
)
def test_that_what_is_no_table_is_left_out_with_the_reason(tmp_path: Path, content: bytes, word: str) -> None:
    file = proposed(tmp_path, content)
    assert file.use == "skip"
    assert word in file.remarks[0]


def test_that_a_table_of_very_many_columns_is_left_out(tmp_path: Path) -> None:
    file = proposed(tmp_path, ",".join(f"c{n}" for n in range(5000)) + "\n" + ",".join("1" * 5000) + "\n")
    assert file.use == "skip"
    assert any("5,000 columns" in remark for remark in file.remarks)


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
def test_that_a_typed_file_needs_no_time_format(tmp_path: Path, ending: str) -> None:
    times = pl.datetime_range(pl.datetime(2024, 5, 1), pl.datetime(2024, 5, 2), "1h", eager=True)
    frame = pl.DataFrame({"when": times, "PWP (kPa)": range(25)})
    path = tmp_path / f"piezo{ending}"
    frame.write_parquet(path) if ending == ".parquet" else frame.write_excel(path)
    file = propose_file(path)
    assert (file.typed_time, file.interval, column(file, "when").role) == (True, "1h", "time")
    assert column(file, "PWP (kPa)").kind == "pore_pressure"
    assert file_questions(file) == ()


@pytest.mark.parametrize("ending", [".parquet", ".xlsx", ".tif", ".laz", ".las", ".gpkg", ".geojson", ".shp"])
def test_that_text_under_the_name_of_another_format_is_left_out(tmp_path: Path, ending: str) -> None:
    file = proposed(tmp_path, "this is text\n" * 40, f"fake{ending}")
    assert (file.use, file.form) == ("skip", "unknown")


def test_that_reading_anew_keeps_what_was_chosen(tmp_path: Path) -> None:
    file = proposed(tmp_path, GERMAN)
    chosen = column(file, "Niederschlag (mm)").model_copy(update={"name": "gauge"})
    file = file.model_copy(update={"columns": (file.columns[0], chosen, file.columns[2]), "same_time": "last"})
    fresh = reread_file(file, file.shape.model_copy(update={"missing": ("---",)}))
    assert column(fresh, "Niederschlag (mm)").name == "gauge"
    assert (fresh.same_time, fresh.shape.missing, fresh.time_format) == ("last", ("---",), "%d.%m.%Y %H:%M")


def test_that_names_from_outside_are_shown_without_control_characters(tmp_path: Path) -> None:
    rows = "".join(f"2024-05-{day:02d},{day}\n" for day in range(10, 28))
    file = proposed(tmp_path, f"date,rain\x1b[31m_mm\n{rows}\x1b[2J note\n")
    words = [*file.remarks, *(column.name for column in file.columns), *(cell for row in file.rows for cell in row)]
    assert all("\x1b" not in word for word in words)


def test_that_a_value_of_a_day_is_never_known_at_the_midnight_before(tmp_path: Path) -> None:
    for form in ("2024-02-{:02d}", "{:02d}/02/2024", "2024-02-{:02d} 00:00"):
        text = "when,temp (°C)\n" + "".join(f"{form.format(day)},{day}\n" for day in range(1, 10))
        file = proposed(tmp_path, text)
        assert column(file, "temp (°C)").stamp == "start"


def test_that_a_form_that_was_chosen_tells_the_interval(tmp_path: Path) -> None:
    text = "when,rain_mm\n" + "".join(f"0{day}/02/2024,{day}\n" for day in range(1, 10))
    file = proposed(tmp_path, text)
    assert (file.time_format, file.interval) == ("", "")
    fresh = reread_file(file.model_copy(update={"time_format": "%d/%m/%Y"}), file.shape)
    assert (fresh.time_format, fresh.interval) == ("%d/%m/%Y", "1d")


def test_that_a_stamp_that_was_chosen_stays_when_the_table_is_read_anew(tmp_path: Path) -> None:
    text = "when,temp (°C)\n" + "".join(f"2024-02-{day:02d},{day}\n" for day in range(1, 10))
    file = proposed(tmp_path, text)
    chosen = tuple(stamped(column, "end") for column in file.columns)
    fresh = reread_file(file.model_copy(update={"columns": chosen}), file.shape)
    assert column(fresh, "temp (°C)").stamp == "end"
