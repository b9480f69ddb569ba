"""Editors of single values: a line, a choice, a switch."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import button_text
from rockfall_desktop.ui.train.spoken import spoken

MOST_LIST_PX = 720


def open_wide(choices: QComboBox) -> None:
    """Let an open list be as wide as its rows, however narrow the form is."""
    view = choices.view()
    view.setMinimumWidth(min(view.sizeHintForColumn(0), MOST_LIST_PX))


class Editor(QWidget):
    """What is typed or chosen for one field.

    Signals:
        edited: the person changed it.
        entered: it got the keyboard's focus.
    """

    edited = Signal()
    entered = Signal()

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.control = control
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(control)
        control.installEventFilter(self)
        self.setFocusProxy(control)

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show another value; `edited` is not emitted."""
        raise NotImplementedError

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the focus; a wheel over a closed list scrolls the form instead of changing the value."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox):
            event.ignore()
            return True
        return False


class TextEditor(Editor):
    """A number, a date, or several numbers with commas between, as text; pydantic judges it."""

    def __init__(self, *, several: bool, optional: bool, hint: str) -> None:
        self._line = QLineEdit()
        self._line.setPlaceholderText(hint)
        self._several = several
        self._optional = optional
        super().__init__(self._line)
        self._line.textEdited.connect(self.edited)

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        text = self._line.text().strip()
        if self._several:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return None if self._optional and not text else text

    def set_value(self, value: object) -> None:
        """Show another value."""
        if isinstance(value, tuple):
            self._line.setText(", ".join(str(part) for part in value))
        else:
            self._line.setText("" if value is None else str(value))


class ChoiceEditor(Editor):
    """One of several words."""

    def __init__(self, choices: Sequence[str]) -> None:
        self._list = QComboBox()
        self._list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel that passes takes no focus
        for choice in choices:
            self._list.addItem(spoken(choice), choice)
        super().__init__(self._list)
        self._list.activated.connect(self.edited)

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        return self._list.currentData()

    def set_value(self, value: object) -> None:
        """Show another value."""
        self._list.setCurrentIndex(max(0, self._list.findData(value)))


class SwitchEditor(Editor):
    """Yes or no."""

    def __init__(self, title: str) -> None:
        self._box = QCheckBox(button_text(title))
        super().__init__(self._box)
        self._box.clicked.connect(self.edited)

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        return self._box.isChecked()

    def set_value(self, value: object) -> None:
        """Show another value."""
        self._box.setChecked(bool(value))
