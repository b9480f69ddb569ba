"""How encodings of different inputs become one.

Axes: b batch, k token, d width, g input (raster, cloud).
"""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn.functional import gelu

from rockfall_desktop.learning.networks.attention import Attention, AttentionLayer

_LAYERS = 2
_MOSTLY_CLOSED = -1.0


class FusionShape(NamedTuple):
    """What is joined.

    Attributes:
        series: whether there is an encoding of series.
        tokens: tokens of each spatial input.
        width: d.
        dropout: share left out in training.

    """

    series: bool
    tokens: tuple[int, ...]
    width: int
    dropout: float


class Fusion(nn.Module):
    """Joins (b, d), the series, and tokens of each spatial input, (b, k, d) each, to (b, d)."""

    def forward(self, encoding_bd: torch.Tensor | None, tokens_g: list[torch.Tensor]) -> torch.Tensor:
        """Join; the encoding is None without series."""
        raise NotImplementedError


class LinesFusion(Fusion):
    """A perceptron with one hidden layer (Rumelhart et al. 1986) on everything side by side."""

    def __init__(self, shape: FusionShape) -> None:
        super().__init__()
        vectors = int(shape.series) + sum(shape.tokens)
        self.hidden = nn.Linear(vectors * shape.width, 2 * shape.width)
        self.out = nn.Linear(2 * shape.width, shape.width)
        self.rest = nn.Dropout(shape.dropout)

    def forward(self, encoding_bd: torch.Tensor | None, tokens_g: list[torch.Tensor]) -> torch.Tensor:
        """Join; see `Fusion`."""
        side_by_side = [tokens_bkd.flatten(1) for tokens_bkd in tokens_g]
        if encoding_bd is not None:
            side_by_side.insert(0, encoding_bd)
        return gelu(self.out(self.rest(gelu(self.hidden(torch.cat(side_by_side, dim=1))))))


class AttentionFusion(Fusion):
    """Self-attention over the tokens of all inputs (Vaswani et al. 2017); the token of the series answers.

    Each token carries a learned mark of its input, as in ViLT (Kim et al. 2021). Without series a learned token asks,
    like the class token of ViT (Dosovitskiy et al. 2021).
    """

    def __init__(self, shape: FusionShape) -> None:
        super().__init__()
        self.question_d = None if shape.series else _learned(shape.width)
        self.mark_gd = nn.ParameterList(_learned(shape.width) for _ in shape.tokens)
        self.stack = nn.ModuleList(AttentionLayer(shape.width, shape.dropout) for _ in range(_LAYERS))
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, encoding_bd: torch.Tensor | None, tokens_g: list[torch.Tensor]) -> torch.Tensor:
        """Join; see `Fusion`."""
        question_bd = _question(encoding_bd, self.question_d, tokens_g[0])
        marked = [tokens_bkd + mark_d for tokens_bkd, mark_d in zip(tokens_g, self.mark_gd, strict=True)]
        tokens_bkd = torch.cat([question_bd[:, None], *marked], dim=1)
        *before, last = self.stack
        for layer in before:
            tokens_bkd = layer(tokens_bkd, tokens_bkd.shape[1])
        return torch.as_tensor(self.norm(last(tokens_bkd, 1)[:, 0]))


class GatedFusion(Fusion):
    """The series ask the spatial tokens, and a learned gate says how much of the answer they take, number by number.

    Cross-attention between inputs as in MulT (Tsai et al. 2019), the gate as in gated multimodal units (Arevalo et al.
    2017); it starts mostly closed, so that learning begins with what the series say. A learned token of nothing lies
    beside the others, so that a question has a choice where there is a single one. Without series a learned vector
    asks.
    """

    def __init__(self, shape: FusionShape) -> None:
        super().__init__()
        width = shape.width
        self.question_d = None if shape.series else _learned(width)
        self.mark_gd = nn.ParameterList(_learned(width) for _ in shape.tokens)
        self.nothing_d = _learned(width)
        self.attention = Attention(width)
        self.before_question, self.before_tokens = nn.LayerNorm(width), nn.LayerNorm(width)
        self.gate = nn.Linear(2 * width, width)
        nn.init.constant_(self.gate.bias, _MOSTLY_CLOSED)
        self.before_lines = nn.LayerNorm(width)
        self.widen, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.rest = nn.Dropout(shape.dropout)

    def forward(self, encoding_bd: torch.Tensor | None, tokens_g: list[torch.Tensor]) -> torch.Tensor:
        """Join; see `Fusion`."""
        question_bd = _question(encoding_bd, self.question_d, tokens_g[0])
        marked = [tokens_bkd + mark_d for tokens_bkd, mark_d in zip(tokens_g, self.mark_gd, strict=True)]
        nothing_bkd = self.nothing_d.expand(question_bd.shape[0], 1, -1)
        seen_bkd = self.before_tokens(torch.cat([nothing_bkd, *marked], dim=1))
        found_bd = self.attention(self.before_question(question_bd)[:, None], seen_bkd)[:, 0]
        open_bd = torch.sigmoid(self.gate(torch.cat([question_bd, found_bd], dim=1)))
        joined_bd = question_bd + open_bd * found_bd
        return torch.as_tensor(joined_bd + self.narrow(self.rest(gelu(self.widen(self.before_lines(joined_bd))))))


def _learned(width: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(width) * 0.1)


def _question(
    encoding_bd: torch.Tensor | None, question_d: torch.Tensor | None, tokens_bkd: torch.Tensor
) -> torch.Tensor:
    if encoding_bd is not None:
        return encoding_bd
    assert question_d is not None  # noqa: S101 - a network without series has one
    return question_d.expand(tokens_bkd.shape[0], -1)
