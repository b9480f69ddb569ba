"""The Deployments page: what was put to work for which site, by whom and when."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.operations.deployments import list_deployments
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import moment

COLUMNS = (
    Column("State", 104), Column("Site", 240), Column("Deployed", 152), Column("By", 140), Column("Reason"),
    Column("Job", 132),
)  # fmt: skip


class DeploymentsPage(QWidget):
    """The list, newest first; the active one of each site is marked."""

    title = "Deployments"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._seat = seat
        self.table = ValueTable(COLUMNS, theme, "deployment_table")
        self.card = FaultCard("deployments_card")
        self._empty = EmptyState(
            "deployments",
            "Nothing deployed yet",
            "Open a completed job and deploy its network; it then stands here.",
            (),
            theme,
            "no_deployments",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._listing = LatestCall("list deployments", self)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(self.card)
        column.addWidget(self._stack)

    def refresh(self) -> None:
        """Ask for the list."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: list_deployments(session, station=station))

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._listing.forget()
        self.card.hide()
        self._take(())

    def showEvent(self, event: QShowEvent) -> None:
        """Look when the page is turned to."""
        super().showEvent(event)
        self.refresh()

    def _take(self, deployments: object) -> None:
        if isinstance(deployments, tuple):
            rows = [deployment_row(one) for one in deployments]
            self.table.set_rows(rows, [one.deployment_id for one in deployments])
            self._stack.setCurrentWidget(self.table if rows else self._empty)


def deployment_row(one: Deployment) -> tuple[Cell, ...]:
    """One deployment as the cells of COLUMNS."""
    state = Cell("active", "good", "completed") if one.active else Cell("before", "muted")
    return (
        state,
        Cell(one.site_name),
        Cell(moment(one.deployed_at)),
        Cell(one.deployed_by_name),
        Cell(one.reason, "muted"),
        Cell(one.job_id[-12:], "muted", tip=one.job_id),
    )
