"""What stands where there is nothing yet: a drawing, a sentence, what to do."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme

DRAWING = 56
WIDTH = 520


class EmptyState(QWidget):
    """Centred words with the buttons that lead on."""

    def __init__(
        self, icon: str, title: str, words: str, buttons: Sequence[QPushButton], theme: Theme, name: str
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._icon = icon
        self._theme = theme
        self._drawing = QLabel()
        self._drawing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = text_label(title, role="section", wrap=True)
        self.words = text_label(words, role="muted", wrap=True)
        self.below = QVBoxLayout()
        self._arrange(buttons)
        theme.changed.connect(self._draw)
        self._draw()

    def _arrange(self, buttons: Sequence[QPushButton]) -> None:
        inner = QWidget()
        inner.setFixedWidth(WIDTH)
        column = QVBoxLayout(inner)
        column.setSpacing(12)
        column.addWidget(self._drawing)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in buttons:
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        column.addLayout(self.below)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addWidget(inner, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(3)

    def show_less(self, *, less: bool) -> None:
        """Leave room for something else: title and buttons alone."""
        for label in (self._drawing, self.words):
            label.setVisible(not less)
        policy = QSizePolicy.Policy.Maximum if less else QSizePolicy.Policy.Preferred
        self.setSizePolicy(QSizePolicy.Policy.Preferred, policy)

    def _draw(self) -> None:
        scale = self.devicePixelRatioF()
        self._drawing.setPixmap(icons.pixmap(self._icon, self._theme.tokens.muted, DRAWING, scale))
