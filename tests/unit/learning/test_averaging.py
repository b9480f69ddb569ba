"""A dense GRU or Transformer is judged by, and ends with, a mean of its last weights; others with the last."""

import time
from pathlib import Path

import pytest
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, read_checkpoint
from rockfall_desktop.learning.fitting.dense_way import DenseWay
from rockfall_desktop.learning.fitting.fit import Fit
from rockfall_desktop.learning.fitting.member import MemberFit
from rockfall_desktop.learning.fitting.progress import Watch
from rockfall_desktop.learning.samples.build import build_samples
from tests.small_site import small_site
from tests.unit.learning.training import drain, epochs, now, small_config


def member(config: TrainingConfig) -> MemberFit:
    return MemberFit(build_samples(small_site(), config), config, 1, Watch(Control(), now, lambda: False))


def test_that_the_mean_follows_the_weights_that_learn_and_early_ones_fade() -> None:
    training = member(small_config(way="dense", temporal_network="transformer"))
    learning, mean = training.network.head.line.weight, training.judged.head.line.weight
    mean.data.zero_()
    learning.data.fill_(1.0)
    heights = []
    for _ in range(30):
        training._mean.after_step()
        heights.append(float(mean.detach().min()))
    assert heights[0] == pytest.approx(1 - 2 / 11)
    assert heights[-1] == pytest.approx(1.0, abs=1e-4)
    assert heights == sorted(heights)
    assert float(learning.detach().min()) == 1.0


def test_that_the_best_weights_are_those_that_were_judged() -> None:
    dense = member(small_config(way="dense", temporal_network="transformer", epochs=1))
    drain(dense.run())
    assert dense.best is not None
    for name, value in dense.judged.state_dict().items():
        assert torch.equal(dense.best[name], value)
    assert not torch.equal(dense.best["head.line.weight"], dense.network.head.line.weight)
    for changes in ({"temporal_network": "transformer"}, {"temporal_network": "lstm", "way": "dense"}):
        other = member(small_config(**changes))
        assert other.judged is other.network


@pytest.mark.parametrize("step", [2, 4])
def test_that_a_dense_training_killed_at_a_step_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    class Killed(BaseException):
        pass

    config = small_config(way="dense", temporal_network="transformer", epochs=6, width=4)
    samples = build_samples(small_site(), config)
    expected, whole = drain(Fit(samples, config, Checkpoints(tmp_path, time.monotonic), Control(), now).run())
    assert len(epochs(expected)) == config.most_epochs
    folder = tmp_path / "killed"
    folder.mkdir()
    pieces, left = DenseWay.pieces, [step]

    def counted(self: DenseWay, picked: torch.Tensor) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return pieces(self, picked)

    monkeypatch.setattr(DenseWay, "pieces", counted)
    often = Checkpoints(folder, time.monotonic, at_most_every_s=0.0, largest_share=1e9)
    with pytest.raises(Killed):
        drain(Fit(samples, config, often, Control(), now).run())
    left[0] = -1
    again = Checkpoints(folder, time.monotonic)
    _, resumed = drain(Fit(samples, config, again, Control(), now, read_checkpoint(folder)).run())
    weights = resumed.networks[0].state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in whole.networks[0].state_dict().items())
