"""Maps from the probabilities of a network to calibrated ones, as plain numbers that a file can carry.

Axes: ... any, h horizon (last).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.probabilities import logit

_SMALLEST = 1e-7


@dataclass(frozen=True)
class TemperatureMap:
    """Log odds divided by one temperature (Guo et al. 2017), with an offset for each horizon (Alexandari et al. 2020).

    A temperature alone draws every forecast towards one half, which a rare thing never is.

    Attributes:
        temperature: above 1 where the network was too sure.
        offset: added to the log odds of each horizon.

    """

    temperature: float
    offset: tuple[float, ...]

    def of(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities (..., h)."""
        log_odds = logit(probability) / self.temperature + np.asarray(self.offset)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -60, 60))))


@dataclass(frozen=True)
class IsotonicMap:
    """Lines through the levels of an isotonic regression (Zadrozny and Elkan 2002), over what a temperature map says.

    Before the first level and behind the last the temperature map goes on, moved (in log odds) to meet the line there:
    the most dangerous samples keep their order, and none is said to be sure.

    Attributes:
        forecast: for each horizon the mean of `base` over each level, growing; between them the line is straight.
        level: for each horizon the calibrated probability there, not falling.
        base: goes before the lines.

    """

    forecast: tuple[tuple[float, ...], ...]
    level: tuple[tuple[float, ...], ...]
    base: TemperatureMap

    def of(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities (..., h)."""
        said = self.base.of(probability)
        columns = [
            _through(said[..., h], np.asarray(forecast), np.asarray(level))
            for h, (forecast, level) in enumerate(zip(self.forecast, self.level, strict=True))
        ]
        return np.stack(columns, axis=-1)


def _through(
    said: NDArray[np.float64], forecast: NDArray[np.float64], level: NDArray[np.float64]
) -> NDArray[np.float64]:
    moved = logit(level[[0, -1]]) - logit(forecast[[0, -1]])
    before, behind = (1.0 / (1.0 + np.exp(-(logit(said) + move))) for move in moved)
    within = np.interp(said, forecast, level)
    return np.where(said < forecast[0], before, np.where(said > forecast[-1], behind, within))


CalibrationMap = TemperatureMap | IsotonicMap


def calibrated(probability: NDArray[np.float64], calibration: CalibrationMap | None) -> NDArray[np.float64]:
    """Probabilities (..., h) through a map, inside (0, 1), never falling along h; None leaves them as they are.

    Each horizon has a map of its own, so the order of the horizons is put back by a running maximum.
    """
    mapped = probability if calibration is None else np.clip(calibration.of(probability), _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.maximum.accumulate(mapped, axis=-1))
