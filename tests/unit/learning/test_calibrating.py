"""Calibration puts right what was put in wrong, and stays humble where little was seen."""

import numpy as np
import pytest

from rockfall_desktop.judging.calibration_maps import IsotonicMap, calibrated
from rockfall_desktop.learning.evaluation.calibrating import (
    contiguous_folds,
    fit_calibration,
    fit_isotonic,
    fit_temperature,
)
from rockfall_desktop.learning.evaluation.scores import calibration_slope

METHODS = ["temperature", "isotonic"]


def wrong(count: int, slope: float, shift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two horizons of forecasts off by slope and shift, what happened, and the true probabilities."""
    random = np.random.default_rng(6)
    log_odds = random.normal(-3, 1.2, (count, 1)) + np.array([0.0, 1.0])
    truth = 1 / (1 + np.exp(-log_odds))
    target = (random.random((count, 1)) < truth).astype(np.float32)
    return 1 / (1 + np.exp(-(log_odds * slope + shift))), target, truth


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (2.0, 0.0), (0.6, 0.8), (1.6, -1.0)])
def test_that_a_temperature_finds_slope_and_offset(slope: float, shift: float) -> None:
    probability, target, truth = wrong(60_000, slope, shift)
    found = fit_temperature(probability, target, (1, 1))
    assert found.temperature == pytest.approx(slope, rel=0.06)
    assert found.offset == pytest.approx([-shift / slope] * 2, abs=0.15)
    assert np.abs(calibrated(probability, found) - truth).mean() < 0.006


@pytest.mark.parametrize("method", METHODS)
def test_that_a_fitted_map_holds_on_samples_that_it_did_not_see(method: str) -> None:
    probability, target, _ = wrong(60_000, 1.8, 0.9)
    found = fit_calibration(method, probability[:30_000], target[:30_000], (1, 3))
    after, seen = calibrated(probability[30_000:], found), target[30_000:]
    for h in range(2):
        assert calibration_slope(after[:, h], seen[:, h]) == pytest.approx(1, abs=0.12)
        assert seen[:, h].sum() / after[:, h].sum() == pytest.approx(1, abs=0.08)
    assert abs((calibration_slope(probability[:, 0], target[:, 0]) or 0) - 1) > 0.3


@pytest.mark.parametrize("method", METHODS)
def test_that_few_incidents_move_little_and_promise_nothing(method: str) -> None:
    """Three incidents, all where the forecast was lowest: no map may turn the forecast round or say 0 or 1."""
    probability = np.linspace(0.001, 0.3, 300)[:, None]
    target = np.zeros((300, 1), np.float32)
    target[:3] = 1
    found = fit_calibration(method, probability, target, (1,))
    after = calibrated(probability, found)[:, 0]
    assert (np.diff(after) >= 0).all()
    assert after.min() > 1e-4
    assert after.max() < 0.5


def test_that_isotonic_levels_grow_and_are_drawn_in() -> None:
    probability = np.repeat([0.1, 0.2, 0.9], 10)[:, None]
    target = np.zeros((30, 1), np.float32)
    target[20:] = 1
    found = fit_isotonic(probability, target, (1,))
    assert isinstance(found, IsotonicMap)
    assert found.forecast[0] == pytest.approx((0.15, 0.9))
    usual = np.sqrt(np.array([0.15, 0.9]) / 3)
    assert found.level[0] == pytest.approx([0 + 1, 10 + 1] / (np.array([20, 10]) + 1 / usual))
    shared = fit_isotonic(probability, target, (5,))
    assert shared.level[0][-1] == pytest.approx(15 / (10 + 5 / usual[1]))


@pytest.mark.parametrize("method", METHODS)
def test_that_answers_all_alike_are_not_calibrated(method: str) -> None:
    assert fit_calibration(method, np.full((9, 1), 0.1), np.zeros((9, 1), np.float32), (1,)) is None
    assert fit_calibration(method, np.full((9, 1), 0.1), np.ones((9, 1), np.float32), (1,)) is None


def test_that_folds_are_contiguous_and_share_no_answer() -> None:
    steps = np.repeat(np.arange(100, 200), 3)
    folds = contiguous_folds(steps, 7)
    assert len(folds) == 5
    assert sum(part.astype(int) for _, part in folds).tolist() == [1] * 300
    for fits, part in folds:
        assert np.abs(steps[fits][:, None] - steps[part]).min() == 8
        assert np.ptp(steps[part]) < 25
