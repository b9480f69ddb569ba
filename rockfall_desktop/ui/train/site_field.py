"""The editor of sites: which of those that were opened."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox

from rockfall_desktop.ui.train.fields import Editor


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
