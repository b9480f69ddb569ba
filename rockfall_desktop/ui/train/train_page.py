"""The Train page: form on the left, monitor on the right."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_faults import named_field, titled
from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.domain.events import JobEvent
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.site import KnownSite, SiteSummary
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.search.search_panel import SearchPanel
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.augmentation_dialog import AugmentationDialog
from rockfall_desktop.ui.train.before_first import BeforeFirst
from rockfall_desktop.ui.train.earlier_jobs import EarlierJobs
from rockfall_desktop.ui.train.form import TrainingForm
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.train.older_lines import OlderLines
from rockfall_desktop.ui.train.plan_line import PlanLine
from rockfall_desktop.ui.words import site_titles

FORM_WIDTH = 380


class TrainPage(QWidget):
    """Sets up, starts and shows the training.

    Signals:
        site_wanted: another site was chosen in the form, as its folder.
        simulated_wanted: the simulated site is to be tried.
        report_wanted: job_id whose report is to be read.
    """

    site_wanted = Signal(Path)
    simulated_wanted = Signal()
    report_wanted = Signal(str)
    title = "Train"

    def __init__(self, seat: Seat, running: RunningJob, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._running = running
        self._seat, self._theme = seat, theme
        self.form = TrainingForm()
        self.earlier = EarlierJobs(seat, self.form)
        self.plan = PlanLine(seat)
        self.monitor = Monitor(seat, theme)
        self._older = OlderLines(seat, self.monitor.log, lambda: running.job.job_id if running.job else "", self)
        self.before = BeforeFirst(theme)
        self.search = SearchPanel(seat, theme, self.form)
        self.card = FaultCard("start_card")
        self.start = push_button("&Start training", "start_training", "main")
        self.show_search = push_button("Search for settings \N{HORIZONTAL ELLIPSIS}", "show_search")
        self.cancel_start = push_button("Cancel the start", "cancel_start", "danger")
        self.cancel_start.hide()
        self._right = QStackedWidget()
        self._known: tuple[KnownSite, ...] = ()
        self._asked: TrainingConfig | None = None
        self._arrange()
        self._connect(running)

    def _arrange(self) -> None:
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.card)
        foot.addWidget(self.plan)
        foot.addWidget(self.start)
        foot.addWidget(self.cancel_start)
        foot.addWidget(self.show_search)
        left = QFrame()
        left.setObjectName("form_panel")
        left.setFixedWidth(FORM_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form, 1)
        line = QFrame()
        line.setProperty("role", "hairline")
        column.addWidget(line)
        column.addLayout(foot)
        for seen in (self.before, self.monitor, self.search):
            self._right.addWidget(seen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(self._right, 1)

    def _connect(self, running: RunningJob) -> None:
        self.form.changed.connect(self._replan)
        self.form.site_wanted.connect(lambda folder: self.site_wanted.emit(Path(folder)))
        self.form.preview.clicked.connect(self._preview)
        self.plan.judged.connect(self.form.take_verdict)
        self.start.clicked.connect(self._start)
        self.show_search.clicked.connect(lambda: self._right.setCurrentWidget(self.search))
        self.search.back_wanted.connect(self.show_what_may_be_seen)
        self.search.use_wanted.connect(self._use)
        self.cancel_start.clicked.connect(self._cancel_start)
        self.before.simulated_wanted.connect(self.simulated_wanted)
        self.monitor.stop_wanted.connect(running.stop_early)
        self.monitor.cancel_wanted.connect(running.cancel)
        self.monitor.report_wanted.connect(self._want_report)
        self.monitor.resume_wanted.connect(self.resume)
        self.monitor.replayed.connect(self._offer_to_resume)
        self._older.refused.connect(self.card.show_error)
        running.began.connect(self._began)
        running.refused.connect(self._refused)
        running.happened.connect(self.take)
        running.recalled.connect(self.monitor.replay)
        running.ended.connect(self._ended)
        running.ended.connect(lambda _: self.earlier.look())

    def offer_sites(self, sites: tuple[KnownSite, ...]) -> None:
        """List the sites to choose from."""
        self._known = sites
        self.form.offer_sites([(site.folder, words) for site, words in zip(sites, site_titles(sites), strict=True)])

    def take_site(self, summary: SiteSummary) -> None:
        """A site was opened: train on it unless the form says otherwise."""
        if all(site.folder != summary.folder for site in self._known):
            newest = KnownSite(
                site_id=summary.site_id, name=summary.name, folder=summary.folder, simulated=summary.simulated
            )
            self.offer_sites((newest, *self._known))
        self.form.take_site(summary.folder, [channel.name for channel in summary.channels], summary.layers)
        self.before.site_is_there()

    def show_what_may_be_seen(self) -> None:
        """The monitor to the one whose job it shows, to anybody else what stands there before the first run."""
        self._right.setCurrentWidget(self.monitor if self._running.seen else self.before)
        self._offer_to_resume()

    def showEvent(self, event: QShowEvent) -> None:
        """Jobs of other programs on this station may have ended meanwhile."""
        super().showEvent(event)
        self.earlier.look()

    def take(self, event: JobEvent) -> None:
        """An event of the running job, after those of before it was resumed."""
        if self.monitor.replaying:
            self.monitor.go_on((event,))
        else:
            self.monitor.take(event)

    def resume(self, job_id: str) -> None:
        """Let a job of before go on; only one runs at a time."""
        if self._running.active:
            self.card.show_error(
                WrongInput("A training is running", "Another job is resumed when it has ended.", "Wait, or stop it.")
            )
            return
        self._wait_for_start("Resuming")
        self._running.resume(job_id)

    def _use(self, config: TrainingConfig) -> None:
        """Settings that a search found; for the site that is open, whose channels the form lists."""
        if self.form.values()["sites"] != config.sites:
            of = ", ".join(config.sites)
            self.search.card.show_error(WrongInput("Another site", f"The search was of {of}.", "Open that site first."))
            return
        self.form.take_settings(config)

    def _replan(self) -> None:
        """The form says something else: what was said of the start that it described holds no more."""
        self.card.hide()
        self.search.fit()
        self.plan.recompute(self.form.config(), self.form.first_fault())

    def _preview(self) -> None:
        config = self.form.demand()
        if config is not None:
            AugmentationDialog(self._seat, config, self._theme, self).open()

    def _start(self) -> None:
        config = self.form.demand()
        if config is None:
            return
        self._wait_for_start("Starting")
        self._asked = config
        self._running.start(config)

    def _wait_for_start(self, word: str) -> None:
        self._asked = None
        self.card.hide()
        self.window().setFocus()  # a button that is switched off would hand the focus to the rail
        self.start.setEnabled(False)
        self.start.setText(f"{word} \N{HORIZONTAL ELLIPSIS}")
        self.cancel_start.setEnabled(True)
        self.cancel_start.show()

    def _cancel_start(self) -> None:
        """The start cannot be broken off, but the job ends as soon as it begins."""
        self.cancel_start.setEnabled(False)
        self._running.cancel()

    def _began(self, _job: TrainingJob) -> None:
        self.cancel_start.hide()
        self.show_what_may_be_seen()
        self.start.setText("A training is running")

    def _refused(self, error: RockfallError) -> None:
        self.card.show_error(titled(error))
        if not self._running.active:
            self._ready()
            self._lead_to_what_was_refused(error)

    def _lead_to_what_was_refused(self, error: RockfallError) -> None:
        """Mark the field and go there, unless the form says something else by now."""
        if self._asked is None or not named_field(error.message)[0]:
            return
        name = self.form.take_verdict(self._asked, error)
        if name and self.isVisible():
            self.form.lead_to(name)

    def _ended(self, _job: TrainingJob) -> None:
        self._ready()
        self._offer_to_resume()

    def _offer_to_resume(self) -> None:
        """On the card of a job that failed, once all of it is shown: a replay begins with an empty card."""
        running = self._running
        if running.seen and running.job is not None and not running.active and not self.monitor.replaying:
            self.monitor.offer.look(running.job)

    def _ready(self) -> None:
        self.start.setEnabled(True)
        self.start.setText("&Start training")
        self.cancel_start.hide()

    def _want_report(self) -> None:
        if self._running.job is not None:
            self.report_wanted.emit(self._running.job.job_id)
