"""Scores of probabilities against what happened.

Axes: n sample, h horizon.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
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
    # the default solver and tolerance stop far too early where incidents are rare
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # said when no step can make the loss any smaller
        model.fit(line[:, None], target > 0)
    return float(model.coef_[0, 0])


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
    """Mean forecast, observed rate and count of bins that are equally filled but for equal forecasts, kept together."""
    edges = np.quantile(probability, np.linspace(0, 1, _BINS + 1)[1:-1])
    place = np.searchsorted(edges, probability, side="right")
    count = np.bincount(place, minlength=_BINS).astype(np.float64)
    filled = count > 0
    forecast = np.bincount(place, weights=probability, minlength=_BINS)[filled] / count[filled]
    observed = np.bincount(place, weights=target, minlength=_BINS)[filled] / count[filled]
    return forecast, observed, count[filled]


def _both_answers(target: Target) -> bool:
    return 0 < float(target.sum()) < len(target)
