"""The lines of a log, filtered by level and word."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from rockfall_desktop.domain.events import Level, LogLine
from rockfall_desktop.ui.plain import plain_tip
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import clock_time

MOST_LINES = 5000
MOST_WITH_OLDER = 50_000
LOUDNESS = {level: place for place, level in enumerate(Level)}
_ROOT = QModelIndex()
_TONES = {Level.DEBUG: "muted", Level.INFO: "text", Level.WARNING: "warning", Level.ERROR: "danger"}


class LogModel(QAbstractTableModel):
    """The last 5,000 lines and older ones that were asked for; those that pass the filter are its rows.

    Columns: time, level, text.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: deque[LogLine] = deque()
        self._most = MOST_LINES
        self._shown: list[LogLine] = []
        self._least = LOUDNESS[Level.INFO]
        self._word = ""

    def add(self, lines: Sequence[LogLine]) -> None:
        """Append lines that came."""
        self._all.extend(lines)
        if len(self._all) > self._most:
            while len(self._all) > self._most:
                self._all.popleft()
            self._filter()
            return
        passing = [line for line in lines if self._passes(line)]
        if passing:
            first = len(self._shown)
            self.beginInsertRows(_ROOT, first, first + len(passing) - 1)
            self._shown.extend(passing)
            self.endInsertRows()

    @property
    def oldest(self) -> LogLine | None:
        """The first line that is held, shown or not; None when there is none, or no room for older ones."""
        return self._all[0] if 0 < len(self._all) < MOST_WITH_OLDER else None

    def put_before(self, lines: Sequence[LogLine]) -> int:
        """Put older lines before the others, which all stay; how many rows that makes more."""
        self._all.extendleft(reversed(lines))
        self._most = max(self._most, len(self._all))
        passing = [line for line in lines if self._passes(line)]
        if passing:
            self.beginInsertRows(_ROOT, 0, len(passing) - 1)
            self._shown[:0] = passing
            self.endInsertRows()
        return len(passing)

    def clear(self) -> None:
        """Forget all lines."""
        self._most = MOST_LINES
        self._all.clear()
        self._filter()

    def set_filter(self, least: Level, word: str) -> None:
        """Show lines at least that loud which hold the word, upper and lower case alike."""
        self._least, self._word = LOUDNESS[least], word.casefold()
        self._filter()

    def as_text(self, rows: Sequence[int] | None = None) -> str:
        """Some rows, or all that are shown, one line each."""
        lines = self._shown if rows is None else [self._shown[row] for row in rows]
        return "\n".join(f"{clock_time(line.at)} {line.level:7} {line.text}" for line in lines)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """How many lines pass the filter."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Time, level, text."""
        return 0 if parent.isValid() else 3

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of one part of a line."""
        line = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            column = index.column()
            return line.text if column == 2 else (line.level.value if column else clock_time(line.at))
        if role == Qt.ItemDataRole.ForegroundRole:
            tone = "muted" if index.column() == 0 else _TONES[line.level]
            return QColor(getattr(self._theme.tokens, tone))
        return plain_tip(line.text) if role == Qt.ItemDataRole.ToolTipRole else None

    def _passes(self, line: LogLine) -> bool:
        return LOUDNESS[line.level] >= self._least and (not self._word or self._word in line.text.casefold())

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [line for line in self._all if self._passes(line)]
        self.endResetModel()
