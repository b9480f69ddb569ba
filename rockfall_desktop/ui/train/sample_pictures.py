"""Small pictures of a sample's chip and of its points.

Axes: y row (north to south), x column, m point.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap

SIDE = 150
_DOTS = 75
_NIGHT = "#14181F"


def chip_picture(chip_yx: NDArray[np.float32], low: float, high: float, unknown: str) -> QPixmap:
    """A band in grey, dark at `low` and light at `high`; `unknown` is the colour of cells without data."""
    known = np.isfinite(chip_yx)
    share = np.where(known, (chip_yx - low) / max(high - low, 1e-9), 0.0)
    return _picture(np.asarray(np.clip(share, 0, 1) * 255, np.uint8), known, unknown)


def points_picture(points_m3: NDArray[np.float32]) -> QPixmap:
    """Points from above, north up, light where high, on dark ground in either theme."""
    column, row = (np.clip((_DOTS - 1) * (1 + axis) / 2, 0, _DOTS - 1).astype(int) for axis in points_m3[:, :2].T)
    height = points_m3[:, 2]
    order = np.argsort(height, kind="stable")
    share = (height - height.min()) / max(float(np.ptp(height)), 1e-9)
    grey = np.zeros((_DOTS, _DOTS), np.uint8)
    grey[_DOTS - 1 - row[order], column[order]] = np.asarray(70 + 185 * share[order], np.uint8)
    return _picture(grey, grey > 0, _NIGHT)


def _picture(grey_yx: NDArray[np.uint8], known: NDArray[np.bool_], ground: str) -> QPixmap:
    colour = QColor(ground)
    rgb = np.empty((*grey_yx.shape, 3), np.uint8)
    rgb[:] = (colour.red(), colour.green(), colour.blue())
    rgb[known] = grey_yx[known][:, None]
    image = QImage(rgb.tobytes(), rgb.shape[1], rgb.shape[0], 3 * rgb.shape[1], QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image).scaled(SIDE, SIDE, mode=Qt.TransformationMode.FastTransformation)
