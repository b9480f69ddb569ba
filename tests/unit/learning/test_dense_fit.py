"""Dense trainings run to their end, and what they leave says how far back must be read."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning import planning
from rockfall_desktop.learning.fitting.dense_way import DenseWay, learning_way
from rockfall_desktop.learning.fitting.model_files import write_model
from rockfall_desktop.learning.fitting.new_network import new_network
from rockfall_desktop.learning.fitting.window_way import WindowWay
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import RasterStacks, SampleSet
from tests.small_site import small_site
from tests.unit.learning.training import drain, epochs, now, small_config, start

NETWORKS = ("gru", "lstm", "transformer")


@pytest.mark.parametrize("network", NETWORKS)
def test_that_the_same_seed_gives_the_same_losses_and_they_fall(tmp_path: Path, network: str) -> None:
    config = small_config(way="dense", temporal_network=network, epochs=6, augmentation=("jitter",))
    first, _ = drain(start(tmp_path, config))
    second, _ = drain(start(tmp_path, config))
    losses = [(one.train_loss, one.validation_loss) for one in epochs(first)]
    assert losses == [(one.train_loss, one.validation_loss) for one in epochs(second)]
    assert losses[-1][0] < losses[0][0]
    other, _ = drain(start(tmp_path, config.model_copy(update={"seed": 8})))
    assert epochs(other)[0].train_loss != losses[0][0]


@pytest.mark.parametrize(("network", "history"), [("gru", 20), ("lstm", 72), ("transformer", 8)])
def test_that_the_model_says_how_many_steps_are_read(tmp_path: Path, network: str, history: int) -> None:
    config = small_config(way="dense", temporal_network=network)
    shapes = build_samples(small_site(), config).shapes
    write_model(tmp_path, config, ("rain",), shapes, (Scaling((0.0,), (1.0,)),), Correction((1.0,)))
    assert json.loads((tmp_path / "model.json").read_bytes())["history_steps"] == history


def test_that_an_lstm_looks_back_twice_a_long_window_and_the_window_way_once() -> None:
    config = small_config(way="dense", temporal_network="lstm", window_steps=300)
    assert config.history_steps == 600
    assert config.model_copy(update={"way": "window"}).history_steps == 300


def test_that_a_record_too_short_for_the_history_is_told_with_the_way_out() -> None:
    config = small_config(way="dense", temporal_network="lstm", window_steps=50)
    with pytest.raises(WrongInput, match="114 steps") as told:
        build_samples(small_site(steps=100), config)
    assert "'window'" in told.value.hint


def test_that_without_series_there_is_nothing_to_read_in_chunks() -> None:
    config = small_config(way="dense", temporal_network="gru")
    samples = build_samples(small_site(), config)
    network, loss = new_network(samples, config)
    assert isinstance(learning_way(network, samples, loss, config), DenseWay)
    assert isinstance(learning_way(network, samples, loss, config.model_copy(update={"way": "window"})), WindowWay)
    network.encoder = None
    assert isinstance(learning_way(network, samples, loss, config), WindowWay)


@pytest.mark.parametrize("way", ["window", "dense"])
def test_that_the_plan_counts_learning_and_judging_of_either_way(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = small_config(way=way, temporal_network="lstm", batch_size=50)
    samples = build_samples(small_site(), config)
    ticks = itertools.count()
    monkeypatch.setattr(planning, "_clock_s", lambda _: float(next(ticks)))  # each step and each answer: a second
    monkeypatch.setattr(planning, "answer_piece", lambda *_: 40)
    network, loss = new_network(samples, config)
    piece = learning_way(network, samples, loss, config)
    picked = len(piece.epoch(torch.Generator().manual_seed(config.seed))[0][: piece.at_once.samples])
    expected = len(samples.training.rows) / picked + len(samples.validation.rows) / 40
    assert planning.seconds_per_epoch(samples, config) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first_s", "usual_s", "looks"), [(60.0, 1.0, 10), (60.0, 5.0, 8), (0.8, 0.5, 12), (0.1, 0.5, 12)]
)
def test_that_a_step_that_was_held_up_or_a_lucky_one_is_not_taken_for_the_usual_one(
    first_s: float, usual_s: float, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(batch_size=50)
    samples = build_samples(small_site(), config)
    clock = itertools.accumulate(itertools.chain([0.0, first_s], itertools.repeat(usual_s)))
    seen: list[float] = []

    def look(_: torch.device) -> float:
        seen.append(next(clock))
        return seen[-1]

    monkeypatch.setattr(planning, "_clock_s", look)
    monkeypatch.setattr(planning, "answer_piece", lambda *_: 40)
    expected = usual_s * (len(samples.training.rows) / 50 + len(samples.validation.rows) / 40)
    assert planning.seconds_per_epoch(samples, config) == pytest.approx(expected)
    assert len(seen) == looks


def with_chips(config: TrainingConfig) -> SampleSet:
    """A sample set whose two zones have chips, but for every third sample."""
    torch.manual_seed(4)
    samples = build_samples(small_site(), config.model_copy(update={"spatial_features": (), "raster_network": "none"}))
    bands, no_classes = torch.randn(2, 3, 32, 32), torch.zeros(2, 0, 32, 32, dtype=torch.int64)
    stacks = RasterStacks(bands, no_classes, ("a", "b", "c"), (), Scaling((0.0,) * 3, (1.0,) * 3), None)
    blocks = {
        name: replace(block, rasters=torch.where(block.steps % 3 == 0, -1, block.zones))
        for name, block in (("training", samples.training), ("test", samples.test))
    }
    return replace(samples, rasters=stacks, **blocks)


def test_that_each_sample_of_a_chunk_brings_its_own_zones_chips() -> None:
    config = small_config(
        way="dense", temporal_network="transformer", dropout=0.0, raster_network="cnn", spatial_features=("elevation",)
    )
    samples = with_chips(config)
    network, loss = new_network(samples, config)
    ways = [kind(network, samples, loss, config) for kind in (DenseWay, WindowWay)]
    found, expected = (drain(way.predict(samples.test, AtOnce(100), Control(), now))[1] for way in ways)
    assert np.ptp(expected) > 1e-4
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    network.train()
    step = ways[0].epoch(torch.Generator().manual_seed(3))[0]
    assert sum(piece.samples for piece in ways[0].pieces(step)) == len(step)
    assert network.raster is not None
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in network.raster.parameters())
