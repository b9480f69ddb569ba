"""From sample numbers to what a network sees: windows by index, and each zone's static input encoded once.

Axes: s stack or set, u one that the batch needs, b batch, t step of the window, i input, k token, d width.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch

from rockfall_desktop.learning.augmentation.augment import NO_CHANGE, Augment
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import MISSING, Block, SampleSet

_ENCODED_AT_ONCE = 16
_Encode = Callable[[torch.Tensor], torch.Tensor]


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

    Attributes:
        encoded: what `gather` takes.

    """

    def __init__(
        self, network: RockfallNetwork, samples: SampleSet, block: Block, picked: torch.Tensor, augment: Augment
    ) -> None:
        self._groups: list[tuple[list[torch.Tensor], torch.Tensor]] = []
        self.encoded = _encode(network, samples, block, picked, augment, self._learned)

    def _learned(self, encode: _Encode, stack_u: torch.Tensor) -> torch.Tensor:
        groups = [encode(group) for group in torch.split(stack_u, _ENCODED_AT_ONCE)]
        leaf = torch.cat([group.detach() for group in groups]).requires_grad_()
        self._groups.append((groups, leaf))
        return leaf

    def backward(self) -> None:
        """Hand the gathered gradients to the encoders."""
        for groups, leaf in self._groups:
            if leaf.grad is None:
                continue
            for tokens, gradient in zip(groups, torch.split(leaf.grad, _ENCODED_AT_ONCE), strict=True):
                if tokens.requires_grad:
                    torch.autograd.backward(tokens, gradient)


def encode_block(network: RockfallNetwork, samples: SampleSet, block: Block) -> Encoded:
    """Encode what a block needs, for answering: no gradients are kept. Call it in inference mode."""

    def plain(encode: _Encode, stack_u: torch.Tensor) -> torch.Tensor:
        return torch.cat([encode(group) for group in torch.split(stack_u, _ENCODED_AT_ONCE)])

    return _encode(network, samples, block, torch.arange(len(block.rows)), NO_CHANGE, plain)


def gather(samples: SampleSet, block: Block, picked: torch.Tensor, encoded: Encoded) -> Batch:
    """The batch of picked samples of a block, int64 (b,) numbers within the block."""
    batch = gather_spatial(block, picked, encoded)
    if samples.windows.shape[2]:
        rows = block.rows.index_select(0, picked)
        times_bt = samples.times.index_select(0, rows)
        batch = batch._replace(
            x_bti=samples.windows.index_select(0, rows), time_bt=(times_bt - times_bt[:, -1:]).to(torch.float32)
        )
    return batch


def gather_spatial(block: Block, picked: torch.Tensor, encoded: Encoded) -> Batch:
    """As `gather`, without the windows: for samples whose series are read in chunks."""
    batch = Batch(len(picked))
    if encoded.raster is not None:
        tokens, here = encoded.raster.of(block.rasters.index_select(0, picked))
        batch = batch._replace(raster_bkd=tokens, raster_here_b=here)
    if encoded.cloud is not None:
        tokens, here = encoded.cloud.of(block.clouds.index_select(0, picked))
        batch = batch._replace(cloud_bkd=tokens, cloud_here_b=here)
    return batch


def _encode(
    network: RockfallNetwork,
    samples: SampleSet,
    block: Block,
    picked: torch.Tensor,
    augment: Augment,
    apply: Callable[[_Encode, torch.Tensor], torch.Tensor],
) -> Encoded:
    raster = cloud = None
    if (rasters := samples.rasters) is not None:
        stack_u, place_s = _needed(block.rasters.index_select(0, picked), len(rasters.bands))
        tokens = apply(lambda u: network.raster_tokens(*augment.rasters(rasters, u)), stack_u)
        raster = Tokens(tokens, place_s)
    if (clouds := samples.clouds) is not None:
        stack_u, place_s = _needed(block.clouds.index_select(0, picked), len(clouds.points))
        tokens = apply(lambda u: network.cloud_tokens(augment.clouds(clouds, u), clouds.changes[u]), stack_u)
        cloud = Tokens(tokens, place_s)
    return Encoded(raster, cloud)


def _needed(stack_b: torch.Tensor, stacks: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Which stacks a batch needs (at least one, so that shapes hold), and the place of each among them."""
    stack_u = torch.unique(stack_b[stack_b != MISSING])
    if not len(stack_u):
        stack_u = torch.zeros(1, dtype=torch.int64)
    place_s = torch.zeros(stacks + 1, dtype=torch.int64)
    place_s[stack_u] = torch.arange(len(stack_u))
    return stack_u, place_s
