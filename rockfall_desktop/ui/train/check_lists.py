"""Editors that take several of a list: boxes to tick."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from rockfall_desktop.ui.train.fields import Editor
from rockfall_desktop.ui.train.spoken import spoken

ROW_HEIGHT, MOST_ROWS, AROUND = 23, 6, 12
SECOND_LINE, LETTERS_IN_A_LINE = 16, 22


class CheckListEditor(Editor):
    """Any of several words, in their own order."""

    def __init__(self, choices: Sequence[str] = ()) -> None:
        self._list = QListWidget()
        self._list.setWordWrap(True)
        super().__init__(self._list)
        self._list.itemChanged.connect(self._changed)
        self._fill({name: spoken(name) for name in choices})

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        return tuple(name for name, item in self._items() if item.checkState() is Qt.CheckState.Checked)

    def set_value(self, value: object) -> None:
        """Show another value."""
        wanted = value if isinstance(value, tuple) else (value,)
        self._list.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for name, item in self._items():
            item.setCheckState(Qt.CheckState.Checked if name in wanted else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)  # noqa: FBT003 - Qt's signature

    def offer_named(self, rows: dict[str, str]) -> None:
        """List others, as value and words; none is ticked."""
        self._fill(rows)

    def _fill(self, rows: dict[str, str]) -> None:
        self._list.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self._list.clear()
        for name, words in rows.items():
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setSizeHint(QSize(0, ROW_HEIGHT + SECOND_LINE * (len(words) > LETTERS_IN_A_LINE)))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.blockSignals(False)  # noqa: FBT003 - Qt's signature
        height = sum(self._list.item(row).sizeHint().height() for row in range(self._list.count()))
        self._list.setFixedHeight(min(max(height, ROW_HEIGHT), ROW_HEIGHT * MOST_ROWS) + AROUND)

    def _items(self) -> list[tuple[str, QListWidgetItem]]:
        rows = [self._list.item(row) for row in range(self._list.count())]
        return [(str(item.data(Qt.ItemDataRole.UserRole)), item) for item in rows]

    def _changed(self, _item: QListWidgetItem) -> None:
        self.edited.emit()


class FeatureEditor(CheckListEditor):
    """All that a site has of something, or some of it by name."""

    def __init__(self, all_name: str, all_words: str, *, all_at_first: bool) -> None:
        super().__init__()
        self._all = {all_name: all_words}
        self._first = (all_name,) if all_at_first else ()
        self.offer(())

    def offer(self, names: Sequence[str]) -> None:
        """List what another site has."""
        self._fill(self._all | {name: spoken(name) for name in names})
        self.set_value(self._first)

    def value(self) -> object:
        """What was given, as pydantic takes it; "all" stands alone."""
        chosen = super().value()
        whole = tuple(self._all)
        return whole if isinstance(chosen, tuple) and whole[0] in chosen else chosen

    def _changed(self, item: QListWidgetItem) -> None:
        """Choosing one takes "all" away, choosing "all" takes the single ones away."""
        if item.checkState() is Qt.CheckState.Checked:
            name, whole = str(item.data(Qt.ItemDataRole.UserRole)), tuple(self._all)
            chosen = tuple(other for other, box in self._items() if box.checkState() is Qt.CheckState.Checked)
            self.set_value(whole if name in whole else tuple(one for one in chosen if one not in whole))
        super()._changed(item)
