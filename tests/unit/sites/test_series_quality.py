"""Flat lines, spikes, drift and stale ends, each against a slow plain definition."""

from collections.abc import Callable
from math import isnan
from statistics import median
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.sites.clock import make_clock
from rockfall_desktop.sites.series import spikes
from rockfall_desktop.sites.series.counting import mark_stale
from rockfall_desktop.sites.series.drift import find_drift, week_starts
from rockfall_desktop.sites.series.spikes import Spikes
from rockfall_desktop.sites.series.stuck import FlatLine

Floats = NDArray[np.float64]
Find = Callable[[Floats, NDArray[np.int64]], NDArray[np.bool_] | None]
DAY = 86_400


def in_pieces(find: Find, value: Floats, end_s: NDArray[np.int64], sizes: list[int]) -> list[bool]:
    found: list[bool] = []
    begin = 0
    for size in [*sizes, value.size]:
        piece = slice(begin, min(begin + size, value.size))
        if piece.start < piece.stop:
            part = find(value[piece], end_s[piece])
            found += [False] * (piece.stop - piece.start) if part is None else part.tolist()
        begin += size
    return found


def plain_flat(value: list[float], end_s: list[int], after_s: int, *, rests: bool) -> list[bool]:
    found = []
    for place, number in enumerate(value):
        since = place
        while since > 0 and value[since - 1] == number:
            since -= 1
        long = end_s[place] - end_s[since] > after_s and place - since >= 11
        found.append(long and not (rests and number == 0))
    return found


def plain_spikes(value: list[float], end_s: list[int]) -> list[bool]:
    found = [False] * len(value)
    for jump in range(7, len(value)):
        changes = [abs(value[i] - value[i - 1]) for i in range(max(1, jump - 64), jump)]
        moved = [change for change in changes if change > 0]
        if len(moved) < 8 or abs(value[jump] - value[jump - 1]) <= 10 * sum(moved) / len(moved):
            continue
        window = value[jump - 7 : jump]
        level = median(window)
        spread = 1.4826 * median(abs(number - level) for number in window)
        pace = (end_s[jump - 1] - end_s[jump - 7]) / 6
        for place in range(jump, min(jump + 4, len(value))):
            near = end_s[place] - end_s[jump - 1] <= 4 * (place - jump + 1) * pace
            if near and abs(value[place] - level) > 10 * max(spread, sum(moved) / len(moved)):
                found[place] = True
    return found


numbers = st.lists(st.sampled_from([0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 2.0]), min_size=1, max_size=80)
gaps = st.lists(st.integers(1, 3), min_size=80, max_size=80)
cuts = st.lists(st.integers(1, 40), max_size=6)


@given(numbers, gaps, cuts, st.integers(5, 40), st.booleans())
def test_that_a_flat_line_is_what_its_plain_definition_says(
    value: list[float], gap: list[int], sizes: list[int], after_s: int, rests: bool
) -> None:
    end_s = np.cumsum(gap)[: len(value)].astype(np.int64)
    found = in_pieces(FlatLine(after_s, rests_at_zero=rests).find, np.array(value), end_s, sizes)
    assert found == plain_flat(value, end_s.tolist(), after_s, rests=rests)


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.integers(1, 200), cuts, st.integers(0, 2))
def test_that_a_spike_is_what_its_plain_definition_says(seed: int, size: int, sizes: list[int], digits: int) -> None:
    random = np.random.default_rng(seed)
    value = np.round(np.cumsum(random.normal(size=size)) + 40 * (random.random(size) < 0.06), digits)
    end_s = np.cumsum(np.where(random.random(size) < 0.05, 60, 1)).astype(np.int64)
    assert in_pieces(Spikes().find, value, end_s, sizes) == plain_spikes(value.tolist(), end_s.tolist())


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.integers(130, 400), cuts, st.floats(2, 30), st.integers(0, 2))
def test_that_no_spike_is_lost_where_changes_are_taken_for_calm(
    seed: int, size: int, sizes: list[int], height: float, digits: int
) -> None:
    random = np.random.default_rng(seed)
    value = np.round(random.normal(size=size) + height * (random.random(size) < 0.01), digits)
    end_s = np.arange(size, dtype=np.int64)
    pieces = [100, *sizes]
    with patch.object(spikes, "_calm", return_value=False):
        thorough = in_pieces(Spikes().find, value, end_s, pieces)
    assert in_pieces(Spikes().find, value, end_s, pieces) == thorough


@settings(max_examples=300)
@given(st.integers(0, 10_000), st.integers(66, 300), st.floats(0.5, 20), st.integers(0, 400))
def test_that_changes_are_calm_only_where_none_is_ten_times_the_usual(
    seed: int, size: int, height: float, place: int
) -> None:
    change = np.abs(np.random.default_rng(seed).normal(1, 0.05, size))
    change[place % size] = height
    jumps = [n for n in range(64, size) if change[n] > 10 * change[n - 64 : n].mean()]
    calm = spikes._calm(change)
    assert not (calm and jumps)
    if height < 8:
        assert calm


def test_that_a_single_reading_far_away_is_a_spike_and_its_neighbours_are_not() -> None:
    value = np.random.default_rng(1).normal(size=200)
    value[120] = 60.0
    found = in_pieces(Spikes().find, value, np.arange(200) * 600, [50, 71])
    assert [place for place, spike in enumerate(found) if spike] == [120]


def test_that_a_sensor_with_few_digits_shows_no_spike_in_its_last_digit() -> None:
    value = np.round(20 + np.sin(np.arange(3000) / 40), 1)
    value[1500] += 0.2
    assert Spikes().find(value, np.arange(3000) * 600) is None


def test_that_a_jump_after_an_outage_is_no_spike() -> None:
    value = np.random.default_rng(2).normal(size=200)
    value[100:] += 100
    end_s = np.arange(200) * 600
    assert Spikes().find(value, end_s) is not None
    end_s[100:] += 7 * DAY
    assert Spikes().find(value, end_s) is None


@pytest.mark.parametrize("make", [Spikes, lambda: FlatLine(3600, rests_at_zero=False)])
def test_that_no_mark_knows_what_comes_later(make: Callable[[], Spikes | FlatLine]) -> None:
    random = np.random.default_rng(3)
    value = np.round(random.normal(size=400) + 50 * (random.random(400) < 0.05), 0)
    value[150:190] = 7.0
    end_s = np.arange(400, dtype=np.int64) * 600
    whole = in_pieces(make().find, value, end_s, [])
    assert any(whole)
    for end in (151, 170, 200, 399):
        other = np.concatenate((value[:end], random.normal(1e6, 1e6, 400 - end)))
        assert in_pieces(make().find, other, end_s, [])[:end] == whole[:end]


def plain_drift(values: list[float], weeks: list[int]) -> list[bool]:
    means = []
    for week in range(max(weeks) + 1):
        known = [value for value, own in zip(values, weeks, strict=True) if own == week and not isnan(value)]
        means.append(sum(known) / len(known) if known else None)
    medians = []
    for week in range(len(means)):
        known = [mean for mean in means[max(0, week - 3) : week + 1] if mean is not None]
        medians.append(median(known) if len(known) >= 3 else None)
    first = [number for number in medians if number is not None][:52]
    margin = (max(first) - min(first)) / 2
    year_is_over = [week for week, number in enumerate(medians) if number is not None][51]
    found = []
    for week in weeks:
        before = medians[week - 1] if week - 1 > year_is_over else None
        found.append(before is not None and not min(first) - margin <= before <= max(first) + margin)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_that_drift_is_what_its_plain_definition_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    clock = make_clock(1_600_000_000, 1_600_000_000 + 700 * DAY, DAY, "Etc/UTC")
    days = np.arange(clock.count)
    values = (random.normal(size=days.size) + 3 * np.sin(days / 58) + np.maximum(days - 450, 0) * 0.05).astype("f4")
    values[random.random(days.size) < 0.1] = np.nan
    values[200:230] = np.nan
    starts = week_starts(clock.edges_s)
    weeks = np.repeat(np.arange(starts.size), np.diff(np.append(starts, days.size)))
    found = find_drift(values, starts)
    assert found is not None
    assert found.tolist() == plain_drift(values.tolist(), weeks.tolist())


@pytest.mark.parametrize("step_s", [600, 3600, 86_400, 10 * 86_400])
@pytest.mark.parametrize("start_s", [0, 1, 345_599, 345_601, -7_000_003])
def test_that_a_week_starts_with_its_first_step_that_ends_in_it(step_s: int, start_s: int) -> None:
    edges_s = start_s + np.arange(400, dtype=np.int64) * step_s
    week = (edges_s[1:] - 1) // (7 * 86_400)
    assert week_starts(edges_s).tolist() == [k for k in range(week.size) if k == 0 or week[k] != week[k - 1]]


def test_that_drift_does_not_know_what_comes_later() -> None:
    random = np.random.default_rng(5)
    clock = make_clock(1_600_000_000, 1_600_000_000 + 700 * DAY, DAY, "Etc/UTC")
    values = random.normal(size=clock.count).astype(np.float32)
    values[500:] += 10
    starts = week_starts(clock.edges_s)
    whole = find_drift(values, starts)
    assert whole is not None
    assert whole.any()
    for end in (520, 600, 690):
        other = values.copy()
        other[end:] = -50
        again = find_drift(other, starts)
        assert again is not None
        assert again[:end].tolist() == whole[:end].tolist()


def test_that_the_same_past_bears_the_same_drift_at_every_length_of_the_record() -> None:
    random = np.random.default_rng(1)
    days = np.arange(60 * 7)
    values = (10 + np.sin(days / 58) + random.normal(0, 0.1, days.size)).astype(np.float32)
    values[52 * 7 :] += 30
    edges_s = (np.arange(days.size + 1) * DAY).astype(np.int64)
    whole = find_drift(values, week_starts(edges_s))
    assert whole is not None
    assert int(whole.argmax()) // 7 == 55
    for length in range(50 * 7, days.size):
        again = find_drift(values[:length], week_starts(edges_s[: length + 1]))
        found = np.zeros(length, bool) if again is None else again
        assert found.tolist() == whole[:length].tolist()


def test_that_the_yearly_season_and_a_wetter_week_are_no_drift() -> None:
    clock = make_clock(1_500_000_000, 1_500_000_000 + 1500 * DAY, DAY, "Etc/UTC")
    values = (10 * np.sin(2 * np.pi * np.arange(clock.count) / 365.25)).astype(np.float32)
    values[1000:1007] = 300.0
    assert find_drift(values, week_starts(clock.edges_s)) is None


def test_that_the_steps_are_stale_when_the_last_reading_is_ten_times_the_usual_spacing_old() -> None:
    clock = make_clock(600, 30 * 600, 600, "Etc/UTC")
    quality = np.zeros(clock.count, np.uint8)
    mark_stale(quality, 600 * 5, 600, clock)
    stale = [int(end_s) for end_s in clock.edges_s[1:][quality == Mark.STALE]]
    assert stale == [600 * step for step in range(16, 31)]
