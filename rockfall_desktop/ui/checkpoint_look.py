"""Looks in the background for what the checkpoint of a job holds."""

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.kept_checkpoint import KeptCheckpoint
from rockfall_desktop.operations.resuming import kept_checkpoint
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.seat import Seat


class CheckpointLook(QObject):
    """One job at a time.

    Signals:
        found: what there is of the job that was looked for last, as (TrainingJob, KeptCheckpoint).

    Attributes:
        job: that one; None when it cannot go on, or nobody is here.
    """

    found = Signal(object, object)

    def __init__(self, seat: Seat, parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self.job: TrainingJob | None = None
        self._asking = LatestCall("checkpoint", self)
        self._asking.answered.connect(self._take)

    def look(self, job: TrainingJob) -> None:
        """Turn to a job."""
        self.forget()
        if job.status.resumable and self._seat.occupied:
            self.job = job
            session, station = self._seat.session, self._seat.station
            self._asking.ask(lambda: kept_checkpoint(session, station=station, job_id=job.job_id))

    def forget(self) -> None:
        """Look for nothing."""
        self.job = None
        self._asking.forget()

    def _take(self, checkpoint: object) -> None:
        if isinstance(checkpoint, KeptCheckpoint) and self.job is not None:
            self.found.emit(self.job, checkpoint)
