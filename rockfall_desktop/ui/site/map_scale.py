"""The bar that says how long a stretch on the map is, and where north is."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from rockfall_desktop.ui.theme import Theme

WIDEST_PX = 140
_ROUND = (5.0, 2.0, 1.0)
_KILOMETRE = 1000.0


def round_length(longest: float) -> float:
    """The longest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(longest))
    return next(one * power for one in _ROUND if one * power <= longest * (1 + 1e-9))


def length_words(length: float, unit: str) -> str:
    """A length for people; metres become kilometres where they are many."""
    if unit == "m" and length >= _KILOMETRE:
        return f"{length / _KILOMETRE:g} km"
    return f"{length:g} {unit}"


class ScaleBar(QWidget):
    """Lies over the map and takes no click."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map_scale")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self._per_px, self._unit = 0.0, "m"
        self.setFixedSize(WIDEST_PX + 60, 40)

    def show_scale(self, per_px: float, unit: str) -> None:
        """Say how long a pixel is."""
        if (per_px, unit) != (self._per_px, self._unit):
            self._per_px, self._unit = per_px, unit
            self.update()

    def words(self) -> str:
        """What stands over the bar, "" when there is none."""
        return length_words(round_length(WIDEST_PX * self._per_px), self._unit) if self._per_px > 0 else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the bar on a ground of its own, so that it is read on any picture."""
        if self._per_px <= 0:
            return
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(tokens.panel)
        ground.setAlpha(215)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        length_px = round_length(WIDEST_PX * self._per_px) / self._per_px
        left, foot = 38.0, 31.0
        painter.drawRoundedRect(QRectF(0, 0, max(left + length_px, 90.0) + 12, self.height()), 4, 4)
        painter.setPen(QColor(tokens.text))
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.drawText(QRectF(left, 4, WIDEST_PX, 18), Qt.AlignmentFlag.AlignLeft, self.words())
        corners = ((left, foot - 5), (left, foot), (left + length_px, foot), (left + length_px, foot - 5))
        painter.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))
        painter.drawText(QRectF(8, 2, 20, 16), Qt.AlignmentFlag.AlignCenter, "N")
        painter.setBrush(QColor(tokens.text))
        painter.drawPolygon(QPolygonF([QPointF(18, 18), QPointF(13, 33), QPointF(18, 29), QPointF(23, 33)]))
