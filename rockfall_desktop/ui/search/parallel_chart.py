"""Parallel coordinates (Inselberg 1985): an upright axis for each field that is varied, a line for each trial."""

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics

from rockfall_desktop.domain.search import Outcome, Search, Trial
from rockfall_desktop.domain.search_space import Dimension, Setting
from rockfall_desktop.ui.charts.frame import SMALL, ChartFrame
from rockfall_desktop.ui.search.history_chart import EMPTY, of
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.spoken import spoken

LOSS = "log loss"
LOW, HIGH, LEFT, RIGHT = -0.24, 1.08, -0.7, 0.9
UNDER = (-0.2, -0.11)
PADDING = 12


class ParallelChart(ChartFrame):
    """Completed trials, pruned ones in grey, the best on top; the last axis is the validation log loss."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__("Settings of the trials", "", "", seat, theme, "chart_parallel")
        self._lines = {name: pg.PlotDataItem(connect="finite") for name in ("pruned", "completed", "best")}
        self._axes = pg.PlotDataItem(connect="finite")
        self._words: list[pg.TextItem] = []
        self._dimensions: tuple[Dimension, ...] = ()
        self._span = (0.0, 1.0)
        for item in (self._axes, *self._lines.values()):
            self.view.addItem(item)
        for side in ("bottom", "left"):
            self.view.hideAxis(side)
        self.view.setMouseEnabled(x=False, y=False)
        self.view.vb.sigResized.connect(self._write_words)
        self.dress()
        self.say_why_empty(EMPTY)

    def show_search(self, search: Search) -> None:
        """Draw the trials that ended with a loss."""
        completed, pruned = of(search, Outcome.COMPLETED), of(search, Outcome.PRUNED)
        losses = [trial.value for trial in (*completed, *pruned) if trial.value is not None]
        if not losses:
            self.say_why_empty(EMPTY)
            return
        self._turn_to(search.plan.dimensions, (min(losses), max(losses)))
        best = () if search.best is None else (search.best,)
        for name, trials in (("pruned", pruned), ("completed", completed), ("best", best)):
            self._lines[name].setData(*self._course(trials))
        self.lines = lambda: [
            (f"trial {trial.number}", np.arange(len(self._dimensions) + 1.0), self.heights(trial))
            for trial in (*completed, *pruned)
        ]
        self.show_plot()

    def heights(self, trial: Trial) -> NDArray[np.float64]:
        """Where a trial crosses each axis, 0 at the bottom to 1 at the top; the last one is the loss."""
        settings = [height_on(one, trial.settings[one.name]) for one in self._dimensions]
        low, high = self._span
        loss = 0.5 if trial.value is None or high <= low else (trial.value - low) / (high - low)
        return np.array([*settings, loss], np.float64)

    def describe(self, x: float) -> str:
        """The axis that is nearest to x."""
        place = min(max(round(x), 0), len(self._dimensions))
        if place == len(self._dimensions):
            return f"validation {LOSS}: {self._span[0]:.3g} to {self._span[1]:.3g}"
        return f"{self._dimensions[place].title}: {self._dimensions[place].words}"

    def x_words(self, x: float) -> str:  # noqa: ARG002 - the shape of what it stands for
        """The number of an axis says nothing."""
        return "axis"

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if not hasattr(self, "_axes"):
            return
        tokens, width = self.theme.tokens, max(1.0, self.devicePixelRatioF())
        self._axes.setPen(pg.mkPen(QColor(tokens.muted), width=2 * width))
        self._lines["pruned"].setPen(pg.mkPen(QColor(tokens.edge), width=width))
        self._lines["completed"].setPen(pg.mkPen(QColor(tokens.series[0]), width=width))
        self._lines["best"].setPen(pg.mkPen(QColor(tokens.series[1]), width=2 * width))
        self._write_words()

    def _course(self, trials: Sequence[Trial]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """All trials as one line with a gap after each."""
        axes = np.arange(len(self._dimensions) + 1.0)
        x = np.concatenate([np.append(axes, np.nan) for _ in trials]) if trials else np.zeros(0)
        y = np.concatenate([np.append(self.heights(trial), np.nan) for trial in trials]) if trials else np.zeros(0)
        return x, y

    def _turn_to(self, dimensions: tuple[Dimension, ...], span: tuple[float, float]) -> None:
        """Draw the axes and their words anew where they are other ones."""
        if dimensions == self._dimensions and span == self._span:
            return
        self._dimensions, self._span = dimensions, span
        last = len(dimensions)
        self._axes.setData(np.repeat(np.arange(last + 1.0), 3), np.tile([0.0, 1.0, np.nan], last + 1))
        self.view.setXRange(LEFT, last + RIGHT, padding=0)
        self.view.setYRange(LOW, HIGH, padding=0)
        self._write_words()

    def _write_words(self) -> None:
        """A title under each axis, in two heights in turn, and its values beside it, as far as there is room."""
        for word in self._words:
            self.view.removeItem(word)
        self._words = []
        last, (low, high) = len(self._dimensions), self._span
        if not last:
            return
        room = self.view.vb.width() / (last + RIGHT - LEFT)
        ticks = [ticks_of(one) for one in self._dimensions]
        titles = [one.title for one in self._dimensions]
        for place, title in enumerate((*titles, LOSS)):
            x, anchor = (LEFT, 0.0) if place == 0 else (place, 0.5)
            self._put(title, x, UNDER[place % 2], (anchor, 0.5), 2 * room)
        for place, words in enumerate((*ticks, ((f"{low:.3g}", 0.0), (f"{high:.3g}", 1.0)))):
            for word, height in words:
                self._put(word, place, height, (0.0, 0.5), room)

    def _put(self, words: str, x: float, y: float, anchor: tuple[float, float], room: float) -> None:
        font = QFont()
        font.setPixelSize(SMALL - 1)
        item = pg.TextItem(anchor=anchor, fill=pg.mkBrush(self.theme.tokens.panel))
        item.setFont(font)
        item.setPlainText(QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(room) - PADDING))
        item.setColor(QColor(self.theme.tokens.muted))
        item.setPos(x, y)
        self.view.addItem(item, ignoreBounds=True)
        self._words.append(item)


def height_on(one: Dimension, setting: Setting) -> float:
    """Where a setting stands on its axis, 0 to 1; logarithmic where the range is."""
    if one.choices:
        return one.choices.index(setting) / max(1, len(one.choices) - 1)
    value, low, high = float(setting), one.low, one.high
    if one.logarithmic:
        value, low, high = math.log(value), math.log(low), math.log(high)
    return (value - low) / (high - low)


def ticks_of(one: Dimension) -> tuple[tuple[str, float], ...]:
    """What stands beside an axis, each with its height: all choices, or both ends and, if logarithmic, the tens."""
    if one.choices:
        return tuple((spoken(str(choice)), height_on(one, choice)) for choice in one.choices)
    ends = [one.low, one.high]
    if one.logarithmic:
        first, last = math.ceil(math.log10(one.low)), math.floor(math.log10(one.high))
        ends += [10.0**power for power in range(first, last + 1) if 10.0**power not in ends]
    return tuple((_short(value), height_on(one, value)) for value in sorted(ends))


def _short(value: float) -> str:
    """A number in few letters: 0.0001 as 1e-4, for there is little room beside an axis."""
    return f"{value:.0e}".replace("e-0", "e-") if 0 < value < 1e-3 else f"{value:g}"
