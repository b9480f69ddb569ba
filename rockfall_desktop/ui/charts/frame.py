"""What every chart has: title, axes with units, faint grid, cross-hair, words where there is no data, saving."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QFont
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.ui.charts.axis import QuietAxis
from rockfall_desktop.ui.charts.picture_saving import PictureSaving
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import NOTHING

SMALL = 11
GRID = 150
ENDINGS = ("png", "svg", "csv")


class ChartFrame(QWidget):
    """A plot with its surroundings; the lines are drawn by who uses it. It says itself why it could not be saved."""

    def __init__(
        self,
        title: str,
        x_title: str,
        y_title: str,
        seat: Seat,
        theme: Theme,
        name: str,
        x_axis: pg.AxisItem | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.theme = theme
        self._titles = (x_title, y_title)
        self.lines: Callable[[], Sequence[Line]] = tuple
        self.y_axis = QuietAxis("left")
        axes = {"bottom": x_axis or QuietAxis("bottom"), "left": self.y_axis}
        self.plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
        self.view = self.plot.getPlotItem()
        self._values = text_label(role="muted", name=f"{name}_values")
        self.empty = text_label(role="muted", wrap=True, name=f"{name}_empty")
        self.fault = text_label(role="danger", wrap=True, name=f"{name}_fault")
        self._saving = PictureSaving(seat, self)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._arrange(title)
        self._set_up_plot()
        self._saving.told.connect(self._tell)
        seat.left.connect(lambda: self._tell(None))
        theme.changed.connect(self.dress)
        self.dress()

    def _arrange(self, title: str) -> None:
        head = QHBoxLayout()
        self.title = ElidedLabel(title, role="field", name=f"{self.objectName()}_title")
        head.addWidget(self.title, 1)
        head.addWidget(self._values)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.fault)
        self.fault.hide()
        column.addWidget(self._stack, 1)

    def _set_up_plot(self) -> None:
        self.plot.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.plot.setMinimumHeight(90)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.plot.customContextMenuRequested.connect(self._open_menu)
        self.plot.destroyed.connect(self.view.ctrlMenu.deleteLater)  # made all the same, and nobody's: it would stay
        self.view.hideButtons()
        for action in self.plot.scene().contextMenu:  # pyqtgraph's own export: ours takes its place
            action.setEnabled(False)
        self.view.setMouseEnabled(x=True, y=False)
        self.view.setDownsampling(auto=True, mode="peak")
        self.view.setClipToView(True)
        self._cross.hide()
        self.view.addItem(self._cross, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._on_move)
        self.plot.installEventFilter(self)

    def dress(self) -> None:
        """Take the colours in force."""
        tokens = self.theme.tokens
        self.plot.setBackground(tokens.panel)
        font = QFont()
        font.setPixelSize(SMALL)
        for side, title in zip(("bottom", "left"), self._titles, strict=True):
            axis = self.view.getAxis(side)
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setTickFont(font)
            axis.setStyle(tickLength=4, hideOverlappingLabels=True)
            axis.setLabel(escape(title), color=tokens.muted, **{"font-size": f"{SMALL}px"})
            axis.setGrid(GRID)
        self._cross.setPen(pg.mkPen(QColor(tokens.muted), style=Qt.PenStyle.DotLine))

    def set_axis_title(self, side: str, title: str) -> None:
        """Say something else along an axis ("bottom" or "left")."""
        self._titles = (title, self._titles[1]) if side == "bottom" else (self._titles[0], title)
        self.dress()

    def say_why_empty(self, words: str) -> None:
        """Put a sentence in the place of empty axes."""
        self.empty.setText(words)
        self._stack.setCurrentWidget(self.empty)

    def show_plot(self) -> None:
        """Show the axes: there is something to draw."""
        self._stack.setCurrentWidget(self.plot)

    @property
    def is_empty(self) -> bool:
        """Whether a sentence stands in the place of the axes."""
        return self._stack.currentWidget() is self.empty

    def describe(self, x: float) -> str:
        """What the cross-hair says at x: the nearest value of each line."""
        parts = []
        for name, line_x, line_y in self.lines():
            if line_x.size:
                place = int(np.clip(np.searchsorted(line_x, x), 0, line_x.size - 1))
                place -= int(place > 0 and abs(line_x[place - 1] - x) < abs(line_x[place] - x))
                value = line_y[place]
                parts.append(f"{name} {value:.3g}" if np.isfinite(value) else f"{name} {NOTHING}")
        return "   ".join(parts)

    def x_words(self, x: float) -> str:
        """How the cross-hair writes x."""
        return f"{x:.0f}"

    def save(self, path: Path) -> None:
        """Save the chart by the ending of the path."""
        self._saving.save(path, self.plot, self._titles[0], self.lines())

    def _tell(self, problem: RockfallError | None) -> None:
        """Why it was not saved; None: it was, or nobody asks any more."""
        self.fault.setText(f"{problem.title}. {problem.message} {problem.hint}" if problem else "")
        self.fault.setVisible(problem is not None)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Take the cross-hair away when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._cross.hide()
            self._values.setText("")
        return False

    def _on_move(self, at: QPointF) -> None:
        if not self.view.sceneBoundingRect().contains(at):
            return
        x = float(self.view.vb.mapSceneToView(at).x())
        self._cross.setPos(x)
        self._cross.show()
        self._values.setText(f"{self.x_words(x)}:  {self.describe(x)}")

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for ending in ENDINGS:
            action = QAction(f"Save as {ending.upper()} …", menu)
            action.triggered.connect(lambda _=False, ending=ending: self._ask_where(ending))
            menu.addAction(action)
        whole = QAction("Show the whole range", menu)
        whole.triggered.connect(self.show_whole)
        menu.addAction(whole)
        self.add_choices(menu)
        menu.popup(self.plot.mapToGlobal(at))

    def add_choices(self, menu: QMenu) -> None:
        """Add what a chart of this kind can do besides; nothing unless it says so."""

    def show_whole(self) -> None:
        """Undo zooming and moving."""
        self.view.enableAutoRange()

    def _ask_where(self, ending: str) -> None:
        self._tell(None)
        self._saving.ask_where(self.objectName(), ending, self.save)
