"""The weights that a training is judged by: those of its last step, or a mean over the last steps."""

import copy
from collections.abc import Callable
from typing import Any

import torch

from rockfall_desktop.learning.fitting.dense_way import DenseWay
from rockfall_desktop.learning.fitting.window_way import WindowWay
from rockfall_desktop.learning.networks.network import RockfallNetwork

_DECAY = 0.8
_EARLY = 10


class Judged:
    """The network that is judged and kept, and the way by which it answers.

    A network that learns densely takes few large steps, each resting on runs of neighbouring samples, and swings about
    where it should stand. An exponential mean of its weights (Polyak and Juditsky 1992; Morales-Brotons et al.
    2024) stands still there: the lowest validation loss comes sooner. Early steps weigh little from the start.

    Attributes:
        network: the mean, or the very network that learns.
        way: by which it answers.
    """

    def __init__(
        self,
        way: WindowWay | DenseWay,
        learning: RockfallNetwork,
        way_of: Callable[[RockfallNetwork], WindowWay | DenseWay],
        *,
        averaged: bool,
    ) -> None:
        self.network = copy.deepcopy(learning) if averaged else learning
        self.way = way_of(self.network) if averaged else way
        self._weights: list[torch.Tensor] = [*self.network.parameters()]
        self._learning: list[torch.Tensor] = [*learning.parameters()]
        self._averaged, self._steps = averaged, 0

    @torch.no_grad()
    def after_step(self) -> None:
        """Move on after one optimiser step."""
        if not self._averaged:
            return
        self._steps += 1
        kept = min(_DECAY, (1 + self._steps) / (_EARLY + self._steps))
        torch._foreach_lerp_(self._weights, self._learning, 1 - kept)

    def state(self) -> dict[str, Any] | None:
        """What is needed to go on; None where the learning network is all."""
        return {"steps": self._steps, "weights": self.network.state_dict()} if self._averaged else None

    def restore(self, state: dict[str, Any] | None) -> None:
        """Go on from where it stood."""
        if state is not None:
            self._steps = state["steps"]
            self.network.load_state_dict(state["weights"])
