"""Where networks compute: everything on one device, and nothing asked back within a step."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from rockfall_desktop.domain.errors import TrainingFault, WrongInput
from rockfall_desktop.learning import device as devices
from rockfall_desktop.learning.device import beside, demand_device, on_cpu, on_device, since_last
from rockfall_desktop.learning.evaluation.predicting import predict
from rockfall_desktop.learning.fitting.checkpoints import read_last
from rockfall_desktop.learning.fitting.losses import make_loss
from rockfall_desktop.learning.fitting.window_way import WindowWay
from rockfall_desktop.learning.gathering import Encoded, gather
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from tests.small_site import small_site
from tests.unit.learning.training import drain, epochs, now, small_config, start

NETWORKS = ["lstm", "gru", "transformer"]
META = torch.device("meta")
needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA graphics card here")


def tensors(samples: SampleSet) -> Iterator[torch.Tensor]:
    """Every tensor of a set."""
    for holder in (samples, samples.training, samples.validation, samples.test):
        yield from (value for value in vars(holder).values() if isinstance(value, torch.Tensor))


def way_on(device: torch.device, network: str, **changes: Any) -> WindowWay:
    config = small_config(temporal_network=network, layers=2, dropout=0.2, **changes)
    samples = build_samples(small_site(), config)
    loss = make_loss(config, samples.training.targets)
    return WindowWay(RockfallNetwork(samples.shapes, config).to(device), on_device(samples, device), loss, config)


def test_that_windows_on_another_device_still_share_their_steps() -> None:
    samples = build_samples(small_site(), small_config())
    moved = on_device(samples, META)
    assert {tensor.device for tensor in tensors(moved)} == {META}
    assert moved.windows.stride() == samples.windows.stride()
    assert moved.windows.untyped_storage().nbytes() == samples.windows.untyped_storage().nbytes()
    assert moved.times.untyped_storage().nbytes() == samples.times.untyped_storage().nbytes()


def test_that_nothing_is_copied_where_everything_is_already() -> None:
    config = small_config()
    samples = build_samples(small_site(), config)
    network = RockfallNetwork(samples.shapes, config)
    assert on_device(samples, torch.device("cpu")) is samples
    assert beside(network, samples, samples.test) == (samples, samples.test)


def test_that_a_moved_view_holds_the_same_numbers() -> None:
    base = torch.arange(40.0)
    view = base[4:].as_strided((5, 3, 2), (4, 2, 1), 6)
    moved = devices._moved_view(view, torch.device("cpu"))
    assert torch.equal(moved, view)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("augmentation", [(), ("jitter", "scaling", "time_masking", "channel_dropout")])
def test_that_a_step_makes_every_tensor_where_the_samples_lie(network: str, augmentation: tuple[str, ...]) -> None:
    way = way_on(META, network, augmentation=augmentation)  # a device without numbers, which mixes with no other
    first = way.epoch(torch.Generator().manual_seed(1))[0]
    assert first.device == META
    (piece,) = way.pieces(first)
    assert piece.loss.device == META


def test_that_every_device_sees_the_same_order() -> None:
    here = way_on(torch.device("cpu"), "gru").epoch(torch.Generator().manual_seed(1))
    again = way_on(torch.device("cpu"), "gru").epoch(torch.Generator().manual_seed(1))
    there = way_on(META, "gru").epoch(torch.Generator().manual_seed(1))
    assert all(torch.equal(one, other) for one, other in zip(here, again, strict=True))
    assert [len(step) for step in there] == [len(step) for step in here]


class Asked(TorchDispatchMode):
    """Notes what brings a number back from the device, for which the device would have to be waited for."""

    WAITS = ("_local_scalar_dense", "nonzero", "unique", "equal")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = str(func)
        if any(word in name for word in self.WAITS):
            self.found.append(name)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("network", NETWORKS)
def test_that_a_step_waits_for_no_number(network: str) -> None:
    way = way_on(torch.device("cpu"), network)
    first = way.epoch(torch.Generator().manual_seed(1))[0]
    with Asked() as asked:
        for _ in way.pieces(first):
            pass
    assert asked.found == []
    with Asked() as asked:
        float(torch.ones(()))
    assert asked.found != []


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA graphics card here")
def test_that_a_device_that_is_not_here_is_told_by_its_field() -> None:
    with pytest.raises(WrongInput, match=r"device: PyTorch finds no CUDA"):
        demand_device(small_config(device="cuda"))
    config = small_config(device="cuda")
    with pytest.raises(WrongInput, match=r"device: "):
        start(Path(), config)


def test_that_a_card_without_bfloat16_is_told_by_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    assert demand_device(small_config(device="cuda")) == torch.device("cuda")
    with pytest.raises(WrongInput, match=r"precision: "):
        demand_device(small_config(device="cuda", precision="mixed"))


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_that_mixed_numbers_are_for_cuda(device: str) -> None:
    with pytest.raises(ValueError, match="precision: mixed is for the device cuda"):
        small_config(device=device, precision="mixed")


def test_that_a_device_too_small_for_the_samples_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(devices, "_moved", full)
    with pytest.raises(TrainingFault, match="do not fit into the memory of meta"):
        on_device(build_samples(small_site(), small_config()), META)


def test_that_times_without_float64_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class Apple:  # as `torch.device("mps")`, which this machine has not
        type = "mps"

    time_r = torch.cumsum(torch.rand(5000, dtype=torch.float64) + 0.5, 0) + 1e6
    times_bt = time_r.as_strided((4990, 11), (1, 1))
    monkeypatch.setattr(
        torch.Tensor, "to", lambda tensor, target: tensor if isinstance(target, Apple) else plain(tensor, target)
    )
    whole_bt = devices._moved_view(times_bt, Apple())  # type: ignore[arg-type]
    assert whole_bt.dtype is torch.int64
    np.testing.assert_allclose(since_last(whole_bt), since_last(times_bt), atol=1e-5)


plain = torch.Tensor.to


def test_that_a_state_on_the_cpu_is_not_copied() -> None:
    tensor = torch.ones(3)
    state = on_cpu({"a": [tensor, 1], "b": {"c": (tensor, "x")}})
    assert state["a"][0] is tensor
    assert state["b"]["c"] == (tensor, "x")


def test_that_a_step_in_bfloat16_has_a_float32_loss_and_float32_weights() -> None:
    way = way_on(torch.device("cpu"), "gru")
    way._format = lambda: torch.autocast("cpu", torch.bfloat16)
    (piece,) = way.pieces(way.epoch(torch.Generator().manual_seed(1))[0])
    assert piece.loss.dtype is torch.float32
    gradients = [weight.grad for weight in way._network.parameters() if weight.grad is not None]
    assert gradients
    assert {gradient.dtype for gradient in gradients} == {torch.float32}


@needs_cuda
@pytest.mark.parametrize("precision", ["float32", "mixed"])
@pytest.mark.parametrize("network", NETWORKS)
def test_that_a_training_on_a_card_learns_like_one_on_the_processor(
    tmp_path: Path, network: str, precision: str
) -> None:
    changes: dict[str, Any] = {"temporal_network": network, "epochs": 5, "dropout": 0.0}
    here, _ = drain(start(tmp_path, small_config(**changes)))
    there, fitted = drain(start(tmp_path, small_config(**changes, device="cuda", precision=precision)))
    tolerance = 1e-3 if precision == "float32" else 2e-2
    for one, other in zip(epochs(here), epochs(there), strict=True):
        assert other.validation_loss == pytest.approx(one.validation_loss, rel=tolerance)
    assert next(fitted.networks[0].parameters()).is_cuda


@needs_cuda
def test_that_a_checkpoint_of_a_card_lies_on_the_processor(tmp_path: Path) -> None:
    drain(start(tmp_path, small_config(epochs=1, device="cuda")))
    content = torch.load(tmp_path / "last.pt", weights_only=True)
    assert {value.device.type for value in content["network"].values()} == {"cpu"}
    assert read_last(tmp_path)["epoch"] == 1


@needs_cuda
def test_that_a_card_answers_like_the_processor() -> None:
    from rockfall_desktop.domain.control import Control

    config = small_config(layers=2)
    samples = build_samples(small_site(), config)
    network, loss = RockfallNetwork(samples.shapes, config), make_loss(config, samples.training.targets)
    _, here = drain(predict(network, samples, samples.test, AtOnce(64), loss.correction, Control(), now))
    _, there = drain(predict(network.cuda(), samples, samples.test, AtOnce(64), loss.correction, Control(), now))
    np.testing.assert_allclose(there, here, atol=1e-5)
    batch = gather(*beside(network, samples, samples.test), torch.arange(4, device="cuda"), Encoded())
    assert batch.x_bti is not None
    assert batch.x_bti.is_cuda
