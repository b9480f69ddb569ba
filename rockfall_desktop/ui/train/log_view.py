"""The log of a job with its level filter, search and copy."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
)

from rockfall_desktop.domain.events import Level, LogLine
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.log_model import LogModel

LINE_HEIGHT = 20
WORDS = {Level.DEBUG: "everything", Level.INFO: "from info", Level.WARNING: "from warning", Level.ERROR: "errors"}


class _LogTable(QTableView):
    """Copies the chosen lines instead of one cell."""

    def __init__(self, model: LogModel) -> None:
        super().__init__()
        self._log = model
        self.setModel(model)
        self.setObjectName("log_lines")
        self.setProperty("role", "log")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(LINE_HEIGHT)
        self.horizontalHeader().hide()
        self.setColumnWidth(0, 92)
        self.setColumnWidth(1, 84)
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the chosen lines whole."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The end that was in sight stays there when something above takes of the room."""
        at_end = self.at_end()
        super().resizeEvent(event)
        if at_end:
            self.updateGeometries()
            self.scrollToBottom()

    def at_end(self) -> bool:
        """Whether the last line is in sight."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def show_from(self, row: int) -> None:
        """Scroll so that a row is the first one seen."""
        self.updateGeometries()  # the bar learns of new rows later, too late for its value
        self.verticalScrollBar().setValue(row)

    def copy(self) -> None:
        """Copy the chosen lines, or all that are shown when fewer than two are chosen."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self._log.as_text(rows if len(rows) > 1 else None))


class LogView(QFrame):
    """Shows lines as they come; it scrolls along only while its end is in sight.

    Signals:
        older_wanted: somebody scrolled up to the first line.
    """

    older_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("log_view")
        self.setProperty("role", "panel")
        self.model = LogModel(theme, self)
        self._table = _LogTable(self.model)
        self._at_end = True
        self._levels = QComboBox()
        self._levels.setObjectName("log_level")
        self._levels.setAccessibleName("Level of the log")
        for level in Level:
            self._levels.addItem(WORDS[level], level)
        self._levels.setCurrentIndex(1)
        self._search = QLineEdit()
        self._search.setObjectName("log_search")
        self._search.setPlaceholderText("search")
        self._search.setClearButtonEnabled(True)
        self._table.verticalScrollBar().valueChanged.connect(self._look_for_top)
        self._levels.currentIndexChanged.connect(self._filter)
        self._search.textChanged.connect(self._filter)
        self._arrange()

    def _arrange(self) -> None:
        copy = push_button("Copy", "log_copy")
        copy.clicked.connect(self._table.copy)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(text_label("Log", role="field"))
        head.addStretch()
        head.addWidget(self._levels)
        self._search.setFixedWidth(160)
        head.addWidget(self._search)
        head.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._table, 1)

    def add(self, lines: list[LogLine]) -> None:
        """Append lines; call it at most ten times a second."""
        self._at_end = self._table.at_end()
        self.model.add(lines)
        if self._at_end:
            self._table.scrollToBottom()

    def put_before(self, lines: Sequence[LogLine]) -> None:
        """Put older lines before the others; what one reads stays where it is."""
        first = self._table.verticalScrollBar().value()
        more = self.model.put_before(lines)
        if more:
            self._table.show_from(first + more)
        elif lines:
            self.older_wanted.emit()  # none of them passes the filter: one is still at the top

    def _look_for_top(self, first: int) -> None:
        if first == 0 and self.isVisible() and self._table.verticalScrollBar().maximum() > 0:
            self.older_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """What came while the log was hidden may have moved its end."""
        super().showEvent(event)
        if self._at_end:
            self._table.scrollToBottom()

    def clear(self) -> None:
        """Forget all lines."""
        self.model.clear()

    def reset_filter(self) -> None:
        """Forget what was searched for."""
        self._search.clear()
        self._levels.setCurrentIndex(self._levels.findData(Level.INFO))

    def _filter(self) -> None:
        self.model.set_filter(Level(self._levels.currentData()), self._search.text())
        self._table.scrollToBottom()
