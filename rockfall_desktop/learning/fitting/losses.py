"""What the network learns by, and what that does to its probabilities.

Axes: n sample, b batch, h horizon.
"""

import math
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
    """The loss that a configuration names, weighted by the training block's targets (n, h).

    All horizons have one weight, by their mean rate: the head's log odds never fall with the horizon, and with a weight
    for each that order would bind what no rockfall obeys.
    """
    rate_h = targets_nh.mean(dim=0).clamp(1e-6, 1 - 1e-6)
    plain_h, rate = torch.logit(rate_h), float(rate_h.mean())
    odds = (1 - rate) / rate
    match config.imbalance:
        case "none":
            return Loss(cross_entropy, _taken_off(1.0, rate_h), plain_h.tolist())
        case "class_weights":
            weight = min(odds, _LARGEST_WEIGHT)
            start_h = (plain_h + math.log(weight)).tolist()
            return Loss(_weighted(weight), _taken_off(weight, rate_h), start_h)
        case "logit_adjustment":
            return Loss(_adjusted(odds), _taken_off(odds, rate_h), (plain_h + math.log(odds)).tolist())
        case "focal":
            correction = Correction(tuple(1.0 for _ in rate_h), config.focal_gamma)
            return Loss(_focal(config.focal_gamma), correction, _start_of_focal(rate_h, correction))


def _taken_off(weight: float, rate_h: torch.Tensor) -> Correction:
    return Correction(tuple(weight for _ in rate_h))


def _start_of_focal(rate_h: torch.Tensor, correction: Correction) -> list[float]:
    """The logits at which the corrected probability is the base rate, looked up."""
    grid = np.linspace(-20, 20, 40_001, dtype=np.float32)
    reached = probabilities(np.repeat(grid[:, None], len(rate_h), axis=1), correction)
    return [float(grid[np.searchsorted(reached[:, h], rate)]) for h, rate in enumerate(rate_h.tolist())]


def _weighted(weight: float) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    def of(logits_bh: torch.Tensor, targets_bh: torch.Tensor) -> torch.Tensor:
        return cross_entropy(logits_bh, targets_bh, pos_weight=logits_bh.new_tensor(weight))

    return of


def _adjusted(odds: float) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Logit adjustment (Menon et al. 2021): the log of the prior odds is added while learning.

    What the network says itself is then balanced; with the prior taken back the forecast is the plain loss's own.
    """
    shift = math.log(odds)

    def of(logits_bh: torch.Tensor, targets_bh: torch.Tensor) -> torch.Tensor:
        return cross_entropy(logits_bh - shift, targets_bh)

    return of


def _focal(gamma: float) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Focal loss (Lin et al. 2017): the share of a sample shrinks with how sure the network already is."""

    def of(logits_bh: torch.Tensor, targets_bh: torch.Tensor) -> torch.Tensor:
        entropy_bh = cross_entropy(logits_bh, targets_bh, reduction="none")
        return ((-torch.expm1(-entropy_bh)) ** gamma * entropy_bh).mean()

    return of
