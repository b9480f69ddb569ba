"""The tab Keys: whose signatures count on this station."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.station_key import KeyState, StationKey, spoken
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.keys import (
    RenewedKey,
    Revocation,
    export_key,
    import_key,
    list_keys,
    revoke_key,
    trust_key,
)
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.file_choice import ask_for_file, ask_for_target
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.question import Answer, Question
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.key_renewing import KeyRenewing, site_names
from rockfall_desktop.ui.settings.own_key_panel import OwnKeyPanel
from rockfall_desktop.ui.settings.trust_panel import TrustPanel
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import moment

COLUMNS = (
    Column("State", 124), Column("Station", 160), Column("Fingerprint", 226), Column("Since", 152),
    Column("By", 100), Column("Reason"),
)  # fmt: skip
TONES = {KeyState.SEEN: ("muted", "queued"), KeyState.TRUSTED: ("good", "completed"),
         KeyState.REVOKED: ("danger", "failed")}  # fmt: skip
FIRST = 24
FILES = "Station keys (*.rockfall-key);;All files (*)"
NO_KEYS = "A station that syncs with the office shows its key here; another one brings it as a key file."
ELSEWHERE = "This station signs with a new key. On every other station: revoke the old one, then trust the new one."
REVOKE_WORDS = "Nothing that this key signs counts any more. What is active by it turns grey."


class KeysTab(QWidget):
    """The own key, a line to trust another, the list of all others."""

    title = "Keys"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self._seat = seat
        self._keys: dict[str, StationKey] = {}
        self._chosen = ""
        self.own, self.trust, self.card = OwnKeyPanel(), TrustPanel(), FaultCard("keys_card")
        self.grey = text_label(role="warning", wrap=True, name="keys_grey")
        self.grey.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = ValueTable(COLUMNS, theme, "keys_table")
        self._empty = EmptyState("settings", "No other station yet", NO_KEYS, (), theme, "no_keys")
        self._stack = QStackedWidget()
        self.renewing = KeyRenewing(seat, self)
        self._listing, self._deciding = LatestCall("keys", self), LatestCall("decide on a key", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        for widget in (self.own, self.trust, self.card, self.grey):
            column.addWidget(widget)
        for page in (self._empty, self.table):
            self._stack.addWidget(page)
        column.addWidget(self._stack, 1)
        self._connect()
        self._say_grey(())

    def _connect(self) -> None:
        self.own.copy_wanted.connect(lambda spoken: QGuiApplication.clipboard().setText(spoken))
        self.own.export_wanted.connect(self._ask_target)
        self.own.import_wanted.connect(self._ask_source)
        self.own.renew_wanted.connect(self.renewing.ask)
        self.renewing.renewed.connect(self._renewed)
        self.renewing.refused.connect(self.card.show_error)
        self.trust.trusted.connect(self._trust)
        self.trust.revoke_wanted.connect(self._ask_reason)
        self.table.chosen.connect(self._choose)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self._deciding.answered.connect(self._decided)
        self._deciding.refused.connect(self._refused)

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the tab is turned to."""
        super().showEvent(event)
        self.refresh()

    def look_again(self) -> None:
        """The sync moved: a key may have come."""
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Ask for the list."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self.trust.let_decide(allowed=session.role is Role.ADMIN)
            self.own.let_renew(allowed=session.role is Role.ADMIN)
            self._listing.ask(lambda: list_keys(session, station=station))

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in saw or typed."""
        self._listing.forget()
        self._deciding.forget()
        self.renewing.forget()
        self.own.let_renew(allowed=False)
        self.card.hide()
        self._say_grey(())
        self.trust.clear()
        self._take(())

    def save_own(self, path: Path) -> None:
        """Write the own public key to a file."""
        session, station = self._seat.session, self._seat.station
        self._deciding.ask(lambda: export_key(session, station=station, path=path, overwrite=True))

    def read_other(self, path: Path) -> None:
        """Take note of the key in a file."""
        session, station = self._seat.session, self._seat.station
        self._deciding.ask(lambda: import_key(session, station=station, path=path))

    def _trust(self, fingerprint: str) -> None:
        session, station = self._seat.session, self._seat.station
        self._deciding.ask(lambda: trust_key(session, station=station, fingerprint=fingerprint))

    def _revoke(self, fingerprint: str, reason: str) -> None:
        session, station = self._seat.session, self._seat.station
        self._deciding.ask(lambda: revoke_key(session, station=station, fingerprint=fingerprint, reason=reason))

    def _take(self, keys: object) -> None:
        if not isinstance(keys, tuple):
            return
        own = next((key for key in keys if key.state is KeyState.OWN), None)
        others = [key for key in keys if key.state is not KeyState.OWN]
        self._keys = {key.fingerprint: key for key in others}
        self.own.show_key(own)
        self.table.set_rows([key_row(key) for key in others], [key.fingerprint for key in others])
        self._stack.setCurrentWidget(self.table if others else self._empty)
        self._choose(self._chosen)

    def _choose(self, fingerprint: str) -> None:
        self._chosen = fingerprint
        key = self._keys.get(fingerprint)
        self.trust.let_revoke(allowed=key is not None and key.state is not KeyState.REVOKED)

    def _decided(self, answer: object) -> None:
        self._say_grey(answer.grey if isinstance(answer, Revocation) else ())
        self.card.hide()
        self.trust.clear()
        self.refresh()

    def _renewed(self, renewed: RenewedKey) -> None:
        self._decided(renewed)
        self._say_grey(renewed.grey, f"{ELSEWHERE} The old one: {spoken(renewed.revoked)}.")

    def _say_grey(self, grey: tuple[Deployment, ...], first: str = "") -> None:
        """Which sites nothing watches over any more, until the next decision or another page."""
        names = ", ".join(site_names(grey))
        told = f"Grey from now on: {names}. Deploy another model for each." if grey else ""
        self.grey.setText(f"{first} {told}".strip())
        self.grey.setVisible(bool(self.grey.text()))

    def _refused(self, problem: object) -> None:
        error = in_words(problem)
        if isinstance(error, WrongInput) and self.trust.waits:
            self.trust.show_fault(f"{error.message} {error.hint}".strip())
        else:
            self.card.show_error(error)

    def _ask_reason(self) -> None:
        key = self._keys.get(self._chosen)
        if key is None:
            return
        answers = (Answer("cancel", "Keep it"), Answer("revoke", "Revoke", "danger"))
        words = f"{key.station_name}, {key.spoken}. {REVOKE_WORDS}"
        question = Question("Revoke this key", words, answers, "revoke", self, safe="cancel", reason="Why, in words")
        question.answered.connect(
            lambda answer: self._revoke(key.fingerprint, question.reason.toPlainText()) if answer == "revoke" else None
        )
        question.open()

    def _ask_target(self) -> None:
        ask_for_target(
            self, "key_export_dialog", "Save this station's key", FILES, self.save_own, suffix="rockfall-key"
        )

    def _ask_source(self) -> None:
        ask_for_file(self, "key_import_dialog", "Another station's key", FILES, self.read_other)


def key_row(key: StationKey) -> tuple[Cell, ...]:
    """One key as the cells of COLUMNS; the whole fingerprint stands in the tooltip."""
    tone, icon = TONES[key.state]
    return (
        Cell("not trusted" if key.state is KeyState.SEEN else key.state.value, tone, icon),
        Cell(key.station_name, tip=f"{key.station_name}\n{key.station_id}"),
        Cell(f"{key.spoken[:FIRST]} \N{HORIZONTAL ELLIPSIS}", tip=key.spoken),
        Cell(moment(key.at)),
        Cell(key.by_name),
        Cell(key.reason, "muted"),
    )
