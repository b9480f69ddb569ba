"""The judgement."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.judging.probabilities import logit, probabilities
from rockfall_desktop.learning.evaluation import baselines
from rockfall_desktop.learning.evaluation import evaluate as evaluate_module
from rockfall_desktop.learning.evaluation.baselines import climatology, logistic_regression
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.evaluation.scores import calibration_slope, reliability_bins, score, validation_scores
from rockfall_desktop.learning.fitting.checkpoints import read_last
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.fitting.model_files import read_model, write_model
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from tests.model_folders import as_it_lies
from tests.small_site import incidents, site_of, small_site
from tests.unit.learning.training import drain, now, small_config, start, whole

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


@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
def test_that_the_saved_model_gives_the_judged_probabilities_and_reading_it_draws_no_number(
    tmp_path: Path, network: str
) -> None:
    config = small_config(imbalance="class_weights", epochs=2, temporal_network=network)
    samples = build_samples(small_site(), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    write_model(tmp_path, config, samples.channels, samples.shapes, samples.scalings, fitted.loss.correction)
    before = torch.get_rng_state()
    (read,), same, scalings, correction = read_model(as_it_lies(tmp_path))
    assert torch.equal(torch.get_rng_state(), before)
    assert same == config
    assert scalings == samples.scalings
    windows = whole(samples, samples.test)
    fitted.networks[0].eval()
    with torch.inference_mode():
        found, judged = read(windows).numpy(), fitted.networks[0](windows).numpy()
    np.testing.assert_array_equal(probabilities(found, correction), probabilities(judged, fitted.loss.correction))


def test_that_an_evaluation_can_be_cancelled(tmp_path: Path) -> None:
    config, control = small_config(epochs=1), Control()
    samples = build_samples(small_site(), config)
    _, fitted = drain(start(tmp_path, config, samples=samples))
    control.cancel()
    with pytest.raises(Cancelled):
        drain(evaluate(fitted, samples, config, SUBJECT, control, now))


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_that_the_calibration_slope_is_right_where_incidents_are_rare(slope: float) -> None:
    random = np.random.default_rng(8)
    truth = random.normal(-7.5, 1.2, 400_000)
    target = (random.random(len(truth)) < 1 / (1 + np.exp(-truth))).astype(np.float32)
    assert 0.0005 < target.mean() < 0.003
    assert calibration_slope(1 / (1 + np.exp(-truth / slope)), target) == pytest.approx(slope, rel=0.12)


def test_that_equal_forecasts_stay_in_one_bin() -> None:
    target = np.zeros(5000, np.float32)
    target[:80] = 1
    constant = np.full(5000, target.mean(), np.float64)
    assert score("x", 1, constant, target, constant).ece == pytest.approx(0, abs=1e-7)
    assert len(reliability_bins(1, constant, target)) == 1


def judged(config: TrainingConfig, site: SiteArrays, folder: Path) -> tuple[SampleSet, Fitted, PerformanceReport]:
    samples = build_samples(site, config)
    _, fitted = drain(start(folder, config, samples=samples))
    _, report = drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))
    return samples, fitted, report


def test_that_the_judged_weights_are_those_of_the_best_epoch(tmp_path: Path) -> None:
    config = small_config(epochs=30, patience=4, learning_rate=0.2, schedule="constant")
    samples, fitted, report = judged(config, small_site(), tmp_path)
    last = read_last(tmp_path)
    assert last["epoch"] > last["best_epoch"] == fitted.best_epoch == report.best_epoch
    best = load((tmp_path / "best.safetensors").read_bytes())
    assert all(torch.equal(value, best[name]) for name, value in fitted.networks[0].state_dict().items())
    assert any(not torch.equal(value, best[name]) for name, value in last["network"].items())
    with torch.inference_mode():
        logits = fitted.networks[0](whole(samples, samples.test)).numpy()
    brier = np.mean((probabilities(logits, fitted.loss.correction)[:, 0] - samples.test.targets.numpy()[:, 0]) ** 2)
    assert report.brier == pytest.approx(brier)


@pytest.mark.parametrize("imbalance", ["class_weights", "focal"])
def test_that_the_report_undoes_what_the_loss_did_to_the_probabilities(tmp_path: Path, imbalance: str) -> None:
    config = small_config(imbalance=imbalance, epochs=12, learning_rate=0.02)
    _, _, report = judged(config, small_site(steps=3000), tmp_path)
    assert report.observed_expected == pytest.approx(1, abs=0.35)


def test_that_no_baseline_learns_from_the_block_that_it_is_judged_on() -> None:
    """Turn every answer of the test block round: what was learned from the others must not move."""
    config = small_config()
    samples = build_samples(small_site(), config)
    samples.test.targets[:] = 1 - samples.test.targets
    turned = climatology(samples, samples.test), logistic_regression(samples, samples.test, 1, Control())
    samples.test.targets[:] = 1 - samples.test.targets
    np.testing.assert_array_equal(turned[0], climatology(samples, samples.test))
    np.testing.assert_array_equal(turned[1], logistic_regression(samples, samples.test, 1, Control()))
    assert samples.scalings != build_samples(small_site(steps=450), config).scalings


def test_that_climatology_knows_the_calendar_month() -> None:
    site = small_site(steps=1460, zones=1, zoned=False)
    march = site.local_date.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 == 2
    falls = np.flatnonzero(march & (np.arange(1460) % 2 == 0))
    samples = build_samples(site_of(site.channels, 1, 1460, incidents([0] * len(falls), falls)), small_config())
    usual = climatology(samples, samples.training)[:, 0]
    months = samples.month[samples.training.steps].numpy()
    assert usual[months == 2].mean() > 3 * usual[months != 2].mean()
    assert samples.month[:32].tolist() == [0] * 31 + [1]


def test_that_a_thinned_training_block_gives_about_the_same_regression(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = build_samples(small_site(steps=6000, zones=4), small_config())
    whole = logistic_regression(samples, samples.test, 1, Control())
    monkeypatch.setattr(baselines, "_MOST_ROWS", 7000)
    thinned = logistic_regression(samples, samples.test, 1, Control())
    assert not np.array_equal(whole, thinned)
    assert thinned.mean() == pytest.approx(whole.mean(), rel=0.1)
    assert np.corrcoef(logit(whole[:, 0]), logit(thinned[:, 0]))[0, 1] > 0.97


def test_that_the_verdict_says_which_is_higher(tmp_path: Path) -> None:
    config = small_config(epochs=1, learning_rate=1e-6)
    _, _, poor = judged(config, small_site(), tmp_path)
    assert "is not above the best baseline's, logistic regression" in poor.verdict
    config = small_config(temporal_features=(), epochs=1)
    samples = build_samples(small_site(), config)
    rows = tuple(
        row.model_copy(update={"pr_auc": score}) for row, score in zip(poor.scores, (0.9, 0.5, 0.1), strict=True)
    )
    assert "is above the best baseline's" in evaluate_module._verdict(rows, samples)


def test_that_rows_of_one_morning_are_one_incident_to_the_rule_of_ten(tmp_path: Path) -> None:
    site = small_site(zoned=False)
    falls = incidents([0] * 32, [*range(20, 400, 20), 600, *([800] * 12)])  # 19 + 1 + 12
    _, _, report = judged(small_config(epochs=1), site_of(site.channels, 2, 900, falls), tmp_path)
    assert report.incidents_in_test == 12
    assert report.few_incidents
    assert report.scores == ()
    assert report.verdict.startswith("1 different rockfall falls into the test block")
