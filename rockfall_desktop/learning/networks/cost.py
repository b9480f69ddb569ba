"""What it takes to encode one stack or set, counted on the network itself without computing anything."""

from typing import NamedTuple

import torch
from torch import nn
from torch.func import functional_call

_OPERATIONS = 1.5e9
_NUMBERS = 3e7
_MOST = 256


class Cost(NamedTuple):
    """Of one stack or set.

    Attributes:
        operations: multiplications on the way forward; twice as many on the way back.
        kept_numbers: numbers that are kept for the way back.

    """

    operations: float
    kept_numbers: float

    @property
    def at_once(self) -> int:
        """How many to encode at once: there and back in less than half a second on one slow core."""
        most = min(_OPERATIONS / max(self.operations, 1.0), _NUMBERS / max(self.kept_numbers, 1.0))
        return max(1, min(_MOST, int(most)))


def cost_of(network: nn.Module, *inputs_of_one: torch.Tensor) -> Cost:
    """Count the parts that hold weights, on inputs of one stack or set that lie on the device `meta`."""
    operations, kept = 0.0, 0.0

    def count(part: nn.Module, _: tuple[torch.Tensor, ...], made: torch.Tensor) -> None:
        nonlocal operations, kept
        kept += 2.0 * made.numel()  # what the part gives, and what follows from it
        if isinstance(part, nn.Conv2d | nn.Linear):
            operations += made.numel() * part.weight[0].numel()

    leaves = [part for part in network.modules() if not any(part.children())]
    hooks = [part.register_forward_hook(count) for part in leaves]
    try:
        weights = {name: value.detach().to("meta") for name, value in network.named_parameters()}
        with torch.no_grad():
            functional_call(network, weights, inputs_of_one)
    finally:
        for hook in hooks:
            hook.remove()
    return Cost(operations, kept)
