"""A table of values: a model, so that ten thousand rows cost what is on the screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import plain_tip
from rockfall_desktop.ui.theme import Theme

ROW_HEIGHT = 30
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Column:
    """A column: its title with the unit, whether it holds numbers, its width in pixels (0: what is left)."""

    title: str
    width: int = 0
    number: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in one place: text, a tone (muted, good, warning, danger, accent), an icon, a remark, weight."""

    text: str
    tone: str = ""
    icon: str = ""
    tip: str = ""
    strong: bool = False


class RowsModel(QAbstractTableModel):
    """Rows of cells, each row with a key of its own."""

    def __init__(self, columns: Sequence[Column], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._theme = theme
        self._rows: list[tuple[Cell, ...]] = []
        self.keys: list[str] = []
        self._strong = QFont()
        self._strong.setPixelSize(13)
        self._strong.setBold(True)
        theme.changed.connect(self._repaint)

    def set_rows(self, rows: Sequence[tuple[Cell, ...]], keys: Sequence[str]) -> None:
        """Show other rows; where only cells changed, the selection and the scroll position stay."""
        if list(keys) == self.keys and self.keys:
            self._rows = list(rows)
            self._repaint()
            return
        self.beginResetModel()
        self._rows, self.keys = list(rows), list(keys)
        self.endResetModel()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Stand under other columns, without a row."""
        self.beginResetModel()
        self.columns, self._rows, self.keys = tuple(columns), [], []
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title of a column and how it stands."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(column.tip)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One aspect of one cell."""
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        answer = _ASPECTS.get(role)
        return None if answer is None else answer(self, cell, self.columns[index.column()])

    def colour(self, tone: str) -> str:
        """The colour of a tone in the theme in force."""
        return str(getattr(self._theme.tokens, tone or "text"))

    def strong_font(self) -> QFont:
        """The face of cells that matter."""
        return self._strong

    def _repaint(self) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


_ASPECTS: dict[int, Callable[[RowsModel, Cell, Column], object]] = {
    Qt.ItemDataRole.TextAlignmentRole.value: lambda _, __, column: _alignment(column),
    Qt.ItemDataRole.ForegroundRole.value: lambda model, cell, _: QColor(model.colour(cell.tone)),
    Qt.ItemDataRole.ToolTipRole.value: lambda _, cell, __: plain_tip(cell.tip or cell.text),
    Qt.ItemDataRole.FontRole.value: lambda model, cell, _: model.strong_font() if cell.strong else None,
    Qt.ItemDataRole.DecorationRole.value: lambda model, cell, _: (
        icons.icon(cell.icon, model.colour(cell.tone), 16) if cell.icon else None
    ),
}


class ValueTable(QTableView):
    """Shows rows, one of which can be chosen by click, Enter or the arrow keys.

    Signals:
        opened: key of the row that was clicked or on which Enter was pressed.
        chosen: key of the row that is current.
    """

    opened = Signal(str)
    chosen = Signal(str)

    def __init__(self, columns: Sequence[Column], theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.rows = RowsModel(columns, theme, self)
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self._size_columns(columns)
        self.clicked.connect(self._on_open)
        self.activated.connect(self._on_open)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def set_rows(self, rows: Sequence[tuple[Cell, ...]], keys: Sequence[str] = ()) -> None:
        """Show other rows; without keys they are numbered."""
        self.rows.set_rows(rows, keys or [str(number) for number in range(len(rows))])

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; costs nothing when they are the same."""
        if self.rows.columns != tuple(columns):
            self.rows.set_columns(columns)
            self._size_columns(columns)

    def text(self, row: int, column: int) -> str:
        """What stands in a place, for tests and for copying."""
        return str(self.rows.data(self.rows.index(row, column)))

    def _size_columns(self, columns: Sequence[Column]) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for place, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Interactive if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(place, mode)
            if column.width:
                self.setColumnWidth(place, column.width)

    def _on_open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.rows.keys[index.row()])

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.rows.keys[current.row()])
