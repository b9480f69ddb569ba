"""The tab Office: where the MongoDB of the office is, tried and saved by administrators."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.office import OfficeCheck, OfficeSettings, SecretPlace
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.office_address import AddressFaults, checked_address
from rockfall_desktop.operations.office_settings import check_office, office_settings, save_office
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.office_form import OfficeForm
from rockfall_desktop.ui.settings.office_result import OfficeResult
from rockfall_desktop.ui.theme import Theme

WHAT = (
    "What this station knows goes to the office's MongoDB whenever there is a connection. Without one it works alone."
)
TEXT_WIDTH = 560
READ_ONLY = "Only an administrator of this station changes this."
TESTING, SAVING = (
    "Testing the connection, ten seconds at most \N{HORIZONTAL ELLIPSIS}",
    "Saving \N{HORIZONTAL ELLIPSIS}",
)


class OfficeTab(QWidget):
    """Form on the left, what a test found on the right.

    Signals:
        saved: another address or password is in force.
    """

    saved = Signal()
    title = "Office"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self._seat = seat
        self._dirty = False
        self._pressed: QPushButton | None = None
        self.form, self.result, self.card = OfficeForm(theme), OfficeResult(), FaultCard("office_card")
        self.test, self.save = push_button("Test connection", "office_test"), push_button("Save", "office_save", "main")
        self.forget_password = push_button("Forget the password", "office_forget_password", "link")
        self.words = text_label(role="muted", wrap=True, name="office_words")
        self.read_only = text_label(READ_ONLY, role="muted", wrap=True, name="office_read_only")
        self._reading = LatestCall("office settings", self)
        self._doing = LatestCall("office", self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.save, self.test, self.forget_password):
            buttons.addWidget(button)
        buttons.addStretch()
        left = QVBoxLayout()
        left.setSpacing(12)
        what = text_label(WHAT, role="muted", wrap=True)
        what.setFixedWidth(TEXT_WIDTH)  # the form must not move when a card comes beside it
        for widget in (what, self.read_only, self.form):
            left.addWidget(widget)
        left.addLayout(buttons)
        left.addWidget(self.words)
        left.addStretch()
        right = QVBoxLayout()
        right.addWidget(self.card)
        right.addWidget(self.result)
        right.addStretch()
        inner = QWidget()
        inner.setObjectName("scrolled")
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 12, 0, 0)
        row.setSpacing(24)
        row.addLayout(left, 3)
        row.addLayout(right, 2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def _connect(self) -> None:
        self.form.edited.connect(self._edited)
        self.save.clicked.connect(lambda: self._save(self.form.values, self.form.typed_password))
        self.forget_password.clicked.connect(lambda: self._save(self.form.saved_values, ""))
        self.test.clicked.connect(self._test)
        self._reading.answered.connect(self._take)
        self._reading.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self._doing.answered.connect(self._done)
        self._doing.refused.connect(self._refused)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at what is saved, unless something is being typed."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read what is saved."""
        if self._seat.occupied and not self._dirty and not self._doing.busy:
            self._let_change()
            session, station = self._seat.session, self._seat.station
            self._reading.ask(lambda: office_settings(session, station=station))

    def forget(self) -> None:
        """Hold nothing that was typed or found, the password least of all."""
        self._reading.forget()
        self._doing.forget()
        self._dirty = False
        self.card.hide()
        self.result.hide()
        self.form.password.forget()
        self._say("")

    def _let_change(self) -> None:
        allowed = self._seat.session.role is Role.ADMIN
        self.form.let_change(allowed=allowed)
        self.read_only.setVisible(not allowed)
        for button in (self.save, self.test):
            button.setVisible(allowed)
        if not allowed:
            self.forget_password.hide()

    def _take(self, settings: object) -> None:
        if isinstance(settings, OfficeSettings):
            self.form.show_settings(settings)
            kept = settings.secret is not SecretPlace.NOWHERE
            self.forget_password.setVisible(kept and self._seat.occupied and self._seat.session.role is Role.ADMIN)

    def _edited(self) -> None:
        """What a test found holds no longer."""
        self._dirty = True
        self.result.hide()
        self.card.hide()
        self._say("")

    def _save(self, values: dict[str, object], password: str | None) -> None:
        session, station = self._seat.session, self._seat.station
        self._begin(SAVING)
        self._doing.ask(
            lambda: save_office(
                session,
                station=station,
                address=checked_address(values, has_password=bool(password)),
                password=password,
            )
        )

    def _test(self) -> None:
        session, station, values = self._seat.session, self._seat.station, self.form.values
        password = self.form.typed_password
        self._begin(TESTING)
        self._doing.ask(
            lambda: check_office(
                session,
                station=station,
                address=checked_address(values, has_password=bool(password)),
                password=password,
            )
        )

    def _begin(self, words: str) -> None:
        self.form.show_faults({})
        self.card.hide()
        self.result.hide()
        self._say(words, busy=True)

    def _done(self, found: object) -> None:
        self._say("")
        if isinstance(found, OfficeCheck):
            self.result.show_check(found)
            return
        self._dirty = False
        self._take(found)
        self._say("Saved.")
        self.saved.emit()

    def _refused(self, problem: object) -> None:
        self._say("")
        if isinstance(problem, AddressFaults):
            self.form.show_faults(problem.faults)
            return
        self.card.show_error(in_words(problem))

    def _say(self, words: str, *, busy: bool = False) -> None:
        buttons = (self.save, self.test, self.forget_password)
        if busy:
            self._pressed = next((button for button in buttons if button.hasFocus()), None)
            self.form.setFocus()  # a button that is let go hands the focus to the next widget, which is another page's
        self.words.setText(words)
        for button in buttons:
            button.setEnabled(not busy)
        if not busy and self._pressed is not None and self.form.hasFocus():
            self._pressed.setFocus()
