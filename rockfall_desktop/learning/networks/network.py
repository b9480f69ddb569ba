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

    @property
    def mask_places(self) -> int:
        """Places r at which dropout acts on a whole vector."""
        return 1

    def features(self, batch: Batch, masks_rd: torch.Tensor | None = None) -> torch.Tensor:
        """What the head sees of a batch, (b, d); masks as `fused` takes them."""
        return self.fused(self.encoder(batch.x_bti, batch.time_bt), batch, masks_rd)

    def fused(
        self, encoding_bd: torch.Tensor | None, batch: Batch, masks_rd: torch.Tensor | None = None
    ) -> torch.Tensor:
        """What the head sees, (b, d), of encoded series and the spatial tokens of a batch.

        `masks_rd`, (r, d) and already divided by (1 - dropout), takes the place of the network's own dropout.
        """
        del batch
        assert encoding_bd is not None  # noqa: S101 - every network has a temporal part
        return torch.as_tensor(self.rest(encoding_bd) if masks_rd is None else encoding_bd * masks_rd[0])

    def forward(self, batch: Batch, masks_rd: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (b, h) of a batch."""
        return torch.as_tensor(self.head(self.features(batch, masks_rd)))

    def start_at(self, log_odds_h: list[float]) -> None:
        """Let the untrained head answer with the given log odds, so that no epoch is spent on learning them."""
        self.head.start_at(log_odds_h)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(part.numel() for part in self.parameters() if part.requires_grad)
