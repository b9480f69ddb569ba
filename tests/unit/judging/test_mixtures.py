"""Draws become one answer whose spread and entropies are what they are said to be."""

import json

import numpy as np
import pytest

from rockfall_desktop.judging.answer_state import AnswerState, from_plain, to_plain
from rockfall_desktop.judging.calibration_maps import CalibrationMap, IsotonicMap, TemperatureMap, calibrated
from rockfall_desktop.judging.dropout_draws import DropoutDraws, draws_for
from rockfall_desktop.judging.head_posterior import HeadPosterior
from rockfall_desktop.judging.mixtures import combine, entropy
from rockfall_desktop.judging.probabilities import Correction

PLAIN = Correction((1.0, 1.0))
MAPS = [
    None,
    TemperatureMap(1.7, (0.2, -0.9)),
    IsotonicMap(((0.01, 0.2, 0.6), (0.05, 0.4)), ((0.002, 0.1, 0.5), (0.01, 0.08)), TemperatureMap(1.2, (0.1, -0.2))),
]


def drawn(draws: int = 6, samples: int = 200) -> np.ndarray:
    random = np.random.default_rng(4)
    first = random.beta(0.5, 6, (draws, samples))
    found = np.stack((first, first + (1 - first) * random.beta(0.5, 6, (draws, samples))), axis=-1)
    return np.clip(found, 1e-7, 1 - 1e-7)


def test_that_one_draw_is_its_own_answer_without_spread() -> None:
    (one,) = draws = drawn(1)
    found = combine(draws, np.ones(1))
    np.testing.assert_array_equal(found.probability, one)
    assert not found.spread.any()
    assert not found.epistemic.any()
    np.testing.assert_allclose(found.aleatoric, entropy(one))


def test_that_entropy_is_split_into_chance_and_disagreement() -> None:
    agreed = combine(np.full((2, 1, 1), 0.5), np.full(2, 0.5))
    assert agreed.aleatoric.item() == pytest.approx(np.log(2))
    assert agreed.epistemic.item() == pytest.approx(0)
    torn = combine(np.array([[[1e-7]], [[1 - 1e-7]]]), np.full(2, 0.5))
    assert torn.aleatoric.item() == pytest.approx(0, abs=1e-5)
    assert torn.epistemic.item() == pytest.approx(np.log(2), abs=1e-5)
    assert torn.spread.item() == pytest.approx(0.5)


def test_that_weights_count_and_the_spread_is_a_standard_deviation() -> None:
    found = combine(np.array([[[0.1]], [[0.4]]]), np.array([0.75, 0.25]))
    assert found.probability.item() == pytest.approx(0.175)
    assert found.spread.item() == pytest.approx(np.sqrt(0.75 * 0.075**2 + 0.25 * 0.225**2))


@pytest.mark.parametrize("calibration", MAPS)
def test_that_calibrated_answers_never_fall_with_the_horizon_nor_become_certain(
    calibration: CalibrationMap | None,
) -> None:
    draws = np.concatenate((drawn(), np.full((6, 1, 2), 1e-7), np.full((6, 1, 2), 1 - 1e-7)), axis=1)
    found = combine(draws, np.full(6, 1 / 6), calibration)
    assert (np.diff(found.probability, axis=1) >= 0).all()
    assert ((found.probability > 0) & (found.probability < 1)).all()
    assert (found.epistemic >= 0).all()
    np.testing.assert_array_equal(found.probability, calibrated(found.uncalibrated, calibration))


def test_that_pieces_of_a_block_are_answered_like_the_block() -> None:
    draws, weights = drawn(), np.full(6, 1 / 6)
    whole, part = combine(draws, weights, MAPS[1]), combine(draws[:, 50:60], weights, MAPS[1])
    np.testing.assert_allclose(part.probability, whole.probability[50:60], rtol=1e-14)
    np.testing.assert_allclose(part.spread, whole.spread[50:60], rtol=1e-14)


def test_that_masks_follow_from_the_seed_and_leave_the_mean_alone() -> None:
    draws = DropoutDraws(seed=7, draws=500, places=3, width=16, dropout=0.25)
    masks = draws.of_member(0)
    assert masks.shape == (500, 3, 16)
    assert np.unique(masks).tolist() == pytest.approx([0, 1 / 0.75])
    assert masks.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(masks, DropoutDraws(7, 500, 3, 16, 0.25).of_member(0))
    assert not np.array_equal(masks, draws.of_member(1))
    assert not np.array_equal(masks, DropoutDraws(8, 500, 3, 16, 0.25).of_member(0))
    assert masks[0, 0, :6].tolist() == pytest.approx(FIRST_MASK)


FIRST_MASK = [4 / 3, 4 / 3, 4 / 3, 0, 4 / 3, 4 / 3]


def test_that_members_share_the_draws() -> None:
    assert [draws_for(members) for members in (1, 2, 4, 16)] == [32, 16, 8, 8]
    assert AnswerState(PLAIN, 3).draws == 3
    assert AnswerState(PLAIN, 2, DropoutDraws(1, 16, 1, 4, 0.1)).draws == 32
    assert AnswerState(PLAIN, 2, DropoutDraws(1, 16, 1, 4, 0.1)).weights().sum() == pytest.approx(1)


@pytest.mark.parametrize("calibration", MAPS)
def test_that_a_state_comes_back_from_its_file_as_it_was(calibration: CalibrationMap | None) -> None:
    head = HeadPosterior(np.arange(6.0).reshape(2, 3), np.eye(6) / 3, 2.5)
    for state in (
        AnswerState(Correction((3.0, 3.0), 1.5), 2, DropoutDraws(7, 16, 2, 4, 0.3), calibration=calibration),
        AnswerState(PLAIN, 1, heads=(head,), calibration=calibration),
    ):
        content, arrays = to_plain(state)
        same = from_plain(json.loads(json.dumps(content)), arrays)
        assert (same.correction, same.members, same.dropout) == (state.correction, state.members, state.dropout)
        assert same.calibration == state.calibration
        draws = np.tile(drawn(1), (state.draws, 1, 1))
        np.testing.assert_array_equal(same.answer(draws).spread, state.answer(draws).spread)
        for one, other in zip(same.heads, state.heads, strict=True):
            np.testing.assert_array_equal(one.mean, other.mean)
            np.testing.assert_array_equal(one.covariance, other.covariance)
            assert one.prior_precision == other.prior_precision
