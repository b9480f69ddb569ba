"""One job as it happens or as it happened: live events and stored ones come the same way, by `take`."""

from collections import deque
from collections.abc import Iterable
from time import perf_counter

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCancelled,
    JobCompleted,
    JobCreated,
    JobEvent,
    JobFailed,
    JobInterrupted,
    JobResumed,
    LogLine,
    PhaseStarted,
    SamplesBuilt,
    StepProgress,
    StopClimbed,
    StopRequested,
)
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.ui.card import FaultCard
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.course import Course
from rockfall_desktop.ui.train.header import MonitorHeader
from rockfall_desktop.ui.train.job_curves import JobCurves
from rockfall_desktop.ui.train.log_view import LogView
from rockfall_desktop.ui.train.monitor_words import DIVERGED, PHASES, diverged
from rockfall_desktop.ui.train.resume_offer import ResumeOffer
from rockfall_desktop.ui.train.scrolled import scrolled
from rockfall_desktop.ui.train.stop_buttons import StopButtons
from rockfall_desktop.ui.words import count

DRAW_MS = 50
SLICE_S = 0.006


class Monitor(QWidget):
    """Head line, two charts, log and buttons of one job.

    Signals:
        stop_wanted, cancel_wanted: the person asked for it (and, for a cancel, confirmed it).
        report_wanted: the person wants to read the report of the completed job.
        resume_wanted: the job that failed is to go on, as its id.
        replayed: every stored event was taken in.
    """

    replayed = Signal()
    stop_wanted = Signal()
    cancel_wanted = Signal()
    report_wanted = Signal()
    resume_wanted = Signal(str)

    def __init__(self, seat: Seat, theme: Theme, name: str = "monitor") -> None:
        super().__init__()
        self.setObjectName(name)
        self.header = MonitorHeader()
        self.curves = JobCurves(seat, theme)
        self.loss, self.scores = self.curves.loss, self.curves.scores
        self.log = LogView(theme)
        self.card = FaultCard("failure_card")
        self.offer = ResumeOffer(seat, "offer")
        self.card.add(self.offer)
        self.buttons = StopButtons()
        self._note = text_label(wrap=True, name="monitor_note")
        self._course = Course(self.loss, self.scores)
        self._eta_s: float | None = None
        self._progress: StepProgress | None = None
        self._lines: list[LogLine] = []
        self._stored: deque[JobEvent] = deque()
        self._turn, self._idle = False, 0
        self._timer = QTimer(self)
        self._timer.setInterval(DRAW_MS)
        self._timer.timeout.connect(self.draw)
        self._replay = QTimer(self)
        self._replay.timeout.connect(self._replay_slice)
        self._arrange()
        self.buttons.stop_wanted.connect(self.stop_wanted)
        self.buttons.cancel_wanted.connect(self.cancel_wanted)
        self.buttons.report_wanted.connect(self.report_wanted)
        self.offer.resume_wanted.connect(self.resume_wanted)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.header)
        between = scrolled((self.card, self._note), ((self.curves, 160, 3), (self.log, 120, 2)), column.spacing())
        column.addWidget(between, 1)
        column.addWidget(self.buttons)
        self._note.hide()

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Leave another space around, where the page leaves its own."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(left, top, right, bottom)

    def take(self, event: JobEvent) -> None:
        """Take in one event; the picture follows within 0.1 s."""
        match event:
            case JobCreated():
                self._begin(event)
            case PhaseStarted() | SamplesBuilt():
                self._note_phase(event)
            case EpochFinished():
                self._add_epoch(event)
            case StepProgress():
                self._progress = event
            case LogLine():
                self._lines.append(event)
            case StopRequested() | StopClimbed():
                self._note_stop(event)
            case JobResumed(member=member, epoch=epoch):
                self._resume(member, epoch)
            case JobCompleted() | JobFailed() | JobCancelled() | JobInterrupted():
                self._finish(event)
        if not self._timer.isActive():
            self._timer.start()

    def replay(self, events: Iterable[JobEvent]) -> None:
        """Take in stored events, a few milliseconds at a time, so that the window never waits."""
        self._stored.clear()
        self.go_on(events)

    def go_on(self, events: Iterable[JobEvent]) -> None:
        """Take in stored events that come after those of before."""
        self._stored.extend(events)
        self._replay.start(0)

    @property
    def replaying(self) -> bool:
        """Whether stored events are still to come."""
        return self._replay.isActive()

    def draw(self) -> None:
        """Bring one part after the other up to date, each ten times a second; stops itself when nothing came twice.

        In turns, because all of it at once takes longer than a frame.
        """
        self._turn = not self._turn
        busy = self.loss.draw() if self._turn else self.scores.draw() | self._draw_words()
        self._idle = 0 if busy else self._idle + 1
        if self._idle >= len((self.loss, self.scores)):
            self._timer.stop()

    def draw_everything(self) -> None:
        """Bring all of it up to date at once."""
        self.loss.draw()
        self.scores.draw()
        self._draw_words()

    def _draw_words(self) -> bool:
        lines, self._lines = self._lines, []
        if lines:
            self.log.add(lines)
        progress, self._progress = self._progress, None
        if progress is not None:
            self._draw_progress(progress)
        return bool(lines) or progress is not None

    @property
    def eta_s(self) -> float | None:
        """Seconds to the last epoch at the mean pace so far; None before the first epoch and after the end."""
        return self._eta_s

    def say(self, words: str, role: str = "") -> None:
        """Put a sentence above the charts; empty words take it away."""
        self._note.setText(words)
        set_role(self._note, role)
        self._note.setVisible(bool(words))

    def stand_still(self, words: str, *, ended: bool) -> None:
        """Show the status of a job that is told of from elsewhere; nobody here knows when one that runs will end."""
        self.header.say(words)
        self._eta_s = None
        self.header.show_eta(None)
        if ended:
            self._end(words)

    def _replay_slice(self) -> None:
        until = perf_counter() + SLICE_S
        while self._stored and perf_counter() < until:
            self.take(self._stored.popleft())
        if not self._stored:
            self._replay.stop()
            self.draw_everything()
            self.replayed.emit()

    def _begin(self, event: JobCreated) -> None:
        network = network_name(event.config, event.config.members)
        self.header.begin(f"{event.site_name} \N{EM DASH} {network}", simulated=event.simulated)
        self.forget()
        self._course.begin(event.config.most_epochs, event.config.members)
        self.buttons.begin()

    def forget(self) -> None:
        """Hold nothing of the job that was shown."""
        self._progress, self._eta_s = None, None
        self._lines = []
        self.log.clear()
        self.card.hide()
        self.offer.forget()
        self.say("")
        self.curves.say_missing("")
        self._course.forget()
        self.buttons.ended()

    def _resume(self, member: int, epoch: int) -> None:
        """What came after the checkpoint is done again."""
        self._course.go_back(member, epoch)
        self.card.hide()
        self.offer.forget()
        self.say("")
        self.header.say("resumed")
        self.buttons.begin()
        self._show_how_far(member, epoch)

    def _add_epoch(self, event: EpochFinished) -> None:
        metrics = event.metrics
        self._course.add(metrics)
        self._progress = None
        self.header.show_epoch(metrics, self._course.best(metrics))
        self._show_how_far(metrics.member, metrics.epoch)

    def _draw_progress(self, progress: StepProgress) -> None:
        share = progress.step / progress.steps
        self.header.facts["pace"].setText(count(round(progress.samples_per_second)))
        self._show_how_far(progress.member, progress.epoch - 1 + share)

    def _show_how_far(self, member: int, epochs: float) -> None:
        """Epochs of a member that are done, a part of the running one too, which counts as done when it is."""
        self.header.show_place((member, self._course.members), int(epochs), self._course.total)
        self.header.show_progress(self._course.done(member, epochs))
        self._eta_s = self._course.eta_s(member, epochs)
        self.header.show_eta(self._eta_s)

    def _note_phase(self, event: PhaseStarted | SamplesBuilt) -> None:
        if isinstance(event, PhaseStarted):
            self.header.say(PHASES[event.phase])
            return
        parts = ", ".join(f"{b.name} {count(b.samples)} with {count(b.incidents)} incidents" for b in event.blocks)
        self.header.phase.setToolTip("")
        self.header.say(f"samples: {parts}")

    def _note_stop(self, event: StopRequested | StopClimbed) -> None:
        if isinstance(event, StopClimbed):
            self.buttons.climbed(event.rung)
            return
        self.buttons.asked(event.request)
        self.header.say("cancelling" if event.request is Request.CANCEL else "stopping early, keeping the best epoch")

    def _finish(self, event: JobCompleted | JobFailed | JobCancelled | JobInterrupted) -> None:
        match event:
            case JobCompleted(report=report):
                self._end("completed")
                self.say(report.verdict)
                self._say_given_up(report.given_up)
                self.buttons.completed()
            case JobFailed(failure=failure):
                self._end("failed")
                set_role(self.card, "card_danger")
                self.card.show_failure(failure)
            case JobCancelled():
                self._end("cancelled")
                self.say("The job was cancelled; there is no model. What happened until then is kept.")
            case JobInterrupted():
                self._end("interrupted")
                self.say("The program that ran this job ended before the job did.", "warning")

    def _say_given_up(self, sentences: tuple[str, ...]) -> None:
        if sentences:
            set_role(self.card, "card_warning")
            self.card.show_detail("The training diverged", diverged(sentences, self._course.members), DIVERGED, "")

    def _end(self, words: str) -> None:
        self.header.say(words)
        self._eta_s = None
        self.header.show_eta(None)
        self.header.show_progress(1.0 if words == "completed" else 0.0)
        self.buttons.ended()
        if self._course.is_empty:
            self.curves.say_why_empty("The job ended before its first epoch.")
