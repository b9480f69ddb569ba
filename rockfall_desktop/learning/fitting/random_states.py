"""Where every generator of random numbers stands, as plain values that a checkpoint can hold."""

import random
from typing import Any

import numpy as np
import torch

States = dict[str, Any]


def torch_states() -> States:
    """Where torch's generators stand, those of the devices too; about a microsecond on the CPU."""
    states: States = {"torch": torch.get_rng_state()}
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states["cuda"] = torch.cuda.get_rng_state()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def set_torch_states(states: States) -> None:
    """Put torch's generators back; a device that is not there any more is left out."""
    torch.set_rng_state(states["torch"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])


def other_states() -> States:
    """Where the generators of Python and numpy stand. A training step draws from torch alone."""
    name, keys, position, has_gauss, gauss = np.random.get_state()  # noqa: NPY002 - whoever draws from it is not known
    numbers = torch.from_numpy(np.asarray(keys, np.int64))
    return {"python": random.getstate(), "numpy": (name, numbers, position, has_gauss, gauss)}


def set_other_states(states: States) -> None:
    """Put the generators of Python and numpy back."""
    random.setstate(states["python"])
    name, numbers, position, has_gauss, gauss = states["numpy"]
    keys = numbers.numpy().astype(np.uint32)
    np.random.set_state((name, keys, position, has_gauss, gauss))  # noqa: NPY002
