"""The dense way learns from every sample, and answers like the windows that are judged."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.judging.probabilities import probabilities
from rockfall_desktop.learning.fitting.dense_chunks import chunk_ends
from rockfall_desktop.learning.fitting.dense_way import DenseWay
from rockfall_desktop.learning.fitting.losses import Loss
from rockfall_desktop.learning.fitting.new_network import new_network
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from tests.small_site import small_site
from tests.unit.learning.training import drain, now, small_config, whole

NETWORKS = ("gru", "lstm", "transformer")


class Dense:
    """A network, its samples and its way, of a configuration."""

    def __init__(self, config: TrainingConfig, samples: SampleSet | None = None) -> None:
        self.samples = samples or build_samples(small_site(), config)
        self.network: RockfallNetwork
        self.loss: Loss
        self.network, self.loss = new_network(self.samples, config)
        self.way = DenseWay(self.network, self.samples, self.loss, config)

    def by_chunks(self, block: Block) -> NDArray[np.float64]:
        return drain(self.way.predict(block, AtOnce(200), Control(), now))[1]

    def by_windows(self, block: Block) -> NDArray[np.float64]:
        self.network.eval()
        with torch.inference_mode():
            return probabilities(self.network(whole(self.samples, block)).numpy(), self.loss.correction)

    def gradients(self) -> Iterator[torch.Tensor]:
        for weight in self.network.parameters():
            assert weight.grad is not None
            yield weight.grad.clone()


def dense(network: str, **changes: object) -> TrainingConfig:
    asked: dict[str, object] = {"layers": 2, "dropout": 0.0, "horizon_steps": (1, 3)} | changes
    return small_config(way="dense", temporal_network=network, **asked)


@pytest.mark.parametrize("zoned", [True, False])
@pytest.mark.parametrize("network", ["gru", "transformer"])
def test_that_an_epoch_takes_every_sample_once_in_the_same_number_of_steps(network: str, zoned: bool) -> None:
    config = dense(network)
    made = Dense(config, build_samples(small_site(zoned=zoned), config))
    order, count = torch.Generator().manual_seed(1), len(made.samples.training.rows)
    epochs = [made.way.epoch(order) for _ in range(6)]
    for steps in epochs:
        assert len(steps) == made.way.steps
        assert min(len(step) for step in steps) > 0
        assert sorted(torch.cat(steps)[:, 0].tolist()) == list(range(count))
    assert not torch.equal(torch.cat(epochs[0]), torch.cat(epochs[1]))


@pytest.mark.parametrize("zoned", [True, False])
def test_that_chunks_and_windows_of_a_transformer_answer_alike(zoned: bool) -> None:
    config = dense("transformer")
    site = small_site(zoned=zoned)
    late = np.arange(900) // 50 * 20_000  # now and then a step comes later than the others
    made = Dense(config, build_samples(replace(site, start_s=site.start_s + late), config))
    torch.manual_seed(5)
    for weight in made.network.parameters():
        weight.data.add_(torch.randn_like(weight) * 0.1)
    for block in (made.samples.training, made.samples.test):
        found, expected = made.by_chunks(block), made.by_windows(block)
        assert np.ptp(expected[:, 0]) > 0.05
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("network", ["gru", "lstm"])
def test_that_the_last_sample_of_a_chunk_is_answered_as_by_its_history(network: str) -> None:
    config = dense(network)
    made = Dense(config)
    block = made.samples.validation
    last = (chunk_ends(block, config.chunk_steps) == block.rows).numpy()
    assert 2 <= last.sum() < len(last) / min(10, config.chunk_steps / 2)
    found, expected = made.by_chunks(block), made.by_windows(block)
    np.testing.assert_allclose(found[last], expected[last], rtol=0, atol=1e-5)
    assert np.abs(found - expected).max() > 1e-7  # the others have seen less


def test_that_a_step_of_a_transformer_learns_what_the_same_windows_teach() -> None:
    made = Dense(dense("transformer"))
    step = made.way.epoch(torch.Generator().manual_seed(2))[0]
    list(made.way.pieces(step))
    found = list(made.gradients())
    made.network.zero_grad()
    picked, block = step[:, 0], made.samples.training
    logits = made.network(whole(made.samples, block))[picked]
    made.loss.of(logits, block.targets[picked]).backward()
    for gradient, expected in zip(found, made.gradients(), strict=True):
        torch.testing.assert_close(gradient, expected, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_that_a_step_in_pieces_learns_the_same(network: str) -> None:
    made = Dense(dense(network, batch_size=500))
    step = made.way.epoch(torch.Generator().manual_seed(2))[0]
    made.way.at_once.samples = 10_000
    at_once = list(made.way.pieces(step))
    expected = list(made.gradients())
    made.network.zero_grad()
    made.way.at_once.samples = 1
    parts = list(made.way.pieces(step))
    assert len(at_once) == 1
    assert len(parts) == len(torch.unique(step[:, 1])) > 3
    assert sum(part.samples for part in parts) == len(step)
    assert float(sum(part.loss for part in parts)) == pytest.approx(float(at_once[0].loss), rel=1e-5)
    for gradient, right in zip(made.gradients(), expected, strict=True):
        torch.testing.assert_close(gradient, right, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("network", NETWORKS)
def test_that_no_answer_rests_on_what_comes_after_it(network: str) -> None:
    config = dense(network)
    made, row = Dense(config), 700
    before = made.by_chunks(made.samples.test)
    made.samples.windows[row:, -1] += 3.0
    changed = np.abs(made.by_chunks(made.samples.test) - before).max(axis=1) > 0
    rows = made.samples.test.rows.numpy()
    assert not changed[rows < row].any()
    assert changed[rows == row].all()


def test_that_a_cancel_is_heard_between_two_pieces_of_an_answer() -> None:
    made, control = Dense(dense("gru")), Control()
    answers = made.way.predict(made.samples.training, AtOnce(64), control, now)
    control.cancel()
    with pytest.raises(Cancelled):
        next(answers)
