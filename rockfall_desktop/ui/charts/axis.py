"""An axis that is drawn once and then shown as a picture until its range changes."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from rockfall_desktop.ui.charts.narrow_ticks import NARROW, narrow_ticks


class QuietAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis without SI prefixes: units are said in the title.

    pyqtgraph replays every tick, text and grid line at each paint, 2.4 ms an axis; a pixmap costs next to nothing.
    """

    def __init__(self, orientation: str, *, whole: bool = False) -> None:
        super().__init__(orientation)
        self.picture: object = None
        self._whole = whole
        self._least = -math.inf
        self._pixmap = QPixmap()
        self._place = QRect()
        self.enableAutoSIPrefix(enable=False)

    def tickSpacing(self, least: float, most: float, size: float) -> list[tuple[float, float]]:
        """Where ticks may stand; an axis of whole numbers has none between them."""
        spacing: list[tuple[float, float]] = super().tickSpacing(least, most, size)
        return [(step, offset) for step, offset in spacing if step >= 1] or [(1, 0)] if self._whole else spacing

    def start_at(self, least: float) -> None:
        """Label nothing below a value: what is never negative has no negative numbers on its axis."""
        self._least = least
        self.picture = None
        self.update()

    def tickValues(self, least: float, most: float, size: float) -> list[tuple[float, list[float]]]:
        """Where ticks stand."""
        if self.logMode and most - least < NARROW:
            return [(1.0, narrow_ticks(least, most))]
        ticks: list[tuple[float, list[float]]] = super().tickValues(least, most, size)
        return [(step, [value for value in values if value >= self._least]) for step, values in ticks]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """What stands at the ticks; on a logarithmic axis the values themselves, not their powers."""
        if self.logMode:
            return [f"{10.0**value:.3g}" for value in values]
        words: list[str] = super().tickStrings(values, scale, spacing)
        return words

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None) -> None:
        """Show the kept picture; what is exported is drawn line by line."""
        if widget is None or painter.paintEngine().type() != QPaintEngine.Type.Raster:
            self.picture = None
            super().paint(painter, option, widget)
            self.picture = None
            return
        ratio = widget.devicePixelRatioF()
        place = self.boundingRect().toAlignedRect()
        if self.picture is None or place != self._place or not math.isclose(self._pixmap.devicePixelRatio(), ratio):
            self._place, self._pixmap = place, self._drawn(place, ratio)
            self.picture = True  # pyqtgraph sets it to None when the axis must be drawn anew
        painter.drawPixmap(place.topLeft(), self._pixmap)

    def _drawn(self, place: QRect, ratio: float) -> QPixmap:
        pixmap = QPixmap(math.ceil(place.width() * ratio), math.ceil(place.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(pg.mkColor(0, 0, 0, 0))
        painter = QPainter(pixmap)
        try:
            painter.translate(-QRectF(place).topLeft())
            if self.style["tickFont"]:
                painter.setFont(self.style["tickFont"])
            specs = self.generateDrawSpecs(painter)
            if specs is not None:
                self.drawPicture(painter, *specs)
        finally:
            painter.end()
        return pixmap
