"""Dropout of vectors, by chance or by a mask from outside.

Axes: b batch, k token, d width.
"""

import torch
from torch import nn
from torch.nn.functional import dropout


class Dropping(nn.Module):
    """Dropout (Srivastava et al. 2014); a mask from outside makes it a draw of Monte-Carlo dropout (Gal 2016)."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, seen_bd: torch.Tensor, mask_d: torch.Tensor | None) -> torch.Tensor:
        """(b, d) or (b, k, d), a share left out in training; or times the mask (d,), already divided by 1 - share."""
        if mask_d is not None:
            return seen_bd * mask_d
        return dropout(seen_bd, self.share, self.training)
