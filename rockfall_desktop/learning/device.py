"""Where networks compute: which device, what lies on it, and in which number format they learn there.

The whole series, every stack and every index lie on the device; batches are taken by index there, and only answers
come back. Random orders are drawn on the CPU, so that every device sees the same batches.

Axes: b sample, t step of a window.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields, replace
from typing import Any, TypeVar

import torch
from torch import nn

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import TrainingFault, WrongInput
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet

_Holder = TypeVar("_Holder")
_TICKS_OF_A_STEP = 2**20
_NAMES = {"cuda": "CUDA graphics card", "mps": "Apple graphics processor"}


def demand_device(config: TrainingConfig) -> torch.device:
    """The device that a configuration names.

    Raises:
        WrongInput: when this machine has none, or it cannot compute in the number format that is asked for.
    """
    here = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not here[config.device]:
        message = f"device: PyTorch finds no {_NAMES[config.device]} on this machine."
        raise WrongInput("The device is not there", message, "Choose cpu.")
    if config.precision == "mixed" and not torch.cuda.is_bf16_supported(including_emulation=False):
        message = "precision: this graphics card does not compute with bfloat16 numbers."
        raise WrongInput("The precision is not there", message, "Choose float32.")
    return torch.device(config.device)


def on_device(samples: SampleSet, device: torch.device) -> SampleSet:
    """Samples whose tensors all lie on a device; themselves when they do already.

    Windows stay views of one series: what is moved is that series.

    Raises:
        TrainingFault: when the device has not enough memory for them.
    """
    if samples.training.rows.device == device:
        return samples
    try:
        return _moved(samples, device)
    except torch.OutOfMemoryError as error:
        raise TrainingFault(
            "The device is too small",
            f"device: the samples do not fit into the memory of {device}.",
            "Choose cpu, fewer channels or smaller layers.",
        ) from error


def beside(network: nn.Module, samples: SampleSet, block: Block) -> tuple[SampleSet, Block]:
    """Samples and a block where a network lies, to be answered there."""
    device = next(network.parameters()).device
    if block.rows.device == device:
        return samples, block
    return on_device(samples, device), _moved(block, device)


def since_last(times_bt: torch.Tensor) -> torch.Tensor:
    """Times of windows (b, t) as `SampleSet` holds them on any device, in steps before the last; float32."""
    past_bt = times_bt - times_bt[:, -1:]
    if times_bt.is_floating_point():
        return past_bt.to(torch.float32)
    return past_bt.to(torch.float32) / _TICKS_OF_A_STEP


def on_cpu(state: Any) -> Any:
    """A state whose tensors can be read on a machine without the device; those on the CPU are not copied."""
    match state:
        case torch.Tensor():
            return state.cpu()
        case dict():
            return {name: on_cpu(value) for name, value in state.items()}
        case list() | tuple():
            return type(state)(on_cpu(value) for value in state)
    return state


def learning_format(config: TrainingConfig) -> Callable[[], AbstractContextManager[object]]:
    """What a step goes forward in: bfloat16 where that is exact enough (Micikevicius et al. 2018), or float32.

    Bfloat16 reaches as far as float32, so no loss is scaled. Answers are computed in float32 in any case.
    """
    if config.precision == "mixed":
        return lambda: torch.autocast(config.device, torch.bfloat16)
    return nullcontext


def _moved(holder: _Holder, device: torch.device) -> _Holder:
    """A holder of tensors and of such holders, on a device."""
    changes: dict[str, Any] = {}
    for field in fields(holder):  # type: ignore[arg-type]  # a frozen dataclass
        value = getattr(holder, field.name)
        if isinstance(value, torch.Tensor):
            changes[field.name] = _moved_view(value, device)
        elif hasattr(value, "__dataclass_fields__") and _holds_tensors(value):
            changes[field.name] = _moved(value, device)
    return replace(holder, **changes)  # type: ignore[type-var]


def _holds_tensors(value: Any) -> bool:
    return any(isinstance(getattr(value, field.name), torch.Tensor) for field in fields(value))


def _moved_view(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    """A tensor on a device with the same strides: windows that share their steps go on sharing them."""
    whole = tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0)
    if device.type == "mps" and whole.dtype is torch.float64:  # which that device does not know
        whole = (whole * _TICKS_OF_A_STEP).round().to(torch.int64)
    return whole.to(device).as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())
