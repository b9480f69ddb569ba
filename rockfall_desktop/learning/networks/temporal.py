"""Encoders of a window of the series.

Axes: b batch, t step, i input, d width.
"""

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.networks.attention import AttentionLayer
from rockfall_desktop.learning.networks.time_bias import TimeBias


class TemporalEncoder(nn.Module):
    """Reads steps; answers for the newest, or for each."""

    def forward(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode the newest step of (b, t, i), whose real times (b, t) are in steps: (b, d)."""
        raise NotImplementedError

    def every(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode every step of (b, t, i) by the steps up to it: (b, t, d)."""
        raise NotImplementedError

    def newest(self, x_bti: torch.Tensor, time_bt: torch.Tensor, count: int) -> torch.Tensor:
        """Encode the newest `count` steps alone: (b, count, d)."""
        return self.every(x_bti, time_bt)[:, -count:]


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


class BandLayer(nn.Module):
    """Causal attention over a band of steps: a step looks at itself and the `band` - 1 steps before it."""

    def __init__(self, config: TrainingConfig, band: int) -> None:
        super().__init__()
        self.band = band
        self.layer = AttentionLayer(config.width, config.dropout)
        self.time_bias = TimeBias(config.window_steps)

    def forward(self, tokens_btd: torch.Tensor, time_bt: torch.Tensor, newest: int) -> torch.Tensor:
        """Encode the newest steps of (b, t, d): (b, newest, d). Queries go a band at a time, which bounds memory."""
        steps, attention = tokens_btd.shape[1], self.layer.attention
        seen_btd = self.layer.before_attention(tokens_btd)
        queries = attention.queries(seen_btd[:, steps - newest :])
        keys, values = attention.keys_values(seen_btd)
        found = []
        for first in range(steps - newest, steps, self.band):
            end, begin = min(first + self.band, steps), max(0, first - self.band + 1)
            asked = queries[:, :, first - steps + newest : end - steps + newest]
            bias = self.time_bias(time_bt[:, first:end], time_bt[:, begin:end]) + self._closed(first, end, begin, keys)
            found.append(
                scaled_dot_product_attention(asked, keys[:, :, begin:end], values[:, :, begin:end], attn_mask=bias)
            )
        return self.layer.after(tokens_btd[:, steps - newest :], attention.joined(torch.cat(found, dim=2)))

    def _closed(self, first: int, end: int, begin: int, like: torch.Tensor) -> torch.Tensor:
        """Zero where the query's band holds the key, minus infinity elsewhere: (q, k)."""
        query_q = torch.arange(first, end, device=like.device)
        key_k = torch.arange(begin, end, device=like.device)
        back_qk = query_q[:, None] - key_k
        nothing = torch.zeros(back_qk.shape, dtype=like.dtype, device=like.device)
        return nothing.masked_fill((back_qk < 0) | (back_qk >= self.band), float("-inf"))


class AttentionEncoder(TemporalEncoder):
    """Transformer encoder (Vaswani et al. 2017) that knows when each step was, not where in the window it stands.

    The bands of its layers add up to the window: the encoding of a step rests on exactly the window that ends there,
    whatever else was given. So a run of window + K steps answers like K + 1 windows, and a single window computes in
    each layer only the steps that the newest one needs.
    """

    def __init__(self, inputs: int, config: TrainingConfig) -> None:
        super().__init__()
        self.embed = nn.Linear(inputs, config.width)
        self.bands = bands(config.window_steps, config.layers)
        self.stack = nn.ModuleList(BandLayer(config, band) for band in self.bands)
        self.norm = nn.LayerNorm(config.width)

    def forward(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode the newest step of (b, t, i) by the window that ends there: (b, d)."""
        return self.newest(x_bti, time_bt, 1)[:, -1]

    def every(self, x_bti: torch.Tensor, time_bt: torch.Tensor) -> torch.Tensor:
        """Encode every step of (b, t, i): (b, t, d); from step window - 1 on each as its window alone."""
        return self.newest(x_bti, time_bt, x_bti.shape[1])

    def newest(self, x_bti: torch.Tensor, time_bt: torch.Tensor, count: int) -> torch.Tensor:
        """Encode the newest `count` steps alone: (b, count, d). No layer computes a step that none needs."""
        needed = [steps + count - 1 for steps in needed_steps(self.bands)]
        tokens_btd = self.embed(x_bti[:, -needed[0] :])
        for layer, newest in zip(self.stack, needed[1:], strict=True):
            steps = tokens_btd.shape[1]
            tokens_btd = layer(tokens_btd, time_bt[:, -steps:], min(steps, newest))
        return torch.as_tensor(self.norm(tokens_btd))


def bands(window_steps: int, layers: int) -> tuple[int, ...]:
    """Steps that each layer looks at, itself included: one less of each adds up to one less than the window."""
    share, over = divmod(window_steps - 1, layers)
    return tuple(1 + share + (layer < over) for layer in range(layers))


def needed_steps(band_of_layers: tuple[int, ...]) -> tuple[int, ...]:
    """Newest steps that must enter the first layer and leave each, for the newest alone to be answered."""
    steps = [1]
    for band in reversed(band_of_layers):
        steps.append(steps[-1] + band - 1)
    return tuple(reversed(steps))


def temporal_encoder(inputs: int, config: TrainingConfig) -> TemporalEncoder | None:
    """The encoder that a configuration names; None for none."""
    match config.temporal_network:
        case "none":
            return None
        case "lstm":
            return RecurrentEncoder(nn.LSTM, inputs, config)
        case "gru":
            return RecurrentEncoder(nn.GRU, inputs, config)
        case "transformer":
            return AttentionEncoder(inputs, config)
