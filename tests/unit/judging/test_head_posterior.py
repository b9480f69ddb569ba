"""Answers of a Gaussian head agree with draws of its weights."""

import numpy as np
import pytest
import torch

from rockfall_desktop.judging.head_posterior import HeadPosterior, linearised, node_weights
from rockfall_desktop.judging.probabilities import Correction, logit, probabilities
from rockfall_desktop.learning.networks.hazards import logits_of

CORRECTIONS = [Correction((1.0, 1.0, 1.0)), Correction((20.0, 20.0, 20.0)), Correction((1.0, 1.0, 1.0), 2.0)]


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_that_log_odds_are_those_of_the_network_and_slopes_those_of_a_small_step(correction: Correction) -> None:
    line = np.random.default_rng(2).normal(-2, 1.5, (40, 3))
    found, slope = linearised(line, correction)
    expected = probabilities(logits_of(torch.from_numpy(line)).numpy(), correction)
    np.testing.assert_allclose(found, logit(expected), rtol=1e-9, atol=1e-9)
    for j in range(3):
        step = np.zeros(3)
        step[j] = 1e-5
        near = (linearised(line + step, correction)[0] - linearised(line - step, correction)[0]) / 2e-5
        np.testing.assert_allclose(slope[:, :, j], near, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_that_the_closed_form_agrees_with_draws_of_the_weights(correction: Correction) -> None:
    random = np.random.default_rng(3)
    mean = np.concatenate((random.normal(0, 0.5, (3, 4)), [[-2.5], [-2.0], [-1.5]]), axis=1)
    root = random.normal(0, 0.015, (15, 15))
    head = HeadPosterior(mean, root @ root.T, 1.0)
    features = random.normal(size=(30, 4)).astype(np.float32)
    draws = head.draws(features, correction)
    assert draws.shape == (len(node_weights()), 30, 3)
    inputs = np.concatenate((features, np.ones((30, 1))), axis=1)
    weights = mean + (random.normal(size=(4000, 15)) @ root.T).reshape(4000, 3, 5)
    lines = torch.from_numpy(np.einsum("nf,khf->knh", inputs, weights).reshape(-1, 3))
    drawn = probabilities(logits_of(lines).numpy(), correction).reshape(4000, 30, 3)
    closed = np.tensordot(node_weights(), draws, 1)
    np.testing.assert_allclose(closed, drawn.mean(axis=0), atol=0.012)
    spread = np.sqrt(np.tensordot(node_weights(), (draws - closed) ** 2, 1))
    np.testing.assert_allclose(spread, drawn.std(axis=0), atol=0.02)


def test_that_a_head_without_doubt_says_what_the_network_says() -> None:
    head = HeadPosterior(np.array([[0.3, -0.2, -2.0]]), np.zeros((3, 3)), 1.0)
    draws = head.draws(np.array([[1.0, 2.0]], np.float32), Correction((1.0,)))
    np.testing.assert_allclose(draws, 1 / (1 + np.exp(2.1)), rtol=1e-7)
