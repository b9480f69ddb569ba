"""Maps of calibration, fitted on samples that no weight was learned from.

Axes: n sample, h horizon.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from rockfall_desktop.judging.calibration_maps import CalibrationMap, IsotonicMap, TemperatureMap
from rockfall_desktop.judging.probabilities import logit

_FOLDS = 5
_SLOPE_SPREAD, _SHIFT_SPREAD = 0.5, 1.0
_LEAST_SLOPE = 0.1
_STEPS = 100
_ENOUGH = 1e-12
_LEAST_SHARE = 1e-9
_ADDED = 1.0

Floats = NDArray[np.float64]


def fit_calibration(
    method: str, probability: NDArray[np.float64], target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> CalibrationMap | None:
    """The map of a method ("temperature", "isotonic") for probabilities and targets (n, h).

    None where a horizon has one answer only (`answers_alike`), or where no optimum was reached.
    """
    if answers_alike(target):
        return None
    if method == "temperature":
        return fit_temperature(probability, target, horizon_steps)
    return fit_isotonic(probability, target, horizon_steps)


def answers_alike(target: NDArray[np.float32]) -> bool:
    """Whether some horizon of targets (n, h) has one answer only: nothing can be fitted there."""
    happened = target.sum(axis=0)
    return not ((happened > 0) & (happened < len(target))).all()


def fit_temperature(
    probability: Floats, target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> TemperatureMap | None:
    """One temperature for all horizons and an offset for each, by Newton's steps on the penalised log likelihood.

    An incident answers as many samples as its horizon has steps, so each sample counts one over the steps. Few
    incidents must not turn a forecast round: the slope (1 / temperature) is drawn to 1 with a standard deviation of
    0.5 and is 0.1 at least, the shift at the base rate is drawn to 0 with 1. The loss is convex; a step after which it
    is not smaller is halved (Armijo 1966). None where the optimum is not reached.
    """
    rate_h = target.mean(axis=0, dtype=np.float64)
    middle_h = np.log(rate_h) - np.log1p(-rate_h)
    problem = _Problem(logit(probability) - middle_h, middle_h, target, 1.0 / np.asarray(horizon_steps))
    found = _optimum(problem)
    if found is None:
        return None
    slope, shift_h = float(found[0]), found[1:]
    return TemperatureMap(1 / slope, tuple((shift_h + middle_h * (1 - slope)).tolist()))


def fit_isotonic(
    probability: Floats, target: NDArray[np.float32], horizon_steps: tuple[int, ...]
) -> IsotonicMap | None:
    """Isotonic regression of each horizon over the temperature map, its levels drawn towards what that map says.

    Straight lines join the middles of the levels (Oron and Flournoy 2017), so that forecasts keep their order.
    To each level one incident is added, at the rate that the temperature map says there (the m-estimate of Cestnik
    1990; Zadrozny and Elkan 2001 draw leaves of trees to the base rate, which says too little of the highest level): a
    level without incidents is not 0, one of few samples moves little. Of a horizon of k steps k samples share an
    incident, so k are added. None where no temperature can be fitted.
    """
    base = fit_temperature(probability, target, horizon_steps)
    if base is None:
        return None
    said = base.of(probability)
    lines = [_levels(said[:, h], target[:, h], _ADDED * steps) for h, steps in enumerate(horizon_steps)]
    return IsotonicMap(tuple(forecast for forecast, _ in lines), tuple(level for _, level in lines), base)


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


class _Problem(NamedTuple):
    """Log odds less those of the base rate (n, h), those of the base rate, targets, weight of each horizon."""

    x_nh: Floats
    middle_h: Floats
    target: NDArray[np.float32]
    weight_h: Floats

    @property
    def start(self) -> Floats:
        """Slope 1 and no shift: the forecast as it is."""
        return np.concatenate(([1.0], np.zeros(len(self.middle_h))))

    @property
    def prior(self) -> Floats:
        """How firmly slope and shifts are drawn to the start."""
        return np.array([_SLOPE_SPREAD**-2] + [_SHIFT_SPREAD**-2] * len(self.middle_h))

    def loss(self, found: Floats) -> float:
        """The penalised negative log likelihood."""
        log_odds = found[0] * self.x_nh + found[1:] + self.middle_h
        likelihood = ((np.logaddexp(0.0, log_odds) - self.target * log_odds) * self.weight_h).sum()
        return float(likelihood + 0.5 * (self.prior * (found - self.start) ** 2).sum())

    def slopes(self, found: Floats) -> tuple[Floats, Floats]:
        """Gradient and curvature of the loss in (slope, shift of each horizon)."""
        expected = 1 / (1 + np.exp(-np.clip(found[0] * self.x_nh + found[1:] + self.middle_h, -60, 60)))
        excess, bend = (expected - self.target) * self.weight_h, expected * (1 - expected) * self.weight_h
        gradient = np.concatenate(([(excess * self.x_nh).sum()], excess.sum(axis=0)))
        curvature = np.diag(self.prior)
        curvature[0, 0] += (bend * self.x_nh**2).sum()
        curvature[0, 1:] = curvature[1:, 0] = (bend * self.x_nh).sum(axis=0)
        curvature[1:, 1:] += np.diag(bend.sum(axis=0))
        return gradient + self.prior * (found - self.start), curvature


def _optimum(problem: _Problem) -> Floats | None:
    """Slope and shifts of the least loss; None where it is not reached.

    The loss is convex: where it is least below the least slope, the best of what is allowed has that slope.
    """
    found = _descended(problem, problem.start, slope_free=True)
    if found is None or found[0] >= _LEAST_SLOPE:
        return found
    least = np.where(np.arange(len(found)) == 0, _LEAST_SLOPE, problem.start)
    return _descended(problem, least, slope_free=False)


def _descended(problem: _Problem, found: Floats, *, slope_free: bool) -> Floats | None:
    """Newton's steps from a start, halved where the loss does not fall; the slope stays unless it is free."""
    loss = problem.loss(found)
    for _ in range(_STEPS):
        gradient, curvature = problem.slopes(found)
        if not slope_free:
            gradient[0] = curvature[0, 1:] = curvature[1:, 0] = 0.0
        step = -np.linalg.solve(curvature, gradient)
        gain = -float(gradient @ step)
        if gain <= _ENOUGH * (1 + abs(loss)):
            return np.asarray(found + step)
        share = 1.0
        while not (smaller := problem.loss(found + share * step)) <= loss - 1e-4 * share * gain:
            share /= 2
            if share < _LEAST_SHARE:
                return None
        found, loss = found + share * step, smaller
    return None


def _levels(
    forecast: NDArray[np.float64], target: NDArray[np.float32], added: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The mean forecast of each level of the regression, and what the level says, growing."""
    fitted = IsotonicRegression().fit_transform(forecast, target)
    _, place = np.unique(fitted, return_inverse=True)
    count, yes = np.bincount(place), np.bincount(place, weights=target)
    middle = np.bincount(place, weights=forecast) / count
    says = np.maximum.accumulate((yes + added) / (count + added / middle))
    return tuple(middle.tolist()), tuple(says.tolist())
