"""The fast way and the slow way through a table give the same; so do a site held as a whole and one read in turns."""

import tempfile
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import SiteFault
from rockfall_desktop.sites import read_series
from rockfall_desktop.sites.check import check_site
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.tables import decoding, parquet, text_pieces
from rockfall_desktop.sites.tables.text_table import TextTable
from tests.unit.sites.made_site import RAIN, channel, write_site

DAYS = [date(2024, 1, day) for day in (1, 2, 3)]
QUICK = settings(
    max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
ZONED = {
    "kind": '"pore_pressure"', "unit": '"kPa"', "scope": '"zone"', "zone_column": '"zone"', "stamp": '"end"',
}  # fmt: skip
NUMBER = some.one_of(
    some.sampled_from(
        [
            "1",
            " 2.5",
            "-0.0",
            "+3",
            "1e3",
            ".5",
            "1.",
            "",
            " ",
            "-999",
            "-999.0",
            "--",
            "nan",
            "1e400",
            "x",
            "1,5",
            "7 ",
        ]
    ),
    some.floats(-50, 50).map(str),
)
ROW = some.tuples(
    some.integers(0, 40), some.sampled_from(["A", "B", " B", "C", "", '"A"']), NUMBER, some.sampled_from(["\n", "\r\n"])
)
MORE = some.lists(
    some.sampled_from(["\n", "* note\n", "2024-01-05 00:00,A\n", " \n", '2024-01-06 00:00,"B",4\n']), max_size=2
)


def outcome(folder: Path) -> tuple[object, ...]:
    """Everything that a reading gives: arrays and notes, or the faults."""
    try:
        arrays = read_site(folder)
    except WrongInput:
        return tuple(check_site(folder))
    return (*(np.nan_to_num(one.values, nan=-7.5).tolist() for one in arrays.channels), *pieces(arrays), arrays.notes)


def pieces(arrays: SiteArrays) -> list[object]:
    quality = [None if one.quality is None else one.quality.tolist() for one in arrays.channels]
    return [*quality, *(one.marks for one in arrays.channels), arrays.start_s.tolist(), arrays.fingerprint]


@QUICK
@given(
    rows=some.lists(ROW, min_size=1, max_size=12),
    more=MORE,
    missing=some.sampled_from(["[]", "['--']", "['-999']", "['--', '-999']"]),
    same=some.sampled_from(["refuse", "last", "sum"]),
    block=some.sampled_from([16, 50, 4096]),
)
def test_that_the_fast_way_reads_what_the_slow_way_reads(
    rows: list[tuple[int, str, str, str]], more: list[str], missing: str, same: str, block: int
) -> None:
    lines = [f"2024-01-01 {hour // 2:02}:{hour % 2 * 30:02},{zone},{value}{end}" for hour, zone, value, end in rows]
    text = "time,zone,mm\n" + "".join(lines) + "".join(more)
    options = channel(
        f"missing = {missing}\nfootnotes = ['*']\nvalues = {{ x = 0.25 }}\n",
        same_time=f'"{same}"',
        **ZONED,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = write_site(Path(name), step="30min", channel=options, rain_csv=text)
        fast = outcome(folder)
        with patch.object(text_pieces, "_regular", return_value=None):
            assert outcome(folder) == fast
        with patch.object(TextTable, "plain_place", return_value=None):
            assert outcome(folder) == fast
        with patch.object(decoding, "BLOCK_BYTES", block):
            pieces = outcome(folder)
        told = isinstance(fast[0], SiteFault)  # of an odd block only what is odd is told
        assert isinstance(pieces[0], SiteFault) if told else pieces == fast


@QUICK
@given(
    days=some.lists(some.lists(some.integers(1, 28), min_size=1, max_size=8), min_size=2, max_size=3),
    ends=some.sampled_from([8, 40, 4096]),
)
def test_that_a_site_read_in_turns_is_the_same_as_one_that_is_held(days: list[list[int]], ends: int) -> None:
    files = {
        f"c{place}_csv": "time,mm\n" + "".join(f"2024-03-{day:02} 10:00,{day % 5}\n" for day in column)
        for place, column in enumerate(days)
    }
    options = "".join(channel(name=f'"c{place}"', file=f'"c{place}.csv"') for place in range(len(days)))
    with tempfile.TemporaryDirectory() as name:
        folder = write_site(Path(name), timezone="Europe/Zurich", channel=options, **files)
        held = outcome(folder)
        with (
            patch.object(read_series, "HELD_BYTES", 0),
            patch("rockfall_desktop.sites.tables.table.END_BYTES", ends),
        ):
            assert outcome(folder) == held


def test_that_a_large_site_whose_ends_tell_right_is_read_once(tmp_path: Path) -> None:
    folder = write_site(tmp_path, channel=channel(stamp='"end"'))
    with (
        patch.object(read_series, "HELD_BYTES", 0),
        patch.object(
            read_series.SeriesReading, "_read_with", autospec=True, side_effect=read_series.SeriesReading._read_with
        ) as read,
    ):
        assert read_site(folder).channels[0].values.tolist() == [1.0, 6.0, 8.0]
        assert read.call_count == 1
        (folder / "rain.csv").write_text(RAIN.replace("2024-01-02", "2024-02-01"))
        with patch("rockfall_desktop.sites.tables.table.END_BYTES", 30):
            assert read_site(folder).start_s.size == 32
        assert read.call_count == 3


def test_that_parquet_in_pieces_is_read_like_one(tmp_path: Path) -> None:
    import polars as pl

    folder = write_site(tmp_path, channel=channel(file='"rain.parquet"', same_time='"sum"'))
    frame = pl.DataFrame({"time": [f"2024-01-{1 + place % 9:02} 00:00" for place in range(100)], "mm": range(100)})
    frame.write_parquet(folder / "rain.parquet")
    whole = outcome(folder)
    with patch.object(parquet, "PIECE_RECORDS", 7):
        assert outcome(folder) == whole


def test_that_a_text_that_means_another_number_is_found_by_its_writing_in_both_ways(tmp_path: Path) -> None:
    text = "time,zone,mm\n2024-01-01 00:30,A,-1\n2024-01-01 01:00,A,-1.0\n2024-01-01 01:30,A,3\n"
    options = channel("values = { '-1' = 0.025 }\n", **ZONED)
    folder = write_site(tmp_path, step="30min", channel=options, rain_csv=text)
    fast = outcome(folder)
    assert np.allclose(read_site(folder).channels[0].values[0], [0.025, -1.0, 3.0])
    with patch.object(text_pieces, "_regular", return_value=None):
        assert outcome(folder) == fast


@pytest.mark.parametrize("day", ["%d.%m.%Y", "%Y-%m-%d"])
def test_that_a_point_beside_a_decimal_comma_is_a_fault_in_both_ways(tmp_path: Path, day: str) -> None:
    lines = [f"{when.strftime(day)};{mm}" for when, mm in zip(DAYS, ["998,5", "1.013", "999,0"], strict=True)]
    keys = {"kind": '"pore_pressure"', "unit": '"kPa"', "delimiter": '";"', "decimal": '","'}
    options = channel(time_format=f'"{day}"', **keys)
    folder = write_site(tmp_path, channel=options, rain_csv="time;mm\n" + "\n".join(lines) + "\n")
    (fault,) = check_site(folder)
    assert (fault.row, fault.message) == (3, "'1.013' in column mm is no number")
    with patch.object(text_pieces, "_regular", return_value=None):
        assert check_site(folder) == (fault,)
    good = "time;mm\n" + "\n".join(line.replace("1.013", "101,3") for line in lines) + "\n"
    (folder / "rain.csv").write_text(good)
    assert read_site(folder).channels[0].values.tolist() == [998.5, np.float32(101.3), 999.0]
