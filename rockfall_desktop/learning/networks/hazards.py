"""The head: probabilities that never fall with the horizon, by construction.

Axes: b batch, d width, h horizon.
"""

import torch
from torch import nn
from torch.nn.functional import softplus

_SMALLEST = 1e-6


class HazardHead(nn.Module):
    """Discrete-time hazards (Singer and Willett 1993; Gensheimer and Narasimhan 2019).

    Each stretch between two horizons has a hazard of its own; the chance of no incident up to a horizon is the product
    of what the hazards leave. `forward` gives log odds of the probabilities, as losses and corrections want them.
    """

    def __init__(self, width: int, horizons: int) -> None:
        super().__init__()
        self.line = nn.Linear(width, horizons)

    def forward(self, features_bd: torch.Tensor) -> torch.Tensor:
        """Logits (b, h), not falling along h, of features (b, d)."""
        return logits_of(self.line(features_bd))

    def start_at(self, log_odds_h: list[float]) -> None:
        """Let the untrained head answer with the given log odds."""
        hazard_h = softplus(torch.tensor(log_odds_h, dtype=torch.float64))
        rest_h = torch.diff(hazard_h, prepend=torch.zeros(1, dtype=torch.float64)).clamp(min=_SMALLEST)
        with torch.no_grad():
            self.line.bias.copy_(torch.log(torch.expm1(rest_h)))
            self.line.weight.mul_(0.1)


def logits_of(line_bh: torch.Tensor) -> torch.Tensor:
    """Log odds of an incident up to each horizon, from log odds of the hazard of each stretch; both (b, h).

    -log(1 - hazard) is softplus(line); its sum over stretches is the cumulative hazard H, log(exp(H) - 1) the log odds.
    """
    total_bh = torch.cumsum(softplus(line_bh), dim=1)
    return total_bh + torch.log(-torch.expm1(-total_bh).clamp(max=-1e-30))
