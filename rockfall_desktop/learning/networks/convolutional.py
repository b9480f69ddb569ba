"""The small raster network.

Axes: s stack, c band, k class band, y row, x column, p token, d width.
"""

from itertools import pairwise

import torch
from torch import nn
from torch.nn.functional import relu

from rockfall_desktop.learning.networks.chip_input import ChipInput, GridTokens, group_norm
from rockfall_desktop.learning.networks.shapes import RasterShape

_BANDS = (16, 32)


class ConvolutionalEncoder(nn.Module):
    """Convolutional network (LeCun et al. 1998): two layers that halve the sides, then the quarters' means."""

    def __init__(self, shape: RasterShape, width: int) -> None:
        super().__init__()
        self.input = ChipInput(shape)
        wide = (self.input.bands, *_BANDS)
        self.filters = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False) for before, after in pairwise(wide)
        )
        self.norms = nn.ModuleList(group_norm(bands) for bands in _BANDS)
        self.tokens = GridTokens(_BANDS[-1], width)

    def forward(self, bands_scyx: torch.Tensor, classes_skyx: torch.Tensor) -> torch.Tensor:
        """Encode bands (s, c, y, x) and classes (s, k, y, x) to tokens (s, 4, d)."""
        seen = self.input(bands_scyx, classes_skyx)
        for filters, norm in zip(self.filters, self.norms, strict=True):
            seen = relu(norm(filters(seen)))
        return torch.as_tensor(self.tokens(seen))
