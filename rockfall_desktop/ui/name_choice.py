"""The names that can sign in, behind an arrow at the end of the line into which one is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCompleter, QLineEdit

from rockfall_desktop.ui import icons
from rockfall_desktop.ui.theme import Theme

MOST_SEEN = 8


class NameChoice(QObject):
    """Completes what is typed and, at the arrow or the Down key, lists all; nothing where there is one name.

    Signals:
        chosen: a name was taken from the list.
    """

    chosen = Signal()

    def __init__(self, line: QLineEdit, theme: Theme) -> None:
        super().__init__(line)
        self._line, self._theme = line, theme
        self._model = QStringListModel(self)
        self.completer = QCompleter(self._model, self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setMaxVisibleItems(MOST_SEEN)
        self.completer.activated.connect(self._take)
        self.arrow = QAction("Choose a name", self)
        self.arrow.triggered.connect(self.show_all)
        self.arrow.setVisible(False)
        line.addAction(self.arrow, QLineEdit.ActionPosition.TrailingPosition)
        theme.changed.connect(self._draw)
        self._draw()

    def offer(self, names: Sequence[str]) -> None:
        """Offer names."""
        several = len(names) > 1
        self._model.setStringList(sorted(names, key=str.casefold) if several else [])
        self.arrow.setVisible(several)
        if several:
            self._line.setCompleter(self.completer)

    def show_all(self) -> None:
        """List every name, whatever is typed."""
        self._line.setFocus()
        self.completer.setCompletionPrefix("")
        self.completer.complete()

    def _take(self, name: str) -> None:
        self._line.setText(name)
        self.chosen.emit()

    def _draw(self) -> None:
        self.arrow.setIcon(icons.icon("arrow-down", self._theme.tokens.muted, 16))
