"""Residual raster networks.

Axes: s stack, c band, k class band, y row, x column, p token, d width.
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import relu

from rockfall_desktop.learning.networks.chip_input import ChipInput, GridTokens, group_norm
from rockfall_desktop.learning.networks.shapes import RasterShape


class Layout(NamedTuple):
    """Bands of each stage, blocks in each stage, and cells along a side of the first filter."""

    bands: tuple[int, ...]
    blocks: int
    first: int


EIGHTEEN = Layout((64, 128, 256, 512), 2, 7)
LIGHT = Layout((16, 32, 64), 2, 3)


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions around which the input goes straight (He et al. 2016), with group normalisation."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False)
        self.second = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.first_norm, self.second_norm = group_norm(after), group_norm(after)
        self.straight: nn.Module = nn.Identity()
        if stride > 1 or before != after:
            self.straight = nn.Sequential(nn.Conv2d(before, after, 1, stride=stride, bias=False), group_norm(after))

    def forward(self, seen_scyx: torch.Tensor) -> torch.Tensor:
        """(s, before, y, x) to (s, after, y / stride, x / stride), rounded up."""
        inner = self.second_norm(self.second(relu(self.first_norm(self.first(seen_scyx)))))
        return relu(inner + self.straight(seen_scyx))


class ResidualEncoder(nn.Module):
    """Residual network (He et al. 2016): the paper's 18-layer layout, or its layout for small pictures with 14.

    Where the paper halves the sides before the first stage, by a stride and by a pool, here each is done only where
    the chip is large enough to leave 2 x 2 cells at the end: from 32 and from 64 cells a side in the 18-layer layout.
    The weights are the same.
    """

    def __init__(self, shape: RasterShape, width: int, layout: Layout) -> None:
        super().__init__()
        self.input = ChipInput(shape)
        halved = 2 ** (len(layout.bands) - 1)
        large = layout.first > 3
        stride = 2 if large and shape.side >= 4 * halved else 1
        self.pools = large and shape.side >= 8 * halved
        first = layout.bands[0]
        self.first = nn.Conv2d(
            self.input.bands, first, layout.first, stride=stride, padding=layout.first // 2, bias=False
        )
        self.first_norm = group_norm(first)
        self.blocks = nn.Sequential(*_blocks(layout))
        self.tokens = GridTokens(layout.bands[-1], width)

    def forward(self, bands_scyx: torch.Tensor, classes_skyx: torch.Tensor) -> torch.Tensor:
        """Encode bands (s, c, y, x) and classes (s, k, y, x) to tokens (s, 4, d)."""
        seen = relu(self.first_norm(self.first(self.input(bands_scyx, classes_skyx))))
        if self.pools:
            seen = nn.functional.max_pool2d(seen, 3, stride=2, padding=1)
        return torch.as_tensor(self.tokens(self.blocks(seen)))


def _blocks(layout: Layout) -> list[ResidualBlock]:
    made, before = [], layout.bands[0]
    for stage, bands in enumerate(layout.bands):
        for block in range(layout.blocks):
            made.append(ResidualBlock(before, bands, 2 if stage and not block else 1))
            before = bands
    return made
