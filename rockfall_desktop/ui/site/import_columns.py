"""The columns of a table, one in each row: what it holds, its kind and its unit, chosen in place."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rockfall_desktop.domain.import_stamp import as_kind, lasting, stamped
from rockfall_desktop.domain.site_import import ColumnProposal
from rockfall_desktop.ui.plain import plain_tip
from rockfall_desktop.ui.site.import_words import KIND_WORDS, ROLES, STAMPS, units_of
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
HEADS = ("Column", "For example", "Holds", "Kind", "Unit", "Name", "Zone", "Time is the", "Lasts")
FIELDS = ("column", "samples", "role", "kind", "unit", "name", "zone", "stamp", "interval")
WIDTHS = (96, 0, 90, 120, 76, 88, 52, 134, 64)
TIPS = (
    "", "", "What the column holds.", "What is measured.", "Unit of the numbers as they are written.",
    "Name of the channel in the site.",
    "Zone whose sensor the column is; columns with one name and several zones make one channel.",
    "A value that stands for a span is known when the span is over.",
    "Length that a value stands for: 10min, 1d; empty: it ends within the step in which it starts.",
)  # fmt: skip
ONLY_FOR_VALUES = frozenset({"kind", "unit", "name", "zone", "stamp", "interval"})


class ColumnsModel(QAbstractTableModel):
    """The proposals as rows.

    Signals:
        edited: number of the row and its new ColumnProposal.
    """

    edited = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.columns: tuple[ColumnProposal, ...] = ()

    def show_columns(self, columns: Sequence[ColumnProposal]) -> None:
        """Show other columns; the same number of them keeps the place of the cursor."""
        if len(columns) == len(self.columns) and columns:
            self.columns = tuple(columns)
            self.dataChanged.emit(self.index(0, 0), self.index(len(columns) - 1, len(HEADS) - 1))
            return
        self.beginResetModel()
        self.columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many columns the table has."""
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """How many facts are told of each."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title and explanation of a fact."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return plain_tip(TIPS[section]) if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What can be chosen can be edited."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self._applies(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One fact of one column."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(index)
        if role == Qt.ItemDataRole.EditRole:
            return str(getattr(self.columns[index.row()], FIELDS[index.column()]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._words(index))
        if role == Qt.ItemDataRole.ForegroundRole:
            skipped = self.columns[index.row()].role == "skip" or index.column() == 1
            return QColor(self._theme.tokens.muted if skipped else self._theme.tokens.text)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a choice; a unit that the new kind does not know is forgotten, and its stamp decided anew."""
        if role != Qt.ItemDataRole.EditRole or not self._applies(index):
            return False
        field, column = FIELDS[index.column()], self.columns[index.row()]
        text = "".join(sign for sign in str(value).strip() if sign.isprintable())[:64]
        if getattr(column, field) == text:
            return False
        try:
            changed = _changed(column, field, text)
        except ValueError:
            return False
        self.columns = (*self.columns[: index.row()], changed, *self.columns[index.row() + 1 :])
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(HEADS) - 1))
        self.edited.emit(index.row(), changed)
        return True

    def choices(self, index: Index) -> Mapping[str, str] | None:
        """What a cell can be, value to words; None where it is typed."""
        field, column = FIELDS[index.column()], self.columns[index.row()]
        if field == "unit":
            units = units_of(column.kind)
            return {unit: unit for unit in (units if column.unit in units else (*units, column.unit))}
        return {"role": ROLES, "kind": KIND_WORDS, "stamp": STAMPS}.get(field)  # type: ignore[return-value]

    def _applies(self, index: Index) -> bool:
        field, column = FIELDS[index.column()], self.columns[index.row()]
        if not column.column or field in {"column", "samples"}:
            return False
        return column.role == "value" or field not in ONLY_FOR_VALUES

    def _words(self, index: Index) -> str:
        column, field = self.columns[index.row()], FIELDS[index.column()]
        if field == "column":
            return column.column or "(no name)"
        if field == "samples":
            return "; ".join(column.samples)
        if not self._applies(index):
            return ""
        value = str(getattr(column, field))
        choices = {"role": ROLES, "kind": KIND_WORDS, "stamp": STAMPS}.get(field)
        if field == "unit":
            return f"{value or '?' if column.kind != 'other' else value} ▾"
        return f"{choices[value]} ▾" if choices else value  # type: ignore[index]


def _changed(column: ColumnProposal, field: str, text: str) -> ColumnProposal:
    """The column with another fact.

    Raises:
        ValueError: when an interval is no length.
    """
    if field == "kind":
        kind: Any = text
        return as_kind(column, kind, column.unit if column.unit in units_of(kind) else "")
    if field == "stamp":
        stamp: Any = text
        return stamped(column, stamp)
    if field == "interval":
        return lasting(column, text)
    named = {"name": column.column[:64]} if field == "role" and text == "value" and not column.name else {}
    return column.model_copy(update={field: text, **named})


class ChoiceDelegate(QStyledItemDelegate):
    """Opens a list where there are choices, a line where something is typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The editor of a cell."""
        model = index.model()
        choices = model.choices(index) if isinstance(model, ColumnsModel) else None
        if choices is None:
            return super().createEditor(parent, option, index)
        editor = QComboBox(parent)
        editor.setObjectName("import_choice")
        editor.setEditable(FIELDS[index.column()] == "unit")
        for value, words in choices.items():
            editor.addItem(words, value)
        editor.activated.connect(lambda: self._done(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show what is chosen."""
        if not isinstance(editor, QComboBox):
            super().setEditorData(editor, index)
            return
        value = index.data(Qt.ItemDataRole.EditRole)
        editor.setCurrentIndex(editor.findData(value))
        if editor.isEditable():
            editor.setEditText(value)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the choice, or what was typed."""
        if not isinstance(editor, QComboBox):
            super().setModelData(editor, model, index)
            return
        place = editor.findText(editor.currentText())
        model.setData(index, editor.itemData(place) if place >= 0 else editor.currentText())

    def _done(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


class ColumnTable(QTableView):
    """Shows the columns; a click, F2 or a letter opens a choice."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("import_columns")
        self.setAccessibleName("Columns of the table and what they hold")
        self.columns = ColumnsModel(theme, self)
        self.setModel(self.columns)
        self.setItemDelegate(ChoiceDelegate(self))
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)  # arrows only move
        self.clicked.connect(self._open)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate(WIDTHS):
            if width:
                self.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def _open(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable and self.state() != QAbstractItemView.State.EditingState:
            self.edit(index)
