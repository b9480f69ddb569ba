"""One job of the list: its report, its course, and what can be done with it."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import JobEvent
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.operations.jobs import (
    cancel_training,
    newer_events,
    numbered_events,
    performance_report,
    stop_training_early,
)
from rockfall_desktop.ui.background import BackgroundCall, LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.deploying import Deploying
from rockfall_desktop.ui.going_on import GoingOnButtons
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.report_view import ReportView
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.train.older_lines import OlderLines
from rockfall_desktop.ui.words import marked, moment


class Numbered(Protocol):
    """An event and its place among the events of its job."""

    @property
    def sequence(self) -> int:
        """From 1."""

    @property
    def event(self) -> JobEvent:
        """What happened."""


class JobDetail(QWidget):
    """Replays a job in a monitor and shows its report.

    Signals:
        back_wanted: to the list.
        deployed: a Deployment was made.
        resume_wanted: the job is to go on, as its id.
        discarded: the job was given up.
    """

    back_wanted = Signal()
    deployed = Signal(object)
    resume_wanted = Signal(str)
    discarded = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("job_detail")
        self._seat = seat
        self.job: TrainingJob | None = None
        self._seen = 0  # number of the last event that was read; 0: none yet
        self.monitor = Monitor(seat, theme, "replay_monitor")
        self.report = ReportView(seat, theme)
        self.card = FaultCard("job_card")
        self.tabs = QTabWidget()
        self.tabs.setObjectName("job_tabs")
        self.name = ElidedLabel(role="section", name="job_name")
        self.deployed_note = text_label(role="good", wrap=True, name="deployed_note")
        self.deploy = push_button("Deploy …", "deploy_job", "main")
        self.going_on = GoingOnButtons(seat)
        self.deploying = Deploying(seat, theme, self)
        self._older = OlderLines(seat, self.monitor.log, lambda: self.job.job_id if self.job else "", self)
        self._events, self._reports = LatestCall("job events", self), LatestCall("report", self)
        self._newer = LatestCall("newer events", self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        back = push_button("Back to the list", "back_to_jobs")
        back.clicked.connect(self.back_wanted)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(back)
        head.addWidget(self.name, 1)
        head.addWidget(self.going_on)
        head.addWidget(self.deploy)
        self.monitor.set_margins(0, 12, 0, 0)
        self.tabs.addTab(self.report, "&Report")
        self.tabs.addTab(self.monitor, "&Course")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.card)
        column.addWidget(self.deployed_note)
        column.addWidget(self.tabs, 1)

    def _connect(self) -> None:
        self.deploy.clicked.connect(self._ask_to_deploy)
        self.deploying.began.connect(lambda _: self._show_deploy_button())
        self.deploying.ended.connect(lambda _: self._show_deploy_button())
        self.deploying.deployed.connect(self._note_deployed)
        self.deploying.refused.connect(self._refuse_deployment)
        self.going_on.resume_wanted.connect(self.resume_wanted)
        self.going_on.discarded.connect(self.discarded)
        self.going_on.refused.connect(self.card.show_error)
        self.monitor.stop_wanted.connect(lambda: self._request(Status.COMPLETED))
        self.monitor.cancel_wanted.connect(lambda: self._request(Status.CANCELLED))
        self.monitor.report_wanted.connect(lambda: self.tabs.setCurrentWidget(self.report))
        self._older.refused.connect(self.card.show_error)
        self._events.answered.connect(self._take_history)
        self._events.refused.connect(self._refuse)
        self._newer.answered.connect(self._go_on)
        self._newer.refused.connect(self._refuse)
        self._reports.answered.connect(self._show_report)
        self._reports.refused.connect(self._refuse)

    def show_job(self, job: TrainingJob) -> None:
        """Turn to a job, or bring the one that is shown up to date."""
        self.job = job
        self.card.hide()
        self.deployed_note.hide()
        site = marked(job.site_name, simulated=job.simulated)
        self.name.setText(f"{site}, {moment(job.created_at)} \N{EM DASH} {job.status}")
        self.going_on.show_job(job)
        done = job.status is Status.COMPLETED
        self.deploy.setVisible(done)
        self.tabs.setTabVisible(0, done)
        self.tabs.setCurrentIndex(0 if done else 1)
        if not self._seat.occupied:
            return
        session, station, job_id = self._seat.session, self._seat.station, job.job_id
        self._seen = 0
        self._newer.forget()
        self._events.ask(lambda: numbered_events(session, station=station, job_id=job_id))
        if done:
            self._reports.ask(lambda: performance_report(session, station=station, job_id=job_id))

    def follow(self) -> None:
        """Read what happened since to the job that is shown; for one that another program runs."""
        if self.job is None or not self._seen or self._newer.busy or not self._seat.occupied:
            return
        session, station, job_id, seen = self._seat.session, self._seat.station, self.job.job_id, self._seen
        self._newer.ask(lambda: newer_events(session, station=station, job_id=job_id, after=seen))

    def forget(self) -> None:
        """Hold nothing of any job."""
        self.job, self._seen = None, 0
        for label in (self.name, self.deployed_note):
            label.setText("")
        self.deployed_note.hide()
        self.card.hide()
        self.going_on.forget()
        for call in (self._events, self._newer, self._reports, self._older.reading):
            call.forget()
        self.monitor.replay(())
        self.monitor.forget()
        self.monitor.header.begin("", simulated=False)
        self.monitor.log.reset_filter()
        self.report.forget()

    def _take_history(self, numbered: Sequence[Numbered]) -> None:
        self.monitor.replay(one.event for one in numbered)
        self._note_seen(numbered)

    def _go_on(self, numbered: Sequence[Numbered]) -> None:
        self.monitor.go_on(one.event for one in numbered)
        self._note_seen(numbered)

    def _note_seen(self, numbered: Sequence[Numbered]) -> None:
        self._seen = numbered[-1].sequence if numbered else self._seen

    def _show_report(self, report: object) -> None:
        if isinstance(report, PerformanceReport):
            self.report.show_report(report)

    def _request(self, wanted: Status) -> None:
        if self.job is None:
            return
        session, station, job_id = self._seat.session, self._seat.station, self.job.job_id
        operation = cancel_training if wanted is Status.CANCELLED else stop_training_early
        call = BackgroundCall(lambda: operation(session, station=station, job_id=job_id), "request")
        call.failed.connect(self._refuse)
        call.begin()

    def _ask_to_deploy(self) -> None:
        if self.job is not None:
            self.deploying.ask(self.job)

    def _show_deploy_button(self) -> None:
        """Two networks are not made into bundles at once."""
        busy = bool(self.deploying.job_id)
        self.deploy.setEnabled(not busy)
        self.deploy.setText("Deploying …" if busy else "Deploy …")

    def _note_deployed(self, deployment: Deployment) -> None:
        if self.job is not None and deployment.job_id == self.job.job_id:
            site = marked(deployment.site_name, simulated=deployment.simulated)
            self.deployed_note.setText(f"Deployed: this network is now the active one for {site} on this station.")
            self.deployed_note.show()
        self.deployed.emit(deployment)

    def _refuse_deployment(self, job_id: str, error: RockfallError) -> None:
        if self.job is not None and job_id == self.job.job_id:
            self.card.show_error(error)

    def _refuse(self, problem: object) -> None:
        self.card.show_error(in_words(problem))
