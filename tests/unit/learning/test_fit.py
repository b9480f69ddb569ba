"""The training loop."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import StoreFault, TrainingFault
from rockfall_desktop.learning.fitting.checkpoints import read_last
from tests.unit.learning.training import drain, epochs, small_config, start

NETWORKS = ["lstm", "gru", "transformer"]


def losses(folder: Path, **changes: Any) -> list[tuple[float, float]]:
    events, _ = drain(start(folder, small_config(**changes)))
    return [(m.train_loss, m.validation_loss) for m in epochs(events)]


@pytest.mark.parametrize("network", NETWORKS)
def test_that_the_same_seed_gives_the_same_losses_to_the_last_bit(tmp_path: Path, network: str) -> None:
    first = losses(tmp_path, temporal_network=network, layers=2)
    torch.rand(17)  # what else drew random numbers in this process does not matter
    assert losses(tmp_path, temporal_network=network, layers=2) == first
    assert losses(tmp_path, temporal_network=network, layers=2, seed=8) != first


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("imbalance", ["none", "class_weights", "focal"])
@pytest.mark.parametrize("schedule", ["one_cycle", "plateau", "constant"])
def test_that_every_combination_of_the_form_trains(tmp_path: Path, network: str, imbalance: str, schedule: str) -> None:
    chosen = small_config(
        temporal_network=network, imbalance=imbalance, schedule=schedule, horizon_steps=(1, 3), epochs=1
    )
    events, fitted = drain(start(tmp_path, chosen))
    assert len(epochs(events)) == 1
    assert fitted.best_epoch == 1


def test_that_training_learns_what_the_rain_tells(tmp_path: Path) -> None:
    events, _ = drain(start(tmp_path, small_config(epochs=15, learning_rate=0.02)))
    scores = [m.roc_auc or 0 for m in epochs(events)]
    assert scores[-1] > 0.75


def test_that_patience_ends_a_training_and_the_best_weights_are_kept(tmp_path: Path) -> None:
    chosen = small_config(epochs=200, patience=2, learning_rate=0.3, schedule="constant")
    events, fitted = drain(start(tmp_path, chosen))
    done = epochs(events)
    assert len(done) < 200
    assert done[-1].patience_used == 2
    assert fitted.best_epoch == len(done) - 2 == min(done, key=lambda m: m.validation_loss).epoch
    assert read_last(tmp_path)["best_epoch"] == fitted.best_epoch


def test_that_a_cancelled_job_keeps_its_last_checkpoint(tmp_path: Path) -> None:
    control = Control()
    running = start(tmp_path, small_config(epochs=100), control)
    seen = 0
    while seen < 2:
        seen += next(running).kind == "epoch_finished"
    control.cancel()
    with pytest.raises(Cancelled):
        next(running)
    assert read_last(tmp_path)["epoch"] == 2
    assert (tmp_path / "best.safetensors").exists()


def test_that_a_cancel_is_answered_before_the_next_step(tmp_path: Path) -> None:
    control = Control()
    running = start(tmp_path, small_config(epochs=1, batch_size=1), control)
    control.cancel()
    with pytest.raises(Cancelled):
        next(running)


def test_that_stopping_early_keeps_the_best_epoch(tmp_path: Path) -> None:
    control = Control()
    events = []
    running = start(tmp_path, small_config(epochs=100), control)
    while True:
        try:
            events.append(next(running))
        except StopIteration as end:
            fitted = end.value
            break
        if len(epochs(events)) == 3:
            control.stop_early()
    assert len(epochs(events)) == 3
    assert fitted.best_epoch in (1, 2, 3)


def test_that_stopping_in_the_first_epoch_waits_for_its_end(tmp_path: Path) -> None:
    control = Control()
    control.stop_early()
    events, fitted = drain(start(tmp_path, small_config(epochs=100), control))
    assert len(epochs(events)) == 1
    assert fitted.best_epoch == 1


def test_that_a_loss_that_is_no_number_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rockfall_desktop.learning.networks.network import RockfallNetwork

    monkeypatch.setattr(RockfallNetwork, "forward", lambda self, batch: self.head(self.features(batch)) * float("nan"))
    with pytest.raises(TrainingFault, match=r"In epoch 1 the loss became nan, .*lower learning rate"):
        drain(start(tmp_path, small_config()))


def test_that_a_full_disk_leaves_the_checkpoint_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drain(start(tmp_path, small_config(epochs=1)))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(handle: int, content: memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreFault, match="No space left"):
        drain(start(tmp_path, small_config(epochs=2)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
