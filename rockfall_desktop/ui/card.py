"""A card that says what happened, where, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import Failure
from rockfall_desktop.ui.buttons import push_button
from rockfall_desktop.ui.plain import text_label

__all__ = ["FaultCard", "push_button"]

DETAIL_HEIGHT = 140


class FaultCard(QFrame):
    """What, where, likely cause and what next of a failure, with a button that copies all of it.

    Signals:
        closed: the person has read it.
    """

    closed = Signal()

    def __init__(self, name: str = "fault_card", parent: QWidget | None = None, *, role: str = "card_danger") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", role)
        self._title = text_label(role="section", wrap=True, name=f"{name}_title")
        self._message = text_label(wrap=True, name=f"{name}_message")
        self._hint = text_label(role="muted", wrap=True, name=f"{name}_hint")
        self._detail = QPlainTextEdit()
        self._detail.setObjectName(f"{name}_detail")
        self._detail.setReadOnly(True)
        self._detail.setFixedHeight(DETAIL_HEIGHT)
        for label in (self._title, self._message, self._hint):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._arrange(name)
        self.hide()

    def _arrange(self, name: str) -> None:
        copy, close = push_button("Copy", f"{name}_copy"), push_button("Close", f"{name}_close")
        copy.clicked.connect(self.copy)
        close.clicked.connect(self._put_away)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addWidget(close)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (self._title, self._message, self._hint, self._detail):
            column.addWidget(widget)
        self._more = QVBoxLayout()
        column.addLayout(self._more)
        column.addLayout(buttons)

    def show_error(self, error: RockfallError) -> None:
        """Show an error of the world or, through `crash.in_words`, one of ours."""
        self._tell(error.title, error.message, error.hint, "")

    def show_failure(self, failure: Failure) -> None:
        """Show why a job failed."""
        where = f" Phase: {failure.where}." if failure.where else ""
        self._tell(failure.title, f"{failure.message}{where}", failure.hint, failure.detail)

    def show_detail(self, title: str, message: str, hint: str, detail: str) -> None:
        """Show four parts as they are."""
        self._tell(title, message, hint, detail)

    def add(self, widget: QWidget) -> None:
        """Show something under the words, over the buttons."""
        self._more.addWidget(widget)

    def copy(self) -> None:
        """Put the whole card into the clipboard."""
        parts = (self._title.text(), self._message.text(), self._hint.text(), self._detail.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    def _tell(self, title: str, message: str, hint: str, detail: str) -> None:
        self._title.setText(title)
        self._message.setText(message)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._detail.setPlainText(detail)
        self._detail.setVisible(bool(detail))
        self.show()

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()
