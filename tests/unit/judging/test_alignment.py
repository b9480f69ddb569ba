"""A sample sees the newest layer known at its time, never a later one; windows are counted as they are read."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.layer_arrays import TIMELESS, Epoch
from rockfall_desktop.judging.alignment import bin_means, newest_known, sample_moments, window_cover, window_readings
from tests.small_site import DAY_S, FIRST_DAY, small_site

MOMENTS = st.lists(st.integers(-50, 50), min_size=1, max_size=12)


EPOCHS = st.builds(Epoch, st.integers(0, 5), st.integers(-40, 40)) | st.just(TIMELESS)


def by_definition(epochs: list[Epoch], moment: int) -> int:
    known = [place for place, epoch in enumerate(epochs) if epoch.known_s is None or epoch.known_s <= moment]
    days = {place: epochs[place].acquired_day for place in known}
    return max(known, key=lambda place: (-1 if days[place] is None else days[place], place), default=-1)


@settings(max_examples=200, deadline=None)
@given(epochs=st.lists(EPOCHS, max_size=6), moments=MOMENTS)
def test_that_the_newest_survey_known_is_seen(epochs: list[Epoch], moments: list[int]) -> None:
    found = newest_known(epochs, np.array(moments, np.int64))
    assert found.dtype == np.int32
    assert found.tolist() == [by_definition(epochs, moment) for moment in moments]


@settings(max_examples=100, deadline=None)
@given(epochs=st.lists(EPOCHS, max_size=5), day=st.integers(0, 9), later=st.integers(-40, 60), moments=MOMENTS)
def test_that_a_later_layer_changes_nothing_before_it_is_known(
    epochs: list[Epoch], day: int, later: int, moments: list[int]
) -> None:
    moment_s = np.array(moments, np.int64)
    before = newest_known(epochs, moment_s)
    after = newest_known([*epochs, Epoch(day, later)], moment_s)
    assert (before == after)[moment_s < later].all()


def test_that_a_layer_counts_from_the_very_moment_on() -> None:
    assert newest_known([Epoch(0, 10), TIMELESS], np.array([9, 10, 11], np.int64)).tolist() == [1, 0, 0]
    assert newest_known([Epoch(0, 10)], np.array([9, 10], np.int64)).tolist() == [-1, 0]
    assert newest_known([], np.array([9], np.int64)).tolist() == [-1]


def test_that_an_older_survey_that_arrives_late_replaces_no_newer_one() -> None:
    january, february = Epoch(31, 100), Epoch(59, 60)
    assert newest_known([january, february], np.array([59, 60, 100], np.int64)).tolist() == [-1, 1, 1]


def test_that_a_sample_stands_at_the_end_of_its_step() -> None:
    moments = sample_moments(small_site(steps=4))
    assert moments.tolist() == [(FIRST_DAY + day) * DAY_S for day in (1, 2, 3, 4)]
    assert sample_moments(small_site(steps=4)).size == 4


def test_that_a_last_day_of_25_hours_is_over_when_its_25_hours_are() -> None:
    site = small_site(steps=4)
    end_s = int(site.start_s[-1]) + 25 * 3600
    assert sample_moments(replace(site, end_s=end_s)).tolist() == [*site.start_s[1:].tolist(), end_s]


@settings(max_examples=100, deadline=None)
@given(steps=st.integers(1, 30), window=st.integers(1, 12), seed=st.integers(0, 99))
def test_that_readings_of_a_window_are_counted(steps: int, window: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = np.where(random.random((2, steps)) < 0.4, np.nan, 1.0).astype(np.float32)
    found = window_readings(values, window)
    for zone in range(2):
        for step in range(steps):
            seen = values[zone, max(0, step - window + 1) : step + 1]
            assert found[zone, step] == np.isfinite(seen).sum()


def test_that_the_cover_is_a_share_of_zones() -> None:
    values = np.array([[1, 1, 1, np.nan], [np.nan, np.nan, 1, 1]], np.float32)
    some, full = window_cover(values, 2)
    assert some.tolist() == [0.5, 0.5, 1.0, 1.0]
    assert full.tolist() == [0.0, 0.5, 0.5, 0.5]


@settings(max_examples=100, deadline=None)
@given(steps=st.integers(1, 60), bins=st.integers(1, 60), seed=st.integers(0, 99))
def test_that_means_are_those_of_their_bins(steps: int, bins: int, seed: int) -> None:
    bins = min(bins, steps)
    values = np.random.default_rng(seed).random(steps)
    of = np.arange(steps) * bins // steps
    assert np.allclose(bin_means(values, bins), [values[of == place].mean() for place in range(bins)])
