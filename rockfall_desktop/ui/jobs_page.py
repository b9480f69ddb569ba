"""The Jobs page: the list, and one of it."""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.operations.jobs import list_jobs
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.job_detail import JobDetail
from rockfall_desktop.ui.job_rows import COLUMNS, job_row, titles_of, with_station
from rockfall_desktop.ui.office_job_detail import OfficeJobDetail
from rockfall_desktop.ui.office_job_list import OfficeJobList
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ValueTable

LOOK_AGAIN_MS = 3000
ELSEWHERE = "elsewhere "  # before the id of another station's job; an own one may come back by the office


class JobsPage(QWidget):
    """Keeps the list fresh by itself: told of changes here, and looking every 3 s for those of other programs here.

    Jobs of other stations come by the sync, and are looked at when it moved.

    Signals:
        deployed: a Deployment was made.
        resume_wanted: a job is to go on, as its id.
    """

    deployed = Signal(object)
    resume_wanted = Signal(str)
    title = "Jobs"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._seat = seat
        self._jobs: dict[str, TrainingJob] = {}
        self._wanted = ""
        self.table = ValueTable(COLUMNS, theme, "job_table")
        self.detail = JobDetail(seat, theme)
        self.elsewhere, self.office_detail = OfficeJobList(seat, self), OfficeJobDetail(seat, theme)
        self.unread = text_label(role="muted", wrap=True, name="jobs_unread")
        self.card = FaultCard("jobs_card")
        self._empty = EmptyState(
            "jobs", "No jobs yet", "Every training that was started stands here, with its report.", (), theme, "no_jobs"
        )
        self._stack = QStackedWidget()
        self._listing = LatestCall("list jobs", self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        listed = QWidget()
        inside = QVBoxLayout(listed)
        inside.setContentsMargins(24, 16, 24, 16)
        inside.addWidget(self.card)
        inside.addWidget(self.table)
        inside.addWidget(self.unread)
        self.unread.hide()
        self._list = listed
        for widget in (self._empty, listed, self.detail, self.office_detail):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _connect(self) -> None:
        self._timer.timeout.connect(self.refresh)
        self._listing.answered.connect(self._take)
        self._listing.refused.connect(self._refuse)
        self.elsewhere.changed.connect(self._take_elsewhere)
        self.elsewhere.refused.connect(self._refuse)
        self.table.opened.connect(self.open_row)
        for detail in (self.detail, self.office_detail):
            detail.back_wanted.connect(self.show_list)
        self.detail.deployed.connect(self.deployed)
        self.detail.resume_wanted.connect(self.resume_wanted)
        self.detail.discarded.connect(self.refresh)

    def refresh(self) -> None:
        """Ask for the list."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._listing.ask(lambda: list_jobs(session, station=station))

    def look_elsewhere(self) -> None:
        """The sync moved: other stations may have told of their jobs."""
        if self.isVisible():
            self.elsewhere.look()

    def note(self, job: TrainingJob) -> None:
        """The job of this window changed."""
        if job.job_id in self._jobs:
            self._jobs[job.job_id] = job
            if self.isVisible():
                self._show_rows()
                self._follow()
        else:
            self._jobs = {job.job_id: job} | self._jobs
            self._show_rows()

    def open_row(self, key: str) -> None:
        """Show the job of a row."""
        if key.startswith(ELSEWHERE):
            self.office_detail.open_job(key.removeprefix(ELSEWHERE))
            self._stack.setCurrentWidget(self.office_detail)
        else:
            self.open_job(key)

    def open_job(self, job_id: str) -> None:
        """Show one job; as soon as it is known when it is not yet."""
        job = self._jobs.get(job_id)
        if job is None:
            self._wanted = job_id
            self.refresh()
            return
        self._wanted = ""
        self.detail.show_job(job)
        self._stack.setCurrentWidget(self.detail)

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._jobs, self._wanted = {}, ""
        self._listing.forget()
        self.detail.forget()
        self.elsewhere.forget()
        self.office_detail.forget()
        self.card.hide()
        self._stack.setCurrentWidget(self._empty)
        self._show_rows()

    def show_list(self) -> None:
        """Back to the list."""
        self._stack.setCurrentWidget(self._list if self._anything else self._empty)
        self.table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at once, and again every 3 s while the page is seen."""
        super().showEvent(event)
        self.refresh()
        self.elsewhere.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not kept fresh."""
        super().hideEvent(event)
        self._timer.stop()

    def _take(self, jobs: object) -> None:
        if not isinstance(jobs, tuple):
            return
        self.card.hide()
        self._jobs = {job.job_id: job for job in jobs}
        self._show_rows()
        self._follow()
        self.office_detail.look_at_clock()
        if self._wanted in self._jobs:
            self.open_job(self._wanted)

    def _follow(self) -> None:
        """Bring the job that is shown up to date when its status changed, whoever told of it first."""
        before = self.detail.job
        now = None if before is None else self._jobs.get(before.job_id)
        seen = self._stack.currentWidget() is self.detail
        if not seen or now is None or before is None:
            return
        if now.status is not before.status:
            self.detail.show_job(now)
        elif now.current_epoch != before.current_epoch:
            self.detail.follow()

    def _take_elsewhere(self) -> None:
        self.card.hide()
        self._show_rows()
        told = self.office_detail.told
        if told is not None and self._stack.currentWidget() is self.office_detail:
            revision = self.elsewhere.revision(told.job.job_id)
            if revision is not None and revision != told.revision:
                self.office_detail.look(told.job.job_id)

    @property
    def _anything(self) -> bool:
        return bool(self._jobs or self.elsewhere.sight.rows or self.elsewhere.sight.unread)

    def _show_rows(self) -> None:
        """Own jobs, and among them by their age those of other stations."""
        sight = self.elsewhere.sight
        self.unread.setText(sight.unread)
        self.unread.setVisible(bool(sight.unread))
        now = datetime.now(UTC)
        jobs = tuple(self._jobs.values())
        told = zip(jobs, titles_of(jobs), strict=True)
        rows = [(job.created_at, job.job_id, job_row(job, now, title)) for job, title in told]
        if sight.rows:
            rows = [(at, key, with_station(cells)) for at, key, cells in rows]
            rows += [(one.created_at, f"{ELSEWHERE}{one.job_id}", one.cells_at(now)) for one in sight.rows]
            rows.sort(key=lambda row: row[0], reverse=True)
        self.table.set_columns(sight.columns_at(now))
        self.table.set_rows([cells for _, _, cells in rows], [key for _, key, _ in rows])
        if self._stack.currentWidget() not in {self.detail, self.office_detail}:
            self._stack.setCurrentWidget(self._list if self._anything else self._empty)

    def _refuse(self, problem: object) -> None:
        self.card.show_error(in_words(problem))
        if self._stack.currentWidget() is self._empty:
            self._stack.setCurrentWidget(self._list)
