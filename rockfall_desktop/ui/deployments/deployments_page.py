"""The Deployments page: what was put to work for which site, by whom, when and why; going back, and files."""

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.office import SyncState
from rockfall_desktop.domain.station_key import StationKey
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.deployments import deploy_again, list_deployments, roll_back
from rockfall_desktop.operations.keys import list_keys
from rockfall_desktop.operations.lost_deployments import LostDeployment, leave_lost, undecided_deployments
from rockfall_desktop.operations.revoked_models import list_revoked
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.deciding import Deciding
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.deployments.history_detail import HistoryDetail
from rockfall_desktop.ui.deployments.history_rows import COLUMNS, Entry, entries, history_row
from rockfall_desktop.ui.deployments.lost_card import LostCard
from rockfall_desktop.ui.deployments.transferring import Transferring
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.plain import ElidedLabel
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ValueTable
from rockfall_desktop.ui.words import marked, moment

PACKING = "Checking and packing its bundle, which the office is asked for where it is not here …"
EVERY, TABLE_HEIGHT = "All sites", 128
BACK_WORDS = (
    "The model of {when} by {by} becomes the active one for {site} again, "
    "by a new decision that is kept with your name."
)
AGAIN_WORDS = (
    "Another station's decision came first. The model of {when} by {by} becomes the active one for {site} on top of "
    "it, by a new decision that is kept with your name."
)


class History(NamedTuple):
    """What the page shows."""

    deployments: tuple[Deployment, ...]
    keys: tuple[StationKey, ...]
    lost: tuple[LostDeployment, ...]
    revoked: frozenset[str] = frozenset()


class DeploymentsPage(QWidget):
    """The history of every site or of one, newest first, and one of it in full.

    Signals:
        changed: this station's active deployment of a site is another one now.
    """

    changed = Signal()
    title = "Deployments"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._seat = seat
        self._entries: dict[str, Entry] = {}
        self._chosen, self._stands = "", (0, 0)
        self.site = QComboBox()
        self.carry_in = push_button("Import from a file …", "import_bundle")
        self.note = ElidedLabel(role="good", name="deployments_note")
        self.table = ValueTable(COLUMNS, theme, "deployment_table")
        self.table.setMinimumHeight(TABLE_HEIGHT)
        self.detail, self.card, self.lost = HistoryDetail(), FaultCard("deployments_card"), LostCard()
        self._empty = EmptyState(
            "deployments",
            "Nothing deployed yet",
            "Open a completed job and deploy its network, or import a bundle that another station made.",
            (),
            theme,
            "no_deployments",
        )
        self._stack = QStackedWidget()
        self._listing, self._leaving = LatestCall("list deployments", self), LatestCall("leave a deployment", self)
        self._deciding = Deciding(seat, self)
        self.transferring = Transferring(seat, self._deciding, self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.site.setObjectName("deployment_site")
        self.site.setAccessibleName("Site")
        self.site.setMinimumWidth(220)
        self.site.addItem(EVERY, "")
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.site)
        head.addWidget(self.note, 1)
        head.addWidget(self.carry_in)
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.detail)
        self._list = listed
        self._stack.addWidget(self._empty)
        self._stack.addWidget(listed)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addLayout(head)
        for card in (self.card, self.lost):
            column.addWidget(card)
        column.addWidget(self._stack, 1)
        self.detail.show_entry(None)

    def _connect(self) -> None:
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self.transferring.told.connect(self._tell)
        self.transferring.refused.connect(self.card.show_error)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._choose)
        self.site.activated.connect(lambda _: self._show_rows())
        self.carry_in.clicked.connect(self.transferring.ask_source)
        self.detail.roll_back_wanted.connect(self._ask_roll_back)
        self.detail.again_wanted.connect(self._ask_again)
        self.detail.export_wanted.connect(lambda key: self.transferring.ask_target(self._entries[key].deployment))
        self.lost.show_wanted.connect(self._show_lost)
        self.lost.again_wanted.connect(self._ask_again)
        self.lost.leave_wanted.connect(self._leave)
        self._leaving.answered.connect(lambda _: self._left())
        self._leaving.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self._deciding.done.connect(self._decided)
        self._deciding.refused.connect(self.card.show_error)

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the page is turned to."""
        super().showEvent(event)
        self.refresh()

    def look_again(self, state: SyncState) -> None:
        """The sync moved: what waited may have got its number, or lost."""
        stands = (state.waiting, state.undecided)
        if stands != self._stands and self.isVisible():
            self.refresh()
        self._stands = stands

    def refresh(self) -> None:
        """Ask for the history."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(
                lambda: History(
                    list_deployments(session, station=station),
                    list_keys(session, station=station),
                    undecided_deployments(session, station=station),
                    list_revoked(session, station=station),
                )
            )

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._listing.forget()
        self._leaving.forget()
        self.transferring.forget()
        self.card.hide()
        self.note.setText("")
        self._take(History((), (), ()))

    def _take(self, history: object) -> None:
        if not isinstance(history, History):
            return
        self._entries = entries(history.deployments, history.keys, history.revoked)
        self.lost.show_lost(history.lost, administrator=self._administrator, revoked=history.revoked)
        chosen = self.site.currentData()
        names = {one.site_id: marked(one.site_name, simulated=one.simulated) for one in reversed(history.deployments)}
        self.site.clear()
        self.site.addItem(EVERY, "")
        for site_id, name in sorted(names.items(), key=lambda item: item[1].casefold()):
            self.site.addItem(name, site_id)
        self.site.setCurrentIndex(max(0, self.site.findData(chosen)))
        self._stack.setCurrentWidget(self._list if self._entries else self._empty)
        self._show_rows()

    def _show_rows(self) -> None:
        site_id = self.site.currentData()
        shown = {key: one for key, one in self._entries.items() if not site_id or one.deployment.site_id == site_id}
        self.table.set_rows([history_row(one) for one in shown.values()], list(shown))
        self._choose(self._chosen if self._chosen in shown else next(iter(shown), ""))
        if self._chosen:
            self.table.selectRow(list(shown).index(self._chosen))

    def _choose(self, deployment_id: str) -> None:
        self._chosen = deployment_id
        self.detail.show_entry(self._entries.get(deployment_id), administrator=self._administrator)

    @property
    def _administrator(self) -> bool:
        return self._seat.occupied and self._seat.session.role is Role.ADMIN

    def _tell(self, words: str) -> None:
        self.note.setText(words)
        if words:
            self.card.hide()

    def _words(self, deployment_id: str, words: str) -> str:
        one = self._entries[deployment_id].deployment
        site = marked(one.site_name, simulated=one.simulated)
        return words.format(when=moment(one.deployed_at), by=one.deployed_by_name, site=site)

    def _ask_roll_back(self, deployment_id: str) -> None:
        words, session, station = self._words(deployment_id, BACK_WORDS), self._seat.session, self._seat.station
        dialog = DeedDialog("Roll back to this model?", words, "Roll back", PACKING, self)
        self._deciding.ask(
            dialog, lambda reason: roll_back(session, station=station, deployment_id=deployment_id, reason=reason)
        )

    def _ask_again(self, deployment_id: str) -> None:
        words, session, station = self._words(deployment_id, AGAIN_WORDS), self._seat.session, self._seat.station
        dialog = DeedDialog("Deploy this model again?", words, "Deploy again", PACKING, self)
        self._deciding.ask(
            dialog, lambda reason: deploy_again(session, station=station, deployment_id=deployment_id, reason=reason)
        )

    def _show_lost(self, deployment_id: str) -> None:
        """Turn to it, whichever site is looked at."""
        self._chosen = deployment_id
        if self._entries[deployment_id].deployment.site_id != self.site.currentData():
            self.site.setCurrentIndex(0)
        self._show_rows()

    def _leave(self, deployment_id: str) -> None:
        session, station = self._seat.session, self._seat.station
        self._leaving.ask(lambda: leave_lost(session, station=station, deployment_id=deployment_id))

    def _left(self) -> None:
        self.note.setText("It stays in the history, and nobody is asked about it any more.")
        self.refresh()
        self.changed.emit()

    def _decided(self, deployment: object) -> None:
        if isinstance(deployment, Deployment):
            self._chosen = deployment.deployment_id
            site = marked(deployment.site_name, simulated=deployment.simulated)
            self.note.setText(f"The active deployment of {site} is another one now.")
        self.refresh()
        self.changed.emit()
