"""The two buttons of a job that ended before its training did: resume, and discard, which asks once more."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.kept_checkpoint import KeptCheckpoint
from rockfall_desktop.operations.resuming import discard_job
from rockfall_desktop.ui.background import BackgroundCall
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.checkpoint_look import CheckpointLook
from rockfall_desktop.ui.checkpoint_words import checkpoint_cell
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.question import Answer, Question
from rockfall_desktop.ui.seat import Seat


class Discarding(QObject):
    """Gives up an interrupted job after a question.

    Signals:
        discarded: it is cancelled, as its id.
        refused: it is not, as a RockfallError.
    """

    discarded = Signal(str)
    refused = Signal(object)

    def __init__(self, seat: Seat, window: QWidget) -> None:
        super().__init__(window)
        self._seat, self._window = seat, window

    def ask(self, job_id: str, name: str) -> None:
        """Ask whether it is really to be given up."""
        question = Question(
            "Discard this job?",
            f"{name}: it cannot be resumed any more; its checkpoint, if it came to one, is removed. Its curves and its "
            "log are kept.",
            (Answer("yes", "Discard", "danger"), Answer("no", "Keep it", "main")),
            "confirm_discard",
            self._window,
            safe="no",
        )
        question.answered.connect(lambda key: self._discard(job_id) if key == "yes" else None)
        question.open()

    def _discard(self, job_id: str) -> None:
        if not self._seat.occupied:
            return
        session, station = self._seat.session, self._seat.station
        call = BackgroundCall(lambda: discard_job(session, station=station, job_id=job_id), "discard job")
        call.succeeded.connect(lambda _: self.discarded.emit(job_id))
        call.failed.connect(lambda problem: self.refused.emit(in_words(problem)))
        call.begin()


class GoingOnButtons(QWidget):
    """Shown beside the name of a job that can go on, with what its checkpoint holds; nothing for any other.

    Signals:
        resume_wanted: as the job's id.
        discarded: the job was given up.
        refused: it was not, as a RockfallError.
    """

    resume_wanted = Signal(str)
    discarded = Signal()
    refused = Signal(object)

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self._looking = CheckpointLook(seat, self)
        self.checkpoint = text_label(role="muted", name="checkpoint_words")
        self.resume = push_button("Resume", "resume_job", "main")
        self.discard = push_button("Discard \N{HORIZONTAL ELLIPSIS}", "discard_job", "danger")
        self._discarding = Discarding(seat, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.checkpoint)
        row.addWidget(self.resume)
        row.addWidget(self.discard)
        self._looking.found.connect(self._show_checkpoint)
        self.resume.clicked.connect(self._resume)
        self.discard.clicked.connect(self._ask)
        self._discarding.discarded.connect(lambda _: self.discarded.emit())
        self._discarding.refused.connect(self.refused)

    def show_job(self, job: TrainingJob) -> None:
        """Turn to a job."""
        self.resume.setVisible(job.status.resumable)
        self.discard.setVisible(job.status is Status.INTERRUPTED)
        self.checkpoint.hide()
        self._looking.look(job)

    def forget(self) -> None:
        """Hold nothing of any job."""
        self._looking.forget()
        self.checkpoint.hide()

    def _show_checkpoint(self, job: TrainingJob, checkpoint: KeptCheckpoint) -> None:
        self.checkpoint.setText(f"checkpoint: {checkpoint_cell(checkpoint, job.config.members)}")
        self.checkpoint.show()

    def _resume(self) -> None:
        if (job := self._looking.job) is not None:
            self.resume_wanted.emit(job.job_id)

    def _ask(self) -> None:
        if (job := self._looking.job) is not None:
            self._discarding.ask(job.job_id, job.site_name)
