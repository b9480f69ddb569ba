"""Columns with the same times share what they tell, and only those."""

import numpy as np
import pytest

from rockfall_desktop.sites.clock import make_clock
from rockfall_desktop.sites.series.same_rows import Irregular, SameRows

END_S = np.arange(600, 600 * 40, 600, dtype=np.int64)
RECORD = np.arange(END_S.size, dtype=np.int32)


def test_that_the_same_arrays_give_the_same_rows_and_others_their_own() -> None:
    same = SameRows(make_clock(600, 600 * 40, 3600, "UTC"))
    first = same.rows([(END_S, RECORD)], None, whole=False)
    assert same.rows([(END_S, RECORD)], None, whole=False) is first
    for held, last_s, whole in (
        ([(END_S.copy(), RECORD)], None, False),
        ([(END_S[2:], RECORD[2:])], None, False),
        ([(END_S, RECORD)], 0, False),
        ([(END_S, RECORD)], None, True),
        ([(END_S[:5], RECORD[:5]), (END_S[5:], RECORD[5:])], None, False),
    ):
        other = same.rows(held, last_s, whole=whole)
        assert other is not first
        assert other.end_s.size == sum(part[0].size for part in held)
        assert other.cut == (other.end_s.size if whole else other.end_s.size - 3)
        assert [piece.stop for piece, _, _ in other.pieces][-1] == other.cut


def test_that_what_is_out_of_order_is_told_each_time() -> None:
    same = SameRows(make_clock(600, 600 * 40, 3600, "UTC"))
    for _ in range(2):
        with pytest.raises(Irregular):
            same.rows([(END_S[::-1], RECORD)], None, whole=True)
    with pytest.raises(Irregular):
        same.rows([(END_S, RECORD)], 600, whole=True)
