"""What was interrupted since somebody was here last: listed after the sign-in, to be resumed, kept or discarded."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.kept_checkpoint import KeptCheckpoint
from rockfall_desktop.operations.resuming import interrupted_jobs, kept_checkpoint
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.checkpoint_words import NOT_KNOWN, checkpoint_cell
from rockfall_desktop.ui.going_on import Discarding
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import marked, moment

COLUMNS = (
    Column("Site"), Column("Created", 152), Column("Member", 76, number=True), Column("Epochs done", 104, number=True),
    Column("Checkpoint", 204, tip="What the last checkpoint holds: there a resumed job goes on."),
)  # fmt: skip
WORDS = (
    "The program that ran them ended before they did. A resumed job goes on where its last checkpoint stands, and "
    "begins anew where there is none; one that is kept can be resumed later from the Jobs page."
)
SIZE = (800, 420)
LOOKING = "\N{HORIZONTAL ELLIPSIS}"


class InterruptedDialog(QDialog):
    """The list, with the three things that can be done; closing it keeps all.

    Signals:
        resume_wanted: as the job's id; the dialog is closed then.
        changed: a job was discarded.
    """

    resume_wanted = Signal(str)
    changed = Signal()

    def __init__(self, seat: Seat, jobs: Sequence[TrainingJob], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("interrupted")
        self.setWindowTitle("Interrupted jobs")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._jobs = list(jobs)
        self._chosen = self._jobs[0].job_id
        self.table = ValueTable(COLUMNS, theme, "interrupted_table")
        self.card = FaultCard("interrupted_card")
        self.resume = push_button("Resume", "interrupted_resume", "main")
        self.keep = push_button("Keep for later", "interrupted_keep")
        self.discard = push_button("Discard \N{HORIZONTAL ELLIPSIS}", "interrupted_discard", "danger")
        self._discarding = Discarding(seat, self)
        self._kept: dict[str, str] = {}
        self._looking = LatestCall("checkpoints", self)
        self._arrange()
        self._connect()
        self._show_jobs()
        self._look(seat)
        self.table.setFocus()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.discard)
        buttons.addStretch()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.resume)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(text_label("Interrupted jobs", role="section"))
        column.addWidget(text_label(WORDS, wrap=True, name="interrupted_words"))
        column.addWidget(self.card)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(self._resume)
        self.resume.clicked.connect(lambda: self._resume(self._chosen))
        self.keep.clicked.connect(self.reject)
        self.discard.clicked.connect(self._ask)
        self._looking.answered.connect(self._take_checkpoints)
        self._looking.refused.connect(lambda _: self._give_up_looking())
        self._discarding.discarded.connect(self._forget)
        self._discarding.refused.connect(self.card.show_error)

    def _look(self, seat: Seat) -> None:
        """Read in the background what every checkpoint holds."""
        session, station, ids = seat.session, seat.station, [job.job_id for job in self._jobs]
        self._looking.ask(lambda: {one: kept_checkpoint(session, station=station, job_id=one) for one in ids})

    def _take_checkpoints(self, found: Mapping[str, KeptCheckpoint]) -> None:
        self._kept = {job.job_id: checkpoint_cell(found[job.job_id], job.config.members) for job in self._jobs}
        self._show_jobs(self._chosen)

    def _give_up_looking(self) -> None:
        self._kept = {job.job_id: NOT_KNOWN for job in self._jobs}
        self._show_jobs(self._chosen)

    def _choose(self, job_id: str) -> None:
        self._chosen = job_id or self._chosen

    def _resume(self, job_id: str) -> None:
        self.accept()
        self.resume_wanted.emit(job_id)

    def _ask(self) -> None:
        job = next(job for job in self._jobs if job.job_id == self._chosen)
        self._discarding.ask(job.job_id, marked(job.site_name, simulated=job.simulated))

    def _forget(self, job_id: str) -> None:
        self._jobs = [job for job in self._jobs if job.job_id != job_id]
        self.changed.emit()
        if not self._jobs:
            self.accept()
            return
        self._show_jobs()

    def _show_jobs(self, chosen: str = "") -> None:
        ids = [job.job_id for job in self._jobs]
        self._chosen = chosen if chosen in ids else ids[0]
        self.table.set_rows([_row(job, self._kept.get(job.job_id, LOOKING)) for job in self._jobs], ids)
        self.table.selectRow(ids.index(self._chosen))


class InterruptedJobs(QObject):
    """Looks for interrupted jobs and opens the dialog when there are any.

    Signals:
        resume_wanted: as the job's id.
        changed: a job was discarded.
    """

    resume_wanted = Signal(str)
    changed = Signal()

    def __init__(self, seat: Seat, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._seat, self._theme, self._window = seat, theme, window
        self._looking = LatestCall("interrupted jobs", self)
        self._looking.answered.connect(self._ask)

    def look(self) -> None:
        """Look for them in the background; a store that cannot be read is told where the jobs are listed."""
        session, station = self._seat.session, self._seat.station
        self._looking.ask(lambda: interrupted_jobs(session, station=station))

    def _ask(self, jobs: Sequence[TrainingJob]) -> None:
        if not jobs or not self._seat.occupied:
            return
        dialog = InterruptedDialog(self._seat, jobs, self._theme, self._window)
        dialog.resume_wanted.connect(self.resume_wanted)
        dialog.changed.connect(self.changed)
        dialog.open()


def _row(job: TrainingJob, checkpoint: str) -> tuple[Cell, ...]:
    return (
        Cell(marked(job.site_name, simulated=job.simulated)),
        Cell(moment(job.created_at)),
        Cell(f"{job.member}/{job.config.members}"),
        Cell(f"{job.current_epoch}/{job.total_epochs}"),
        Cell(checkpoint),
    )
