"""Computed channels against slow plain definitions, and blind to what comes later."""

from collections.abc import Callable
from math import isnan
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.series.looking_back import decayed_sum, freeze_thaw_cycles, window_sum
from rockfall_desktop.sites.series.trend import inverse, trailing_slope
from tests.unit.sites.made_site import channel, write_site

NAN = float("nan")
Series = NDArray[np.float32]
known = st.one_of(st.just(NAN), st.floats(-50, 50, width=32))
rain = st.one_of(st.just(NAN), st.floats(0, 50, width=32))


def plain_slope(values: list[float], days: list[float], steps: int) -> list[float]:
    half = steps // 2
    found = []
    for step in range(len(values)):
        pairs = range(step - (steps - half) + 1, step + 1)
        slopes = [
            (values[place] - values[place - half]) / (days[place] - days[place - half])
            for place in pairs
            if place - half >= 0
        ]
        slopes = [slope for slope in slopes if not isnan(slope)]
        found.append(median(slopes) if len(slopes) >= max(2, (len(pairs) + 1) // 2) else NAN)
    return found


@given(st.lists(known, min_size=1, max_size=40), st.integers(4, 12))
def test_that_a_velocity_is_what_its_plain_definition_says(values: list[float], steps: int) -> None:
    end_s = np.cumsum(np.where(np.arange(len(values)) % 7 == 3, 82_800, 86_400)).astype(np.int64)
    found = trailing_slope(np.array([values], np.float32), end_s, steps)[0]
    expected = plain_slope([float(np.float32(value)) for value in values], (end_s / 86_400).tolist(), steps)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_that_a_steady_movement_has_its_velocity_through_gaps_and_a_quarter_of_wild_values() -> None:
    end_s = np.arange(1, 201, dtype=np.int64) * 3600
    values = (0.25 * np.arange(200) / 24).astype(np.float32)
    values[[20, 21, 60, 100, 101, 102]] += np.array([50, -80, 30, 1e5, -1e5, 7], np.float32)
    values[130:135] = np.nan
    found = trailing_slope(values[None], end_s, 24)[0]
    assert np.isnan(found[:17]).all()
    np.testing.assert_allclose(found[24:], 0.25, atol=0.02)


def test_that_a_long_window_takes_few_pairs_and_gets_the_slope() -> None:
    end_s = np.arange(1, 2001, dtype=np.int64) * 600
    values = (3.0 * np.arange(2000) / 144 + np.random.default_rng(0).normal(0, 0.2, 2000)).astype(np.float32)
    np.testing.assert_allclose(trailing_slope(values[None], end_s, 1000)[0, 1000:], 3.0, atol=0.1)


def test_that_inverse_velocity_is_bounded_and_falls_before_a_failure() -> None:
    found = inverse(np.array([-5, 0, 0.01, 0.5, 100, np.nan], np.float32))
    np.testing.assert_allclose(found, [10, 10, 10, 2, 0.01, NAN], rtol=1e-6)


@given(st.lists(rain, min_size=1, max_size=60), st.integers(1, 20))
def test_that_a_window_sum_is_never_too_small(values: list[float], steps: int) -> None:
    found = window_sum(np.array([values], np.float32), steps)[0]
    for step, value in enumerate(found):
        window = values[max(0, step - steps + 1) : step + 1]
        expected = sum(window) if len(window) == steps else NAN
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-4)


@settings(deadline=None)  # the first call loads scipy
@given(st.lists(rain, min_size=1, max_size=80), st.floats(0.3, 6))
def test_that_the_decaying_sum_is_what_its_plain_definition_says(values: list[float], half_life: float) -> None:
    found = decayed_sum(np.array([values], np.float32), half_life)[0]
    for step, value in enumerate(found):
        weights = [0.5 ** (back / half_life) for back in range(step + 1)]
        pairs = list(zip(weights, reversed(values[: step + 1]), strict=True))
        known_weight = sum(weight for weight, amount in pairs if not isnan(amount))
        share = known_weight * (1 - 0.5 ** (1 / half_life))
        if abs(share - 0.95) < 1e-9:
            continue
        expected = sum(weight * amount for weight, amount in pairs if not isnan(amount)) if share > 0.95 else NAN
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-4)


def plain_cycles(values: list[float], steps: int) -> list[float]:
    state, thaws = 0, []
    for value in values:
        before = state
        state = -1 if value <= -0.5 else 1 if value >= 0.5 else state
        thaws.append(state == 1 and before == -1)
    found = []
    for step in range(len(values)):
        window = range(step - steps + 1, step + 1)
        missing = sum(1 for place in window if place < 0 or isnan(values[place]))
        found.append(NAN if window[0] < 0 or missing > 0.05 * steps else float(sum(thaws[place] for place in window)))
    return found


@given(st.lists(st.sampled_from([-3.0, -0.4, 0.0, 0.4, 3.0, NAN]), min_size=1, max_size=90), st.integers(1, 40))
def test_that_freeze_thaw_cycles_are_what_their_plain_definition_says(values: list[float], steps: int) -> None:
    found = freeze_thaw_cycles(np.array([values], np.float32), steps)[0]
    np.testing.assert_array_equal(found, plain_cycles(values, steps))


@pytest.mark.parametrize(
    "compute",
    [
        lambda values: trailing_slope(values, np.arange(1, 301, dtype=np.int64) * 3600, 12),
        lambda values: window_sum(np.abs(values), 12),
        lambda values: decayed_sum(np.abs(values), 3.0),
        lambda values: freeze_thaw_cycles(values, 30),
    ],
)
def test_that_no_computed_value_knows_what_comes_later(compute: Callable[[Series], Series]) -> None:
    random = np.random.default_rng(4)
    values = random.normal(0, 2, (2, 300)).astype(np.float32)
    values[0, 40:43] = np.nan
    whole = compute(values)
    for end in (41, 42, 150, 299):
        for later in (np.nan, 1e6):
            other = values.copy()
            other[:, end:] = later
            np.testing.assert_array_equal(compute(other)[:, :end], whole[:, :end])


def derived_site(folder: Path, how: str, window: str = "4d", **keys: str) -> Path:
    rows = "".join(f"2024-01-{day:02} 00:00,{day * day}\n" for day in range(1, 31) if day != 20)
    options = channel(
        f'[[derived]]\nname = "new"\nsource = "rain"\nhow = "{how}"\nwindow = "{window}"\n',
        **({"stamp": '"end"'} | keys),
    )
    return write_site(folder, channel=options, rain_csv="time,mm\n" + rows)


def test_that_a_computed_channel_stands_after_the_measured_ones_with_kind_unit_and_marks(tmp_path: Path) -> None:
    arrays = read_site(derived_site(tmp_path, "velocity", kind='"displacement"'))
    assert [(one.name, one.kind, one.unit) for one in arrays.channels][1] == ("new", "velocity", "mm/d")
    new = arrays.channels[1]
    assert new.values[10] == pytest.approx(19.0)  # days 8 to 11: (11² - 9² + 10² - 8²) / 4
    assert new.quality is not None
    assert ((new.quality == 1) == np.isnan(new.values)).all()
    assert new.marks[0].steps == int(np.isnan(new.values).sum()) > 0
    assert any("velocity computed from 'rain' over 4d" in note for note in arrays.notes)


@pytest.mark.parametrize(
    ("how", "kind", "unit"),
    [
        ("acceleration", "displacement", "mm/d²"),
        ("inverse_velocity", "displacement", "d/mm"),
        ("antecedent_sum", "rainfall", "mm"),
        ("antecedent_decay", "rainfall", "mm"),
    ],
)
def test_that_each_computed_channel_has_its_unit(tmp_path: Path, how: str, kind: str, unit: str) -> None:
    new = read_site(derived_site(tmp_path, how, kind=f'"{kind}"')).channels[1]
    assert new.unit == unit
    assert np.isfinite(new.values).any()


def test_that_a_sum_over_a_day_without_rain_written_is_missing(tmp_path: Path) -> None:
    new = read_site(derived_site(tmp_path, "antecedent_sum")).channels[1]
    assert np.flatnonzero(np.isnan(new.values)).tolist() == [0, 1, 2, 19, 20, 21, 22]


@pytest.mark.parametrize(
    ("how", "window", "kind", "told"),
    [
        ("freeze_thaw", "4d", "rainfall", "freeze_thaw is computed from temperature, and 'rain' is rainfall"),
        ("antecedent_sum", "4d", "displacement", "computed from rainfall"),
        ("velocity", "3d", "displacement", "a window of 3d does not fit steps of 1d.*at least 4 steps"),
        ("antecedent_sum", "36h", "rainfall", "whole number of steps"),
        ("antecedent_decay", "0d", "rainfall", "longer than nothing"),
    ],
)
def test_that_what_cannot_be_computed_is_told(tmp_path: Path, how: str, window: str, kind: str, told: str) -> None:
    with pytest.raises(WrongInput, match=told):
        read_site(derived_site(tmp_path, how, window, kind=f'"{kind}"'))
