"""What the network learns by, and what that does to its probabilities.

Axes: n sample, b batch, h horizon.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.judging.probabilities import Correction, probabilities

_LARGEST_WEIGHT = 100.0


@dataclass(frozen=True)
class Loss:
    """A loss, the correction that makes its probabilities honest, and the logits to start from.

    Attributes:
        of: (logits (b, h), targets (b, h)) to a mean loss.
        correction: undoes what the loss does to probabilities.
        start_h: logits at which the corrected probability is the training block's base rate.

    """

    of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    correction: Correction
    start_h: list[float]


def make_loss(config: TrainingConfig, targets_nh: torch.Tensor) -> Loss:
    """The loss that a configuration names, weighted by the training block's targets (n, h)."""
    rate_h = targets_nh.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    plain_h = torch.logit(rate_h)
    equal = tuple(1.0 for _ in config.horizon_steps)
    match config.imbalance:
        case "none":
            return Loss(cross_entropy, Correction(equal), plain_h.tolist())
        case "class_weights":
            weight_h = ((1 - rate_h) / rate_h).clamp(max=_LARGEST_WEIGHT)
            start_h = (plain_h + weight_h.log()).tolist()
            return Loss(_weighted(weight_h), Correction(tuple(weight_h.tolist())), start_h)
        case "focal":
            correction = Correction(equal, config.focal_gamma)
            return Loss(_focal(config.focal_gamma), correction, _start_of_focal(rate_h, correction))


def _start_of_focal(rate_h: torch.Tensor, correction: Correction) -> list[float]:
    """The logits at which the corrected probability is the base rate, looked up."""
    grid = np.linspace(-20, 20, 40_001, dtype=np.float32)
    reached = probabilities(np.repeat(grid[:, None], len(rate_h), axis=1), correction)
    return [float(grid[np.searchsorted(reached[:, h], rate)]) for h, rate in enumerate(rate_h.tolist())]


def _weighted(weight_h: torch.Tensor) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    def of(logits_bh: torch.Tensor, targets_bh: torch.Tensor) -> torch.Tensor:
        return cross_entropy(logits_bh, targets_bh, pos_weight=weight_h)

    return of


def _focal(gamma: float) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Focal loss (Lin et al. 2017): the share of a sample shrinks with how sure the network already is."""

    def of(logits_bh: torch.Tensor, targets_bh: torch.Tensor) -> torch.Tensor:
        entropy_bh = cross_entropy(logits_bh, targets_bh, reduction="none")
        return ((-torch.expm1(-entropy_bh)) ** gamma * entropy_bh).mean()

    return of
