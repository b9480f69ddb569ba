"""The editor of sites: which of those that were opened, and which others are learned from with it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox

from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.train.check_lists import LETTERS_IN_A_LINE, CheckListEditor
from rockfall_desktop.ui.train.fields import Editor, open_wide


class SiteEditor(Editor):
    """The site whose channels and layers are offered, and boxes to tick for others with the same channels."""

    def __init__(self) -> None:
        self._list = QComboBox()
        self._list.setPlaceholderText("no site opened yet")
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        super().__init__(self._list)
        self._words: dict[str, str] = {}
        self.others = CheckListEditor()
        self.others.control.setObjectName("field_other_sites")
        self.others.control.setAccessibleName("Learn from these sites too")
        self.whole = text_label(role="muted", wrap=True, name="sites_words")
        self._and = text_label("and learn from these too:", role="muted")
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.whole)
            layout.addWidget(self._and)
            layout.addWidget(self.others)
        self._list.activated.connect(self._changed)
        self.others.edited.connect(self.edited)
        self._show_others(())

    @property
    def first(self) -> str:
        """The folder of the first site; empty without any."""
        return str(self._list.currentData() or "")

    def offer(self, sites: Sequence[tuple[str, str]]) -> None:
        """List sites as (folder, words)."""
        before, chosen = self._list.currentData(), self._chosen_others()
        self._words = dict(sites)
        self._list.clear()
        for folder, words in sites:
            self._list.addItem(words, folder)
        open_wide(self._list)
        self._list.setCurrentIndex(self._list.findData(before))
        self._show_others(chosen)

    def choose(self, folder: str) -> None:
        """Take another first site; the others stay."""
        self.set_value((folder, *(other for other in self._chosen_others() if other != folder)))

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        return (self.first, *self._chosen_others()) if self.first else ()

    def set_value(self, value: object) -> None:
        """Show another value."""
        folders = tuple(str(part) for part in value) if isinstance(value, tuple) else ()
        self._list.setCurrentIndex(self._list.findData(folders[0]) if folders else -1)
        self._show_others(folders[1:])

    def _changed(self) -> None:
        self._show_others(self._chosen_others())
        self.edited.emit()

    def _chosen_others(self) -> tuple[str, ...]:
        chosen = self.others.value()
        return tuple(map(str, chosen)) if isinstance(chosen, tuple) else ()

    def _show_others(self, chosen: tuple[str, ...]) -> None:
        words = self._words.get(self.first, "")
        self.whole.setText(words if len(words) > LETTERS_IN_A_LINE else "")
        self.whole.setVisible(bool(self.whole.text()))
        rows = {folder: words for folder, words in self._words.items() if folder != self.first} if self.first else {}
        self.others.offer_named(rows)
        self.others.set_value(chosen)
        self.others.setVisible(bool(rows))
        self._and.setVisible(bool(rows))
