"""The Watch page: what the active model of a site says of its newest readings, looked at again and again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.site import KnownSite, SiteSummary
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ValueTable
from rockfall_desktop.ui.watch.watch_head import WatchHead
from rockfall_desktop.ui.watch.watch_looks import Look, WatchSites, aged, look, watch_sites
from rockfall_desktop.ui.watch.watch_rows import columns_of
from rockfall_desktop.ui.watch.watch_words import ago
from rockfall_desktop.ui.watch.zone_detail import ZoneDetail
from rockfall_desktop.ui.words import clock_time, site_titles

LONGEST_S, SHORTEST_S, TICK_MS = 300, 10, 10_000
NO_SITE = (
    "No site is known here",
    "Open a site on the Site page; its zones are watched here once a model is deployed.",
)
NO_MODEL = ("Nothing is deployed", "Open a completed job on the Jobs page and deploy its network for a known site.")


class WatchPage(QWidget):
    """Scores one site while it is seen: once when it is turned to, then each step, at least every 5 minutes.

    A look is taken in the background and never two at once. What is shown says of when it is; it turns grey when its
    readings have become too old and no newer look came.
    """

    title = "Watch"

    def __init__(self, seat: Seat, theme: Theme, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.setObjectName("page")
        self._seat, self._clock = seat, clock
        self._sites: dict[str, KnownSite] = {}
        self._wanted = ""  # id of the site that was opened last in this window
        self._seen: Look | None = None
        self._at: datetime | None = None  # moment of the past that what is shown is of
        self._asked_at: datetime | None = None  # and that the newest look was asked for
        self._failed = False  # the newest look
        self.site = QComboBox()
        self.look_now = push_button("Score now", "watch_score", "main")
        self.state = text_label(role="muted", name="watch_state")
        self.head, self.card = WatchHead(theme), FaultCard("watch_card")
        self.table = ValueTable(columns_of((), 0), theme, "watch_table")
        self.detail = ZoneDetail(theme)
        self.empty = EmptyState("watch", *NO_SITE, (), theme, "watch_empty")
        self._stack = QStackedWidget()
        self._listing, self._looking = LatestCall("sites to watch", self), LatestCall("score site", self)
        self._again, self._tick = QTimer(self), QTimer(self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.site.setObjectName("watch_site")
        self.site.setAccessibleName("Site")
        self.site.setMinimumWidth(260)
        top = QHBoxLayout()
        top.setSpacing(12)
        for widget in (self.site, self.look_now, self.state):
            top.addWidget(widget)
        top.addStretch()
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.table, 1)
        below.addWidget(self.detail)
        watched = QWidget()
        inside = QVBoxLayout(watched)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addLayout(top)
        inside.addWidget(self.card)
        inside.addWidget(self.head)
        inside.addLayout(below, 1)
        self._watched = watched
        self._stack.addWidget(self.empty)
        self._stack.addWidget(watched)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.addWidget(self._stack)
        self._clear()

    def _connect(self) -> None:
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.tell_age)
        self._again.timeout.connect(self._look_again)
        self._listing.answered.connect(self._take_sites)
        self._listing.refused.connect(self._refuse)
        self._looking.answered.connect(self._take)
        self._looking.refused.connect(self._refuse)
        self.site.activated.connect(lambda _: self._turn())
        self.look_now.clicked.connect(self.score)
        self.head.as_of_wanted.connect(self._look_back)
        self.head.now_wanted.connect(self._back_to_now)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._choose)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at once, and again while the page is seen."""
        super().showEvent(event)
        self.tell_age()
        self.refresh()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not kept fresh."""
        super().hideEvent(event)
        self._tick.stop()
        self._again.stop()

    def take_site(self, summary: SiteSummary) -> None:
        """A site was opened in this window; the page turns to it when it is shown next."""
        self._wanted = summary.site_id

    def refresh(self) -> None:
        """Ask which sites can be watched, and score the one that is chosen."""
        if self._seat.occupied and self.isVisible():
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: watch_sites(session, station))

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._listing.forget()
        self._looking.forget()
        self._again.stop()
        self._sites, self._wanted = {}, ""
        self.site.clear()
        self._clear()
        self._say_empty(*NO_SITE)

    def score(self) -> None:
        """Take a look at the chosen site; one that is under way goes on first and is then not shown."""
        site = self._sites.get(str(self.site.currentData() or ""))
        if site is None or not self._seat.occupied:
            return
        session, station, at = self._seat.session, self._seat.station, self._asked_at
        self.state.setText("Scoring …")
        set_role(self.state, "muted")
        self._looking.ask(lambda: look(session, station, Path(site.folder), at))
        self._say_state()

    def _look_again(self) -> None:
        if not self._looking.busy and self.isVisible() and self._at is None:
            self.score()

    def _take_sites(self, found: object) -> None:
        if not isinstance(found, WatchSites):
            return
        before, wanted, self._wanted = self.site.currentData(), self._wanted, ""
        self._sites = {site.site_id: site for site in found.sites}
        self.site.clear()
        for site, words in zip(found.sites, site_titles(found.sites), strict=True):
            self.site.addItem(words, site.site_id)
        if not self._sites:
            self._clear()
            self._say_empty(*empty_words(found))
            return
        self.site.setCurrentIndex(max(0, self.site.findData(wanted if wanted in self._sites else before)))
        self._stack.setCurrentWidget(self._watched)
        if self.site.currentData() != before:
            self._turn()
        else:
            self.score()

    def _say_empty(self, title: str, words: str) -> None:
        self.empty.title.setText(title)
        self.empty.words.setText(words)
        self._stack.setCurrentWidget(self.empty)

    def _turn(self) -> None:
        """To another site; nothing of the one before stays."""
        self._clear()
        self.score()

    def _clear(self) -> None:
        self._seen, self._at, self._asked_at, self._failed = None, None, None, False
        self.card.hide()
        self.head.hide()
        self.state.setText("")
        self.table.set_rows([])
        self.detail.show_zone(None, None)

    def _look_back(self) -> None:
        if self._seen is not None:
            self._asked_at = self._seen.score.newest
            self._again.stop()
            self.score()

    def _back_to_now(self) -> None:
        self._asked_at = None
        self.score()

    def _take(self, found: object) -> None:
        if not isinstance(found, Look):
            return
        self.card.hide()
        self._failed, self._at = False, self._asked_at
        self._show(found)
        if self._at is None and self.isVisible():
            self._again.start(1000 * interval_s(found.score.step_seconds))

    def _show(self, found: Look) -> None:
        chosen = self._chosen_zone()
        self._seen = found
        self.head.show()
        self.head.show_score(found.score, found.deployment, self._clock(), self._at)
        self.table.set_columns(found.rows.columns)
        self.table.set_rows(found.rows.rows, found.rows.keys)
        if found.rows.keys:
            self.table.selectRow(found.rows.keys.index(chosen) if chosen in found.zones else 0)
            self._choose(self._chosen_zone())
        self._say_state()

    def _chosen_zone(self) -> str:
        row = self.table.currentIndex().row()
        return self.table.rows.keys[row] if 0 <= row < len(self.table.rows.keys) else ""

    def _choose(self, zone_id: str) -> None:
        if self._seen is not None:
            self.detail.show_zone(self._seen.zones.get(zone_id), self._seen.score)

    def tell_age(self) -> None:
        """Say how old what is shown is by now, and turn it grey when it is too old to be believed."""
        if self._seen is None:
            return
        now = self._clock()
        later = self._seen if self._at is not None else aged(self._seen, now)
        if later is not self._seen:
            self._show(later)
        self.head.tell_age(later.score, now, self._at)
        self._say_state()

    def _say_state(self) -> None:
        if self._seen is None:
            return
        scored, now = self._seen.score.scored_at, self._clock()
        late = (now - scored).total_seconds() > 2 * interval_s(self._seen.score.step_seconds)
        words, role = f"Scored at {clock_time(scored)}", "muted"
        if late:
            words, role = f"{words}, {ago(now, scored)}: not of now", "warning"
        if self._at is not None:
            words, role = "What was known then; nothing of what came after.", "warning"
        elif self._failed:
            words, role = f"Not scored anew since {clock_time(scored)}, {ago(now, scored)}", "danger"
        if self._looking.busy:
            words = f"Scoring … {words[0].lower()}{words[1:]}"
        self.state.setText(words)
        set_role(self.state, role)

    def _refuse(self, problem: object) -> None:
        """Say why there is no newer look; what is shown stays and says since when it is."""
        self._failed, self._asked_at = True, self._at
        self._stack.setCurrentWidget(self._watched)
        self.card.show_error(in_words(problem))
        self.state.setText("")
        self._say_state()
        if self.isVisible() and not self._again.isActive():
            self._again.start(1000 * LONGEST_S)


def interval_s(step_seconds: int) -> int:
    """How long to the next look: a step, at least 10 s and at most 5 minutes."""
    return max(SHORTEST_S, min(step_seconds or LONGEST_S, LONGEST_S))


def empty_words(found: WatchSites) -> tuple[str, str]:
    """Why there is nothing to watch, and what to do."""
    if found.elsewhere:
        names = ", ".join(found.elsewhere)
        return (
            "The site's folder is not known here",
            f"A model is deployed for {names}. Open its folder on the Site page.",
        )
    return NO_MODEL if found.any_site else NO_SITE
