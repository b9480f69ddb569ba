"""Calibration puts right what was put in wrong, and stays humble where little was seen."""

import numpy as np
import pytest

from rockfall_desktop.judging.calibration_maps import IsotonicMap, calibrated
from rockfall_desktop.learning.evaluation import calibrating
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
    assert found is not None
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


def test_that_isotonic_levels_grow_and_are_drawn_to_the_temperature_map() -> None:
    probability = np.repeat([0.1, 0.2, 0.9], 10)[:, None]
    target = np.zeros((30, 1), np.float32)
    target[20:] = 1
    for steps in (1, 5):
        found = fit_isotonic(probability, target, (steps,))
        assert isinstance(found, IsotonicMap)
        assert found.base == fit_temperature(probability, target, (steps,))
        said = found.base.of(probability)[:, 0]
        usual = np.array([said[:20].mean(), said[20:].mean()])
        assert found.forecast[0] == pytest.approx(usual)
        assert found.level[0] == pytest.approx(np.array([0 + steps, 10 + steps]) / (np.array([20, 10]) + steps / usual))


ORDINARY = [(-7, 1.8, 60_000, 2, 0), (-6, 1.5, 20_000, 1.8, 0), (-5, 1.5, 5000, 1, -3), (-5, 1.5, 5000, 2, 0),
            (-4, 1.2, 3000, 1, -3), (-3, 1.2, 5000, 1, -3), (-3, 1.2, 5000, 1, 3)]  # fmt: skip


def rare(mean: float, spread: float, count: int, slope: float, shift: float, seed: int = 0) -> tuple[np.ndarray, ...]:
    """One horizon of forecasts off by slope and shift, what happened, and the true probabilities."""
    random = np.random.default_rng(seed)
    log_odds = random.normal(mean, spread, (count, 1))
    truth = 1 / (1 + np.exp(-log_odds))
    target = (random.random((count, 1)) < truth).astype(np.float32)
    return np.clip(1 / (1 + np.exp(-(log_odds * slope + shift))), 1e-7, 1 - 1e-7), target, truth


def log_loss(probability: np.ndarray, target: np.ndarray) -> float:
    return float(-np.log(np.where(target > 0, probability, 1 - probability)).mean())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", ORDINARY)
def test_that_an_ordinary_wrong_forecast_of_rare_incidents_is_mended(
    method: str, case: tuple[float, float, int, float, float]
) -> None:
    probability, target, truth = rare(*case)
    after = calibrated(probability, fit_calibration(method, probability, target, (1,)))
    assert log_loss(after, target) < log_loss(probability, target)
    assert target.sum() / after.sum() == pytest.approx(1, abs=0.1)
    assert log_loss(after, target) == pytest.approx(log_loss(truth, target), rel=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_that_a_fit_that_does_not_arrive_is_no_map(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "_STEPS", 2)
    probability, target, _ = rare(*ORDINARY[2])
    assert fit_calibration(method, probability, target, (1,)) is None


def test_that_a_forecast_the_wrong_way_round_keeps_the_least_slope_and_the_right_mean() -> None:
    probability, target, _ = rare(-2, 2, 5000, 1, 0)
    found = fit_temperature(1 - probability, target, (1,))
    assert found is not None
    assert found.temperature == pytest.approx(10)
    assert calibrated(1 - probability, found).mean() == pytest.approx(target.mean(), rel=0.05)


@pytest.mark.parametrize("case", [(-5, 1.5, 5000, 1, 0), (-6, 2, 20_000, 1, 0), (-7, 1.8, 60_000, 1.6, 0)])
def test_that_isotonic_does_not_say_too_little_where_danger_is_highest(
    case: tuple[float, float, int, float, float],
) -> None:
    ratios = []
    for seed in range(15):
        probability, target, truth = rare(*case, seed=seed)
        after = calibrated(probability, fit_isotonic(probability, target, (1,)))[:, 0]
        top = np.argsort(probability[:, 0])[-len(truth) // 500 :]
        ratios.append((truth.sum() / after.sum(), truth[top].mean() / after[top].mean()))
    overall, highest = np.median(ratios, axis=0)
    assert 0.92 < overall < 1.08, "the true rate over what is said"
    assert 0.8 < highest < 1.1


def test_that_samples_beyond_the_outer_levels_keep_their_order_and_are_not_sure() -> None:
    probability, target, _ = rare(-5, 1.5, 5000, 1, 0)
    found = fit_isotonic(probability, target, (1,))
    assert found is not None
    grid = np.linspace(1e-6, 1 - 1e-6, 2000)
    said = found.base.of(grid[:, None])[:, 0]
    outside = (said < found.forecast[0][0]) | (said > found.forecast[0][-1])
    after = calibrated(grid[:, None], found)[:, 0]
    assert (np.diff(after) >= 0).all()
    assert (np.diff(after)[outside[1:] & outside[:-1]] > 0).all()
    assert 0 < after.min() < after.max() < 1


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
