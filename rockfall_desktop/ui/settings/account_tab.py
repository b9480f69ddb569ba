"""The tab Account: who is signed in, their account as a file, and for administrators who else is let in."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.user import Role, User
from rockfall_desktop.operations.accounts import list_accounts
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_export import AccountExport
from rockfall_desktop.ui.settings.account_facts import ROLES
from rockfall_desktop.ui.settings.account_take_in import AccountTakeIn
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import moment

COLUMNS = (Column("Name", 220), Column("Role", 132), Column("Here since", 152), Column("User id"))
LEAST_HEIGHT = 132


class AccountTab(QWidget):
    """Own account on the left, another's on the right, all of this station below."""

    title = "Account"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self._seat = seat
        self.export, self.take_in = AccountExport(seat, theme), AccountTakeIn(seat, theme)
        self.card = FaultCard("account_card")
        self.table = ValueTable(COLUMNS, theme, "account_table")
        self.table.setMinimumHeight(LEAST_HEIGHT)
        self.others = QWidget()
        self._listing = LatestCall("accounts", self)
        self._arrange()
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self.take_in.taken.connect(self.refresh)

    def _arrange(self) -> None:
        below = QVBoxLayout(self.others)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        below.addWidget(text_label("Accounts of this station", role="section"))
        below.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        for panel in (self.export, self.take_in):
            row.addWidget(panel, 1, Qt.AlignmentFlag.AlignTop)
        policy = self.take_in.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.take_in.setSizePolicy(policy)
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.card)
        column.addLayout(row)
        column.addWidget(self.others, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the tab is turned to."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the accounts."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            administrator = session.role is Role.ADMIN
            self.take_in.setVisible(administrator)
            self.others.setVisible(administrator)
            self._listing.ask(lambda: list_accounts(session, station=station))

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in saw or typed."""
        self._listing.forget()
        self.card.hide()
        self.export.forget()
        self.take_in.forget()
        self.table.set_rows([])

    def _take(self, accounts: object) -> None:
        if not isinstance(accounts, tuple) or not self._seat.occupied:
            return
        self.card.hide()
        own = self._seat.session.user_id
        self.export.show_user(next((one for one in accounts if one.user_id == own), None))
        self.table.set_rows([account_row(one, own=one.user_id == own) for one in accounts],
                            [one.user_id for one in accounts])  # fmt: skip


def account_row(user: User, *, own: bool) -> tuple[Cell, ...]:
    """One account as the cells of COLUMNS."""
    name = f"{user.name} (you)" if own else user.name
    return (
        Cell(name, tip=user.name, strong=own), Cell(ROLES[user.role]), Cell(moment(user.created_at)),
        Cell(user.user_id, "muted"),
    )  # fmt: skip
