"""The whole network: an encoder of each input, their fusion, and the hazard of each stretch of the horizons.

Axes: b batch, t step of the window, i input, h horizon, s stack or set, c band, k token or class band, y row, x column,
m point, f feature, v change, d width, r place of a mask.
"""

import torch
from torch import nn

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.hazards import HazardHead
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.learning.networks.temporal import temporal_encoder


class RockfallNetwork(nn.Module):
    """A batch in, one logit for each horizon out, never falling with the horizon."""

    def __init__(self, shapes: InputShapes, config: TrainingConfig) -> None:
        super().__init__()
        self.encoder = temporal_encoder(shapes.series, config)
        self.rest = nn.Dropout(config.dropout)
        self.head = HazardHead(config.width, len(config.horizon_steps))

    def raster_tokens(self, bands_scyx: torch.Tensor, classes_skyx: torch.Tensor) -> torch.Tensor:
        """Encode stacks of chips to tokens (s, k, d)."""
        raise NotImplementedError

    def cloud_tokens(self, points_smf: torch.Tensor, changes_sv: torch.Tensor) -> torch.Tensor:
        """Encode point sets to tokens (s, k, d)."""
        raise NotImplementedError

    def features(self, batch: Batch) -> torch.Tensor:
        """What the head sees of a batch, (b, d)."""
        return torch.as_tensor(self.rest(self.encoder(batch.x_bti)))

    def forward(self, batch: Batch) -> torch.Tensor:
        """Logits (b, h) of a batch."""
        return torch.as_tensor(self.head(self.features(batch)))

    def start_at(self, log_odds_h: list[float]) -> None:
        """Let the untrained head answer with the given log odds, so that no epoch is spent on learning them."""
        self.head.start_at(log_odds_h)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(part.numel() for part in self.parameters() if part.requires_grad)
