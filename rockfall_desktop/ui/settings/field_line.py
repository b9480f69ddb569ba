"""One line of a settings form: title, editor, and under it what to write there or, in its place, what is wrong."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import set_role, text_label

TITLE_WIDTH = 120


class FieldLine(QWidget):
    """Shows an editor with its title and a note that is always there."""

    def __init__(self, title: str, editor: QWidget, note: str, *beside: QWidget) -> None:
        super().__init__()
        self.editor = editor
        self._note = note
        name = editor.objectName()
        editor.setAccessibleName(title or name)
        label = text_label(title, role="field")
        label.setFixedWidth(TITLE_WIDTH)
        label.setBuddy(editor)
        self.note = text_label(note, role="muted", wrap=True, name=f"{name}_note")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label)
        line.addWidget(editor, 1)
        for widget in beside:
            line.addWidget(widget)
        below = QHBoxLayout()
        below.setContentsMargins(TITLE_WIDTH + 8, 0, 0, 0)
        below.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addLayout(below)

    def set_note(self, words: str) -> None:
        """Say something else under the editor."""
        self._note = words
        self.show_fault("")

    def show_fault(self, words: str) -> None:
        """Say what is wrong in the place of the note; empty words bring the note back."""
        self.note.setText(words or self._note)
        self.note.setVisible(bool(words or self._note))
        set_role(self.note, "danger" if words else "muted")
        if isinstance(self.editor, QLineEdit) and bool(self.editor.property("faulty")) != bool(words):
            self.editor.setProperty("faulty", bool(words))
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
