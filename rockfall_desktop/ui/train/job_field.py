"""The editor of start_from: none, or one of the jobs that keep their weights."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from rockfall_desktop.ui.plain import plain_tip, text_label
from rockfall_desktop.ui.train.fields import Editor, open_wide

NONE = "none"
SHOWN_LETTERS = 12  # the closed list is as wide as the form leaves it, whatever the words are


class JobEditor(Editor):
    """A list of jobs; under it all the words of the one that is chosen, which the closed list has no room for."""

    def __init__(self) -> None:
        self._list = QComboBox()
        self._list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel that passes takes no focus
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.setMinimumContentsLength(SHOWN_LETTERS)
        super().__init__(self._list)
        self._words: dict[str, str] = {}
        self._refusal = ""
        self.note = text_label(role="muted", wrap=True, name="start_from_words")
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.note)
        self._list.activated.connect(self._changed)
        self._fill("")

    def offer(self, jobs: Mapping[str, str]) -> None:
        """List jobs, as id and words; what is chosen stays chosen, by its id alone when it is not among them."""
        self._words, self._refusal = dict(jobs), ""
        self._fill(str(self.value()))

    def refuse(self, words: str) -> None:
        """Say that the jobs could not be listed."""
        self._refusal = words
        self._show_words()

    def value(self) -> object:
        """What was given, as pydantic takes it."""
        return str(self._list.currentData() or "")

    def set_value(self, value: object) -> None:
        """Show another value."""
        self._fill(str(value or ""))

    def _fill(self, chosen: str) -> None:
        rows = {"": NONE} | self._words
        rows |= {} if chosen in rows else {chosen: chosen}
        self._list.clear()
        for number, (job_id, words) in enumerate(rows.items()):
            self._list.addItem(words, job_id)
            self._list.setItemData(number, plain_tip(words), Qt.ItemDataRole.ToolTipRole)
        self._list.setCurrentIndex(self._list.findData(chosen))
        open_wide(self._list)
        self._show_words()

    def _changed(self) -> None:
        self._show_words()
        self.edited.emit()

    def _show_words(self) -> None:
        chosen = str(self.value())
        self.note.setText(self._refusal or self._words.get(chosen, chosen))
        self.note.setVisible(bool(self.note.text()))
