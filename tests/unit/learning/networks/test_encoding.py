"""Static input is encoded once for all samples of a batch, in groups, and learns as if it were once for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.learning import gathering
from rockfall_desktop.learning.augmentation.augment import NO_CHANGE
from rockfall_desktop.learning.encoding import most_kept_numbers
from rockfall_desktop.learning.gathering import LearningEncodings, encode_block, gather
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks import cost
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.planning import memory_mb
from rockfall_desktop.learning.samples.sample_set import MISSING, SampleSet
from tests.unit.learning.made_spatial import made_samples
from tests.unit.learning.networks.inputs import CHOICES, Choice
from tests.unit.learning.training import drain, epochs, start

FULL: Choice = ("gru", "cnn", "pointnet", "gated")


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stacks or sets are encoded at once."""
    monkeypatch.setattr(cost, "_MOST", 2)


def gradients(network: RockfallNetwork) -> dict[str, torch.Tensor]:
    return {name: weight.grad.clone() for name, weight in network.named_parameters() if weight.grad is not None}


def counted_stacks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many stacks each call from now on encodes."""
    seen, original = [], RockfallNetwork.raster_tokens

    def counted(self: RockfallNetwork, bands: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        seen.append(len(bands))
        return original(self, bands, classes)

    monkeypatch.setattr(RockfallNetwork, "raster_tokens", counted)
    return seen


def one_by_one(network: RockfallNetwork, samples: SampleSet, picked: torch.Tensor) -> Batch:
    """Each sample with tokens of its own stack and set, encoded for it alone."""
    block = samples.training
    batch = gather(samples, block, picked, gathering.Encoded())
    assert samples.rasters is not None
    assert samples.clouds is not None
    raster, cloud = block.rasters[picked], block.clouds[picked]
    return batch._replace(
        raster_bkd=network.raster_tokens(samples.rasters.bands[raster], samples.rasters.classes[raster]),
        raster_here_b=raster != MISSING,
        cloud_bkd=network.cloud_tokens(samples.clouds.points[cloud], samples.clouds.changes[cloud]),
        cloud_here_b=cloud != MISSING,
    )


@pytest.mark.parametrize("room", [1e8, 5e4, 0.0])
@pytest.mark.usefixtures("small_groups")
def test_that_encoding_once_learns_like_encoding_for_each_sample(room: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "KEPT_NUMBERS", room)
    samples, config = made_samples(FULL, dropout=0.0, modality_dropout=0.0)
    torch.manual_seed(1)
    network = RockfallNetwork(samples.shapes, config)
    picked = torch.arange(24)
    alone = network(one_by_one(network, samples, picked))
    alone.square().mean().backward()
    expected = gradients(network)
    network.zero_grad()
    encoded = counted_stacks(monkeypatch)
    encodings = LearningEncodings(network, samples, samples.training, picked, NO_CHANGE)
    assert len(list(encodings.groups())) == 8
    assert encoded == [2, 2, 2, 1]
    assert len(set(samples.training.rasters[picked].tolist()) - {MISSING}) == 7
    for piece in picked.split(10):
        logits = network(gather(samples, samples.training, piece, encodings.encoded))
        torch.testing.assert_close(logits, alone[piece], atol=1e-5, rtol=1e-4)
        (logits.square().sum() / len(picked)).backward()
    encodings.backward()
    found = gradients(network)
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, atol=1e-5, rtol=1e-3, msg=name)


@pytest.mark.parametrize(("keeps", "times"), [(True, 1), (False, 2)])
def test_that_a_limit_makes_groups_smaller_and_what_is_not_kept_is_encoded_again(
    keeps: bool, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, config = made_samples(FULL, modality_dropout=0.0)
    encoded, picked = counted_stacks(monkeypatch), torch.arange(24)
    network, at_once = RockfallNetwork(samples.shapes, config), AtOnce(24, 3, keeps=keeps)
    encodings = LearningEncodings(network, samples, samples.training, picked, NO_CHANGE, at_once=at_once)
    network(gather(samples, samples.training, picked, encodings.encoded)).sum().backward()
    encodings.backward()
    assert encoded == [3, 3, 1] * times


def test_that_samples_without_any_stack_still_learn() -> None:
    samples, config = made_samples(FULL, modality_dropout=0.0)
    block = samples.training
    block.rasters.fill_(MISSING)
    block.clouds.fill_(MISSING)
    network = RockfallNetwork(samples.shapes, config)
    encodings = LearningEncodings(network, samples, block, torch.arange(9), NO_CHANGE)
    network(gather(samples, block, torch.arange(9), encodings.encoded)).sum().backward()
    encodings.backward()
    assert all(gradient.abs().max() == 0 for name, gradient in gradients(network).items() if name.startswith("raster."))


@pytest.mark.usefixtures("small_groups")
def test_that_a_stop_is_heard_between_two_groups_when_answering() -> None:
    samples, config = made_samples(FULL)
    network = RockfallNetwork(samples.shapes, config)
    seen = []

    def beat() -> Iterator[Tick]:
        seen.append(1)
        if len(seen) == 3:
            raise Cancelled
        yield from ()

    with pytest.raises(Cancelled):
        drain(encode_block(network, samples, samples.training, beat))
    assert len(seen) == 3


@pytest.mark.usefixtures("small_groups")
def test_that_a_stop_is_heard_between_two_groups_when_learning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, config = made_samples(FULL, batch_size=1000)
    control, seen = Control(), []
    original = RockfallNetwork.raster_tokens

    def counted(self: RockfallNetwork, bands: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        seen.append(1)
        if len(seen) == 2:
            control.cancel()
        return original(self, bands, classes)

    monkeypatch.setattr(RockfallNetwork, "raster_tokens", counted)
    with pytest.raises(Cancelled):
        drain(start(tmp_path, config, control, samples))
    assert len(seen) == 2


SEVERAL = [
    choice for choice in CHOICES if choice[:3] in {("none", "cnn", "none"), ("none", "none", "pointnet"), FULL[:3]}
]


@pytest.mark.parametrize("choice", SEVERAL, ids="-".join)
def test_that_every_fusion_trains_twice_alike(choice: Choice, tmp_path: Path) -> None:
    samples, config = made_samples(choice, epochs=2, batch_size=200)
    first, second = (epochs(drain(start(tmp_path, config, samples=samples))[0]) for _ in range(2))
    assert [one.train_loss for one in first] == [one.train_loss for one in second]
    assert [one.validation_loss for one in first] == [one.validation_loss for one in second]


def test_that_the_plan_counts_what_encoders_keep_and_no_more_than_is_kept() -> None:
    samples, config = made_samples(("gru", "resnet", "none", "mlp"))
    plain, _ = made_samples(("gru", "none", "none", "mlp"))
    network = RockfallNetwork(samples.shapes, config)
    assert most_kept_numbers(network, samples, 1) == network.raster_cost.kept_numbers
    assert most_kept_numbers(network, samples, 1000) == 7 * network.raster_cost.kept_numbers
    assert most_kept_numbers(network, plain, 1000) == 0
    assert memory_mb(samples, config) > 4e-6 * 7 * network.raster_cost.kept_numbers
