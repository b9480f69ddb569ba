"""Levels rise at once and fall late, and nothing that is unknown counts as calm."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.judging.levels import level_course, steps_to_fall, thresholds

RULE = LevelRule(horizon_steps=1, yellow=0.1, orange=0.2, red=0.4, fall_share=0.5, hold_steps=3)

rules = st.builds(
    lambda low, share, hold: LevelRule(
        horizon_steps=1, yellow=low, orange=low + 0.2, red=low + 0.5, fall_share=share, hold_steps=hold
    ),
    st.floats(0.01, 0.4), st.floats(0.1, 1.0), st.integers(1, 6),
)  # fmt: skip
series = st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=40).map(np.array)


def one_by_one(probability: NDArray[np.float64], rule: LevelRule, before: int) -> list[int]:
    """The same told as a person would: latch by latch, step by step."""
    closed, calm, found = [level < before for level in range(3)], [0, 0, 0], []
    for value in probability:
        for place, threshold in enumerate(thresholds(rule)):
            calm[place] = calm[place] + 1 if value < threshold * rule.fall_share else 0
            closed[place] = value >= threshold or (closed[place] and calm[place] < rule.hold_steps)
        found.append(sum(closed))
    return found


@given(series, rules)
def test_that_levels_are_those_of_three_latches_told_step_by_step(
    probability: NDArray[np.float64], rule: LevelRule
) -> None:
    course = level_course(probability, rule)
    assert course.lowest.tolist() == one_by_one(probability, rule, before=0)
    assert course.highest.tolist() == one_by_one(probability, rule, before=3)


@given(series, rules)
def test_that_a_level_is_never_below_what_the_probability_says_now(
    probability: NDArray[np.float64], rule: LevelRule
) -> None:
    now = sum((probability >= threshold).astype(int) for threshold in thresholds(rule))
    assert (level_course(probability, rule).lowest >= now).all()


@given(series, rules, st.integers(0, 39))
def test_that_what_comes_later_changes_no_level(probability: NDArray[np.float64], rule: LevelRule, cut: int) -> None:
    whole, part = level_course(probability, rule), level_course(probability[: cut + 1], rule)
    np.testing.assert_array_equal(whole.lowest[: cut + 1], part.lowest)
    np.testing.assert_array_equal(whole.highest[: cut + 1], part.highest)


@given(series, rules, st.integers(0, 39))
def test_that_the_last_steps_alone_give_the_level_of_the_whole_record_wherever_both_bounds_agree(
    probability: NDArray[np.float64], rule: LevelRule, cut: int
) -> None:
    whole, part = level_course(probability, rule), level_course(probability[cut:], rule)
    if len(part.lowest):
        assert part.lowest[-1] <= whole.lowest[-1] <= part.highest[-1]


@pytest.mark.parametrize("flicker", [1, 2])
def test_that_a_dip_shorter_than_the_hold_keeps_the_level(flicker: int) -> None:
    probability = np.array([0.5, *[0.0] * flicker, 0.39, *[0.0] * flicker])
    assert level_course(probability, RULE).lowest.tolist() == [3] * (2 + 2 * flicker)


def test_that_after_the_hold_a_level_falls_as_far_as_the_probability_stayed() -> None:
    probability = np.array([0.5, 0.12, 0.12, 0.12, 0.04, 0.04, 0.04])
    assert level_course(probability, RULE).lowest.tolist() == [3, 3, 3, 2, 2, 2, 0]


def test_that_steps_that_cannot_be_judged_lower_nothing() -> None:
    silent = float("nan")
    assert level_course(np.array([0.5, silent, silent, silent, silent]), RULE).lowest.tolist() == [3] * 5
    assert level_course(np.array([0.5, 0.0, 0.0, silent, 0.0, 0.0]), RULE).lowest.tolist() == [3] * 6


def test_that_steps_beyond_experience_lower_nothing_and_still_raise() -> None:
    probability = np.array([0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    beyond = np.array([False, True, True, True, False, False, False])
    assert level_course(probability, RULE, beyond).lowest.tolist() == [3, 3, 3, 3, 3, 3, 0]
    assert level_course(probability[::-1], RULE, beyond[::-1] | True).lowest.tolist() == [0, 0, 0, 0, 0, 0, 3]


def test_that_zones_are_judged_apart() -> None:
    course = level_course(np.array([[0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.15]]), RULE)
    assert course.lowest.tolist() == [[3, 3, 3, 0], [0, 0, 0, 1]]


def test_that_a_calm_zone_is_known_after_as_many_steps_as_a_level_is_held() -> None:
    other: dict[str, Any] = RULE.model_dump() | {"hold_steps": 7, "horizon_steps": 2}
    both = (RULE, LevelRule(**other))
    assert steps_to_fall(both) == 7
    for rule in both:
        course = level_course(np.zeros(steps_to_fall(both)), rule)
        assert course.highest[-1] == 0
