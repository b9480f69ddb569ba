"""One channel of one training sample's window, as it is and as it is learned from."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme


class SampleChart(ChartFrame):
    """The window before, thin and light, and after, full; a gap is a gap."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__("Window", "steps before the sample", "spreads from the mean", seat, theme, "chart_sample")
        self._before = pg.PlotCurveItem(connect="finite")
        self._after = pg.PlotCurveItem(connect="finite")
        self._drawn: list[Line] = []
        self.lines = lambda: self._drawn
        for curve in (self._before, self._after):
            self.view.addItem(curve)
        self.dress()
        self.say_why_empty("No channel is read.")

    def show_window(self, before: NDArray[np.float32], after: NDArray[np.float32]) -> None:
        """Draw one channel, float32 (t,) each, NaN where nothing is known."""
        step = np.arange(1.0 - len(before), 1.0)
        self._drawn = [("as it is", step, before.astype(np.float64)), ("learned from", step, after.astype(np.float64))]
        for curve, (_, x, y) in zip((self._before, self._after), self._drawn, strict=True):
            curve.setData(x, y)
        if np.isfinite(before).any():
            self.show_plot()
        else:
            self.say_why_empty("Nothing was read in this window. Choose another channel or sample.")

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if hasattr(self, "_after"):
            light = QColor(self.theme.tokens.muted)
            self._before.setPen(pg.mkPen(light, width=1))
            self._after.setPen(pg.mkPen(QColor(self.theme.tokens.series[0]), width=1))

    def x_words(self, x: float) -> str:
        """Steps before the sample."""
        return f"{x:.0f}"
