"""Bad input: each fault is told with file, row and remedy; nothing but WrongInput comes out."""

import os
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from tests.unit.sites.made_site import CHANNEL, INCIDENTS, RAIN, channel, write_site


def only_fault(folder: Path) -> SiteFault:
    faults = check_site(folder)
    assert len(faults) == 1, faults
    with pytest.raises(WrongInput) as caught:
        read_site(folder)
    assert faults[0].message in caught.value.message
    assert faults[0].remedy in caught.value.hint
    return faults[0]


def test_that_a_sound_site_has_no_fault(tmp_path: Path) -> None:
    assert check_site(write_site(tmp_path)) == ()


def test_that_text_in_a_number_column_is_told_with_its_row(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv=RAIN.replace(",4", ",Trace")))
    assert (fault.file, fault.row) == ("rain.csv", 4)
    assert fault.message == "'Trace' in column mm is no number"
    assert "values" in fault.remedy


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "1,5", "0x1", "--"])
def test_that_only_finite_numbers_are_numbers(tmp_path: Path, text: str) -> None:
    folder = write_site(tmp_path, rain_csv=RAIN.replace(",4", f',"{text}"'))
    assert only_fault(folder).row == 4


def test_that_rain_below_zero_is_told_with_its_row_and_the_marker_to_name(tmp_path: Path) -> None:
    text = RAIN.replace(",4", ",-999.0")
    fault = only_fault(write_site(tmp_path / "1", rain_csv=text))
    assert (fault.file, fault.row) == ("rain.csv", 4)
    assert fault.message == "has -999 in column mm, and rain is never below zero"
    assert "missing = ['-999.0']" in fault.remedy
    assert check_site(write_site(tmp_path / "2", channel=channel("missing = ['-999.0']\n"), rain_csv=text)) == ()
    level = channel(kind='"temperature"', stamp='"end"')
    assert check_site(write_site(tmp_path / "3", channel=level, rain_csv=text)) == ()


def test_that_what_is_told_and_noted_holds_no_control_character(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path / "1", rain_csv=RAIN.replace(",4", ",\x1b[2J\x9b\u202e")))
    assert fault.message == "'\ufffd[2J\ufffd\ufffd' in column mm is no number"
    falls = "date,zone\n2024-01-02,A\n"
    text = "time,zone,mm\n2024-01-01 00:00,A,1\n2024-01-01 00:00,\x1b[2J,1\n"
    options = channel(scope='"zone"', zone_column='"zone"')
    notes = read_site(write_site(tmp_path / "2", channel=options, rain_csv=text, incidents_csv=falls)).notes
    assert any("'\ufffd[2J'" in note for note in notes)


def test_that_a_decimal_comma_is_read_where_it_is_said(tmp_path: Path) -> None:
    options = channel(delimiter='";"', decimal='","')
    folder = write_site(tmp_path, channel=options, rain_csv="time;mm\n2024-01-01 00:00;1,5\n2024-01-02 00:00;\n")
    assert read_site(folder).channels[0].values.tolist() == [1.5]


def test_that_an_unknown_column_lists_the_columns_and_the_closest(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, channel=channel(column='"rain_mm"')))
    assert fault.message == "has no column 'rain_mm'"
    assert "'time', 'mm'" in fault.remedy
    close = only_fault(write_site(tmp_path, channel=channel(column='"m"')))
    assert "Did you mean 'mm'?" in close.remedy


def test_that_a_missing_file_is_told_with_the_closest_name(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, channel=channel(file='"rains.csv"')))
    assert (fault.file, fault.message) == ("rains.csv", "there is no such file")
    assert "rain.csv" in fault.remedy


@pytest.mark.parametrize("name", ["../rain.csv", "/etc/passwd", "C:/rain.csv", "a/../../rain.csv", "..\\\\rain.csv"])
def test_that_a_path_may_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "rain.csv").write_text(RAIN)
    fault = only_fault(write_site(tmp_path / "site", channel=channel(file=f'"{name}"')))
    assert "leads out of the site folder" in fault.message


def test_that_a_link_may_not_leave_the_folder(tmp_path: Path) -> None:
    folder = write_site(tmp_path / "site", channel=channel(file='"link.csv"'))
    (tmp_path / "rain.csv").write_text(RAIN)
    (folder / "link.csv").symlink_to(tmp_path / "rain.csv")
    assert "is a link that leads out" in only_fault(folder).message


def test_that_a_pipe_is_no_file(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel(file='"pipe.csv"'))
    os.mkfifo(folder / "pipe.csv")
    assert only_fault(folder).message == "there is no such file"


def test_that_mixed_date_formats_are_told_with_rows_and_what_they_look_like(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv=RAIN.replace("2024-01-02 00:00", "02/01/2024 00:00")))
    assert (fault.file, fault.row) == ("rain.csv", 4)
    assert "is no time of the form %Y-%m-%d %H:%M" in fault.message
    assert "3 other rows fit" in fault.remedy
    assert "%d/%m/%Y %H:%M" in fault.remedy


@pytest.mark.parametrize("day", ["0024-01-02 00:00", "2924-01-02 00:00", "2024-02-30 00:00", ""])
def test_that_an_impossible_date_is_told(tmp_path: Path, day: str) -> None:
    assert only_fault(write_site(tmp_path, rain_csv=RAIN.replace("2024-01-02 00:00", day))).row == 4


def test_that_equal_rows_are_dropped_and_counted(tmp_path: Path) -> None:
    arrays = read_site(write_site(tmp_path, rain_csv=RAIN + "2024-01-02 00:00,4\n2024-01-03 00:00,8\n"))
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0]
    assert any("2 rows repeat another, the first in row 6; they were dropped" in note for note in arrays.notes)


def test_that_rows_of_one_time_that_differ_are_refused_with_both_rows(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv=RAIN + "2024-01-02 00:00,5\n"))
    assert fault.row == 6
    assert "same time as row 4" in fault.message
    assert "same_time" in fault.remedy


@pytest.mark.parametrize(("rule", "value"), [("first", 4.0), ("last", 6.0), ("mean", 5.0), ("sum", 10.0)])
def test_that_rows_of_one_time_count_as_it_is_said(tmp_path: Path, rule: str, value: float) -> None:
    text = RAIN + "2024-01-02 00:00,6\n"
    arrays = read_site(write_site(tmp_path, channel=channel(same_time=f'"{rule}"'), rain_csv=text))
    assert arrays.channels[0].values[1] == value
    assert any(f"their {rule} counts" in note for note in arrays.notes)


def test_that_rows_out_of_order_are_sorted_and_noted(tmp_path: Path) -> None:
    lines = RAIN.splitlines()
    folder = write_site(tmp_path, rain_csv="\n".join([lines[0], *lines[:0:-1]]))
    arrays = read_site(folder)
    assert arrays.channels[0].values.tolist() == [3.0, 4.0, 8.0]
    assert any("3 rows stand after a later one, the first in row 3" in note for note in arrays.notes)


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"time,mm\n", b"\x00\x01\x02\xff\xfe" * 9, "time,mm\n\ud55c".encode("cp949")]
)
def test_that_an_empty_file_and_one_that_is_no_text_are_told(tmp_path: Path, content: bytes) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv=content))
    assert fault.file == "rain.csv"
    assert fault.remedy


def test_that_other_encodings_are_read_where_they_are_said(tmp_path: Path) -> None:
    text = "time,mm\n2024-01-01 00:00,Spur\n2024-01-01 12:00,für\n"
    options = channel("values = { 'für' = 3.0, Spur = 1.0 }\n", encoding='"cp1252"')
    arrays = read_site(write_site(tmp_path, channel=options, rain_csv=text.encode("cp1252")))
    assert arrays.channels[0].values.tolist() == [4.0]


def test_that_an_unknown_encoding_is_told(tmp_path: Path) -> None:
    assert "'klingon'" in only_fault(write_site(tmp_path, channel=channel(encoding='"klingon"'))).message
    assert "'hex'" in only_fault(write_site(tmp_path, channel=channel(encoding='"hex"'))).message


def test_that_a_row_with_too_many_or_too_few_fields_is_told(tmp_path: Path) -> None:
    faults = check_site(write_site(tmp_path, rain_csv=RAIN + "2024-01-04 00:00,1,2\n2024-01-05\n"))
    assert [fault.row for fault in faults] == [6, 7]
    assert faults[0].message == "has 3 fields, the header has 2"


@pytest.mark.parametrize(
    "row", ['"2024-01-04 00:00,1"', '"2024-01-04 00:00"', '"2024-01-04 00:00,\n1"', '"2024-01-04 ""00"":00,1"']
)
def test_that_a_row_of_quoted_fields_that_is_too_short_is_told(tmp_path: Path, row: str) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv=RAIN + row + "\n"))
    assert (fault.row, fault.message) == (6, "has 1 fields, the header has 2")


def test_that_quoted_fields_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    text = 'time,note,mm\n2024-01-01 00:00,"a,b",1\n2024-01-02 00:00,"a ""b"", c\n",2\n2024-01-03 00:00,5" a 3",4\n'
    assert read_site(write_site(tmp_path, rain_csv=text)).channels[0].values.tolist() == [1.0, 2.0, 4.0]


def test_that_rows_are_right_after_fields_with_line_ends_and_blank_lines(tmp_path: Path) -> None:
    text = 'time,note,mm\n2024-01-01 00:00,"a\n\nb",1\n\n2024-01-02 00:00,c,x\n'
    assert only_fault(write_site(tmp_path, rain_csv=text)).row == 6
    windows = text.replace("\n", "\r\n")
    assert only_fault(write_site(tmp_path, rain_csv=windows)).row == 6


def test_that_a_quotation_mark_that_is_never_closed_is_told_with_its_row(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv='time,mm\n2024-01-01 00:00,1\n2024-01-02 00:00,"2\n'))
    assert (fault.row, fault.message) == (3, "opens a quotation mark that is never closed")


def test_that_a_stray_quotation_mark_is_told_or_meant_nothing(tmp_path: Path) -> None:
    text = 'time,note,mm\n2024-01-01 00:00,5" pipe,1\n'
    assert "quotation mark" in only_fault(write_site(tmp_path, rain_csv=text)).message
    folder = write_site(tmp_path, channel=channel(quote='""'), rain_csv=text)
    assert read_site(folder).channels[0].values.tolist() == [1.0]


def test_that_a_header_of_two_languages_may_be_named_by_either(tmp_path: Path) -> None:
    text = "Title\nZeit,Regen\ntime,rain\n2024-01-01 00:00,1\n* a note\n"
    for name in ("Regen", "rain", "Regen/rain"):
        options = channel("footnotes = ['*']\n", column=f'"{name}"', skip_lines="1", header_lines="2")
        assert read_site(write_site(tmp_path, channel=options, rain_csv=text)).channels[0].values.tolist() == [1.0]


def test_that_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv="time,mm,mm\n2024-01-01 00:00,1,2\n"))
    assert fault.message == "has 2 columns 'mm'"


def test_that_rows_can_be_kept_by_a_mark_of_quality(tmp_path: Path) -> None:
    text = "time,mm,q\n2024-01-01 00:00,1,ok\n2024-01-02 00:00,x,bad\n2024-01-03 00:00,2,ok\n"
    options = channel("keep = { column = 'q', values = ['ok'] }\ninterval = '1d'\n")
    arrays = read_site(write_site(tmp_path, channel=options, rain_csv=text))
    assert arrays.channels[0].values[[0, 2]].tolist() == [1.0, 2.0]
    assert "rain.csv: 1 rows left out because q is none of ok." in arrays.notes


def test_that_one_wild_date_does_not_fill_the_memory(tmp_path: Path) -> None:
    text = "time,mm\n1901-01-01 00:00,1\n" + "".join(f"2024-01-01 00:{m:02},1\n" for m in range(60))
    fault = only_fault(write_site(tmp_path, step="1min", rain_csv=text))
    assert (fault.file, fault.row) == ("rain.csv", 2)
    assert "too many" in fault.message


def test_that_a_channel_without_any_number_is_told(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, rain_csv="time,mm\n2024-01-01 00:00,\n"))
    assert fault.message == "holds no number for channel 'rain'"


def test_that_every_fault_of_the_folder_is_listed_and_each_file_is_capped(tmp_path: Path) -> None:
    bad = "time,mm\n" + "".join(f"2024-01-{day:02} 00:00,x\n" for day in range(1, 31))
    faults = check_site(write_site(tmp_path, rain_csv=bad, incidents_csv="date,zone\nyesterday,A\n"))
    assert [fault.file for fault in faults].count("rain.csv") == 21
    assert any(fault.message == "and 10 more faults" for fault in faults)
    assert any((fault.file, fault.row) == ("incidents.csv", 2) for fault in faults)
    with pytest.raises(WrongInput) as caught:
        read_site(tmp_path)
    assert "row 2" in caught.value.message
    assert "And 30 more" in caught.value.hint


def test_that_a_format_that_means_nothing_is_told(tmp_path: Path) -> None:
    fault = only_fault(write_site(tmp_path, channel=channel(time_format='"%Y-%Q"')))
    assert "%Y-%Q" in fault.message


def test_that_the_same_file_is_told_once_for_many_channels(tmp_path: Path) -> None:
    second = channel(name='"again"')
    assert only_fault(write_site(tmp_path, channel=CHANNEL + second, rain_csv="")).message == "is empty"


def test_that_incidents_without_any_place_are_told(tmp_path: Path) -> None:
    folder = write_site(tmp_path, incidents=INCIDENTS.replace('zone_column = "zone"\n', ""))
    assert "cannot be placed" in only_fault(folder).message
