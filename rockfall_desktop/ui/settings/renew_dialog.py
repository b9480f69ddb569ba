"""Asks whether this station is to take a new key, names what that turns grey, and asks once more."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.ui.buttons import asked_twice, push_button
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.deployments.busy_line import BusyLine
from rockfall_desktop.ui.deployments.reason_field import ReasonField
from rockfall_desktop.ui.plain import set_role, text_label

WIDTH = 560
NAMED = 12
LOOKING = "Looking which sites are deployed with this key …"
RENEWING = "Taking a new key …"
WHAT = (
    "This station gets a new key, and the one it has is revoked here. Do it when a copy of this station's disk, or the "
    "key itself, may be in other hands. It cannot be taken back."
)
OTHERS = "Every other station must revoke the old key and trust the new one by itself, after comparing all of it."
NO_SITE = "No site is deployed with this key: none turns grey."


class RenewDialog(QDialog):
    """Two pages: what it means with the reason, and a second question, answered far from the first button.

    Signals:
        wanted: the reason.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("renew_dialog")
        self.setWindowTitle("Renew this station's key")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._reason, self._asks_again = "", False
        self.card, self.busy = FaultCard("renew_card"), BusyLine("renew_busy")
        self.title = text_label("Renew this station's key", role="section", wrap=True)
        self.words = text_label(f"{WHAT} {OTHERS}", wrap=True, name="renew_words")
        self.grey = text_label(role="warning", wrap=True, name="renew_grey")
        self.reason = ReasonField("Reason (at least 10 characters)", "renew_reason")
        self.renew = push_button("Renew …", "renew_confirm", "main")
        self.leave = push_button("Leave it", "renew_leave")
        self.back = push_button("Back", "renew_back")
        self.all_the_same = push_button("Renew the key", "renew_all_the_same", "danger")
        self._arrange()
        self.renew.clicked.connect(self._go_on)
        self.back.clicked.connect(lambda: self._turn(again=False))
        self.all_the_same.clicked.connect(self._send)
        self.leave.clicked.connect(self.reject)
        self.renew.setEnabled(False)
        self._turn(again=False)
        self.busy.begin(LOOKING)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        for widget in (self.title, self.card, self.words, self.grey, self.reason, self.busy):
            column.addWidget(widget)
        column.addLayout(asked_twice(self.all_the_same, self.leave, self.back, self.renew))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the wrapped words need."""
        super().showEvent(event)
        self._fit()

    def show_grey(self, names: tuple[str, ...]) -> None:
        """Name the sites that turn grey; the question can be answered now."""
        self.busy.end()
        more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
        listed = ", ".join(names[:NAMED])
        told = f"Grey from then on, until a job is deployed again for each: {listed}{more}."
        self.grey.setText(told if names else NO_SITE)
        set_role(self.grey, "warning" if names else "muted")
        self.renew.setEnabled(True)
        self._fit()

    def show_error(self, error: RockfallError) -> None:
        """Say why it cannot be; what was typed stays."""
        self.busy.end()
        for button in (self.back, self.all_the_same):
            button.setEnabled(True)
        self._turn(again=False)
        self.card.show_error(error)
        self._fit()

    def _go_on(self) -> None:
        reason = self.reason.reason(needed=True)
        self._fit()
        if reason is not None:
            self._reason = reason
            self._turn(again=True)

    def _turn(self, *, again: bool) -> None:
        self.card.hide()
        self.title.setText("Nothing brings the old key back" if again else "Renew this station's key")
        for widget in (self.words, self.reason, self.renew):
            widget.setVisible(not again)
        for widget in (self.back, self.all_the_same):
            widget.setVisible(again)
        (self.back if again else self.reason.words).setFocus()
        self._fit()

    def _send(self) -> None:
        for button in (self.back, self.all_the_same):
            button.setEnabled(False)
        self.busy.begin(RENEWING)
        self._fit()
        self.wanted.emit(self._reason)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            self.setFixedSize(WIDTH, layout.totalHeightForWidth(WIDTH))
