"""Asks for the reason of a deed, and stays until the deed is done or refused."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.deployments.busy_line import BusyLine
from rockfall_desktop.ui.deployments.reason_field import ReasonField
from rockfall_desktop.ui.plain import text_label

WIDTH, MOST = 560, 360


class DeedDialog(QDialog):
    """Words, a reason, one verb. Closed while it runs it loses nothing: what was begun is told on the page.

    Signals:
        wanted: the reason.
    """

    wanted = Signal(str)

    def __init__(self, title: str, words: str, verb: str, doing: str, parent: QWidget, *, needed: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("deed_dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._needed, self._doing = needed, doing
        self.card, self.busy = FaultCard("deed_card"), BusyLine("deed_busy")
        title_of_reason = "Reason (at least 10 characters)" if needed else "Reason (may be left out)"
        self.reason = ReasonField(title_of_reason, "deed_reason")
        self.words = text_label(words, wrap=True, name="deed_words")
        self._more = QVBoxLayout()
        self.leave = push_button("Leave it", "deed_leave")
        self.confirm = push_button(verb, "deed_confirm", "main")
        self._arrange(title)
        self.leave.clicked.connect(self.reject)
        self.confirm.clicked.connect(self._go_on)

    def _arrange(self, title: str) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(self.leave)
        buttons.addWidget(self.confirm)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label(title, role="section", wrap=True))
        column.addWidget(self.card)
        column.addWidget(self.words)
        column.addLayout(self._more)
        column.addWidget(self.reason)
        column.addWidget(self.busy)
        column.addLayout(buttons)

    def add(self, widget: QWidget) -> None:
        """Show something between words and reason, with a scroll bar where it is high."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(widget)
        area.setFixedHeight(min(MOST, widget.heightForWidth(WIDTH - 2 * 24 - 12)))
        self._more.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the wrapped words need."""
        super().showEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the height that what is said now needs."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedSize(WIDTH, layout.totalHeightForWidth(WIDTH))

    def _go_on(self) -> None:
        reason = self.reason.reason(needed=self._needed)
        self.fit()
        if reason is None:
            return
        self.card.hide()
        for widget in (self.confirm, self.reason):
            widget.setEnabled(False)
        self.leave.setText("Close; it goes on")
        self.busy.begin(self._doing)
        self.fit()
        self.wanted.emit(reason)

    def show_error(self, error: RockfallError) -> None:
        """Say why it cannot be; what was typed stays."""
        self.busy.end()
        self.leave.setText("Leave it")
        for widget in (self.confirm, self.reason):
            widget.setEnabled(True)
        self.card.show_error(error)
        self.fit()
