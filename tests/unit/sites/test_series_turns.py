"""What is found piece by piece, by counting or by the turn of the zones is what a look at everything finds."""

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from rockfall_desktop.sites import instants
from rockfall_desktop.sites.series import straight
from rockfall_desktop.sites.series.straight import _turn_of
from rockfall_desktop.sites.series.wrong_unit import _median_within
from rockfall_desktop.sites.tables import fields as fields_room
from rockfall_desktop.sites.tables.fields import fields_of

QUICK = settings(max_examples=150, deadline=None, database=None, derandomize=True)


@QUICK
@given(
    zone=some.lists(some.integers(0, 3), min_size=1, max_size=12), times=some.integers(1, 4), cut=some.integers(0, 3)
)
@example(zone=[0, 1], times=3, cut=1)
@example(zone=[0, 1, 0, 2], times=2, cut=0)
@example(zone=[0, 1, 2], times=1, cut=0)
def test_that_a_turn_of_zones_has_each_once_and_holds_all_through(zone: list[int], times: int, cut: int) -> None:
    whole = np.array((zone * times)[: len(zone) * times - cut] or zone, np.int32)
    turn = _turn_of(whole)
    fits = [
        length
        for length in range(1, whole.size)
        if len(set(whole[:length].tolist())) == length
        and all(whole[place] == whole[place % length] for place in range(whole.size))
    ]
    assert turn == (fits[0] if fits else 0)


def test_that_a_turn_longer_than_is_looked_for_is_none() -> None:
    zone = np.tile(np.arange(9, dtype=np.int32), 3)
    assert _turn_of(zone) == 9
    with patch.object(straight, "_LONGEST_TURN", 8):
        assert _turn_of(zone) == 0


@QUICK
@given(
    values=some.lists(some.integers(-5, 5), min_size=1, max_size=9),
    bounds=some.tuples(some.integers(-5, 5), some.integers(-5, 5)),
)
def test_that_counting_tells_where_the_median_lies(values: list[int], bounds: tuple[int, int]) -> None:
    lowest, highest = sorted(bounds)
    numbers = np.array(values, np.float64)
    assert _median_within(numbers, lowest, highest) == (lowest <= np.median(numbers) <= highest)


@pytest.mark.parametrize("scanned", [1, 3, 7, 64])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_that_fields_lie_the_same_however_many_bytes_are_scanned_together(scanned: int, delimiter: str) -> None:
    rows = [["2024", "", "1.5"], ["", "Z1", ""], ["x", "Z02", "-7"], ["", "", ""]]
    lines = "".join(delimiter.join(row) + "\n" for row in rows).encode()
    with patch.object(fields_room, "_SCANNED", scanned), patch.object(fields_room, "_TURNED", 3):
        found = fields_of(lines, 4, 3, delimiter)
        assert fields_of(lines, 4, 4, delimiter) is None
        assert fields_of(lines, 4, 2, delimiter) is None
        assert fields_of(lines, 6, 2, delimiter) is None
    assert found is not None
    for column in range(3):
        texts = [text.decode() for text in found.texts(column, np.arange(4))]
        assert texts == [row[column] for row in rows]


def test_that_fields_that_cannot_be_there_take_no_memory() -> None:
    assert fields_of(b"\n" * 1000, 1000, 10**12, ",") is None


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Asia/Hong_Kong", "Etc/GMT-1"])
def test_that_clock_changes_and_days_are_the_same_in_pieces(zone: str) -> None:
    moments_s = np.arange(1_700_000_000, 1_740_000_000, 3_456_789, dtype=np.int64)
    with patch.object(instants, "_LOOKED_AT", 10**6):
        whole = instants.clock_changes.__wrapped__(zone)
        days = instants.day_of_year(moments_s, zone)
    with patch.object(instants, "_LOOKED_AT", 5):
        assert np.array_equal(instants.day_of_year(moments_s, zone), days)
    pieces = instants.clock_changes.__wrapped__(zone)
    assert np.array_equal(pieces.moment_s, whole.moment_s)
    assert np.array_equal(pieces.offset_s, whole.offset_s)
    assert all(before < after for before, after in pairwise(pieces.moment_s.tolist()))
