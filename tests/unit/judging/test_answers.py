"""What the record of incidents answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.answers import answering, answers, occasions, precision_borders
from tests.small_site import incidents, site_of

STEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 14)), max_size=6)


@given(STEPS, st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 5))
def test_that_answers_agree_with_a_count(falls: list[tuple[int, int]], recorded: list[bool], horizon: int) -> None:
    found = answers(incidents([z for z, _ in falls], [k for _, k in falls]), 2, np.array(recorded), (horizon,))
    for zone in range(2):
        for step in range(12):
            future = range(step + 1, step + 1 + horizon)
            expected = int(any(z == zone and k in future for z, k in falls))
            if any(k >= 12 or not recorded[k] for k in future):
                expected = -1
            assert found[zone, step, 0] == expected, (zone, step)


@given(STEPS, STEPS, st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 5))
def test_that_whether_an_answer_is_open_does_not_depend_on_what_happened(
    some: list[tuple[int, int]], others: list[tuple[int, int]], recorded: list[bool], horizon: int
) -> None:
    borders = np.arange(13) % 3 == 0
    opens = [
        answers(incidents([z for z, _ in falls], [k for _, k in falls]), 2, np.array(recorded), (horizon,), borders) < 0
        for falls in (some, others)
    ]
    np.testing.assert_array_equal(*opens)


def test_that_an_incident_at_the_sample_itself_is_past_and_does_not_count() -> None:
    found = answers(incidents([0], [5]), 1, np.ones(10, np.bool_), (1, 3))
    assert found[0, :, 0].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, -1]
    assert found[0, :, 1].tolist() == [0, 0, 1, 1, 1, 0, 0, -1, -1, -1]


def hourly(falls: list[tuple[int, int]]) -> SiteArrays:
    """Ten days of hourly steps in which incidents are known to an interval."""
    site = site_of((ChannelArray("x", "other", "", False, np.zeros(240, np.float32)),), 1, 240, incidents([], []))
    hours = np.arange(240)
    changes = {
        "start_s": site.start_s[0] + hours * 3600,
        "local_date": (site.local_date[0] + hours // 24).astype(np.int32),
        "incidents": incidents([0] * len(falls), [a for a, _ in falls], [b for _, b in falls]),
    }
    return SiteArrays(**{**vars(site), **changes})


def test_that_incidents_known_to_the_day_keep_only_horizons_of_whole_days() -> None:
    site = hourly([(48, 71)])
    borders = precision_borders(site)
    found = answers(site.incidents, 1, site.recorded, (24, 6), borders)
    assert np.flatnonzero(found[0, :, 0] >= 0).tolist() == [23, 47, 71, 95, 119, 143, 167, 191, 215]
    assert np.flatnonzero(found[0, :, 0] == 1).tolist() == [47]
    assert (found[0, :, 1] == -1).all(), "six hours hold no whole day"


def test_that_incidents_known_to_their_step_need_no_borders() -> None:
    assert precision_borders(hourly([(5, 5), (30, 30)])) is None
    assert precision_borders(hourly([])) is None


def test_that_intervals_that_fit_no_day_are_refused() -> None:
    with pytest.raises(WrongInput, match="time_precision"):
        precision_borders(hourly([(5, 30)]))


def test_that_an_incident_counts_where_it_makes_a_usable_sample_a_yes() -> None:
    usable = np.ones((2, 20), np.bool_)
    usable[1] = False
    falls = incidents([0, 0, 0, 1, 0], [5, 9, 19, 9, 12])
    assert answering(falls, 2, usable, 4, 10).tolist() == [True, True, False, False, True]
    assert answering(falls, 1, usable, 4, 10).tolist() == [True, True, False, False, False]


def test_that_rows_of_one_zone_and_time_are_one_occasion() -> None:
    assert occasions(incidents([0, 0, 0, 1], [5, 5, 6, 5])) == 3
    assert occasions(incidents([], [])) == 0
