"""Each static input that a batch needs, encoded once, in groups small enough to be stopped between.

Axes: s stack or set, u one that the batch needs, b batch, k token, d width.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

import torch

from rockfall_desktop.learning.augmentation.augment import Augment
from rockfall_desktop.learning.memory import NO_LIMIT, counting_stacks
from rockfall_desktop.learning.networks.cost import Cost
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import MISSING, Block, SampleSet

Within = Callable[[], AbstractContextManager[object]]

KEPT_NUMBERS = 1e8
"""Most numbers that all groups of a batch together keep for the way back; others are encoded a second time there."""


@dataclass(frozen=True, eq=False)
class SpatialInput:
    """The rasters, or the clouds, that some samples need.

    Attributes:
        take: gives the input of stacks or sets by their numbers, changed where augmentation asks for it.
        encode: from what `take` gives to tokens (u, k, d).
        stack_u: which are needed, at least one, so that shapes hold.
        place_s: int64 (s + 1,), place of each stack in `stack_u`; any where it is not needed, and at the end.
        cost: of one.
        most: that may be encoded at once, whatever the cost.

    """

    take: Callable[[torch.Tensor], tuple[torch.Tensor, ...]]
    encode: Callable[..., torch.Tensor]
    stack_u: torch.Tensor
    place_s: torch.Tensor
    cost: Cost
    most: int

    @property
    def groups(self) -> tuple[torch.Tensor, ...]:
        """Numbers of stacks that are encoded at once."""
        return torch.split(self.stack_u, min(self.cost.at_once, self.most))


class SpatialInputs(NamedTuple):
    """Both; None where the network has no such part or the samples no such input."""

    raster: SpatialInput | None
    cloud: SpatialInput | None


def spatial_inputs(
    network: RockfallNetwork,
    samples: SampleSet,
    block: Block,
    picked: torch.Tensor,
    augment: Augment,
    most: int = NO_LIMIT,
) -> SpatialInputs:
    """What picked samples of a block need, int64 (b,) numbers within the block; at most so many in a group."""
    raster = cloud = None
    if (rasters := samples.rasters) is not None and network.raster is not None:
        needed = _needed(block.rasters.index_select(0, picked), len(rasters.bands))
        raster = SpatialInput(
            lambda u: augment.rasters(rasters, u), network.raster_tokens, *needed, network.raster_cost, most
        )
    if (clouds := samples.clouds) is not None and network.cloud is not None:
        needed = _needed(block.clouds.index_select(0, picked), len(clouds.points))
        cloud = SpatialInput(
            lambda u: (augment.clouds(clouds, u), clouds.changes[u]),
            network.cloud_tokens,
            *needed,
            network.cloud_cost,
            most,
        )
    return SpatialInputs(raster, cloud)


def most_kept_numbers(network: RockfallNetwork, samples: SampleSet, batch_size: int) -> float:
    """About how many numbers the encoders of static input keep at once in a step of learning, at most."""
    kept = at_once = 0.0
    for stacks, cost in (
        (samples.rasters.bands if samples.rasters is not None else None, network.raster_cost),
        (samples.clouds.points if samples.clouds is not None else None, network.cloud_cost),
    ):
        if stacks is not None:
            kept += min(batch_size, len(stacks)) * cost.kept_numbers
            at_once = max(at_once, min(batch_size, len(stacks), cost.at_once) * cost.kept_numbers)
    return min(kept, KEPT_NUMBERS + at_once)


class LearningEncoding:
    """One spatial input, encoded for learning; `within` is the number format in which encoders compute.

    Attributes:
        tokens_ukd: what `encode` made; a leaf to which the pieces of the batch add their gradients.
        place_s: place of each stack or set in it, as in `SpatialInput`.

    """

    def __init__(self, needed: SpatialInput, within: Within) -> None:
        self._needed, self._within = needed, within
        self._made: list[tuple[tuple[torch.Tensor, ...], torch.Tensor, bool]] = []
        self.tokens_ukd = torch.empty(0)
        self.place_s = needed.place_s

    def encode(self, room: float) -> Generator[None, None, float]:
        """Encode a group after the other; gives what is left of the room, in numbers kept for the way back.

        Raises:
            TooManyStacks: when the memory does not do for a group.
        """
        for group in self._needed.groups:
            room -= len(group) * self._needed.cost.kept_numbers
            with counting_stacks(len(group)):
                taken = self._needed.take(group)
                with torch.set_grad_enabled(room >= 0), self._within():
                    self._made.append((taken, self._needed.encode(*taken), room >= 0))
            yield
        self.tokens_ukd = torch.cat([tokens.detach() for _, tokens, _ in self._made]).requires_grad_()
        return room

    def backward(self) -> Iterator[None]:
        """Hand the gathered gradients to the encoder, a group after the other.

        Raises:
            TooManyStacks: when the memory does not do for a group.
        """
        if (gradient_ukd := self.tokens_ukd.grad) is None:
            return
        sizes = [len(tokens) for _, tokens, _ in self._made]
        for (taken, tokens, kept), gradient in zip(self._made, torch.split(gradient_ukd, sizes), strict=True):
            with counting_stacks(len(tokens)):
                again = tokens if kept else self._again(taken)
                if again.requires_grad:
                    torch.autograd.backward(again, gradient)
            yield

    def _again(self, taken: tuple[torch.Tensor, ...]) -> torch.Tensor:
        with self._within():
            return self._needed.encode(*taken)


def _needed(stack_b: torch.Tensor, stacks: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which stacks a batch needs, and the place of each among them."""
    stack_u = torch.unique(stack_b[stack_b != MISSING])
    if not len(stack_u):
        stack_u = stack_b.new_zeros(1)
    place_s = stack_b.new_zeros(stacks + 1)
    place_s[stack_u] = torch.arange(len(stack_u), device=stack_b.device)
    return stack_u, place_s
