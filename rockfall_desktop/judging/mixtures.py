"""From the probabilities of many draws to one answer that says how far they agree.

Axes: k draw (members x masks or nodes), n sample, h horizon.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.calibration_maps import CalibrationMap, calibrated


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model says of some samples; float64 (n, h) each, entropies in nats.

    Attributes:
        probability: mean over the draws, then calibrated; never falls along h.
        spread: standard deviation over the draws, each calibrated; 0 for a single one.
        aleatoric: mean entropy of the draws: chance that no further record takes away.
        epistemic: entropy of their mean less `aleatoric`: what the draws do not agree on.
        uncalibrated: mean over the draws as it was before calibration.

    """

    probability: NDArray[np.float64]
    spread: NDArray[np.float64]
    aleatoric: NDArray[np.float64]
    epistemic: NDArray[np.float64]
    uncalibrated: NDArray[np.float64]


def combine(
    draws_knh: NDArray[np.float64], weight_k: NDArray[np.float64], calibration: CalibrationMap | None = None
) -> Answer:
    """Join draws that count as `weight_k` says (sum 1).

    Members are averaged as probabilities (Lakshminarayanan et al. 2017) and the mean is calibrated, not each member
    (Rahaman and Thiery 2021). The entropy of the mean is split as by Depeweg et al. (2018).
    """
    uncalibrated = np.maximum.accumulate(np.tensordot(weight_k, draws_knh, 1), axis=-1)
    mapped_knh = calibrated(draws_knh, calibration)
    centre = np.tensordot(weight_k, mapped_knh, 1)
    aleatoric = np.tensordot(weight_k, entropy(mapped_knh), 1)
    return Answer(
        probability=calibrated(uncalibrated, calibration),
        spread=np.sqrt(np.tensordot(weight_k, (mapped_knh - centre) ** 2, 1)),
        aleatoric=aleatoric,
        epistemic=np.maximum(entropy(centre) - aleatoric, 0.0),
        uncalibrated=uncalibrated,
    )


def joined(parts: list[Answer]) -> Answer:
    """Answers of pieces of a block as those of the block."""
    names = ("probability", "spread", "aleatoric", "epistemic", "uncalibrated")
    return Answer(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def entropy(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Entropy of yes or no, in nats, of probabilities inside (0, 1)."""
    rest = 1 - probability
    return np.asarray(-probability * np.log(probability) - rest * np.log1p(-probability))
