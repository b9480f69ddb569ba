"""The whole network: an encoder of each input, their fusion, and the hazard of each stretch of the horizons.

Axes: b batch, t step of the window, i input, h horizon, s stack or set, c band, k token or class band, y row, x column,
m point, f feature, v change, d width, r place of a mask.
"""

import torch
from torch import nn

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.networks.chip_input import GRID
from rockfall_desktop.learning.networks.convolutional import ConvolutionalEncoder
from rockfall_desktop.learning.networks.cost import Cost, cost_of
from rockfall_desktop.learning.networks.dropping import Dropping
from rockfall_desktop.learning.networks.fusion import AttentionFusion, Fusion, FusionShape, GatedFusion, LinesFusion
from rockfall_desktop.learning.networks.hazards import HazardHead
from rockfall_desktop.learning.networks.points import PointEncoder
from rockfall_desktop.learning.networks.presence import Presence
from rockfall_desktop.learning.networks.residual import EIGHTEEN, LIGHT, ResidualEncoder
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape
from rockfall_desktop.learning.networks.temporal import temporal_encoder


class RockfallNetwork(nn.Module):
    """A batch in, one logit for each horizon out, never falling with the horizon.

    Attributes:
        encoder: of the series; None for a network without a temporal part.
        raster, cloud: encoders of spatial inputs; None where there is none.
        head: from features to logits; `head.line` is the last layer.

    """

    def __init__(self, shapes: InputShapes, config: TrainingConfig) -> None:
        super().__init__()
        self.encoder = temporal_encoder(shapes.series, config)
        self.rest = Dropping(config.dropout)
        self.head = HazardHead(config.width, len(config.horizon_steps))
        self.raster = _raster_encoder(shapes.raster, config)
        self.cloud = _cloud_encoder(shapes.cloud, config)
        self.raster_cost = self.cloud_cost = Cost(0.0, 0.0)
        tokens: tuple[int, ...] = ()
        if self.raster is not None and shapes.raster is not None:
            self.raster_cost, tokens = _raster_cost(self.raster, shapes.raster), (GRID * GRID,)
        if self.cloud is not None and shapes.cloud is not None:
            self.cloud_cost, tokens = _cloud_cost(self.cloud, shapes.cloud), (*tokens, 1)
        self.fusion: Fusion | None = None
        if tokens:
            series = self.encoder is not None
            self.presence = Presence(tokens, config.width, config.modality_dropout, alone=not series)
            self.fusion = _fusion(config.fusion, FusionShape(series, tokens, config.width, config.dropout))
        self.mask_places = 1 + (len(tokens) + int(self.encoder is not None) if tokens else 0)
        """Places r at which dropout acts on a whole vector: each input before the fusion, and what the head sees."""

    def raster_tokens(self, bands_scyx: torch.Tensor, classes_skyx: torch.Tensor) -> torch.Tensor:
        """Encode stacks of chips to tokens (s, k, d)."""
        assert self.raster is not None  # noqa: S101 - only a network that has the part is asked
        return torch.as_tensor(self.raster(bands_scyx, classes_skyx))

    def cloud_tokens(self, points_smf: torch.Tensor, changes_sv: torch.Tensor) -> torch.Tensor:
        """Encode point sets to tokens (s, k, d)."""
        assert self.cloud is not None  # noqa: S101 - only a network that has the part is asked
        return torch.as_tensor(self.cloud(points_smf, changes_sv))

    def features(self, batch: Batch, masks_rd: torch.Tensor | None = None) -> torch.Tensor:
        """What the head sees of a batch, (b, d); masks as `fused` takes them."""
        encoding_bd = self.encoder(batch.x_bti, batch.time_bt) if self.encoder is not None else None
        return self.fused(encoding_bd, batch, masks_rd)

    def fused(
        self, encoding_bd: torch.Tensor | None, batch: Batch, masks_rd: torch.Tensor | None = None
    ) -> torch.Tensor:
        """What the head sees, (b, d), of encoded series (None without) and the spatial tokens of a batch.

        `masks_rd`, (r, d) and already divided by (1 - dropout), takes the place of the network's own dropout, the
        same for all samples: each input in the order series, raster, cloud, and last what the head sees.
        """
        masks = [None] * self.mask_places if masks_rd is None else list(masks_rd.unbind())
        if self.fusion is None:
            assert encoding_bd is not None  # noqa: S101 - a network reads something
            return torch.as_tensor(self.rest(encoding_bd, masks[-1]))
        tokens_g = self.presence(*self._spatial(batch))
        inputs = [*([] if encoding_bd is None else [encoding_bd]), *tokens_g]
        inputs = [self.rest(seen, mask_d) for seen, mask_d in zip(inputs, masks[:-1], strict=True)]
        joined_bd = self.fusion(None if encoding_bd is None else inputs[0], inputs[-len(tokens_g) :])
        return torch.as_tensor(self.rest(joined_bd, masks[-1]))

    def forward(self, batch: Batch, masks_rd: torch.Tensor | None = None) -> torch.Tensor:
        """Logits (b, h) of a batch; masks as `fused` takes them."""
        return torch.as_tensor(self.head(self.features(batch, masks_rd)))

    def start_at(self, log_odds_h: list[float]) -> None:
        """Let the untrained head answer with the given log odds, so that no epoch is spent on learning them."""
        self.head.start_at(log_odds_h)

    def parameter_count(self) -> int:
        """Trainable numbers."""
        return sum(part.numel() for part in self.parameters() if part.requires_grad)

    def _spatial(self, batch: Batch) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Tokens of each spatial input that the network has, and where each is there."""
        tokens, here = [], []
        if self.raster is not None and batch.raster_bkd is not None and batch.raster_here_b is not None:
            tokens.append(batch.raster_bkd)
            here.append(batch.raster_here_b)
        if self.cloud is not None and batch.cloud_bkd is not None and batch.cloud_here_b is not None:
            tokens.append(batch.cloud_bkd)
            here.append(batch.cloud_here_b)
        return tokens, here


def _raster_encoder(shape: RasterShape | None, config: TrainingConfig) -> nn.Module | None:
    if shape is None:
        return None
    match config.raster_network:
        case "none":
            return None
        case "cnn":
            return ConvolutionalEncoder(shape, config.width)
        case "resnet_light":
            return ResidualEncoder(shape, config.width, LIGHT)
        case "resnet":
            return ResidualEncoder(shape, config.width, EIGHTEEN)


def _cloud_encoder(shape: CloudShape | None, config: TrainingConfig) -> nn.Module | None:
    if shape is None or config.cloud_network == "none":
        return None
    return PointEncoder(shape, config.width)


def _fusion(name: str, shape: FusionShape) -> Fusion:
    match name:
        case "attention":
            return AttentionFusion(shape)
        case "gated":
            return GatedFusion(shape)
        case _:
            return LinesFusion(shape)


def _raster_cost(encoder: nn.Module, shape: RasterShape) -> Cost:
    bands = torch.zeros(1, shape.bands, shape.side, shape.side, device="meta")
    classes = torch.zeros(1, len(shape.class_counts), shape.side, shape.side, dtype=torch.int64, device="meta")
    return cost_of(encoder, bands, classes)


def _cloud_cost(encoder: nn.Module, shape: CloudShape) -> Cost:
    points = torch.zeros(1, shape.points, shape.features, device="meta")
    return cost_of(encoder, points, torch.zeros(1, shape.changes, device="meta"))
