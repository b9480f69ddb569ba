"""The history of a search: the loss of each trial, and the best one so far."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from rockfall_desktop.domain.search import Outcome, Search, Trial
from rockfall_desktop.ui.charts.axis import QuietAxis
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme

EMPTY = "Each trial becomes a point here, once it has ended."


class HistoryChart(ChartFrame):
    """Completed trials as full points, pruned ones as grey rings, the best so far as a line of steps."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__(
            "Trials, and the best so far", "trial", "validation log loss", seat, theme, "chart_history",
            QuietAxis("bottom", whole=True),
        )  # fmt: skip
        self._points = pg.ScatterPlotItem(size=7, pxMode=True)
        self._pruned = pg.ScatterPlotItem(size=6, pxMode=True)
        self._best = pg.PlotDataItem()
        self._kept: list[Line] = []
        self.lines = lambda: self._kept
        for item in (self._best, self._pruned, self._points):
            self.view.addItem(item)
        self.dress()
        self.say_why_empty(EMPTY)

    def show_search(self, search: Search) -> None:
        """Draw the trials that ended with a loss."""
        completed, pruned = of(search, Outcome.COMPLETED), of(search, Outcome.PRUNED)
        self._kept = [
            ("completed", *_places(completed)),
            ("pruned", *_places(pruned)),
            ("best so far", *best_so_far(completed, len(search.finished))),
        ]
        if not completed and not pruned:
            self.say_why_empty(EMPTY)
            return
        self._points.setData(*self._kept[0][1:])
        self._pruned.setData(*self._kept[1][1:])
        self._best.setData(*self._kept[2][1:])
        self.show_plot()

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if not hasattr(self, "_best"):
            return
        tokens = self.theme.tokens
        self._points.setPen(pg.mkPen(None))
        self._points.setBrush(pg.mkBrush(tokens.series[0]))
        self._pruned.setPen(pg.mkPen(QColor(tokens.muted)))
        self._pruned.setBrush(pg.mkBrush(None))
        self._best.setPen(pg.mkPen(QColor(tokens.series[1]), width=max(1.0, self.devicePixelRatioF())))


def of(search: Search, outcome: Outcome) -> tuple[Trial, ...]:
    """The trials that ended in one way, with a loss."""
    return tuple(trial for trial in search.trials if trial.outcome is outcome and trial.value is not None)


def best_so_far(completed: tuple[Trial, ...], last: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A line of steps: trial numbers and the lowest loss until then, float64 (2 n,), up to the last trial."""
    if not completed:
        return np.zeros(0), np.zeros(0)
    numbers, losses = _places(completed)
    lowest = np.minimum.accumulate(losses)
    x = np.repeat(np.append(numbers, max(float(last), numbers[-1])), 2)[1:-1]
    return x, np.repeat(lowest, 2)


def _places(trials: tuple[Trial, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.array([trial.number for trial in trials], np.float64)
    return x, np.array([trial.value for trial in trials], np.float64)
