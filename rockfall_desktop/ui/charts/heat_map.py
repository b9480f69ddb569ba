"""Rows of narrow bars over time: how high a bar is and its colour say the same, so that neither is needed alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from rockfall_desktop.ui.charts.heat_header import LABEL, NOTE, HeatClass, HeatHeader, opaque, token_colour
from rockfall_desktop.ui.charts.heat_picture import bar_image
from rockfall_desktop.ui.theme import Theme

ROW, BAR = 24, 18
INDENT = 16


@dataclass(frozen=True, eq=False)
class HeatRow:
    """One row.

    Attributes:
        label, note: what stands to its left and right.
        shares: float (k, b), share of each class in each bin, the class that must not be hidden first; the rest is
            empty. None: nothing is known, and the note says so.
        inner: whether it belongs to the row above it that is not.
    """

    label: str
    note: str
    shares: NDArray[np.float64] | None
    inner: bool = False


class HeatRows(QWidget):
    """Draws the rows.

    Signals:
        hovered: row and bin under the pointer or the keyboard's cursor; -1, -1 when it has left.
        chosen: row and bin that were clicked, or on which Enter was pressed.
    """

    hovered = Signal(int, int)
    chosen = Signal(int, int)

    def __init__(self, classes: Sequence[HeatClass], theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Readings over time")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: tuple[HeatRow, ...] = ()
        self._classes = tuple(classes)
        self._theme = theme
        self._edges_s: NDArray[np.float64] = np.zeros(2)
        self._images: list[QImage | None] = []
        self._cursor = (-1, -1)
        theme.changed.connect(self._redraw)

    def set_rows(self, rows: Sequence[HeatRow], edges_s: NDArray[np.float64]) -> None:
        """Show other rows over bins whose borders, seconds since 1970, are given, (b + 1,)."""
        self.rows, self._edges_s = tuple(rows), edges_s
        self._cursor = (-1, -1)
        self.updateGeometry()
        self._redraw()

    def bin_span_s(self, place: int) -> tuple[float, float]:
        """From when to when a bin lasts, seconds since 1970."""
        return float(self._edges_s[place]), float(self._edges_s[place + 1])

    def sizeHint(self) -> QSize:
        """As high as the rows need."""
        return QSize(640, ROW * len(self.rows))

    def minimumSizeHint(self) -> QSize:
        """As high as the rows need, and wide enough for a bar to be seen."""
        return QSize(LABEL + NOTE + 160, self.sizeHint().height())

    @property
    def _bins(self) -> int:
        return len(self._edges_s) - 1

    def _field(self) -> QRect:
        return QRect(LABEL, 0, max(1, self.width() - LABEL - NOTE), ROW * len(self.rows))

    def _redraw(self) -> None:
        colours = [opaque(token_colour(self._theme, one.colour)) for one in self._classes]
        self._images = [None if row.shares is None else bar_image(row.shares, colours, BAR) for row in self.rows]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are in sight."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(12)
        painter.setFont(font)
        field = self._field()
        for place, row in enumerate(self.rows):
            if event.rect().intersects(QRect(0, field.top() + place * ROW, self.width(), ROW)):
                self._paint_row(painter, place, row)
        self._paint_cursor(painter, field)
        painter.end()

    def _paint_row(self, painter: QPainter, place: int, row: HeatRow) -> None:
        field = self._field()
        top = field.top() + place * ROW
        bar = QRect(field.left(), top + (ROW - BAR) // 2, field.width(), BAR)
        indent = INDENT if row.inner else 0
        painter.setPen(token_colour(self._theme, "muted" if row.inner else "text"))
        label = painter.fontMetrics().elidedText(row.label, Qt.TextElideMode.ElideRight, LABEL - 12 - indent)
        painter.drawText(QRect(indent, top, LABEL - 8, ROW), Qt.AlignmentFlag.AlignVCenter, label)
        painter.setPen(token_colour(self._theme, "muted"))
        note = QRect(field.right() + 8, top, NOTE - 8, ROW)
        words = painter.fontMetrics().elidedText(row.note, Qt.TextElideMode.ElideRight, note.width())
        painter.drawText(note, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        image = self._images[place]
        if image is None:
            painter.fillRect(bar, Qt.BrushStyle.BDiagPattern)
            return
        painter.fillRect(bar, token_colour(self._theme, "hover"))
        painter.drawImage(bar, image)

    def _paint_cursor(self, painter: QPainter, field: QRect) -> None:
        row, place = self._cursor
        if 0 <= row < len(self.rows):
            left = field.left() + place * field.width() // self._bins
            right = field.left() + (place + 1) * field.width() // self._bins
            painter.setPen(QPen(token_colour(self._theme, "text"), 1))
            painter.drawRect(left - 1, field.top() + row * ROW + 1, max(2, right - left) + 1, ROW - 3)

    def _cell_at(self, at: QPoint) -> tuple[int, int]:
        field = self._field()
        if not field.contains(at) or not self.rows:
            return -1, -1
        return (at.y() - field.top()) // ROW, (at.x() - field.left()) * self._bins // field.width()

    def _move(self, cell: tuple[int, int]) -> None:
        if cell != self._cursor:
            self._cursor = cell
            self.hovered.emit(*cell)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        self._move(self._cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Nothing is under the pointer any more."""
        self._move((-1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self._cell_at(event.position().toPoint())
        self._move(cell)
        if cell[0] >= 0:
            self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor, Enter chooses."""
        step = _ARROWS.get(event.key())
        row, place = (max(0, part) for part in self._cursor)
        if step is not None and self.rows:
            self._move((min(max(0, row + step[0]), len(self.rows) - 1), min(max(0, place + step[1]), self._bins - 1)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor[0] >= 0:
            self.chosen.emit(*self._cursor)
        else:
            super().keyPressEvent(event)


class HeatMap(QWidget):
    """The rows, scrolled below a head that stays: what the colours mean, and the times."""

    def __init__(self, classes: Sequence[HeatClass], theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.head = HeatHeader(classes, theme)
        self.rows = HeatRows(classes, theme, f"{name}_rows")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.rows)
        for widget in (self.rows, scroll.viewport()):
            widget.setAutoFillBackground(False)
        bar = scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _, most: self.head.set_right(bar.sizeHint().width() if most else 0))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.head)
        column.addWidget(scroll, 1)

    def set_rows(self, rows: Sequence[HeatRow], edges_s: NDArray[np.float64]) -> None:
        """Show other rows over bins whose borders, seconds since 1970, are given, (b + 1,)."""
        self.head.set_span(float(edges_s[0]), float(edges_s[-1]))
        self.rows.set_rows(rows, edges_s)


_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Up.value: (-1, 0),
    Qt.Key.Key_Down.value: (1, 0),
    Qt.Key.Key_Left.value: (0, -1),
    Qt.Key.Key_Right.value: (0, 1),
}
