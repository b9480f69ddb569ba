"""Editors for the fields of TrainingConfig, chosen by the type of the field."""

from collections.abc import Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import ALL_CHANNELS
from rockfall_desktop.ui.plain import button_text

LIST_HEIGHT = 116
SPOKEN = {
    "lstm": "LSTM", "gru": "GRU", "transformer": "Transformer", "mlp": "MLP", "one_cycle": "one cycle",
    "class_weights": "class weights",
}  # fmt: skip


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
        for choice in choices:
            self._list.addItem(SPOKEN.get(choice, choice), choice)
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


class ChannelEditor(Editor):
    """All channels, or some of those that the site has."""

    def __init__(self) -> None:
        self._list = QListWidget()
        self._list.setFixedHeight(LIST_HEIGHT)
        super().__init__(self._list)
        self.offer(())
        self._list.itemChanged.connect(self._changed)

    def offer(self, names: Sequence[str]) -> None:
        """List the channels of another site, all of them chosen."""
        self._list.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self._list.clear()
        self._add("All channels", ALL_CHANNELS)
        for name in names:
            self._add(name, name)
        self._list.blockSignals(False)  # noqa: FBT003 - Qt's signature
        self.set_value((ALL_CHANNELS,))

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        chosen = tuple(name for name, item in self._items() if item.checkState() is Qt.CheckState.Checked)
        return (ALL_CHANNELS,) if ALL_CHANNELS in chosen else chosen

    def set_value(self, value: object) -> None:
        """Show another value."""
        wanted = value if isinstance(value, tuple) else (value,)
        self._list.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for name, item in self._items():
            item.setCheckState(Qt.CheckState.Checked if name in wanted else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def _add(self, text: str, name: str) -> None:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, name)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
        item.setCheckState(Qt.CheckState.Unchecked)
        self._list.addItem(item)

    def _items(self) -> list[tuple[str, QListWidgetItem]]:
        rows = [self._list.item(row) for row in range(self._list.count())]
        return [(str(item.data(Qt.ItemDataRole.UserRole)), item) for item in rows]

    def _changed(self, item: QListWidgetItem) -> None:
        """Choosing one channel takes "all" away, choosing "all" takes the single ones away."""
        name = str(item.data(Qt.ItemDataRole.UserRole))
        if item.checkState() is Qt.CheckState.Checked:
            chosen = tuple(other for other, box in self._items() if box.checkState() is Qt.CheckState.Checked)
            alone = name == ALL_CHANNELS
            self.set_value((ALL_CHANNELS,) if alone else tuple(n for n in chosen if n != ALL_CHANNELS))
        self.edited.emit()


class SiteEditor(Editor):
    """One of the sites that were opened; the last entry opens another one."""

    def __init__(self) -> None:
        self._list = QComboBox()
        self._list.setPlaceholderText("no site opened yet")
        super().__init__(self._list)
        self._list.activated.connect(self.edited)

    def offer(self, sites: Sequence[tuple[str, str]]) -> None:
        """List sites as (folder, words)."""
        before = self._list.currentData()
        self._list.clear()
        for folder, words in sites:
            self._list.addItem(words, folder)
        self._list.setCurrentIndex(self._list.findData(before))

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        folder = self._list.currentData()
        return () if folder is None else (folder,)

    def set_value(self, value: object) -> None:
        """Show another value."""
        folders = _texts(value)
        self._list.setCurrentIndex(self._list.findData(folders[0]) if folders else -1)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, tuple) else ()


def is_offered(field: FieldInfo) -> bool:
    """Whether a field leaves a choice at all."""
    if field.annotation in {None, NoneType}:
        return False
    if get_origin(field.annotation) is Literal:
        return len(get_args(field.annotation)) > 1
    bounds: dict[str, Any] = {}
    for rule in field.metadata:
        bounds |= {key: getattr(rule, key) for key in ("ge", "le", "max_length") if hasattr(rule, key)}
    if bounds.get("max_length") == 0:
        return False
    return not ("ge" in bounds and bounds["ge"] == bounds.get("le"))


def editor_for(name: str, field: FieldInfo) -> Editor:
    """The editor that fits a field of TrainingConfig."""
    if name == "sites":
        return SiteEditor()
    if name == "temporal_features":
        return ChannelEditor()
    if field.annotation is bool:
        return SwitchEditor(field.title or name)
    if get_origin(field.annotation) is Literal:
        return ChoiceEditor(get_args(field.annotation))
    several = get_origin(field.annotation) is tuple
    optional = NoneType in get_args(field.annotation)
    return TextEditor(several=several, optional=optional, hint="automatic, or YYYY-MM-DD" if optional else "")
