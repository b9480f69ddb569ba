"""Second step of the import: what each file is, how it is read, and what its columns hold."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.import_questions import file_questions
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.site.import_columns import ColumnTable
from rockfall_desktop.ui.site.import_options import REREAD_KEYS, SHAPE_KEYS, FileOptions
from rockfall_desktop.ui.site.import_words import USES
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable

OPTIONS_WIDTH = 292
SHOWN_COLUMNS = 40


class TableStep(QWidget):
    """One file at a time.

    Signals:
        chosen: path of the file to be shown.
        changed: a FileProposal with what was chosen.
        reread: a FileProposal whose table is to be read anew, because its layout or its time columns changed.
    """

    changed = Signal(object)
    reread = Signal(object)
    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._file: FileProposal | None = None
        self.choice = QComboBox()
        self.choice.setObjectName("import_file")
        self.choice.setAccessibleName("File")
        self.options = FileOptions()
        self.columns = ColumnTable(theme)
        self.remarks = text_label(role="muted", wrap=True, name="import_remarks")
        self.facts = text_label(wrap=True, name="import_facts")
        self.question = text_label(role="danger", wrap=True, name="import_question")
        self.first_rows = ValueTable((Column("First rows"),), theme, "import_rows")
        self._right = QVBoxLayout()
        self._arrange()
        self.choice.activated.connect(lambda: self.chosen.emit(str(self.choice.currentData())))
        self.options.edited.connect(self._on_option)
        self.columns.columns.edited.connect(self._on_column)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.choice)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.options)
        scroll.setFixedWidth(OPTIONS_WIDTH)
        self.choice.setFixedWidth(OPTIONS_WIDTH)
        left.addWidget(scroll, 1)
        self._right.setSpacing(8)
        self._right.addWidget(self.facts)
        self._right.addWidget(self.remarks)
        self._right.addWidget(self.question)
        self._right.addWidget(self.columns, 3)
        self._right.addWidget(self.first_rows, 2)
        self._right.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(self._right, 1)

    def show_files(self, files: Sequence[FileProposal], current: str) -> None:
        """Show the files to choose from and the one that is chosen."""
        self._offer(files)
        self.choice.setCurrentIndex(max(0, self.choice.findData(current)))
        shown = next((file for file in files if file.path == current), files[0] if files else None)
        if shown is not None:
            self._show(shown)

    def _offer(self, files: Sequence[FileProposal]) -> None:
        wanted = [(f"{Path(file.path).name} ({USES[file.use]})", file.path) for file in files]
        there = [(self.choice.itemText(place), self.choice.itemData(place)) for place in range(self.choice.count())]
        if wanted != there:
            self.choice.clear()
            for words, path in wanted:
                self.choice.addItem(words, path)

    def _show(self, file: FileProposal) -> None:
        rows_too = self._file is None or self._file.rows != file.rows or self._file.path != file.path
        if self._file is None or self._file.path != file.path:
            self.options.forget_typing()
        self._file = file
        self.options.show_file(file)
        self.columns.columns.show_columns(file.columns if file.use != "skip" else ())
        self.columns.setVisible(bool(file.columns))
        self.facts.setText(layer_words(file))
        self.facts.setVisible(file.layer is not None)
        self.remarks.setText(" ".join(file.remarks))
        self.remarks.setVisible(bool(file.remarks))
        questions = {question.field: question.text for question in reversed(file_questions(file))}
        self.options.show_questions(questions)
        asked = questions.get("columns", "")
        self.question.setText(asked)
        self.question.setVisible(bool(asked))
        if rows_too:
            self._show_rows(file)

    def _show_rows(self, file: FileProposal) -> None:
        heads = [
            Column(column.column or "(no name)", 150 if column.role == "time" else 108)
            for column in file.columns[:SHOWN_COLUMNS]
        ]
        fresh = ValueTable(heads or [Column("")], self._theme, "import_rows")
        fresh.set_rows([tuple(Cell(cell) for cell in row[:SHOWN_COLUMNS]) for row in file.rows])
        self._right.replaceWidget(self.first_rows, fresh)
        self.first_rows.hide()
        self.first_rows.deleteLater()
        self.first_rows = fresh
        fresh.setVisible(bool(file.rows))

    def _on_option(self, key: str) -> None:
        if self._file is None:
            return
        changed = self.options.taken(self._file, key)
        if changed is None or changed == self._file:
            return
        if key in (*SHAPE_KEYS, *REREAD_KEYS):
            self.reread.emit(changed)
        else:
            self.changed.emit(changed)

    def _on_column(self, place: int, column: object) -> None:
        if self._file is None or not isinstance(column, ColumnProposal):
            return
        before = self._file.columns[place]
        columns = (*self._file.columns[:place], column, *self._file.columns[place + 1 :])
        changed = self._file.model_copy(update={"columns": columns})
        timely = before.role != column.role and "time" in {before.role, column.role}
        (self.reread if timely else self.changed).emit(changed)


def layer_words(file: FileProposal) -> str:
    """What the header of a spatial file says: its size, where it lies, in which coordinates."""
    layer = file.layer
    if layer is None:
        return ""
    bands = f" ({', '.join(layer.own_bands[:8])})" if layer.own_bands else ""
    words = [f"{layer.facts}{bands}.", f"Coordinate system: {layer.own_crs or 'none'}."]
    if layer.extent is not None:
        west, south, east, north = layer.extent
        words.append(f"West {west:,.1f}, south {south:,.1f}, east {east:,.1f}, north {north:,.1f}.")
    return " ".join(words)
