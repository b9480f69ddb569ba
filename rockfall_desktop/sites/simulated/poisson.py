"""Poisson counts from uniform draws, so that the same draws give the same counts."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST = 500


def poisson_counts(mean: Floats, draw: Floats) -> Floats:
    """Counts whose distribution function at the mean is the first to pass the draw; at most 500; shapes broadcast."""
    mean, draw = np.broadcast_arrays(np.minimum(mean, MOST / 2), draw)
    chance = np.exp(-mean)
    counts = np.zeros(mean.shape)
    left = np.nonzero(draw >= chance)
    if not left[0].size:
        return counts
    means, draws, chance = mean[left], draw[left], chance[left]
    below, found = chance.copy(), np.zeros(means.size)
    for count in range(1, MOST + 1):
        open_still = draws >= below
        if not open_still.any():
            break
        found[open_still] = count
        chance = chance * means / count
        below = below + chance
    counts[left] = found
    return counts
