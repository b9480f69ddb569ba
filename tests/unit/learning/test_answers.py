"""What trained networks answer together, how sure they are, and what calibration changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning.evaluation import answering, calibrating
from rockfall_desktop.learning.evaluation.answer_figures import remarks_on
from rockfall_desktop.learning.evaluation.answer_files import read_answers, write_answers
from rockfall_desktop.learning.evaluation.answer_fitting import FittedAnswers, fit_answers
from rockfall_desktop.learning.evaluation.answering import Answer, answer_block
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.evaluation.predicting import predict
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.uncertainty.laplace import curvature_of, laplace_head, posterior
from tests.model_folders import as_it_lies
from tests.small_site import small_site
from tests.unit.learning.training import drain, now, small_config, start

SUBJECT: dict[str, str | bool] = {"job_id": "j", "site_id": "s", "site_name": "Small", "simulated": True}
CHOICES = [("none", "none"), ("none", "temperature"), ("mc_dropout", "isotonic"), ("laplace", "temperature")]
CONFIG = small_config(epochs=4, dropout=0.2, horizon_steps=(1, 3), learning_rate=0.03, batch_size=128)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSet, Fitted]:
    """Two members, trained once; what is asked of them afterwards changes no weight."""
    samples = build_samples(small_site(steps=1500), CONFIG)
    members = []
    for seed in (7, 8):
        _, fitted = drain(
            start(tmp_path_factory.mktemp("job"), CONFIG.model_copy(update={"seed": seed}), None, samples)
        )
        members.extend(fitted.networks)
    return samples, replace(fitted, networks=tuple(members))


def chosen(**changes: object) -> TrainingConfig:
    return CONFIG.model_copy(update=changes)


def one(fitted: Fitted) -> Fitted:
    return replace(fitted, networks=fitted.networks[:1])


def asked(fitted: Fitted, samples: SampleSet, state: AnswerState, block: Block, piece: int = 200) -> Answer:
    return drain(answer_block(fitted.networks, samples, block, AtOnce(piece), state, Control(), now))[1]


def part(block: Block, taken: slice) -> Block:
    return block.only(taken)


def fitted_answers(fitted: Fitted, samples: SampleSet, config: TrainingConfig) -> FittedAnswers:
    return drain(fit_answers(fitted, samples, config, Control(), now))[1]


def report_of(fitted: Fitted, samples: SampleSet, config: TrainingConfig) -> PerformanceReport:
    return drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))[1]


def alone(fitted: Fitted, place: int, samples: SampleSet, block: Block) -> np.ndarray:
    correction = fitted.loss.correction
    return drain(predict(fitted.networks[place], samples, block, AtOnce(200), correction, Control(), now))[1]


def test_that_members_answer_with_their_mean(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    found = asked(fitted, samples, AnswerState(fitted.loss.correction, 2), samples.test)
    both = np.stack([alone(fitted, place, samples, samples.test) for place in range(2)])
    np.testing.assert_allclose(found.probability, both.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.spread, both.std(axis=0), rtol=1e-9)
    assert (found.epistemic[found.spread > 1e-3] > 0).all()


@pytest.mark.parametrize(("uncertainty", "calibration"), CHOICES)
def test_that_the_same_seed_gives_the_same_report(
    trained: tuple[SampleSet, Fitted], uncertainty: str, calibration: str
) -> None:
    samples, fitted = trained
    config = chosen(uncertainty=uncertainty, calibration=calibration)
    first = report_of(one(fitted), samples, config)
    torch.rand(5)
    assert report_of(one(fitted), samples, config) == first
    assert (first.spread is None) == (uncertainty == "none")
    assert (first.calibration is None) == (calibration == "none")
    assert first.network == {"none": "LSTM", "mc_dropout": "LSTM, MC dropout", "laplace": "LSTM, Laplace"}[uncertainty]
    assert PerformanceReport.model_validate_json(first.model_dump_json()) == first


@pytest.mark.parametrize("uncertainty", ["mc_dropout", "laplace"])
def test_that_a_sample_is_answered_alike_alone_and_among_others(
    trained: tuple[SampleSet, Fitted], uncertainty: str
) -> None:
    samples, fitted = trained
    state = fitted_answers(fitted, samples, chosen(uncertainty=uncertainty)).state
    test = part(samples.test, slice(0, 200))
    together, apart = (asked(fitted, samples, state, test, piece) for piece in (200, 67))
    np.testing.assert_allclose(apart.probability, together.probability, rtol=1e-4)
    np.testing.assert_allclose(apart.spread, together.spread, rtol=1e-3, atol=1e-7)
    plain = asked(fitted, samples, AnswerState(fitted.loss.correction, 2), test)
    assert np.corrcoef(plain.probability[:, 0], together.probability[:, 0])[0, 1] > 0.97
    assert together.spread.mean() > plain.spread.mean()


@pytest.mark.parametrize(("uncertainty", "calibration"), CHOICES[1:])
def test_that_answers_come_back_from_their_files(
    trained: tuple[SampleSet, Fitted], tmp_path: Path, uncertainty: str, calibration: str
) -> None:
    samples, fitted = trained
    state = fitted_answers(fitted, samples, chosen(uncertainty=uncertainty, calibration=calibration)).state
    write_answers(tmp_path, state)
    test = part(samples.test, slice(0, 100))
    found, expected = (asked(fitted, samples, each, test) for each in (read_answers(as_it_lies(tmp_path)), state))
    np.testing.assert_array_equal(found.probability, expected.probability)
    np.testing.assert_array_equal(found.epistemic, expected.epistemic)


@pytest.mark.parametrize("uncertainty", ["none", "laplace"])
def test_that_nothing_is_fitted_on_the_test_block(trained: tuple[SampleSet, Fitted], uncertainty: str) -> None:
    samples, fitted = trained
    config = chosen(uncertainty=uncertainty, calibration="isotonic")
    test = samples.test
    other = replace(samples, test=replace(test, targets=1 - test.targets, rows=test.rows.flip(0)))
    found, expected = (fitted_answers(fitted, each, config) for each in (other, samples))
    assert found.state.calibration == expected.state.calibration
    assert found.basis == expected.basis
    for one_head, same in zip(found.state.heads, expected.state.heads, strict=True):
        np.testing.assert_array_equal(one_head.covariance, same.covariance)


def test_that_a_cancel_is_heard_between_two_draws(
    trained: tuple[SampleSet, Fitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, fitted = trained
    control, seen = Control(), []
    original = answering.probabilities

    def counted(logits: np.ndarray, correction: Correction) -> np.ndarray:
        seen.append(1)
        if len(seen) == 3:
            control.cancel()
        return original(logits, correction)

    state = fitted_answers(fitted, samples, chosen(uncertainty="mc_dropout")).state
    monkeypatch.setattr(answering, "probabilities", counted)
    with pytest.raises(Cancelled):
        drain(answer_block(fitted.networks, samples, samples.test, AtOnce(500), state, control, now))
    assert len(seen) == 3


@pytest.mark.parametrize("calibration", ["temperature", "isotonic"])
def test_that_calibration_mends_networks_that_are_too_sure(trained: tuple[SampleSet, Fitted], calibration: str) -> None:
    samples, fitted = trained
    line = fitted.networks[0].head.line
    kept = line.weight.detach().clone()
    with torch.no_grad():
        line.weight.mul_(4)
    report = report_of(one(fitted), samples, chosen(calibration=calibration))
    with torch.no_grad():
        line.weight.copy_(kept)
    compared = report.calibration
    assert compared is not None
    assert compared.before is not None
    assert compared.after is not None
    assert compared.method == calibration
    assert compared.before.calibration_slope is not None
    assert compared.before.calibration_slope < 0.75
    assert compared.after.log_loss < compared.before.log_loss
    assert compared.after.log_loss == report.log_loss == report.scores[0].log_loss
    assert compared.after.reliability == report.reliability != compared.before.reliability
    assert report.calibration_slope == pytest.approx(1, abs=0.4)


def test_that_a_calibration_on_validation_is_called_so_and_judged_by_folds(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    found = fitted_answers(fitted, samples, chosen(calibration="temperature"))
    assert found.basis is not None
    assert found.basis.cross_fitted
    assert found.basis.folds_log_loss_after == pytest.approx(found.basis.folds_log_loss_before, rel=0.1)
    assert found.remarks[0].startswith("The calibration has no block of its own")
    own = replace(samples, calibration=samples.validation)
    found = fitted_answers(fitted, own, chosen(calibration="temperature"))
    assert found.basis is not None
    assert not found.basis.cross_fitted
    assert found.basis.folds_log_loss_after is None
    assert found.remarks == ()


def test_that_a_block_without_incident_calibrates_nothing_and_says_so(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    calm = replace(samples.validation, targets=torch.zeros_like(samples.validation.targets))
    found = fitted_answers(fitted, replace(samples, calibration=calm), chosen(calibration="isotonic"))
    assert found.state.calibration is None
    assert found.basis is None
    assert found.remarks == (
        "No calibration was fitted: the answers of the validation block are all alike for some horizon.",
    )


def test_that_a_calibration_that_did_not_arrive_is_left_out_and_told(
    trained: tuple[SampleSet, Fitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, fitted = trained
    monkeypatch.setattr(calibrating, "_STEPS", 0)
    found = fitted_answers(fitted, samples, chosen(calibration="temperature"))
    assert found.state.calibration is None
    assert found.remarks == (
        "No calibration was fitted: the fit on the validation block did not arrive at an optimum.",
    )


def test_that_a_layer_beside_a_split_by_time_is_called_a_name_tag() -> None:
    answers = FittedAnswers(AnswerState(Correction((1.0,))))
    assert remarks_on(answers, CONFIG) == ()
    layered = chosen(spatial_features=("geology",))
    assert "name tag" in remarks_on(answers, layered)[0]
    assert remarks_on(answers, layered.model_copy(update={"view": "zones"})) == ()


def test_that_the_curvature_of_one_horizon_is_that_of_a_logistic_regression() -> None:
    random = np.random.default_rng(2)
    features = random.normal(size=(60, 3)).astype(np.float32)
    weights = np.array([[0.4, -0.3, 0.2, -1.0]])
    found = curvature_of(features, weights, Correction((1.0,)), (1,))
    inputs = np.concatenate((features, np.ones((60, 1))), axis=1)
    chance = 1 / (1 + np.exp(-inputs @ weights[0]))
    np.testing.assert_allclose(found, (inputs * (chance * (1 - chance))[:, None]).T @ inputs, rtol=1e-5)
    np.testing.assert_allclose(curvature_of(features, weights, Correction((1.0,)), (4,)), found / 4, rtol=1e-9)


def test_that_the_prior_is_strong_where_weights_are_small_and_never_holds_the_bias() -> None:
    curvature = np.eye(4) * 5
    small = posterior(np.array([[0.01, 0.01, 0.01, -4.0]]), curvature)
    large = posterior(np.array([[3.0, 3.0, 3.0, -4.0]]), curvature)
    assert small.prior_precision > 100 * large.prior_precision
    assert small.covariance[3, 3] == pytest.approx(1 / 5, rel=0.01)
    assert large.prior_precision == pytest.approx(0.13, rel=0.5)  # 1 / (9 + 1 / 5.1) by MacKay's fixed point


def test_that_the_precision_is_that_of_the_largest_marginal_likelihood() -> None:
    random = np.random.default_rng(1)
    root, mean = random.normal(size=(8, 30)), random.normal(size=(2, 4))
    curvature = root @ root.T
    found = posterior(mean, curvature)
    weights = np.array([1.0, 1, 1, 0] * 2)

    def evidence(precision: float) -> float:
        bent = curvature + np.diag(np.where(weights > 0, precision, 0.01))
        return 6 * np.log(precision) - precision * float((mean[:, :3] ** 2).sum()) - np.linalg.slogdet(bent)[1]

    near = [evidence(found.prior_precision * factor) for factor in (0.6, 1.0, 1.7)]
    assert max(near) == near[1]
    bent = curvature + np.diag(np.where(weights > 0, found.prior_precision, 0.01))
    np.testing.assert_allclose(found.covariance @ bent, np.eye(8), atol=1e-9)


def test_that_more_samples_make_the_head_surer(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    training = samples.training
    fewer = replace(samples, training=part(training, slice(None, None, 4)))
    network, correction = fitted.networks[0], fitted.loss.correction
    many, few = (
        drain(laplace_head(network, each, CONFIG, AtOnce(1000), correction, Control(), now))[1]
        for each in (samples, fewer)
    )
    assert np.trace(few.covariance) > np.trace(many.covariance)


def test_that_a_report_of_before_still_opens(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    content = report_of(one(fitted), samples, CONFIG).model_dump(mode="json")
    for key in ("network", "calibration", "spread", "remarks"):
        del content[key]
    assert PerformanceReport.model_validate(content, strict=False).calibration is None
