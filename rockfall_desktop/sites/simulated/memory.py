"""Linear memory: what every past pulse still gives, for pore pressure and for aftershocks.

Axes: t time (steps), z zone (or kernel), k steps since the pulse, h steps ahead.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def respond(kernel: Floats, pulses: Floats) -> Floats:
    """The response (z, t) at the end of each step to pulses (t,); kernel (z, k), k = 0 for the step of the pulse."""
    size = pulses.size + kernel.shape[1]
    spectrum = np.fft.rfft(kernel, size, axis=1) * np.fft.rfft(pulses, size)
    return np.asarray(np.fft.irfft(spectrum, size, axis=1)[:, : pulses.size], np.float64)


def remembered(kernel: Floats, pulses: Floats, steps: NDArray[np.int64], horizon: int) -> Floats:
    """What the pulses up to and including each of some steps n will still give in the steps after it, (n, h).

    Args:
        kernel: (k,) of one zone.
        pulses: (t,).
        steps: (n,), each at least k - 1.
        horizon: how many steps ahead.
    """
    length = kernel.size
    ahead = np.concatenate((kernel, np.zeros(horizon)))
    reach = np.arange(length)[:, None] + np.arange(1, horizon + 1)
    past = pulses[steps[:, None] - np.arange(length)]
    return np.asarray(past @ ahead[reach], np.float64)


def to_come(kernel: Floats, pulses: Floats) -> Floats:
    """What pulses (n, h) that begin in the first step ahead give in each step ahead, (n, h); kernel (k,)."""
    horizon = pulses.shape[1]
    since = np.arange(horizon) - np.arange(horizon)[:, None]
    ahead = np.concatenate((kernel, np.zeros(horizon)))
    return np.asarray(pulses @ np.where(since >= 0, ahead[since.clip(0)], 0.0), np.float64)
