"""What the record of incidents answers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.judging.answers import answers, incidents_within
from tests.small_site import incidents

SPANS = st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 14), st.integers(0, 3)), max_size=6)


@given(SPANS, st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 5))
def test_that_answers_agree_with_a_plain_count(
    spans: list[tuple[int, int, int]], recorded: list[bool], horizon: int
) -> None:
    falls = incidents([z for z, _, _ in spans], [a for _, a, _ in spans], [a + n for _, a, n in spans])
    found = answers(falls, 2, np.array(recorded), (horizon,))[:, :, 0]
    for zone in range(2):
        for step in range(12):
            future = range(step + 1, step + 1 + horizon)
            mine = [set(range(a, a + n + 1)) for z, a, n in spans if z == zone]
            if any(span <= set(future) for span in mine):
                expected = 1
            elif any(span & set(future) for span in mine) or any(k >= 12 or not recorded[k] for k in future):
                expected = -1
            else:
                expected = 0
            assert found[zone, step] == expected, (zone, step)


def test_that_an_incident_at_the_sample_itself_is_past_and_does_not_count() -> None:
    found = answers(incidents([0], [5]), 1, np.ones(10, np.bool_), (1, 3))
    assert found[0, :, 0].tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, -1]
    assert found[0, :, 1].tolist() == [0, 0, 1, 1, 1, 0, 0, -1, -1, -1]


def test_that_an_incident_of_unknown_hour_leaves_the_answer_open() -> None:
    found = answers(incidents([0], [4], [6]), 1, np.ones(10, np.bool_), (2,))
    assert found[0, :, 0].tolist() == [0, 0, -1, -1, -1, -1, 0, 0, -1, -1]


def test_that_only_incidents_wholly_inside_are_counted() -> None:
    assert incidents_within(incidents([0, 0, 1], [1, 4, 9], [2, 6, 9]), 2, 9) == 2
