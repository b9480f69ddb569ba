"""Arranges rail, top bar, pages and status line, and passes on what one page says to the others."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError, StoreFault
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.closing import ClosingPlan
from rockfall_desktop.ui.deployments.deployments_page import DeploymentsPage
from rockfall_desktop.ui.interrupted_jobs import InterruptedJobs
from rockfall_desktop.ui.jobs_page import JobsPage
from rockfall_desktop.ui.rail import Rail
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.settings_page import SettingsPage
from rockfall_desktop.ui.site.site_page import SitePage
from rockfall_desktop.ui.status_line import StatusLine
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.top_bar import TopBar
from rockfall_desktop.ui.train.train_page import TrainPage
from rockfall_desktop.ui.watch.watch_page import WatchPage

PROGRAM = "Rockfall Desktop"
PAGES = (
    ("site", "Site"),
    ("train", "Train"),
    ("jobs", "Jobs"),
    ("deployments", "Deployed"),
    ("watch", "Watch"),
    ("settings", "Settings"),
)
TITLES = ("Site", "Train", "Jobs", "Deployments", "Watch", "Settings")
SITE, TRAIN, JOBS, DEPLOYMENTS, WATCH, SETTINGS = range(6)
SMALLEST = (1080, 700)
FIRST = (1280, 800)


class MainWindow(QMainWindow):
    """The window of one signed-in person.

    Signals:
        lock_wanted: Ctrl+L or the button.
        stay_wanted: the person wants to stay signed in.
        closed: the window is closed and no job runs any more.
    """

    lock_wanted = Signal()
    stay_wanted = Signal()
    closed = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(PROGRAM)
        self.setWindowIcon(icons.program_icon())
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST)
        self._seat = seat
        self._user_id = ""
        self.running = RunningJob(seat, self)
        self.rail, self.top, self.status = Rail(PAGES, theme, apart=1), TopBar(), StatusLine()
        self.site, self.train = SitePage(seat, theme), TrainPage(seat, self.running, theme)
        self.jobs, self.deployments = JobsPage(seat, theme), DeploymentsPage(seat, theme)
        self.watch = WatchPage(seat, theme)
        self.syncing = Syncing(seat.station, self)
        self.settings = SettingsPage(seat, self.syncing, theme)
        self.card, self.news = FaultCard("crash_card"), FaultCard("news_card", role="card_news")
        self._pages = QStackedWidget()
        self._closing = ClosingPlan(self.running, self)
        self._interrupted = InterruptedJobs(seat, theme, self)
        self._arrange()
        self._connect()
        self._add_shortcuts()
        self.turn_to(SITE)

    def _arrange(self) -> None:
        for page in (self.site, self.train, self.jobs, self.deployments, self.watch, self.settings):
            self._pages.addWidget(page)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self.card)
        right.addWidget(self.news)
        right.addWidget(self._pages, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        central = QWidget()
        central.setObjectName("central")
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.turn_to)
        self.top.job_wanted.connect(lambda: self.turn_to(TRAIN))
        self.top.lock_wanted.connect(self.lock_wanted)
        self.top.stay_wanted.connect(self.stay_wanted)
        self.site.opened.connect(self._take_site)
        self.site.known.connect(self.train.offer_sites)
        self.site.train_wanted.connect(lambda: self.turn_to(TRAIN))
        self.train.site_wanted.connect(self.site.open)
        self.train.simulated_wanted.connect(self.site.try_simulated)
        self.train.report_wanted.connect(self._read_report)
        self.jobs.deployed.connect(self.deployments.refresh)
        self.jobs.resume_wanted.connect(self._resume)
        self._interrupted.resume_wanted.connect(self._resume)
        self._interrupted.changed.connect(self.jobs.refresh)
        self.running.began.connect(self._follow)
        self.running.moved.connect(self._follow)
        self.running.ended.connect(self._follow_to_the_end)
        self.running.refused.connect(self._note_store)
        self.running.unsaved.connect(lambda: self.status.show_store(saved=False))
        self.running.began.connect(lambda: self.status.show_store(saved=True))
        self._connect_sync()
        self._closing.words.connect(self.status.show_closing)
        self._closing.free.connect(self.close)

    def _connect_sync(self) -> None:
        self.syncing.moved.connect(self.status.show_sync)
        self.syncing.moved.connect(lambda _: self.jobs.look_elsewhere())
        self.syncing.moved.connect(self.deployments.look_again)
        self.syncing.news.connect(self._tell_news)
        self.news.closed.connect(self.syncing.put_away)
        self.status.sync_wanted.connect(self._show_sync)
        self.settings.office_saved.connect(self.syncing.nudge)
        self.jobs.deployed.connect(self.syncing.nudge)
        self.deployments.changed.connect(self.syncing.nudge)
        self.running.ended.connect(self.syncing.nudge)

    def _add_shortcuts(self) -> None:
        for number in range(len(PAGES)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self.turn_to(number))
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self.lock_wanted)

    def begin(self, site: Path | None) -> None:
        """Somebody signed in: list what they know and open the site that was asked for."""
        if self._seat.session.user_id != self._user_id:
            self._user_id = self._seat.session.user_id
            self._take_another_person()
            self._interrupted.look()
        self.train.show_what_may_be_seen()
        self._show_progress(self.running.job)
        self.top.user.setText(self._seat.session.name)
        self.site.refresh()
        self.jobs.refresh()
        if site is not None:
            self.site.open(site)

    def _take_another_person(self) -> None:
        """Show nothing of what only the one before may see."""
        self.jobs.forget()
        self.deployments.forget()
        self.watch.forget()
        self.card.hide()
        self.train.card.hide()
        self.train.monitor.log.reset_filter()
        self.train.search.forget()
        self.train.earlier.forget()

    def turn_to(self, number: int) -> None:
        """Show a page."""
        self._pages.setCurrentIndex(number)
        self.rail.show_chosen(number)
        self.top.title.setText(TITLES[number])
        self.setFocus()

    def close_after_job(self) -> None:
        """Close, seen or hidden, as soon as no job runs."""
        self._closing.wait()

    def show_crash(self, text: str) -> None:
        """Say that something of ours went wrong; the window stays."""
        self.card.show_detail(
            "This is our fault",
            "Something happened that the program did not expect. What was saved is safe.",
            "Copy the text below and send it to who looks after the program; it stands in the log as well.",
            text,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a job runs; close at once when none does."""
        if self._closing.may_close():
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def _show_sync(self) -> None:
        self.turn_to(SETTINGS)
        self.settings.turn_to_sync()

    def _tell_news(self, sentences: tuple[str, ...]) -> None:
        """What another station decided meanwhile; it stays until somebody has read it."""
        self.deployments.refresh()
        words = "\n".join(sentences)
        self.news.show_detail("News from the office", words, "", "")

    def _take_site(self, summary: SiteSummary) -> None:
        self.status.show_site(summary)
        self.train.take_site(summary)
        self.watch.take_site(summary)

    def _resume(self, job_id: str) -> None:
        self.turn_to(TRAIN)
        self.train.resume(job_id)

    def _read_report(self, job_id: str) -> None:
        self.turn_to(JOBS)
        self.jobs.open_job(job_id)

    def _follow(self, job: TrainingJob) -> None:
        self._show_progress(job)
        if self.running.seen:
            self.jobs.note(job)

    def _show_progress(self, job: TrainingJob | None) -> None:
        """In chip and ring, to those who may see the job."""
        shown = job if job is not None and job.status.active and self.running.seen else None
        self.top.show_job(shown, self.train.monitor.eta_s)
        self.rail.buttons[TRAIN].set_progress(None if shown is None else shown.progress / 100)

    def _follow_to_the_end(self, job: TrainingJob) -> None:
        self._follow(job)
        self.jobs.refresh()

    def _note_store(self, error: RockfallError) -> None:
        if isinstance(error, StoreFault):
            self.status.show_store(saved=False)
