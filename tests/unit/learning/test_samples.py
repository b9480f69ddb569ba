"""Samples by index, and the split in time."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.inputs import network_series, transformed
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.split import split_by_time
from tests.small_site import incidents, site_of, small_site, uneven
from tests.unit.learning.training import whole


def config(**changes: Any) -> TrainingConfig:
    return TrainingConfig.model_validate({"sites": ("a",), "window_steps": 10} | changes)


def test_that_a_window_holds_the_steps_up_to_its_sample_and_no_later() -> None:
    site = small_site()
    samples = build_samples(site, config())
    series = network_series(transformed(site.channels, 2, 900), samples.scalings[0], site.day_of_year, season=True)
    for block in (samples.training, samples.validation, samples.test):
        for number in (0, len(block.rows) // 2, len(block.rows) - 1):
            zone, step = int(block.zones[number]), int(block.steps[number])
            window = samples.windows[int(block.rows[number])].numpy()
            np.testing.assert_array_equal(window, series[zone, step - 9 : step + 1])


def test_that_times_of_a_window_are_those_of_the_clock_before_and_after_a_gap() -> None:
    site = uneven(small_site(), 300, 820)
    samples = build_samples(site, config())
    for block, gap in ((samples.training, 300), (samples.test, 820)):
        step_bt = block.steps.numpy()[:, None] + np.arange(-9, 1)
        assert ((step_bt[:, 0] <= gap) & (step_bt[:, -1] > gap)).sum() == 18, "windows of two zones that hold the gap"
        clock = site.start_s[step_bt] - site.start_s[step_bt[:, -1:]]
        time_bt = whole(samples, block).time_bt
        assert time_bt is not None
        np.testing.assert_allclose(time_bt.numpy(), clock / site.step_s, rtol=1e-6)


def test_that_the_windows_are_a_view_and_nothing_is_copied() -> None:
    samples = build_samples(small_site(), config(window_steps=100))
    assert samples.windows.untyped_storage().nbytes() == 2 * 900 * 6 * 4


def test_that_no_window_or_answer_overlaps_between_blocks() -> None:
    for horizons in ((1,), (1, 7)):
        chosen = config(horizon_steps=horizons)
        split = split_by_time(chosen, small_site().local_date)
        for before, after in ((split.training, split.validation), (split.validation, split.test)):
            assert before[1] + horizons[-1] < after[0] - 10, "one step more: a displacement is read as a change"


def test_that_the_split_takes_dates() -> None:
    chosen = config(train_until=date(2001, 1, 1), validation_until=date(2001, 9, 1))
    training, validation, test = build_samples(small_site(), chosen).blocks
    assert training.end < date(2001, 1, 1) <= validation.start
    assert validation.end < date(2001, 9, 1) == test.start


def test_that_every_sample_is_used_or_counted_as_left_out() -> None:
    samples = build_samples(small_site(), config(horizon_steps=(1, 3)))
    used = sum(block.samples for block in samples.blocks)
    assert used + sum(samples.left_out.values()) == 2 * 900


def test_that_an_unrecorded_time_teaches_nothing_whatever_happened_in_it() -> None:
    site = small_site()
    site.recorded[200:230] = False
    samples = build_samples(site, config())
    steps = samples.training.steps.numpy()
    assert not ((steps >= 199) & (steps < 229)).any()
    assert samples.left_out["answer left open by the record"] == 2 * 30


def test_that_a_block_whose_answers_are_all_open_is_refused_before_any_training() -> None:
    site = small_site()
    site.recorded[760:] = False
    with pytest.raises(WrongInput, match="no sample of the test block"):
        build_samples(site, config(train_until=date(2001, 1, 1), validation_until=date(2002, 2, 15)))


def test_that_the_season_alone_is_enough_to_build_samples() -> None:
    samples = build_samples(small_site(), config(temporal_features=()))
    assert samples.inputs == ("season sine", "season cosine")
    assert samples.windows.shape[1:] == (10, 2)


def test_that_a_window_without_any_reading_is_left_out() -> None:
    site = small_site(zoned=False)
    site.channels[0].values[300:330] = np.nan
    steps = build_samples(site, config()).training.steps.numpy()
    assert not np.isin(np.arange(309, 330), steps).any()
    assert np.isin([308, 330], steps).all()


def test_that_zones_of_a_shared_series_read_the_same_window() -> None:
    samples = build_samples(small_site(zoned=False), config())
    rows, zones = samples.training.rows, samples.training.zones
    assert rows[zones == 0].equal(rows[zones == 1])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window_steps": 900}, "window_steps"),
        ({"window_steps": 400}, "no sample is left"),
        ({"temporal_features": ("snow",)}, "snow"),
        ({"train_until": date(1990, 1, 1), "validation_until": date(1991, 1, 1)}, "train_until"),
        ({"train_until": date(2001, 1, 1), "validation_until": date(2030, 1, 1)}, "validation_until"),
    ],
)
def test_that_settings_that_do_not_fit_the_site_are_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongInput, match=words):
        build_samples(small_site(), config(**changes))


def test_that_a_training_block_without_incident_is_refused() -> None:
    site = small_site(zoned=False)
    empty = site_of(site.channels, 2, 900, incidents([0], [890]))
    with pytest.raises(WrongInput, match=r"No incident falls into the answers of the training block \(2000-01-10"):
        build_samples(empty, config())
