"""Heights that a slope can have."""

import numpy as np
from numpy.typing import NDArray

LOWEST_M, HIGHEST_M = -2000.0, 20_000.0
"""No slope lies outside, in any mine's local datum; -9999, -32768 and the like do."""


def implausible(z_m: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which heights no slope has, infinite ones included; NaN is none of them.

    Args:
        z_m: heights in metres, of any shape.

    Returns:
        bool, of the same shape.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(~np.isnan(z_m) & ~((z_m >= LOWEST_M) & (z_m <= HIGHEST_M)))
