"""From a network's logits to probabilities that mean what they say, whatever the loss was that it learned by.

Axes: n sample, h horizon.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 1e-7


@dataclass(frozen=True)
class Correction:
    """What the loss did to the probabilities, to be undone.

    Attributes:
        positive_weight: how many times the odds of each horizon are too large, 1 without weights or adjustment.
        focal_gamma: gamma of the focal loss, 0 without it.

    """

    positive_weight: tuple[float, ...]
    focal_gamma: float = 0.0


def probabilities(logits: NDArray[np.floating], correction: Correction) -> NDArray[np.float64]:
    """Corrected probabilities (n, h) of logits (n, h), inside (0, 1).

    A loss that weighs positives by w is least at odds w times too large (Elkan 2001), so log w is taken off; logit
    adjustment (Menon et al. 2021) leaves the prior odds out, which is the same with w = 1 / prior odds.
    The focal loss is undone by the map of Charoenphakdee et al. (2021).
    """
    shifted = logits.astype(np.float64) - np.log(np.asarray(correction.positive_weight))
    raw = 1.0 / (1.0 + np.exp(-np.clip(shifted, -60, 60)))
    if correction.focal_gamma > 0:
        raw = _undo_focal(raw, correction.focal_gamma)
    return np.asarray(np.clip(raw, _SMALLEST, 1 - _SMALLEST))


def logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds of a probability, bounded so that 0 and 1 stay finite."""
    bounded = np.clip(probability, _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))


def _undo_focal(raw: NDArray[np.float64], gamma: float) -> NDArray[np.float64]:
    yes, no = _focal_share(raw, gamma), _focal_share(1 - raw, gamma)
    return np.asarray(yes / (yes + no))


def _focal_share(value: NDArray[np.float64], gamma: float) -> NDArray[np.float64]:
    value = np.clip(value, _SMALLEST, 1 - _SMALLEST)
    rest = 1 - value
    return np.asarray(value / (rest**gamma - gamma * rest ** (gamma - 1) * value * np.log(value)))
