"""A column of fields for the import assistant: title, editor, and under it what must still be said."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import plain_tip, text_label

Editor = QLineEdit | QComboBox | QCheckBox


class ImportForm(QWidget):
    """Fields by key.

    Signals:
        edited: key of the field that the person changed.
    """

    edited = Signal(str)

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self._prefix = prefix
        self._editors: dict[str, Editor] = {}
        self._rows: dict[str, QWidget] = {}
        self._notes: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)

    def add_text(self, key: str, title: str, tip: str = "") -> None:
        """A line of text."""
        editor = QLineEdit()
        editor.setPlaceholderText(tip)
        editor.editingFinished.connect(lambda: self._tell(key))
        self._add(key, title, editor)

    def add_choice(self, key: str, title: str, choices: Mapping[str, str], *, open_end: bool = False) -> None:
        """One of some values, each with its words; with an open end also anything that is typed."""
        editor = QComboBox()
        editor.setEditable(open_end)
        editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        editor.setMinimumContentsLength(8)
        self._add(key, title, editor)
        self.offer(key, choices)
        editor.activated.connect(lambda: self._tell(key))
        line = editor.lineEdit()
        if line is not None:
            editor.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            line.editingFinished.connect(lambda: self._tell(key))

    def add_check(self, key: str, title: str) -> None:
        """A yes or no."""
        editor = QCheckBox(title)
        editor.clicked.connect(lambda: self._tell(key))
        self._add(key, "", editor)

    def add_widget(self, widget: QWidget) -> None:
        """Anything else, at the end."""
        self._column.addWidget(widget)

    def close_up(self) -> None:
        """What is left of the height stays empty."""
        self._column.addStretch()

    def offer(self, key: str, choices: Mapping[str, str]) -> None:
        """Offer other values."""
        editor = self._editors[key]
        if not isinstance(editor, QComboBox):
            return
        line = _line(editor)
        typed = line.text() if line is not None and line.isModified() else None
        editor.clear()
        for value, words in choices.items():
            editor.addItem(words, value)
        if line is not None and typed is not None:
            line.setText(typed)
            line.setModified(True)

    def value(self, key: str) -> str:
        """What a field says; of a check "yes" or ""."""
        editor = self._editors[key]
        if isinstance(editor, QCheckBox):
            return "yes" if editor.isChecked() else ""
        if isinstance(editor, QLineEdit):
            return editor.text().strip()
        place = editor.findText(editor.currentText())
        return str(editor.itemData(place)) if place >= 0 else editor.currentText().strip()

    def put(self, key: str, value: str) -> None:
        """Show a value without telling it; what is being typed stays."""
        editor = self._editors[key]
        line = _line(editor)
        if line is not None and line.isModified():
            return
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QLineEdit):
            editor.setText(value)
        else:
            place = editor.findData(value)
            editor.setCurrentIndex(place)
            if place < 0 and editor.isEditable():
                editor.setEditText(value)

    def forget_typing(self) -> None:
        """Let the next value be shown in every field, also where something is being typed."""
        for editor in self._editors.values():
            line = _line(editor)
            if line is not None:
                line.setModified(False)

    def show_only(self, keys: Sequence[str]) -> None:
        """Show some fields and hide the others."""
        for key, row in self._rows.items():
            row.setVisible(key in keys)

    def show_questions(self, questions: Mapping[str, str]) -> None:
        """Say under each field what must still be said."""
        for key, note in self._notes.items():
            text = questions.get(key, "")
            note.setText(text)
            note.setVisible(bool(text))
            editor = self._editors[key]
            if editor.property("faulty") != bool(text):
                editor.setProperty("faulty", bool(text))
                editor.style().unpolish(editor)
                editor.style().polish(editor)

    def focus(self, key: str) -> None:
        """Put the cursor into a field."""
        if key in self._editors:
            self._editors[key].setFocus()

    def _add(self, key: str, title: str, editor: Editor) -> None:
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if title:
            label = text_label(title, role="muted", wrap=True)
            label.setBuddy(editor)
            column.addWidget(label)
            editor.setAccessibleName(title)
        note = text_label(role="danger", wrap=True, name=f"{self._prefix}_{key}_note")
        note.hide()
        editor.setObjectName(f"{self._prefix}_{key}")
        editor.setToolTip(plain_tip(f"In site.toml: {key}"))
        column.addWidget(editor)
        column.addWidget(note)
        self._editors[key], self._rows[key], self._notes[key] = editor, row, note
        self._column.addWidget(row)

    def _tell(self, key: str) -> None:
        line = _line(self._editors[key])
        if line is not None:
            line.setModified(False)
        self.edited.emit(key)


def _line(editor: Editor) -> QLineEdit | None:
    if isinstance(editor, QLineEdit):
        return editor
    return editor.lineEdit() if isinstance(editor, QComboBox) else None
