"""A question with a few answers, opened beside the event loop and never inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label

WIDTH = 460
MOST_IN_A_ROW = 2


@dataclass(frozen=True)
class Answer:
    """One button: its key, its verb, its role in the style sheet."""

    key: str
    words: str
    role: str = ""


class Question(QDialog):
    """Asks, plainly; with `reason` also for a line of words.

    Signals:
        answered: key of the answer; "" when the dialog was closed without one.
    """

    answered = Signal(str)

    def __init__(
        self, title: str, words: str, answers: Sequence[Answer], name: str, parent: QWidget, *, reason: str = ""
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reason = QPlainTextEdit()
        self.reason.setObjectName(f"{name}_reason")
        self.reason.setPlaceholderText(reason)
        self.reason.setFixedHeight(72)
        self.reason.setTabChangesFocus(True)
        self.reason.setVisible(bool(reason))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label(title, role="section", wrap=True))
        column.addWidget(text_label(words, wrap=True, name=f"{name}_words"))
        column.addWidget(self.reason)
        column.addSpacing(4)
        column.addLayout(self._buttons(answers, name))
        self.rejected.connect(lambda: self.answered.emit(""))

    def _buttons(self, answers: Sequence[Answer], name: str) -> QBoxLayout:
        """Two answers stand side by side, more of them below each other: nothing is cut at 200 %."""
        row = QHBoxLayout() if len(answers) <= MOST_IN_A_ROW else QVBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for answer in answers:
            button = push_button(answer.words, f"{name}_{answer.key}", answer.role)
            button.clicked.connect(lambda _=False, key=answer.key: self._answer(key))
            row.addWidget(button)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the wrapped words need."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            self.setFixedSize(WIDTH, layout.totalHeightForWidth(WIDTH))

    def _answer(self, key: str) -> None:
        self.accept()
        self.answered.emit(key)
