"""Spatial inputs that are missing, or left out in training.

Axes: b batch, k token, d width, g input (raster, cloud).
"""

import torch
from torch import nn


class Presence(nn.Module):
    """Puts learned tokens where an input is missing, and in training where chance leaves it out.

    Modality dropout (Neverova et al. 2016) makes a network answer without any one input. Numbers of missing tokens,
    not-a-number too, reach neither answers nor gradients.
    """

    def __init__(self, tokens_of_inputs: tuple[int, ...], width: int, share: float, *, alone: bool) -> None:
        """`alone`: without series, of a sample's spatial inputs chance must leave one."""
        super().__init__()
        self.missing_gkd = nn.ParameterList(
            nn.Parameter(torch.randn(tokens, width) * 0.1) for tokens in tokens_of_inputs
        )
        self.share, self.alone = share, alone

    def forward(self, tokens_g: list[torch.Tensor], here_g: list[torch.Tensor]) -> list[torch.Tensor]:
        """Tokens (b, k, d) and bool (b,) of each input to tokens of each that are numbers everywhere."""
        here_bg = torch.stack(here_g, dim=1)
        if self.training and self.share > 0:
            here_bg = self._some(here_bg)
        return [
            torch.where(here_bg[:, place, None, None], tokens_bkd, self.missing_gkd[place])
            for place, tokens_bkd in enumerate(tokens_g)
        ]

    def _some(self, here_bg: torch.Tensor) -> torch.Tensor:
        kept_bg = here_bg & (torch.rand(here_bg.shape, device=here_bg.device) >= self.share)
        if self.alone:
            return torch.where(kept_bg.any(dim=1, keepdim=True), kept_bg, here_bg)
        return kept_bg
