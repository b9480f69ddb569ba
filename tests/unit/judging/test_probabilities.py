"""Probabilities mean what they say, whatever the loss was."""

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.judging.probabilities import logit, probabilities
from rockfall_desktop.learning.fitting.losses import make_loss
from rockfall_desktop.learning.networks.hazards import HazardHead, logits_of

IMBALANCES = ["none", "class_weights", "focal", "logit_adjustment"]


@pytest.mark.parametrize("truth", [0.01, 0.1, 0.5, 0.8])
@pytest.mark.parametrize("imbalance", IMBALANCES)
def test_that_the_least_loss_gives_back_the_true_rate(truth: float, imbalance: str) -> None:
    config = TrainingConfig.model_validate({"sites": ("a",), "imbalance": imbalance})
    targets = torch.tensor([[0.0]] * 9 + [[1.0]])  # the block's base rate is not the sample's truth
    loss = make_loss(config, targets)
    grid = torch.linspace(-9, 9, 4_001)
    values = torch.stack(
        [truth * loss.of(g.view(1, 1), torch.ones(1, 1)) + (1 - truth) * loss.of(g.view(1, 1), torch.zeros(1, 1))
         for g in grid]
    )  # fmt: skip
    best = grid[values.argmin()].reshape(1, 1).numpy()
    assert probabilities(best, loss.correction)[0, 0] == pytest.approx(truth, rel=0.02)


@pytest.mark.parametrize("imbalance", IMBALANCES)
def test_that_the_untrained_network_starts_at_the_base_rate(imbalance: str) -> None:
    config = TrainingConfig.model_validate({"sites": ("a",), "imbalance": imbalance})
    loss = make_loss(config, torch.tensor([[0.0]] * 19 + [[1.0]]))
    start = np.array([loss.start_h], np.float32)
    assert probabilities(start, loss.correction)[0, 0] == pytest.approx(0.05, rel=5e-3)


def test_that_certainty_stays_finite() -> None:
    found = logit(np.array([0.0, 0.5, 1.0]))
    assert np.isfinite(found).all()
    assert found[1] == 0


@pytest.mark.parametrize("imbalance", IMBALANCES)
def test_that_a_head_that_learned_by_any_loss_gives_the_true_probabilities(imbalance: str) -> None:
    """Two stretches with hazards of their own, one feature; the risk of some samples lies early, of others late."""
    torch.manual_seed(3)
    feature = torch.randn(10_000, 1)
    truth = logits_of(torch.cat((feature - 2.5, -1.5 - feature), dim=1)).sigmoid()
    first = torch.rand(10_000) < truth[:, 0]
    later = torch.rand(10_000) < (truth[:, 1] - truth[:, 0]) / (1 - truth[:, 0])
    targets = torch.stack((first, first | later), dim=1).float()
    config = TrainingConfig.model_validate({"sites": ("a",), "imbalance": imbalance, "horizon_steps": (1, 3)})
    loss, head = make_loss(config, targets), HazardHead(1, 2)
    head.start_at(loss.start_h)
    optimiser = torch.optim.LBFGS(head.parameters(), max_iter=40, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss.of(head(feature), targets)
        torch.autograd.backward(value)
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    found = probabilities(head(feature).detach().numpy(), loss.correction)
    assert np.abs(found - truth.numpy()).mean() < 0.02
    np.testing.assert_allclose(found.mean(axis=0), targets.mean(dim=0), rtol=0.08)
