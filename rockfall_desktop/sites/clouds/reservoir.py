"""Keeps a fixed number of points of each zone, every point with equal chance, however many there are.

Each point draws a random key; the points with the smallest keys of a zone stay. That is reservoir sampling with keys
(Efraimidis and Spirakis 2006, Information Processing Letters 97(5), with equal weights): every subset of the size is
equally likely, and any first points of those kept are such a sample too.

Axes: z zone, p point offered, k point kept, f number of a point.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SEED = 20_130_117
_WAITING = 250_000


class Reservoir:
    """The points kept so far.

    Attributes:
        count: int64 (z,), points offered for each zone.
    """

    def __init__(self, zones: int, capacity: int, numbers: int) -> None:
        self.count = np.zeros(zones, np.int64)
        self._capacity = capacity
        self._random = np.random.Generator(np.random.SFC64(_SEED))
        self._limit = np.ones(zones)
        self._keys: list[Floats] = [np.zeros(0)]
        self._zones: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
        self._values: list[Floats] = [np.zeros((0, numbers))]
        self._waiting = 0

    def offer(self, zone: NDArray[np.int32], values: Callable[[NDArray[np.int64]], Floats]) -> None:
        """Offer points.

        Args:
            zone: int32 (p,), the zone of each.
            values: from places in p, int64 (k,), to the numbers of those points, float64 (k, f); asked only for those
                that may stay.
        """
        self.count += np.bincount(zone, minlength=self.count.size)
        key = self._random.random(zone.size)
        chosen = np.flatnonzero(key < self._limit[zone])
        self._keys.append(key[chosen])
        self._zones.append(zone[chosen])
        self._values.append(values(chosen))
        self._waiting += chosen.size
        if self._waiting > max(_WAITING, self._keys[0].size):
            self._settle()

    def kept(self) -> tuple[Floats, NDArray[np.int64]]:
        """The points that stay, float64 (k, f), zone after zone, each in random order; and where each zone begins.

        Zone z has the rows from begin[z] to begin[z + 1]; begin is int64 (z + 1,).
        """
        self._settle()
        begin = np.searchsorted(self._zones[0], np.arange(self.count.size + 1))
        return self._values[0], begin.astype(np.int64)

    def _settle(self) -> None:
        """Let go of all points but those with the smallest keys of each zone."""
        key, zone = np.concatenate(self._keys), np.concatenate(self._zones)
        order = np.lexsort((key, zone))
        begin = np.searchsorted(zone[order], np.arange(self.count.size))
        rank = np.arange(order.size) - begin[zone[order]]
        last = order[rank == self._capacity - 1]
        self._limit[zone[last]] = key[last]
        order = order[rank < self._capacity]
        self._keys, self._zones = [key[order]], [zone[order]]
        self._values = [np.concatenate(self._values)[order]]
        self._waiting = 0
