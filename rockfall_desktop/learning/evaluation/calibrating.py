"""Maps of calibration, fitted on samples that no weight was learned from.

Axes: n sample, h horizon.
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from rockfall_desktop.judging.calibration_maps import CalibrationMap, IsotonicMap, TemperatureMap
from rockfall_desktop.judging.probabilities import logit

_FOLDS = 5
_SLOPE_SPREAD, _SHIFT_SPREAD = 0.5, 1.0
_LEAST_SLOPE = 0.1
_STEPS = 50
_ADDED = 1.0


def fit_calibration(
    method: str, probability: NDArray[np.float64], target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> CalibrationMap | None:
    """The map of a method ("temperature", "isotonic") for probabilities and targets (n, h).

    None where a horizon has one answer only: nothing can be fitted there.
    """
    happened = target.sum(axis=0)
    if not ((happened > 0) & (happened < len(target))).all():
        return None
    if method == "temperature":
        return fit_temperature(probability, target, horizon_steps)
    return fit_isotonic(probability, target, horizon_steps)


def fit_temperature(
    probability: NDArray[np.float64], target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> TemperatureMap:
    """One temperature for all horizons and an offset for each, by Newton's steps on the penalised log likelihood.

    An incident answers as many samples as its horizon has steps, so each sample counts one over the steps. Few
    incidents must not turn a forecast round: the slope (1 / temperature) is drawn to 1 with a standard deviation of
    0.5, the shift at the base rate to 0 with 1.
    """
    rate_h = target.mean(axis=0, dtype=np.float64)
    middle_h = np.log(rate_h) - np.log1p(-rate_h)
    x_nh, weight_h = logit(probability) - middle_h, 1.0 / np.asarray(horizon_steps)
    found = np.concatenate(([1.0], np.zeros(len(horizon_steps))))
    for _ in range(_STEPS):
        step = _newton_step(found, x_nh, middle_h, target, weight_h)
        found = found - step
        found[0] = max(found[0], _LEAST_SLOPE)
        if np.abs(step).max() < 1e-10:
            break
    slope, shift_h = float(found[0]), found[1:]
    return TemperatureMap(1 / slope, tuple((shift_h + middle_h * (1 - slope)).tolist()))


def fit_isotonic(
    probability: NDArray[np.float64], target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> IsotonicMap:
    """Isotonic regression of each horizon, its levels drawn in so that none is 0 or 1.

    Straight lines join the middles of the levels (Oron and Flournoy 2017), so that forecasts keep their order.
    To each level one incident is added, at a rate half way (of the logarithms) between what the network forecasts
    there and the base rate (the m-estimate of Cestnik 1990; Zadrozny and Elkan 2001 do so in leaves of trees): a level
    without incidents is not 0, one of few samples moves little. Of a horizon of k steps k samples share an incident, so
    k are added.
    """
    lines = [_levels(probability[:, h], target[:, h], _ADDED * steps) for h, steps in enumerate(horizon_steps)]
    return IsotonicMap(tuple(forecast for forecast, _ in lines), tuple(level for _, level in lines))


def contiguous_folds(steps: NDArray[np.int64], embargo_steps: int) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Five contiguous parts of a block by its samples' steps: which to fit on and which to judge, bool (n,) each.

    Samples within `embargo_steps` of the judged part are in neither: they share answers with it.
    """
    borders = np.quantile(steps, np.linspace(0, 1, _FOLDS + 1))
    part = np.clip(np.searchsorted(borders, steps, side="right") - 1, 0, _FOLDS - 1)
    folds = []
    for number in np.unique(part):
        judged = part == number
        low, high = steps[judged].min(), steps[judged].max()
        folds.append(((steps < low - embargo_steps) | (steps > high + embargo_steps), judged))
    return folds


def _newton_step(
    found: NDArray[np.float64],
    x_nh: NDArray[np.float64],
    middle_h: NDArray[np.float64],
    target: NDArray[np.float32],
    weight_h: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Inverse curvature times gradient of the penalised negative log likelihood in (slope, shift of each horizon)."""
    expected = 1 / (1 + np.exp(-np.clip(found[0] * x_nh + found[1:] + middle_h, -60, 60)))
    excess, bend = (expected - target) * weight_h, expected * (1 - expected) * weight_h
    prior = np.array([_SLOPE_SPREAD**-2] + [_SHIFT_SPREAD**-2] * len(middle_h))
    gradient = np.concatenate(([(excess * x_nh).sum()], excess.sum(axis=0))) + prior * (found - np.eye(len(found))[0])
    curvature = np.diag(prior)
    curvature[0, 0] += (bend * x_nh**2).sum()
    curvature[0, 1:] = curvature[1:, 0] = (bend * x_nh).sum(axis=0)
    curvature[1:, 1:] += np.diag(bend.sum(axis=0))
    return np.asarray(np.linalg.solve(curvature, gradient))


def _levels(
    forecast: NDArray[np.float64], target: NDArray[np.float32], added: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The mean forecast of each level of the regression, and what the level says, growing."""
    fitted = IsotonicRegression().fit_transform(forecast, target)
    _, place = np.unique(fitted, return_inverse=True)
    count, yes = np.bincount(place), np.bincount(place, weights=target)
    middle = np.bincount(place, weights=forecast) / count
    usual = np.sqrt(middle * target.mean(dtype=np.float64))
    says = np.maximum.accumulate((yes + added) / (count + added / usual))
    return tuple(middle.tolist()), tuple(says.tolist())
