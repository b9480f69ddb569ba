"""The head of a heat map: what its colours mean, and its times."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rockfall_desktop.ui.charts.heat_picture import time_words
from rockfall_desktop.ui.theme import Theme

LABEL, NOTE = 190, 128
LEGEND, AXIS = 24, 20
TICK_WIDTH = 110
SWATCH = 11


@dataclass(frozen=True)
class HeatClass:
    """What a colour stands for; `colour` is the name of a token, or series:N."""

    words: str
    colour: str


def token_colour(theme: Theme, name: str) -> QColor:
    """The colour of a token in the theme in force; series:N is one of the series."""
    if name.startswith("series:"):
        return QColor(theme.tokens.series[int(name.removeprefix("series:"))])
    return QColor(str(getattr(theme.tokens, name)))


def opaque(colour: QColor) -> tuple[int, int, int, int]:
    """Red, green, blue and full cover, each 0 to 255."""
    return colour.red(), colour.green(), colour.blue(), 255


class HeatHeader(QWidget):
    """Draws a legend and ticks of time over the field of the bars."""

    def __init__(self, classes: Sequence[HeatClass], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("heat_header")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LEGEND + AXIS)
        self._classes = tuple(classes)
        self._theme = theme
        self._span_s = (0.0, 1.0)
        self._right = 0
        theme.changed.connect(self.update)

    def set_span(self, begin_s: float, end_s: float) -> None:
        """Show other times, seconds since 1970 UTC."""
        self._span_s = (begin_s, end_s)
        self.update()

    def set_right(self, width: int) -> None:
        """Leave room for a scroll bar."""
        self._right = width
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw both."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        self._paint_legend(painter)
        self._paint_axis(painter, QRect(LABEL, LEGEND, max(1, self.width() - LABEL - NOTE - self._right), AXIS))
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        left = LABEL
        for one in self._classes:
            painter.fillRect(left, (LEGEND - SWATCH) // 2, SWATCH, SWATCH, token_colour(self._theme, one.colour))
            left += SWATCH + 6
            width = painter.fontMetrics().horizontalAdvance(one.words)
            painter.setPen(token_colour(self._theme, "muted"))
            painter.drawText(QRect(left, 0, width + 2, LEGEND), Qt.AlignmentFlag.AlignVCenter, one.words)
            left += width + 20

    def _paint_axis(self, painter: QPainter, field: QRect) -> None:
        painter.setPen(token_colour(self._theme, "muted"))
        begin, end = self._span_s
        ticks = max(2, field.width() // TICK_WIDTH)
        for tick in range(ticks):
            left = field.left() + tick * field.width() // ticks
            painter.drawLine(left, field.bottom() - 3, left, field.bottom())
            words = time_words(begin + tick / ticks * (end - begin), end - begin)
            painter.drawText(QRect(left, field.top(), TICK_WIDTH, AXIS - 5), Qt.AlignmentFlag.AlignLeft, words)
