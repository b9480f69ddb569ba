"""What stands on the card of a job that failed: where its checkpoint stands, and the button that lets it go on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.kept_checkpoint import Kept, KeptCheckpoint
from rockfall_desktop.ui.buttons import push_button
from rockfall_desktop.ui.checkpoint_look import CheckpointLook
from rockfall_desktop.ui.checkpoint_words import checkpoint_sentence
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat


class ResumeOffer(QWidget):
    """Looks for the checkpoint in the background; nothing is seen before it is known.

    Signals:
        resume_wanted: as the job's id.
    """

    resume_wanted = Signal(str)

    def __init__(self, seat: Seat, name: str) -> None:
        super().__init__()
        self.words = text_label(wrap=True, name=f"{name}_words")
        self.resume = push_button("Resume", f"{name}_button")
        self._looking = CheckpointLook(seat, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words, 1)
        row.addWidget(self.resume)
        self._looking.found.connect(self._show)
        self.resume.clicked.connect(self._ask)
        self.hide()

    def look(self, job: TrainingJob) -> None:
        """Turn to a job that may go on; one that may not takes the offer away."""
        self.hide()
        self._looking.look(job)

    def forget(self) -> None:
        """Offer nothing."""
        self._looking.forget()
        self.hide()

    def _show(self, job: TrainingJob, checkpoint: KeptCheckpoint) -> None:
        self.words.setText(checkpoint_sentence(checkpoint, job.config.members))
        self.resume.setVisible(checkpoint.kept is not Kept.DAMAGED)
        self.show()

    def _ask(self) -> None:
        if (job := self._looking.job) is not None:
            self.resume_wanted.emit(job.job_id)
