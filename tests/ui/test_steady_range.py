"""Axes move in steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.ui.charts.steady_range import Heights, steady_end, steady_heights

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, st.floats(0, 1e6), NUMBERS, st.floats(1e-3, 1e6))
def test_that_the_values_always_fit_with_room_for_the_name_of_the_lowest_line(
    low: float, span: float, before_low: float, room: float
) -> None:
    for before in (None, Heights(before_low, before_low + room)):
        found = steady_heights(low, low + span, before)
        assert found.low <= low - 0.05 * span
        assert found.high >= low + span


def test_that_a_small_change_moves_no_axis_and_a_large_one_does() -> None:
    first = steady_heights(0.4, 0.6, None)
    assert steady_heights(0.39, 0.6, first) is first
    assert steady_heights(0.2, 0.6, first) != first
    assert steady_heights(0.48, 0.5, first) != first


@pytest.mark.parametrize(("last", "end"), [(2, 10), (10, 10), (10.1, 15), (40, 52), (1000, 1330)])
def test_that_the_end_of_the_epochs_grows_in_steps(last: float, end: float) -> None:
    assert last <= steady_end(last) <= 1.5 * max(last, 10)
    assert steady_end(last) == pytest.approx(end, rel=0.05)
