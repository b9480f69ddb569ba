"""A question with a few answers, opened beside the event loop and never inside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

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

    The harmless answer has the focus (where no reason is asked for) and is the default: a key that was pressed without
    reading destroys nothing.

    Args:
        title: the question in a few words.
        words: what each answer would mean.
        answers: the buttons, in their order.
        name: object name, and the beginning of those of its parts.
        parent: over what it stands.
        safe: key of the harmless answer.
        reason: what the line asks for; empty: there is none.

    Signals:
        answered: key of the answer; "" when the dialog was closed without one.

    Raises:
        ValueError: when no harmless answer has that key.
    """

    answered = Signal(str)

    def __init__(
        self,
        title: str,
        words: str,
        answers: Sequence[Answer],
        name: str,
        parent: QWidget,
        *,
        safe: str,
        reason: str = "",
    ) -> None:
        super().__init__(parent)
        if all(answer.key != safe or answer.role == "danger" for answer in answers):
            raise ValueError(f"{safe} is no harmless answer of {name}")
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
        self._buttons = {answer.key: self._button(answer, name) for answer in answers}
        column.addLayout(self._button_row())
        self._buttons[safe].setDefault(True)
        (self.reason if reason else self._buttons[safe]).setFocus()
        self.rejected.connect(lambda: self.answered.emit(""))

    def _button(self, answer: Answer, name: str) -> QPushButton:
        button = push_button(answer.words, f"{name}_{answer.key}", answer.role)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self._answer(answer.key))
        return button

    def _button_row(self) -> QBoxLayout:
        """Two answers stand side by side, more of them below each other: nothing is cut at 200 %."""
        row = QHBoxLayout() if len(self._buttons) <= MOST_IN_A_ROW else QVBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in self._buttons.values():
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
