"""What is too little for an answer, beside what training was used to."""

from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.bundle import ChannelInput
from rockfall_desktop.judging.experience import Experience, beyond, experience, unread_zones
from rockfall_desktop.judging.readiness import expected_channels, readiness, readings_in

NAN = float("nan")


def channel(**changes: Any) -> ChannelInput:
    values = {"name": "level", "kind": "pore_pressure", "unit": "kPa", "zoned": True, "lowest": 0.0, "highest": 1.0}
    return ChannelInput.model_validate(values | {"known_share": 1.0, "longest_gap_steps": 0} | changes)


def ready(known: list[list[int]], *channels: ChannelInput, window: int = 4) -> Any:
    rows = np.array(known, bool).T[None]
    return readiness(readings_in(rows, window), window, channels, np.ones((1, len(channels)), np.bool_))


def test_that_a_single_gap_is_no_reason() -> None:
    assert ready([[1, 0, 1, 1]], channel()).enough.tolist() == [[True]]


def test_that_less_than_half_of_what_training_was_used_to_is_too_little() -> None:
    found = ready([[1, 0, 0, 0, 1, 1]], channel())
    assert found.share.tolist() == [[0.25, 0.25, 0.5]]
    assert found.enough.tolist() == [[False, False, True]]


@pytest.mark.parametrize("window", [1, 4, 9, 10])
def test_that_the_readings_of_each_window_are_counted(window: int) -> None:
    known = np.random.default_rng(1).random((3, 10, 2)) < 0.6
    found = readings_in(known, window)
    assert found.dtype == np.int32
    expected = [[known[p, t + 1 - window : t + 1].sum(axis=0) for t in range(window - 1, 10)] for p in range(3)]
    np.testing.assert_array_equal(found, expected)


def test_that_what_comes_once_a_day_need_not_come_every_hour() -> None:
    daily = channel(known_share=0.25, longest_gap_steps=3)
    assert ready([[0, 0, 1, 0]], daily).enough.tolist() == [[True]]
    assert ready([[0, 0, 0, 0]], daily, channel()).enough.tolist() == [[False]]


def test_that_a_channel_without_any_reading_is_missed_unless_training_knew_such_a_silence() -> None:
    rest = [channel(name=name) for name in "abc"]
    rows = [[0, 0, 0, 0], *[[1, 1, 1, 1]] * 3]
    assert ready(rows, channel(longest_gap_steps=3), *rest).silent[0, 0].tolist() == [True, False, False, False]
    assert ready(rows, channel(longest_gap_steps=4), *rest).enough.tolist() == [[True]]


def test_that_a_manifest_that_tells_nothing_of_gaps_counts_against_them() -> None:
    untold = channel(known_share=None, longest_gap_steps=None)
    assert ready([[0, 0, 0, 1]], untold).enough.tolist() == [[False]]
    assert ready([[0, 0, 0, 0], [1, 1, 1, 1]], untold, channel()).enough.tolist() == [[False]]


def test_that_only_zones_that_training_knew_without_an_instrument_may_have_none() -> None:
    found = expected_channels((channel(unread_zones=("B", "gone")), channel()), ("A", "B", "new"), 3)
    assert found.tolist() == [[True, True], [False, True], [True, True]]


def test_that_a_channel_of_the_whole_site_is_always_expected_and_one_that_training_never_read_is_not() -> None:
    rain, dead = channel(zoned=False, known_share=0.1), channel(lowest=None, highest=None, known_share=0.0)
    assert expected_channels((rain, dead), "ABC", 3).tolist() == [[True, False]] * 3
    assert expected_channels((rain,), "ABC", 1).tolist() == [[True]]


def test_that_zones_without_an_instrument_are_those_of_the_training_block_if_one_of_them_was_learned_from() -> None:
    held = array([[1.0, 1.0, 1.0], [NAN, NAN, 1.0], [NAN, NAN, NAN]])
    for learned, expected in (([1, 1, 0], [0, 1, 1]), ([1, 0, 1], [0, 1, 1]), ([1, 0, 0], [0, 0, 0])):
        assert unread_zones(held, 1, np.array(learned, bool)).tolist() == [bool(one) for one in expected]
    assert not unread_zones(array([NAN, NAN]), 1, np.ones(2, bool)).any()


def array(values: Any, kind: str = "pore_pressure") -> ChannelArray:
    numbers = np.array(values, np.float32)
    return ChannelArray("level", kind, "kPa", numbers.ndim == 2, numbers)


def test_that_experience_is_that_of_the_training_block_and_the_zones_that_are_learned_from() -> None:
    channel_array = array([[1.0, NAN, NAN, 4.0, 99.0], [NAN, NAN, NAN, NAN, 1.0], [-50.0, 0.0, 0.0, 0.0, 0.0]])
    learned = np.array([True, True, False])
    assert experience(channel_array, 3, learned) == Experience(1.0, 4.0, 0.5, 2)
    assert experience(channel_array, 3).lowest == -50.0
    assert experience(array([NAN, NAN]), 1) == Experience(None, None, 0.0, 2)


def test_that_of_a_displacement_its_change_is_what_was_seen() -> None:
    found = experience(array([10.0, 11.0, NAN, 15.0, 900.0], "displacement"), 3)
    assert (found.lowest, found.highest) == (1.0, 4.0)


def test_that_a_silence_before_the_first_and_behind_the_last_reading_counts() -> None:
    assert experience(array([NAN, NAN, NAN, 1.0, NAN]), 4).longest_gap_steps == 3
    assert experience(array([1.0, NAN, NAN, NAN, NAN]), 4).longest_gap_steps == 4


def test_that_readings_a_twentieth_of_the_range_outside_are_still_within() -> None:
    values = np.array([-0.6, -0.4, 5.0, 10.4, 10.6, NAN], np.float32)
    assert beyond(values, 0.0, 10.0).tolist() == [-1, 0, 0, 0, 1, 0]
    assert beyond(np.array([NAN, 0.0], np.float32), None, None).tolist() == [0, 1]
