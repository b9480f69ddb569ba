"""How much a step counts for another by the real time between them.

Axes: b batch, q query, k key, h head, f frequency.
"""

import math

import torch
from torch import nn

from rockfall_desktop.learning.networks.attention import HEADS

_FREQUENCIES = 4
_SHORTEST_PERIOD = 2.0


class TimeBias(nn.Module):
    """A learned function of the time difference for each head, added to the scores of attention.

    The difference fades a score linearly, as in ALiBi (Press et al. 2022), but with learned slopes and real time, so
    that a gap counts; sines with learned frequencies and phases of Time2Vec (Kazemi et al. 2019) lie upon it. Only
    differences are read: a window and a longer run of steps that holds it give the same.
    """

    def __init__(self, window_steps: int) -> None:
        super().__init__()
        slope_h = [2.0 ** (-8.0 * (head + 1) / HEADS) for head in range(HEADS)]
        self.log_slope_h = nn.Parameter(torch.tensor(slope_h).log())
        longest = max(2.0 * _SHORTEST_PERIOD, float(window_steps))
        period_f = torch.logspace(math.log10(_SHORTEST_PERIOD), math.log10(longest), _FREQUENCIES)
        self.log_frequency_f = nn.Parameter((2 * math.pi / period_f).log())
        self.phase_f = nn.Parameter(torch.zeros(_FREQUENCIES))
        self.height_hf = nn.Parameter(torch.empty(HEADS, _FREQUENCIES))
        nn.init.normal_(self.height_hf, std=0.1)

    def forward(self, query_bq: torch.Tensor, key_bk: torch.Tensor) -> torch.Tensor:
        """Bias (b, h, q, k) of the times of queries and keys, in steps."""
        past_bqk = query_bq[:, :, None] - key_bk[:, None, :]
        wave_bqkf = torch.sin(past_bqk[..., None] * self.log_frequency_f.exp() + self.phase_f)
        wave_bhqk = (wave_bqkf @ self.height_hf.t()).permute(0, 3, 1, 2)
        return torch.as_tensor(wave_bhqk - past_bqk[:, None] * self.log_slope_h.exp()[:, None, None])
