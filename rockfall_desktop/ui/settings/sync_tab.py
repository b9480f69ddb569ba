"""The tab Sync: how this station stands with the office, what waits, what failed and why."""

from datetime import UTC, datetime

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.office import SyncState, WaitingThing
from rockfall_desktop.operations.office_settings import ask_keyring_again
from rockfall_desktop.operations.syncing.queue import give_up, try_again, waiting_things
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.deciding import Deciding
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.sync_words import contact_words, headline, tone
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import count, moment

COLUMNS = (
    Column("State", 112), Column("What", 300), Column("Waiting since", 148), Column("Tries", 64, number=True),
    Column("Why it did not go"),
)  # fmt: skip
BETWEEN = "\N{VERTICAL LINE}"
DEPLOYMENT = "deployment"
GIVING_UP = (
    "It never goes to the office and stays in the history as not accepted. Where it is the active one here, the one"
    " before it is again. What was deployed after it can take its place."
)


class SyncTab(QWidget):
    """The sentence, the buttons, the table; filled anew whenever the sync moved while it is seen."""

    title = "Sync"

    def __init__(self, seat: Seat, syncing: Syncing, theme: Theme) -> None:
        super().__init__()
        self._seat, self._syncing = seat, syncing
        self._held: frozenset[str] = frozenset()
        self._chosen = ""
        self.headline = text_label(role="section", wrap=True, name="sync_headline")
        self.sentence = text_label(role="warning", wrap=True, name="sync_sentence")
        self.contact = text_label(role="muted", name="sync_contact")
        self.now = push_button("Sync now", "sync_now", "main")
        self.again = push_button("Try again", "sync_try_again")
        self.give_up = push_button("Give up", "sync_give_up")
        self.card = FaultCard("sync_card")
        self.table = ValueTable(COLUMNS, theme, "sync_table")
        words = "What is trained or deployed here waits in this place until the office has it."
        self._empty = EmptyState("completed", "Nothing waits", words, (), theme, "sync_nothing")
        self._stack = QStackedWidget()
        self._deciding = Deciding(seat, self)
        self._listing, self._asking = LatestCall("waiting things", self), LatestCall("try again", self)
        self._arrange()
        self._connect()
        self._show_state(syncing.state)

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.now)
        buttons.addWidget(self.again)
        buttons.addWidget(self.give_up)
        buttons.addWidget(self.contact)
        buttons.addStretch()
        for widget in (self._empty, self.table):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        for part in (self.headline, self.sentence):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self.card)
        column.addWidget(self._stack, 1)
        self._offer()

    def _connect(self) -> None:
        self.now.clicked.connect(self._sync_now)
        self.again.clicked.connect(self._try_again)
        self.give_up.clicked.connect(self._give_up)
        self._deciding.done.connect(lambda _: self._went())
        self._deciding.refused.connect(self.card.show_error)
        self.table.chosen.connect(self._choose)
        self._syncing.moved.connect(self._show_state)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self._asking.answered.connect(lambda _: self._went())
        self._asking.refused.connect(lambda problem: self.card.show_error(in_words(problem)))

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the tab is turned to."""
        super().showEvent(event)
        self._show_state(self._syncing.state)

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._listing.forget()
        self._asking.forget()
        self.card.hide()
        self._take(())

    def _show_state(self, state: SyncState) -> None:
        self.headline.setText(headline(state, datetime.now(UTC)))
        self.sentence.setText(state.sentence)
        self.sentence.setVisible(bool(state.sentence))
        set_role(self.sentence, tone(state) or "warning")
        self.contact.setText(contact_words(state))
        if self.isVisible() and self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: waiting_things(session, station=station))

    def _take(self, things: object) -> None:
        if not isinstance(things, tuple):
            return
        self.table.set_rows([thing_row(one) for one in things], [_key(one) for one in things])
        self._held = frozenset(_key(one) for one in things if one.held)
        self._offer()
        self._stack.setCurrentWidget(self.table if things else self._empty)

    def _choose(self, key: str) -> None:
        self._chosen = key
        self._offer()

    def _offer(self) -> None:
        held = self._chosen in self._held
        self.again.setEnabled(held)
        self.give_up.setEnabled(held and self._chosen.startswith(f"{DEPLOYMENT}{BETWEEN}"))

    def _sync_now(self) -> None:
        ask_keyring_again(self._seat.session, station=self._seat.station)
        self._syncing.nudge()

    def _try_again(self) -> None:
        session, station = self._seat.session, self._seat.station
        kind, _, thing_id = self._chosen.partition(BETWEEN)
        self._asking.ask(lambda: try_again(session, station=station, kind=kind, id=thing_id))

    def _give_up(self) -> None:
        session, station = self._seat.session, self._seat.station
        _, _, thing_id = self._chosen.partition(BETWEEN)
        dialog = DeedDialog("Give this deployment up?", GIVING_UP, "Give it up", "Giving it up", self)
        self._deciding.ask(
            dialog, lambda reason: give_up(session, station=station, deployment_id=thing_id, reason=reason)
        )

    def _went(self) -> None:
        """It waits like the others again: go at once."""
        self.card.hide()
        self._syncing.nudge()
        self._show_state(self._syncing.state)


def thing_row(thing: WaitingThing) -> tuple[Cell, ...]:
    """One thing as the cells of COLUMNS."""
    held = Cell("held", "warning", "interrupted", tip="The office refuses it. It holds up no other thing.")
    return (
        held if thing.held else Cell("waiting", "muted", "queued"),
        Cell(thing.title, tip=thing.id),
        Cell(moment(thing.waiting_since)),
        Cell(count(thing.tries)),
        Cell(thing.fault, "warning" if thing.held else "muted"),
    )


def _key(thing: WaitingThing) -> str:
    return f"{thing.kind}{BETWEEN}{thing.id}"
