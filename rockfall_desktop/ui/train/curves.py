"""Curves that grow while a job trains: at most three lines, named at their ends, the best epoch marked."""

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QAction, QColor, QFont
from PySide6.QtWidgets import QMenu

from rockfall_desktop.ui.charts.axis import QuietAxis
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.growing import GrowingSeries
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.charts.steady_range import Heights, steady_end, steady_heights
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import three_digits

SMOOTH_UP_TO = 3000
NAME_HEIGHT = 15.0
LEAST_DRAWN = 1e-12
LABEL_LIFT = 1.25  # heights of the best epoch's label over its dot


@dataclass(frozen=True)
class Curve:
    """One line of a chart: its key, its name at the line's end, and which colour of the series it has."""

    key: str
    name: str
    colour: int


class CurvesChart(ChartFrame):
    """Epochs to the right, values up; drawn anew only when `draw` is called and something came.

    Adding a point costs a write into a buffer. Who owns the chart calls `draw` at most ten times a second.
    """

    def __init__(
        self,
        title: str,
        y_title: str,
        curves: tuple[Curve, ...],
        seat: Seat,
        theme: Theme,
        name: str,
        *,
        positive: bool = False,
    ) -> None:
        super().__init__(title, "epoch", y_title, seat, theme, name, QuietAxis("bottom", whole=True))
        self._curves = curves
        self._positive = positive
        self._logarithmic = False
        self.series = {curve.key: GrowingSeries() for curve in curves}
        self._items = {curve.key: pg.PlotDataItem(connect="finite", skipFiniteCheck=False) for curve in curves}
        self._names = {curve.key: pg.TextItem(anchor=(0, 0.5)) for curve in curves}
        self._dot = pg.ScatterPlotItem(size=9, pxMode=True)
        self._dot_name = pg.TextItem(anchor=(0.5, 1.25))
        self._best: tuple[str, int] | None = None
        self._stale = False
        self._heights: Heights | None = None
        self.lines = self._as_lines
        self._moved_by_hand = False
        self.view.vb.sigRangeChangedManually.connect(self._note_hand)
        self.view.vb.sigResized.connect(self._place_names)
        for moved in (self.view.vb.sigResized, self.view.vb.sigRangeChanged):
            moved.connect(self._place_best)
        for item in (*self._items.values(), self._dot):
            self.view.addItem(item)
        for label in (*self._names.values(), self._dot_name):
            self.view.addItem(label, ignoreBounds=True)
        self.view.vb.setLimits(xMin=0)
        self.y_axis.start_at(0.0)  # neither a loss nor a score is ever negative
        self.clear("")
        self.dress()

    def add_choices(self, menu: QMenu) -> None:
        """A logarithmic axis, where every value is positive."""
        if self._positive:
            choice = QAction("Logarithmic", menu)
            choice.setCheckable(True)
            choice.setChecked(self._logarithmic)
            choice.toggled.connect(self.set_logarithmic)
            menu.addAction(choice)

    def set_logarithmic(self, wanted: bool) -> None:  # noqa: FBT001 - the slot of a checked action
        """Draw the values on a logarithmic axis, or on a plain one."""
        self._logarithmic = wanted
        self.y_axis.start_at(-math.inf if wanted else 0.0)
        self._heights = None
        self.view.setLogMode(y=wanted)
        self._stale = True
        self.draw()

    def _height(self, value: float) -> float:
        """Where a value stands on the axis; pyqtgraph counts a logarithmic one in powers of ten."""
        return math.log10(max(value, LEAST_DRAWN)) if self._logarithmic else value

    def add(self, key: str, epoch: int, value: float | None) -> None:
        """Add a point; None, where nothing could be computed, is a gap."""
        self.series[key].append(float(epoch), value)
        self._stale = True

    def mark_best(self, key: str, epoch: int) -> None:
        """Put the dot on the best epoch of a line."""
        self._best = (key, epoch)
        self._stale = True

    def clear(self, why: str) -> None:
        """Forget everything and say what will stand here."""
        for series in self.series.values():
            series.clear()
        self._best = self._heights = None
        self._stale = False
        self._moved_by_hand = False
        self.say_why_empty(why)

    def draw(self) -> bool:
        """Bring the picture up to date; whether there was anything to do."""
        if not self._stale:
            return False
        self._stale = False
        if any(series.has_values() for series in self.series.values()):
            self.show_plot()
        for key, item in self._items.items():
            self._draw_line(key, item)
        self._place_names()
        self._draw_best()
        return True

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if not hasattr(self, "_items"):
            return
        font = QFont()
        font.setPixelSize(12)
        for curve in self._curves:
            colour = QColor(self.theme.tokens.series[curve.colour])
            self._items[curve.key].setPen(pg.mkPen(colour, width=max(1.0, self.devicePixelRatioF())))
            self._names[curve.key].setColor(colour)
            self._names[curve.key].setPlainText(f"  {curve.name}")  # clear of the dot
            self._names[curve.key].setFont(font)
        self._dot_name.setColor(QColor(self.theme.tokens.text))
        self._dot_name.setFont(font)
        self._stale = True
        self.draw()

    def _draw_line(self, key: str, item: pg.PlotDataItem) -> None:
        series = self.series[key]
        lonely = len(series) == 1
        colour = self.theme.tokens.series[next(c.colour for c in self._curves if c.key == key)]
        item.setData(
            series.x, series.y, antialias=len(series) <= SMOOTH_UP_TO, symbol="o" if lonely else None, symbolSize=5,
            symbolBrush=pg.mkBrush(colour), symbolPen=None,
        )  # fmt: skip

    def _place_names(self) -> None:
        ends = {key: self._end(key) for key in self.series}
        shown = sorted((end[1], key, end[0]) for key, end in ends.items() if end is not None)
        everything = [series.y for series in self.series.values() if series.has_values()]
        gap = 0.0
        if everything:
            low = self._height(float(min(np.nanmin(y) for y in everything)))
            high = self._height(float(max(np.nanmax(y) for y in everything)))
            gap = max(high - low, 1e-9) * 1.28 * NAME_HEIGHT / max(60.0, float(self.view.vb.height()))
            self._fit_heights(low, high)
        height = -np.inf
        for label in self._names.values():
            label.hide()
        for y, key, x in shown:
            height = max(y, height + gap)
            self._names[key].setPos(x, height)
            self._names[key].show()
        last = max((x for _, _, x in shown), default=1.0)
        if not self._moved_by_hand:
            self._fit_width(self._right_end(max(2.0, last)))

    def _fit_width(self, right_end: float) -> None:
        end = steady_end(right_end)
        if abs(self.view.viewRange()[0][1] - (end + 0.02 * (end - 1.0))) > 1e-6:
            self.view.setXRange(1.0, end, padding=0.02)

    def _fit_heights(self, low: float, high: float) -> None:
        heights = steady_heights(low, high, self._heights)
        if heights != self._heights:
            self._heights = heights
            self.view.setYRange(heights.low, heights.high, padding=0)

    def _note_hand(self) -> None:
        self._moved_by_hand = True

    def show_whole(self) -> None:
        """Undo zooming and moving, and follow the growing lines again."""
        self._moved_by_hand = False
        self._place_names()

    def _right_end(self, last: float) -> float:
        """Where the axis ends so that the names fit behind the lines."""
        widest: float = max(label.boundingRect().width() for label in self._names.values()) + 12
        share = min(0.45, widest / max(1.0, float(self.view.vb.width())))
        return 1.0 + (last - 1.0) / (1.0 - share)

    def _end(self, key: str) -> tuple[float, float] | None:
        series = self.series[key]
        known = np.flatnonzero(np.isfinite(series.y))
        if not known.size:
            return None
        return float(series.x[known[-1]]), self._height(float(series.y[known[-1]]))

    def _draw_best(self) -> None:
        value = None if self._best is None else self.series[self._best[0]].value_at(float(self._best[1]))
        if self._best is None or value is None:
            self._dot.setData([], [])
            self._dot_name.hide()
            return
        tokens = self.theme.tokens
        colour = next(tokens.series[curve.colour] for curve in self._curves if curve.key == self._best[0])
        height = self._height(value)
        self._dot.setData(
            [float(self._best[1])], [height], brush=pg.mkBrush(colour), pen=pg.mkPen(tokens.text, width=1)
        )
        self._dot_name.setPlainText(f"{three_digits(value)} @{self._best[1]}")
        self._dot_name.setPos(float(self._best[1]), height)
        self._place_best()
        self._dot_name.show()

    def _place_best(self) -> None:
        """Over the dot and in its middle, as far as the plot leaves room; below it at the top."""
        room, size = self.view.vb.rect(), self._dot_name.boundingRect()
        if not size.width() or room.width() <= size.width():
            return
        dot = self.view.vb.mapFromView(self._dot_name.pos())
        left = min(max(dot.x() - size.width() / 2, 0.0), room.width() - size.width())
        above = dot.y() - LABEL_LIFT * size.height() >= 0.0
        self._dot_name.setAnchor(((dot.x() - left) / size.width(), LABEL_LIFT if above else 1.0 - LABEL_LIFT))

    def _as_lines(self) -> list[Line]:
        return [(curve.name, self.series[curve.key].x, self.series[curve.key].y) for curve in self._curves]
