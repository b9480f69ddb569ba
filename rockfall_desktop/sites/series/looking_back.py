"""Rain and frost of the time before each step.

Axes: z zone, t time (steps).
"""

import numpy as np
from numpy.typing import NDArray

DOUBTFUL_SHARE = 0.05
FREEZES_AT, THAWS_AT = -0.5, 0.5


def window_sum(values: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """The sum over the last steps, this one included; float32 (z, t), NaN where one of them is missing."""
    missing = np.isnan(values)
    total = _running(np.where(missing, 0.0, values.astype(np.float64)), steps)
    total[_running(missing.astype(np.float64), steps) > 0] = np.nan
    total[:, : steps - 1] = np.nan
    return np.asarray(np.maximum(total, 0.0), np.float32)


def decayed_sum(values: NDArray[np.float32], half_life_steps: float) -> NDArray[np.float32]:
    """Antecedent precipitation index: what fell k steps ago counts 0.5 ** (k / half_life_steps); float32 (z, t).

    index(k) = index(k - 1) * 0.5 ** (1 / half_life_steps) + rain(k) (Kohler and Linsley 1951, with the half-life in
    place of their daily factor). NaN while more than a twentieth of all weight lies on steps without a value, those
    before the record included; below that a missing step counts as dry.
    """
    from scipy.signal import lfilter  # noqa: PLC0415

    keep = 0.5 ** (1 / half_life_steps)
    missing = np.isnan(values)
    index = lfilter([1.0], [1.0, -keep], np.where(missing, 0.0, values.astype(np.float64)), axis=1)
    before = np.full((values.shape[0], 1), keep / (1 - keep))
    unknown, _ = lfilter([1.0], [1.0, -keep], missing.astype(np.float64), axis=1, zi=before)
    return np.where(unknown * (1 - keep) > DOUBTFUL_SHARE, np.nan, index).astype(np.float32)


def freeze_thaw_cycles(values: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """How often the temperature thawed after it had frozen, in the last steps, this one included; float32 (z, t).

    Frozen from -0.5 °C on, thawed from 0.5 °C on, between them as before, so that noise around zero counts nothing. A
    gap is bridged; NaN where more than a twentieth of the window is missing.
    """
    state = np.where(values <= FREEZES_AT, -1, np.where(values >= THAWS_AT, 1, 0)).astype(np.int8)
    last = np.maximum.accumulate(np.where(state != 0, np.arange(values.shape[1]), 0), axis=1)
    state = np.take_along_axis(state, last, axis=1)
    thaw = np.zeros(values.shape, np.float64)
    thaw[:, 1:] = (state[:, 1:] == 1) & (state[:, :-1] == -1)
    cycles = _running(thaw, steps)
    cycles[_running(np.isnan(values).astype(np.float64), steps) > DOUBTFUL_SHARE * steps] = np.nan
    cycles[:, : steps - 1] = np.nan
    return cycles.astype(np.float32)


def _running(values: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """The sum of the last steps, float64 (z, t); the first ones have fewer."""
    total = np.cumsum(values, axis=1)
    total[:, steps:] -= total[:, :-steps].copy()
    return np.asarray(total, np.float64)
