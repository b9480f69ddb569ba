"""A series that grows point by point without being copied each time."""

import numpy as np
from numpy.typing import NDArray

FIRST_CAPACITY = 64


class GrowingSeries:
    """Points (x, y) in float64 in a buffer that doubles when it is full; NaN in y is a gap."""

    def __init__(self) -> None:
        self._points = np.empty((2, FIRST_CAPACITY), dtype=np.float64)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, x: float, y: float | None) -> None:
        """Add a point; None is a gap."""
        if self._size == self._points.shape[1]:
            larger = np.empty((2, 2 * self._size), dtype=np.float64)
            larger[:, : self._size] = self._points
            self._points = larger
        self._points[0, self._size] = x
        self._points[1, self._size] = np.nan if y is None else y
        self._size += 1

    def clear(self) -> None:
        """Forget all points."""
        self._size = 0

    @property
    def x(self) -> NDArray[np.float64]:
        """The x of all points, shape (n,), a view."""
        return self._points[0, : self._size]

    @property
    def y(self) -> NDArray[np.float64]:
        """The y of all points, shape (n,), a view."""
        return self._points[1, : self._size]

    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return bool(np.isfinite(self.y).any())

    def value_at(self, x: float) -> float | None:
        """The y of the point at exactly x, None where there is none."""
        place = int(np.searchsorted(self.x, x))
        if place >= self._size or self.x[place] != x or not np.isfinite(self.y[place]):
            return None
        return float(self.y[place])
