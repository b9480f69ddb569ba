"""The reliability diagram: what was forecast against what was observed (Murphy and Winkler 1977)."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from rockfall_desktop.domain.report import ReliabilityBin
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import three_digits


class ReliabilityChart(ChartFrame):
    """Points near the diagonal mean: when it says 3 %, it happens in 3 of 100."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__("Reliability", "mean forecast", "observed share", seat, theme, "chart_reliability")
        self._diagonal = pg.PlotDataItem()
        self._points = pg.PlotDataItem(symbolSize=8)
        self._before = pg.PlotDataItem(symbolSize=7)
        self._kept: list[Line] = []
        self.lines = self._as_lines
        self.view.addItem(self._diagonal)
        self.view.addItem(self._before)
        self.view.addItem(self._points)
        self.dress()
        self.say_why_empty("No report yet.")

    def show_bins(self, bins: Sequence[ReliabilityBin], before: Sequence[ReliabilityBin] = ()) -> None:
        """Draw the bins of the first horizon; hollow those that were before a calibration."""
        points, others = _first_horizon(bins), _first_horizon(before)
        if not len(points):
            self.say_why_empty("Too few incidents in the test block to compare forecasts with what happened.")
            return
        self._kept = [("observed", points[:, 0], points[:, 1])]
        if len(others):
            self._kept.append(("observed before calibration", others[:, 0], others[:, 1]))
        self.title.setText("Reliability, hollow before calibration" if len(others) else "Reliability")
        self._points.setData(points[:, 0], points[:, 1])
        self._before.setData(others[:, 0], others[:, 1])
        top = float(np.concatenate((points, others)).max()) * 1.08 or 1.0
        self._diagonal.setData([0.0, top], [0.0, top])
        self.view.setXRange(0.0, top, padding=0.02)
        self.view.setYRange(0.0, top, padding=0.02)
        self.show_plot()

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if not hasattr(self, "_points"):
            return
        tokens = self.theme.tokens
        self._diagonal.setPen(pg.mkPen(QColor(tokens.muted), width=1, style=Qt.PenStyle.DashLine))
        self._points.setPen(pg.mkPen(QColor(tokens.series[0]), width=1))
        self._points.setSymbol("o")
        self._points.setSymbolBrush(pg.mkBrush(tokens.series[0]))
        self._points.setSymbolPen(pg.mkPen(QColor(tokens.text), width=1))
        self._before.setPen(None)
        self._before.setSymbol("o")
        self._before.setSymbolBrush(None)
        self._before.setSymbolPen(pg.mkPen(QColor(tokens.muted), width=1))

    def x_words(self, x: float) -> str:
        """The forecast at x."""
        return three_digits(x)

    def _as_lines(self) -> list[Line]:
        return self._kept


def _first_horizon(bins: Sequence[ReliabilityBin]) -> NDArray[np.float64]:
    """Mean forecasts and observed rates of the first horizon, growing, float64 (bins, 2)."""
    first = min((one.horizon_steps for one in bins), default=0)
    chosen = sorted((one.mean_probability, one.observed_rate) for one in bins if one.horizon_steps == first)
    return np.array(chosen, dtype=np.float64).reshape(-1, 2)
