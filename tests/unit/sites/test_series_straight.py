"""Readings that go onto the steps while their table is read give what the thorough way gives, whatever is odd."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.sites import read_series
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.series import columns, straight_zone
from rockfall_desktop.sites.series.gaps import GapRuns, gap_runs
from rockfall_desktop.sites.series.spacing import usual_spacing_s
from rockfall_desktop.sites.tables import decoding
from tests.unit.sites.made_site import channel, write_site
from tests.unit.sites.test_tables_ways import outcome

PORE = {"kind": '"pore_pressure"', "unit": '"kPa"', "stamp": '"end"', "scope": '"zone"'}
LONG = channel(name='"pore"', file='"pore*.csv"', zone_column='"zone"', missing='["-", "0.5"]', **PORE)
WIDE = channel(name='"wide"', file='"wide.csv"', zone_columns='{ A = "a", B = "b" }', **PORE).replace(
    'column = "mm"\n', ""
)
ODD = ["", "", "", "2024-10-26 20:07,A,x\n", "2024-10-26 20:07,A,3\n", "2024-13-01 00:00,A,1\n", "\n"]
READING = some.tuples(
    some.sampled_from(["A", "A", "A", "B", "B", "C"]),
    some.integers(0, 40) | some.sampled_from([1_000_000, -5]),
    some.sampled_from([1, 1, 1, 2, 3, 50]),
)


def moment(minute: int) -> str:
    return str(np.datetime64("2024-10-26T20:00") + np.timedelta64(int(minute), "m")).replace("T", " ")


def long_table(readings: list[tuple[str, int, int]], *, odd: str) -> str:
    minute, rows = 0, []
    for zone, value, gap in readings:
        minute += 7 * gap
        rows.append(f"{moment(minute)},{zone},{value}\n")
    if odd:
        rows.insert(len(rows) // 2, odd)
    return "time,zone,mm\n" + "".join(rows)


def both_ways(folder: Path, block: int, held: int) -> tuple[tuple[object, ...], tuple[object, ...], bool]:
    took: list[bool] = []

    def watched(*given: object) -> object:
        read = straight(*given)  # type: ignore[arg-type]
        took.append(read is not None)
        return read

    straight = read_series.read_straight
    with patch.object(read_series, "HELD_BYTES", 0), patch.object(decoding, "BLOCK_BYTES", block):
        with patch.object(read_series, "read_straight", watched), patch.object(straight_zone, "_HELD", held):
            quick = outcome(folder)
        with patch.object(read_series, "read_straight", lambda *_: None):
            return quick, outcome(folder), any(took)


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    readings=some.lists(READING, min_size=3, max_size=60),
    more=some.lists(READING, max_size=10),
    odd=some.sampled_from(ODD),
    zone=some.sampled_from(["Etc/UTC", "Europe/Zurich"]),
    block=some.sampled_from([90, 400, 4096]),
    held=some.sampled_from([1, 5, 4096]),
    delay=some.sampled_from(["0s", "3h"]),
)  # fmt: skip
def test_that_the_quick_way_gives_what_the_thorough_way_gives(
    readings: list[tuple[str, int, int]],
    more: list[tuple[str, int, int]],
    odd: str,
    zone: str,
    block: int,
    held: int,
    delay: str,
) -> None:
    files = {"pore1_csv": long_table(readings, odd=odd), "pore2_csv": long_table([("B", 1, 99), *more], odd="")}
    wide = "".join(f"{moment(gap * place * 10)},{value},{place}\n" for place, (_, value, gap) in enumerate(readings))
    files["wide_csv"] = "time,a,b\n" + wide
    options = (LONG + WIDE).replace('stamp = "end"', f'stamp = "end"\ndelay = "{delay}"')
    with tempfile.TemporaryDirectory() as name:
        folder = write_site(Path(name), step="1h", timezone=zone, channel=options, incidents="", **files)
        quick, thorough, _ = both_ways(folder, block, held)
    assert quick == thorough


def regular(count: int) -> list[tuple[str, int, int]]:
    random = np.random.default_rng(5)
    zones = ["A", "B"] * count
    return [(zone, 100 + int(random.integers(0, 9)), 1 + place % 2) for place, zone in enumerate(zones)]


def test_that_a_regular_table_takes_the_quick_way_with_its_marks(tmp_path: Path) -> None:
    readings = regular(3000)
    readings[4000] = ("A", 100_000_000, 1)
    options = LONG.replace('missing = ["-", "0.5"]\n', "")
    folder = write_site(tmp_path, step="1h", channel=options, incidents="", pore1_csv=long_table(readings, odd=""))
    quick, thorough, took = both_ways(folder, 4096, 100)
    assert took
    assert quick == thorough
    with patch.object(read_series, "HELD_BYTES", 0):
        arrays = read_site(folder)
    assert arrays.channels[0].quality is not None
    assert (arrays.channels[0].quality & Mark.OUT_OF_RANGE).any()
    assert any("in pore1.csv, row 4002; counted as missing" in note for note in arrays.notes)


@pytest.mark.parametrize(
    "odd", ["2024-10-26 20:00,A,1\n", "2030-10-26 20:00,A,1\n", "2024-10-27 20:00,A,x\n"], ids=["late", "early", "text"]
)
def test_that_something_odd_is_told_as_the_thorough_way_tells_it(tmp_path: Path, odd: str) -> None:
    text = long_table(regular(300), odd=odd)
    folder = write_site(tmp_path, step="1h", channel=LONG, incidents="", pore1_csv=text)
    quick, thorough, _ = both_ways(folder, 4096, 100)
    assert quick == thorough


@given(gaps=some.lists(some.sampled_from([1, 2, 2, 60]), max_size=9000), cut=some.integers(1, 4000))
@settings(max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_that_gaps_in_runs_have_the_same_usual_one(gaps: list[int], cut: int) -> None:
    end_s = np.cumsum([0, *gaps * 3]).astype(np.int64)
    runs = GapRuns()
    for begin in range(0, end_s.size, cut):
        runs.add(*gap_runs(end_s[begin : begin + cut], int(end_s[begin - 1]) if begin else None))
    assert runs.usual_s() == int(usual_spacing_s(np.zeros(end_s.size, np.int32), end_s, 1)[0])


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (["A", "A"], True),
        (["A"], True),
        (["A", "B", "A"], False),
        (["A", None, "A"], False),
        ([None], False),
        ([], False),
    ],
)
def test_that_a_column_says_one_thing_only_where_no_row_says_another(texts: list[str | None], *, same: bool) -> None:
    assert columns._all_same(pl.Series(texts, dtype=pl.String)) is same


def test_that_gaps_that_are_all_the_same_need_no_look_at_them() -> None:
    gaps = GapRuns()
    gaps.add(*gap_runs(np.arange(0, 6000, 600), None))
    gaps.add(*gap_runs(np.arange(6000, 9000, 600), 5400))
    assert gaps.runs == 2
    assert gaps.usual_s() == 600
