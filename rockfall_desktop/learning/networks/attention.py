"""Attention, and the layer around it.

Axes: b batch, q query, k key, h head, d width, e width of a head.
"""

import torch
from torch import nn
from torch.nn.functional import gelu, scaled_dot_product_attention

HEADS = 4


class Attention(nn.Module):
    """Scaled dot-product attention with several heads (Vaswani et al. 2017); keys and values may be made once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.join = nn.Linear(width, width)

    def queries(self, tokens_bqd: torch.Tensor) -> torch.Tensor:
        """What is asked: (b, h, q, e)."""
        return _by_head(self.query(tokens_bqd))

    def keys_values(self, tokens_bkd: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What is looked at: keys and values, each (b, h, k, e)."""
        keys_bkd, values_bkd = self.key_value(tokens_bkd).chunk(2, dim=-1)
        return _by_head(keys_bkd), _by_head(values_bkd)

    def forward(self, query_bqd: torch.Tensor, key_bkd: torch.Tensor) -> torch.Tensor:
        """Every query looks at every key: (b, q, d)."""
        return self.joined(scaled_dot_product_attention(self.queries(query_bqd), *self.keys_values(key_bkd)))

    def joined(self, found_bhqe: torch.Tensor) -> torch.Tensor:
        """What the heads found, as one: (b, q, d)."""
        return torch.as_tensor(self.join(found_bhqe.transpose(1, 2).flatten(2)))


class AttentionLayer(nn.Module):
    """A layer of a Transformer, normalised before each part (Xiong et al. 2020)."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width)
        self.before_attention, self.before_lines = nn.LayerNorm(width), nn.LayerNorm(width)
        self.widen, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.rest = nn.Dropout(dropout)

    def forward(self, tokens_bkd: torch.Tensor, answered: int) -> torch.Tensor:
        """The first `answered` tokens, having looked at all: (b, answered, d)."""
        seen_bkd = self.before_attention(tokens_bkd)
        return self.after(tokens_bkd[:, :answered], self.attention(seen_bkd[:, :answered], seen_bkd))

    def after(self, tokens_bqd: torch.Tensor, found_bqd: torch.Tensor) -> torch.Tensor:
        """Tokens with what attention found for them, through the lines of the layer: (b, q, d)."""
        joined_bqd = tokens_bqd + self.rest(found_bqd)
        return torch.as_tensor(
            joined_bqd + self.rest(self.narrow(self.rest(gelu(self.widen(self.before_lines(joined_bqd))))))
        )


def _by_head(tokens_bqd: torch.Tensor) -> torch.Tensor:
    return tokens_bqd.reshape(*tokens_bqd.shape[:2], HEADS, -1).transpose(1, 2)
