"""Editors whose choices come from the sites: which site, which of its channels."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QListWidget, QListWidgetItem

from rockfall_desktop.domain.config import ALL_CHANNELS
from rockfall_desktop.ui.train.fields import Editor

LIST_HEIGHT = 116


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
