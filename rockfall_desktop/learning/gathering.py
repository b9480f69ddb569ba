"""From sample numbers to what a network sees: windows by index, and each zone's static input encoded once.

Axes: s stack or set, u one that the batch needs, b batch, t step of the window, i input, k token, d width.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from typing import NamedTuple

import torch

from rockfall_desktop.domain.events import Tick
from rockfall_desktop.learning.augmentation.augment import NO_CHANGE, Augment
from rockfall_desktop.learning.device import since_last
from rockfall_desktop.learning.encoding import (
    KEPT_NUMBERS,
    LearningEncoding,
    SpatialInput,
    Within,
    spatial_inputs,
)
from rockfall_desktop.learning.memory import NO_LIMIT, AtOnce, counting_stacks
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import MISSING, Block, SampleSet


class Tokens(NamedTuple):
    """Encoded stacks or sets, and where to find each.

    Attributes:
        tokens_ukd: what was encoded.
        place_s: int64 (s + 1,), row of `tokens_ukd` of each stack; any row where it was not encoded, and at the end.

    """

    tokens_ukd: torch.Tensor
    place_s: torch.Tensor

    def of(self, stack_b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens (b, k, d) of each sample's stack, and whether it has one, bool (b,)."""
        return self.tokens_ukd.index_select(0, self.place_s[stack_b]), stack_b != MISSING


class Encoded(NamedTuple):
    """The spatial input of some samples, encoded; None for a network without such a part."""

    raster: Tokens | None = None
    cloud: Tokens | None = None


class LearningEncodings:
    """Encodings for one batch: made once, used by all its pieces, whose gradients go back into the encoders at once.

    Encoders of many zones take their time: `groups` and `backward_groups` go forth and back in steps between which a
    stop is heard. `encoded` and `backward` do what is left of it at once.
    """

    def __init__(
        self,
        network: RockfallNetwork,
        samples: SampleSet,
        block: Block,
        picked: torch.Tensor,
        augment: Augment,
        within: Within = nullcontext,
        at_once: AtOnce | None = None,
    ) -> None:
        most, self._keeps = (NO_LIMIT, True) if at_once is None else (at_once.stacks, at_once.keeps)
        raster, cloud = spatial_inputs(network, samples, block, picked, augment, most)
        self._raster = LearningEncoding(raster, within) if raster is not None else None
        self._cloud = LearningEncoding(cloud, within) if cloud is not None else None
        self._forth, self._back = self._encode(), self._hand_back()

    def groups(self) -> Iterator[None]:
        """Encode, a group of stacks or sets after the other."""
        return self._forth

    def backward_groups(self) -> Iterator[None]:
        """Hand the gathered gradients to the encoders, a group after the other."""
        return self._back

    @property
    def encoded(self) -> Encoded:
        """What `gather` takes."""
        for _ in self._forth:
            pass
        return Encoded(*(None if part is None else Tokens(part.tokens_ukd, part.place_s) for part in self._parts))

    def backward(self) -> None:
        """Hand the gathered gradients to the encoders."""
        for _ in self._back:
            pass

    @property
    def _parts(self) -> tuple[LearningEncoding | None, LearningEncoding | None]:
        return self._raster, self._cloud

    def _encode(self) -> Iterator[None]:
        room = KEPT_NUMBERS if self._keeps else 0.0
        for part in self._parts:
            if part is not None:
                room = yield from part.encode(room)

    def _hand_back(self) -> Iterator[None]:
        for part in self._parts:
            if part is not None:
                yield from part.backward()


def encode_block(
    network: RockfallNetwork,
    samples: SampleSet,
    block: Block,
    beat: Callable[[], Iterator[Tick]],
    most: int = NO_LIMIT,
) -> Generator[Tick, None, Encoded]:
    """Encode what a block needs, for answering: no gradients are kept. Beats after each group of stacks or sets.

    Raises:
        TooManyStacks: when the memory does not do for a group; `most` is how many may be in one.

    """
    everything = torch.arange(len(block.rows), device=block.rows.device)
    raster, cloud = spatial_inputs(network, samples, block, everything, NO_CHANGE, most)
    return Encoded((yield from _plainly(raster, beat)), (yield from _plainly(cloud, beat)))


def gather(samples: SampleSet, block: Block, picked: torch.Tensor, encoded: Encoded) -> Batch:
    """The batch of picked samples of a block, int64 (b,) numbers within the block."""
    batch = gather_spatial(block, picked, encoded)
    if not samples.windows.shape[2]:
        return batch
    rows = block.rows.index_select(0, picked)
    times_bt = samples.times.index_select(0, rows)
    return batch._replace(x_bti=samples.windows.index_select(0, rows), time_bt=since_last(times_bt))


def gather_spatial(block: Block, picked: torch.Tensor, encoded: Encoded) -> Batch:
    """The same batch without its series."""
    batch = Batch(len(picked))
    if encoded.raster is not None:
        tokens, here = encoded.raster.of(block.rasters.index_select(0, picked))
        batch = batch._replace(raster_bkd=tokens, raster_here_b=here)
    if encoded.cloud is not None:
        tokens, here = encoded.cloud.of(block.clouds.index_select(0, picked))
        batch = batch._replace(cloud_bkd=tokens, cloud_here_b=here)
    return batch


def _plainly(needed: SpatialInput | None, beat: Callable[[], Iterator[Tick]]) -> Generator[Tick, None, Tokens | None]:
    if needed is None:
        return None
    tokens = []
    for group in needed.groups:
        with torch.inference_mode(), counting_stacks(len(group)):
            tokens.append(needed.encode(*needed.take(group)))
        yield from beat()
    with torch.inference_mode():
        return Tokens(torch.cat(tokens), needed.place_s)
