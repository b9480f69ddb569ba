"""The whole network: an encoder of the window and a head for each horizon.

Axes: b batch, t step of the window, i input, h horizon.
"""

import torch
from torch import nn

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.temporal import temporal_encoder


class RockfallNetwork(nn.Module):
    """Windows in, one logit for each horizon out."""

    def __init__(self, inputs: int, config: TrainingConfig) -> None:
        super().__init__()
        self.encoder = temporal_encoder(inputs, config)
        self.rest = nn.Dropout(config.dropout)
        self.heads = nn.ModuleList(nn.Linear(config.width, 1) for _ in config.horizon_steps)

    def forward(self, x_bti: torch.Tensor) -> torch.Tensor:
        """Logits (b, h) of windows (b, t, i)."""
        encoding = self.rest(self.encoder(x_bti))
        return torch.cat([head(encoding) for head in self.heads], dim=1)

    def start_at(self, log_odds_h: list[float]) -> None:
        """Let the untrained heads answer with the given log odds, so that no epoch is spent on learning them."""
        with torch.no_grad():
            for head, log_odds in zip(self.heads, log_odds_h, strict=True):
                head.bias.fill_(log_odds)  # type: ignore[operator]
                head.weight.mul_(0.1)  # type: ignore[operator]

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(part.numel() for part in self.parameters() if part.requires_grad)
