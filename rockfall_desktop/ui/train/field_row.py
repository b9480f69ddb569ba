"""One field of the form: title with unit, editor, and under it the help or, in its place, the error."""

from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.train.fields import SwitchEditor
from rockfall_desktop.ui.train.which_field import editor_for

TITLE_WIDTH = 132


class FieldRow(QWidget):
    """Shows one field of TrainingConfig.

    Signals:
        edited: the person changed the value.
        entered: the field got the focus.
    """

    edited = Signal(str)
    entered = Signal(str)

    def __init__(self, name: str, field: FieldInfo) -> None:
        super().__init__()
        self.name = name
        self.editor = editor_for(name, field)
        self.editor.control.setObjectName(f"field_{name}")
        self.editor.control.setAccessibleName(field.title or name)
        self.editor.control.setAccessibleDescription(field.description or "")
        self._help = field.description or ""
        self._fault = ""
        self.note = text_label(role="muted", wrap=True, name=f"note_{name}")
        self.note.hide()
        self._arrange(field)
        self.editor.edited.connect(lambda: self.edited.emit(self.name))
        self.editor.entered.connect(lambda: self.entered.emit(self.name))

    def _arrange(self, field: FieldInfo) -> None:
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        words = f"{field.title} ({unit})" if unit else str(field.title)
        label = text_label("" if isinstance(self.editor, SwitchEditor) else words, wrap=True)
        label.setFixedWidth(TITLE_WIDTH)
        label.setBuddy(self.editor.control)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label)
        line.addWidget(self.editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(line)
        below = QHBoxLayout()
        below.setContentsMargins(TITLE_WIDTH + 8, 0, 0, 0)
        below.addWidget(self.note)
        column.addLayout(below)

    @property
    def fault(self) -> str:
        """What is said to be wrong; empty when nothing is."""
        return self._fault

    def show_fault(self, words: str) -> None:
        """Say what is wrong in the place of the help; empty words take it away."""
        if words == self._fault:
            return
        self._fault = words
        control = self.editor.control
        control.setProperty("faulty", bool(words))
        control.style().unpolish(control)
        control.style().polish(control)
        self.show_help(visible=control.hasFocus())

    def show_help(self, *, visible: bool) -> None:
        """Show the help while the field has the focus; an error stays."""
        self.note.setText(self._fault or self._help)
        set_role(self.note, "danger" if self._fault else "muted")
        self.note.setVisible(bool(self._fault) or visible)
