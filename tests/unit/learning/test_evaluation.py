"""The judgement."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.judging.probabilities import probabilities
from rockfall_desktop.learning.checkpoints import read_model, write_model
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.evaluation.scores import calibration_slope, reliability_bins, score, validation_scores
from rockfall_desktop.learning.samples import build_samples
from tests.small_site import incidents, site_of, small_site
from tests.unit.learning.training import drain, now, small_config, start

SUBJECT: dict[str, str | bool] = {"job_id": "j", "site_id": "s", "site_name": "Small", "simulated": True}


def drawn(slope: float = 1.0, count: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    """Forecasts whose logits are off by a slope, and what happened."""
    random = np.random.default_rng(5)
    truth = random.normal(-2, 1, count)
    target = (random.random(count) < 1 / (1 + np.exp(-truth))).astype(np.float32)
    return 1 / (1 + np.exp(-truth / slope)), target


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_that_the_calibration_slope_finds_what_was_put_in(slope: float) -> None:
    assert calibration_slope(*drawn(slope)) == pytest.approx(slope, rel=0.05)


def test_that_the_right_probabilities_score_as_calibrated() -> None:
    probability, target = drawn()
    usual = np.full(len(target), target.mean(), np.float64)
    found = score("x", 1, probability, target, usual)
    assert found.ece < 0.01
    assert found.observed_expected == pytest.approx(1, abs=0.03)
    assert found.brier_skill is not None
    assert found.brier_skill > 0.05
    assert score("climatology", 1, usual, target, usual).brier_skill == pytest.approx(0)


def test_that_scores_agree_with_their_definitions() -> None:
    probability, target = np.array([0.9, 0.6, 0.4, 0.2]), np.array([1, 0, 1, 0], np.float32)
    found = score("x", 1, probability, target, np.full(4, 0.5))
    assert found.brier == pytest.approx(np.mean((probability - target) ** 2))
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.4, 0.4, 0.8]).mean())
    assert found.roc_auc == pytest.approx(3 / 4)
    assert found.pr_auc == pytest.approx((1 + 2 / 3) / 2)
    assert found.accuracy == pytest.approx(0.5)
    assert found.accuracy_of_never == pytest.approx(0.5)


def test_that_a_block_of_one_answer_has_no_score_instead_of_a_flattering_one() -> None:
    found = validation_scores(np.full((5, 1), 0.1), np.zeros((5, 1), np.float32))
    assert found.pr_auc is None
    assert found.roc_auc is None
    assert found.log_loss == pytest.approx(-np.log(0.9))
    assert calibration_slope(np.full(5, 0.1), np.zeros(5, np.float32)) is None


def test_that_the_reliability_bins_hold_every_sample() -> None:
    probability, target = drawn(count=1003)
    bins = reliability_bins(1, probability, target)
    assert sum(point.samples for point in bins) == 1003
    assert sum(point.samples * point.observed_rate for point in bins) == pytest.approx(target.sum())


def test_that_the_report_names_network_and_baselines_on_the_same_samples(tmp_path: Path) -> None:
    config = small_config(horizon_steps=(1, 3), epochs=2)
    samples = build_samples(small_site(), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    _, report = drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))
    names = [(row.model, row.horizon_steps) for row in report.scores]
    assert names == [(m, h) for h in (1, 3) for m in ("LSTM", "logistic regression", "climatology")]
    assert len({row.base_rate for row in report.scores if row.horizon_steps == 1}) == 1
    assert report.incidents_in_test >= 10
    assert report.pr_auc == report.scores[0].pr_auc
    assert "above" in report.verdict


def test_that_fewer_than_ten_incidents_give_counts_and_no_headline(tmp_path: Path) -> None:
    site = small_site(zoned=False)
    falls = incidents([0] * 9, [50, 90, 130, 200, 300, 400, 600, 800, 850])
    config = small_config(epochs=1)
    samples = build_samples(site_of(site.channels, 2, 900, falls), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    _, report = drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))
    assert report.few_incidents
    assert report.incidents_in_test == 2
    assert (report.pr_auc, report.roc_auc, report.accuracy, report.brier) == (None,) * 4
    assert "too few to judge" in report.verdict


def test_that_the_saved_model_gives_the_judged_probabilities(tmp_path: Path) -> None:
    config = small_config(imbalance="class_weights", epochs=2)
    samples = build_samples(small_site(), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    write_model(tmp_path, config, samples.channels, len(samples.inputs), samples.scaling, fitted.loss.correction)
    network, same, scaling, correction = read_model(tmp_path)
    assert same == config
    assert scaling == samples.scaling
    windows = samples.windows.index_select(0, samples.test.rows)
    fitted.network.eval()
    with torch.inference_mode():
        found, judged = network(windows).numpy(), fitted.network(windows).numpy()
    np.testing.assert_array_equal(probabilities(found, correction), probabilities(judged, fitted.loss.correction))


def test_that_an_evaluation_can_be_cancelled(tmp_path: Path) -> None:
    config, control = small_config(epochs=1), Control()
    samples = build_samples(small_site(), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    control.cancel()
    with pytest.raises(Cancelled):
        drain(evaluate(fitted, samples, config, SUBJECT, control, now))
