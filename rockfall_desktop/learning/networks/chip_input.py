"""How a stack of chips enters a raster network, and leaves it as tokens.

Axes: s stack, c band, k class band, y row, x column, e number of an embedded class, p token, d width.
"""

import torch
from torch import nn

from rockfall_desktop.learning.networks.shapes import RasterShape

GRID = 2
_NUMBERS_OF_A_CLASS = 4


class ChipInput(nn.Module):
    """Bands as they are, beside each cell's classes as learned vectors (Bengio et al. 2003); unknown is a class too."""

    def __init__(self, shape: RasterShape) -> None:
        super().__init__()
        self.classes = nn.ModuleList(nn.Embedding(count + 1, _NUMBERS_OF_A_CLASS) for count in shape.class_counts)
        self.bands = shape.bands + _NUMBERS_OF_A_CLASS * len(shape.class_counts)

    def forward(self, bands_scyx: torch.Tensor, classes_skyx: torch.Tensor) -> torch.Tensor:
        """Bands (s, c, y, x) and classes (s, k, y, x) as one stack (s, c + k * e, y, x)."""
        learned = [table(classes_skyx[:, place]).movedim(-1, 1) for place, table in enumerate(self.classes)]
        return torch.cat([bands_scyx, *learned], dim=1)


class GridTokens(nn.Module):
    """Means over the quarters of a picture, each a token that knows its quarter."""

    def __init__(self, bands: int, width: int) -> None:
        super().__init__()
        self.line = nn.Linear(bands, width)
        self.norm = nn.LayerNorm(width)
        self.quarter_pd = nn.Parameter(torch.empty(GRID * GRID, width))
        nn.init.normal_(self.quarter_pd, std=0.1)

    def forward(self, bands_scyx: torch.Tensor) -> torch.Tensor:
        """Tokens (s, p, d) of the quarters, row by row; a picture of one cell has it in all."""
        height, length = bands_scyx.shape[-2:]
        quarters = [
            bands_scyx[:, :, rows, columns].mean(dim=(-2, -1))
            for rows in _halves(height)
            for columns in _halves(length)
        ]
        return torch.as_tensor(self.norm(self.line(torch.stack(quarters, dim=1))) + self.quarter_pd)


def group_norm(bands: int) -> nn.GroupNorm:
    """Group normalisation (Wu and He 2018), 16 bands a group: a stack's numbers never depend on its neighbours."""
    return nn.GroupNorm(max(1, bands // 16), bands)


def _halves(length: int) -> tuple[slice, slice]:
    return slice(0, (length + 1) // 2), slice(length // 2, length)
