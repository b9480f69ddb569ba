"""Encoders of a window of the series.

Axes: b batch, t step, i input, d width.
"""

import torch
from torch import nn

from rockfall_desktop.domain.config import TrainingConfig

_HEADS = 4


class TemporalEncoder(nn.Module):
    """Reads steps; answers for the newest, or for each."""

    def forward(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode the newest step of (b, t, i), whose real times (b, t) are in steps: (b, d)."""
        raise NotImplementedError

    def every(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode every step of (b, t, i) by the steps up to it: (b, t, d)."""
        raise NotImplementedError


class RecurrentEncoder(TemporalEncoder):
    """LSTM (Hochreiter and Schmidhuber 1997) or GRU (Cho et al. 2014); the state after a step is its encoding."""

    def __init__(self, cell: type[nn.LSTM] | type[nn.GRU], inputs: int, config: TrainingConfig) -> None:
        super().__init__()
        between = config.dropout if config.layers > 1 else 0.0
        self.cells = cell(inputs, config.width, config.layers, batch_first=True, dropout=between)

    def forward(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode the newest step of (b, t, i) to (b, d); times are not looked at."""
        return self.every(x_bti, time_bt)[:, -1]

    def every(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 - as its siblings
        """Encode every step of (b, t, i) by all steps up to it: (b, t, d)."""
        states_btd, _ = self.cells(x_bti)
        return torch.as_tensor(states_btd)


class AttentionEncoder(TemporalEncoder):
    """Transformer encoder (Vaswani et al. 2017), normalised before each part (Xiong et al. 2020).

    Places in the window are learned; the encoding is the token of the last step, the newest one.
    """

    def __init__(self, inputs: int, config: TrainingConfig) -> None:
        super().__init__()
        self.embed = nn.Linear(inputs, config.width)
        self.place_td = nn.Parameter(torch.zeros(config.window_steps, config.width))
        layer = nn.TransformerEncoderLayer(
            config.width, _HEADS, 2 * config.width, config.dropout, "gelu", batch_first=True, norm_first=True
        )
        self.stack = nn.TransformerEncoder(
            layer, config.layers, norm=nn.LayerNorm(config.width), enable_nested_tensor=False
        )
        nn.init.normal_(self.place_td, std=0.02)

    def forward(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 - as its siblings
        """Encode windows (b, t, i) to (b, d)."""
        tokens_btd = self.embed(x_bti) + self.place_td
        return torch.as_tensor(self.stack(tokens_btd, is_causal=False)[:, -1])


def temporal_encoder(inputs: int, config: TrainingConfig) -> TemporalEncoder:
    """The encoder that a configuration names."""
    match config.temporal_network:
        case "lstm":
            return RecurrentEncoder(nn.LSTM, inputs, config)
        case "gru":
            return RecurrentEncoder(nn.GRU, inputs, config)
        case "transformer":
            return AttentionEncoder(inputs, config)
