"""The bars of one row of a heat map as a picture, and how its times are written.

Axes: k class, b bin, y line of the picture (downwards).
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

LEAST = 3
_YEAR_S = 31_556_952
Colour = tuple[int, int, int, int]


def bar_lines(shares: NDArray[np.float64], height: int) -> NDArray[np.int64]:
    """Which class stands in each line, int64 (y, b), -1 where none does.

    Classes are stacked from the bottom, the first one lowest; what is there at all has at least three lines, and what
    no longer fits is taken from the last class.
    """
    lines = np.where(shares > 0, np.maximum(np.rint(shares * height), LEAST), 0).astype(np.int64)
    tops = np.minimum(np.cumsum(lines, axis=0), height)
    from_below = np.arange(height)[::-1]
    over = (from_below[None, :, None] >= tops[:, None, :]).sum(axis=0)
    return np.where(over < len(shares), over, -1)


def bar_image(shares: NDArray[np.float64], colours: Sequence[Colour], height: int) -> QImage:
    """The bars of shares (k, b), clear where nothing stands."""
    table = np.array([*colours, (0, 0, 0, 0)], np.uint8)
    pixels = np.ascontiguousarray(table[bar_lines(shares, height)])
    rows, columns = pixels.shape[:2]
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGBA8888).copy()


def time_words(moment_s: float, span_s: float) -> str:
    """A time on an axis, as exact as the span of the axis needs it."""
    form = "%Y-%m" if span_s > _YEAR_S else "%Y-%m-%d"
    form = "%Y-%m-%d %H:%M" if span_s < 8 * 86_400 else form
    return datetime.fromtimestamp(moment_s, UTC).strftime(form)
