"""Scores of probabilities against what happened.

Axes: n sample, h horizon.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from rockfall_desktop.domain.report import ReliabilityBin, Scores
from rockfall_desktop.judging.probabilities import logit

Probability = NDArray[np.float64]
Target = NDArray[np.float32]
_BINS = 10


@dataclass(frozen=True)
class ValidationScores:
    """Means over the horizons; None where no horizon can be scored."""

    log_loss: float
    pr_auc: float | None
    roc_auc: float | None
    ece: float


def validation_scores(probability: Probability, target: Target) -> ValidationScores:
    """The few scores of an epoch, for probabilities and targets (n, h)."""
    columns = [(probability[:, h], target[:, h]) for h in range(target.shape[1])]
    both = [(p, y) for p, y in columns if _both_answers(y)]
    return ValidationScores(
        float(np.mean([log_loss(y, p, labels=[0, 1]) for p, y in columns])),
        float(np.mean([average_precision_score(y, p) for p, y in both])) if both else None,
        float(np.mean([roc_auc_score(y, p) for p, y in both])) if both else None,
        float(np.mean([expected_calibration_error(p, y) for p, y in columns])),
    )


def score(model: str, horizon_steps: int, probability: Probability, target: Target, climatology: Probability) -> Scores:
    """All scores of one model for one horizon: probability, target and climatology's probability (n,)."""
    both, brier = _both_answers(target), float(brier_score_loss(target, probability, labels=[0, 1]))
    reference = float(brier_score_loss(target, climatology, labels=[0, 1]))
    expected, rate = float(probability.sum()), float(target.mean())
    return Scores(
        model=model,
        horizon_steps=horizon_steps,
        base_rate=rate,
        pr_auc=float(average_precision_score(target, probability)) if both else None,
        roc_auc=float(roc_auc_score(target, probability)) if both else None,
        brier=brier,
        brier_skill=1 - brier / reference if reference > 0 else None,
        log_loss=float(log_loss(target, probability, labels=[0, 1])),
        ece=expected_calibration_error(probability, target),
        calibration_slope=calibration_slope(probability, target),
        observed_expected=float(target.sum()) / expected if expected > 0 else None,
        accuracy=float(((probability >= 0.5) == (target > 0)).mean()),
        accuracy_of_never=1 - rate,
    )


def calibration_slope(probability: Probability, target: Target) -> float | None:
    """Slope b of logit P(y) = a + b logit(p), fitted without penalty (Cox 1958); 1 is right, below 1 overconfident.

    None where it cannot be fitted: one answer only, or the same probability everywhere.
    """
    line = logit(probability)
    if not _both_answers(target) or float(np.ptp(line)) < 1e-6:
        return None
    fitted = LogisticRegression(C=np.inf, max_iter=1000).fit(line[:, None], target > 0)
    return float(fitted.coef_[0, 0])


def expected_calibration_error(probability: Probability, target: Target) -> float:
    """Mean distance of forecast and observed rate over ten equally filled bins (Naeini et al. 2015)."""
    forecast, observed, count = _binned(probability, target)
    return float((np.abs(forecast - observed) * count).sum() / count.sum())


def reliability_bins(horizon_steps: int, probability: Probability, target: Target) -> tuple[ReliabilityBin, ...]:
    """The reliability diagram's points over ten equally filled bins."""
    return tuple(
        ReliabilityBin(
            horizon_steps=horizon_steps, mean_probability=forecast, observed_rate=observed, samples=int(count)
        )
        for forecast, observed, count in zip(*(part.tolist() for part in _binned(probability, target)), strict=True)
    )


def _binned(probability: Probability, target: Target) -> tuple[NDArray[np.float64], ...]:
    order = np.argsort(probability, kind="stable")
    pieces = [piece for piece in np.array_split(order, _BINS) if len(piece)]
    forecast = np.array([probability[piece].mean() for piece in pieces])
    observed = np.array([target[piece].mean(dtype=np.float64) for piece in pieces])
    return forecast, observed, np.array([len(piece) for piece in pieces], np.float64)


def _both_answers(target: Target) -> bool:
    return 0 < float(target.sum()) < len(target)
