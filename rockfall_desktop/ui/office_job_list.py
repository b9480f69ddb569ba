"""Jobs of other stations for the list: read in the background, and only when the sync brought something."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.office_job import OfficeJob, OfficeJobs
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.office_jobs import office_jobs, office_jobs_mark
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.job_rows import (
    COLUMNS,
    COLUMNS_WITH_SILENT,
    COLUMNS_WITH_STATION,
    STATUS,
    job_row,
    with_station,
)
from rockfall_desktop.ui.office_job_course import status_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.words import count, moment


class OfficeRow(NamedTuple):
    """One job as the table needs it; the whole of it is read when it is opened.

    Attributes:
        job_id: which.
        revision: its state.
        created_at: when it was asked for.
        status: how it stood.
        heard_at: when that was.
        cells: as the cells of COLUMNS_WITH_STATION.
    """

    job_id: str
    revision: int
    created_at: datetime
    status: Status
    heard_at: datetime
    cells: tuple[Cell, ...]

    def cells_at(self, now: datetime) -> tuple[Cell, ...]:
        """The cells; of a job that was long not heard of they say so."""
        words = status_words(self.status, self.heard_at, now)
        if words == self.status.value:
            return self.cells
        return (*self.cells[:STATUS], replace(self.cells[STATUS], text=words, tone="muted"), *self.cells[STATUS + 1 :])


class OfficeSight(NamedTuple):
    """What a look at the office's jobs found.

    Attributes:
        mark: of which state it is.
        rows: newest first.
        unread: what was not read and why, a sentence; empty when everything was.
    """

    mark: str = ""
    rows: tuple[OfficeRow, ...] = ()
    unread: str = ""

    def columns_at(self, now: datetime) -> tuple[Column, ...]:
        """Columns of a list with these jobs; the status is wide while it says when one was last heard of."""
        if any(row.cells_at(now) is not row.cells for row in self.rows):
            return COLUMNS_WITH_SILENT
        return COLUMNS_WITH_STATION if self.rows else COLUMNS


class OfficeJobList(QObject):
    """Looks when it is told to and reads when something is another one than before.

    Signals:
        changed: another sight is there.
        refused: a RockfallError.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self, seat: Seat, parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self.sight = OfficeSight()
        self._looking = LatestCall("jobs of other stations", self)
        self._looking.answered.connect(self._take)
        self._looking.refused.connect(lambda problem: self.refused.emit(in_words(problem)))

    def look(self) -> None:
        """Ask whether something is another one; a look that is under way sees it too, or the next one does."""
        if self._seat.occupied and not self._looking.busy:
            session, station, mark = self._seat.session, self._seat.station, self.sight.mark
            self._looking.ask(lambda: sight_of(session, station, mark))

    def revision(self, job_id: str) -> int | None:
        """The state of a job; None when it is not there."""
        return next((row.revision for row in self.sight.rows if row.job_id == job_id), None)

    def forget(self) -> None:
        """Hold nothing of what the one who was signed in could see."""
        self._looking.forget()
        self.sight = OfficeSight()

    def _take(self, found: object) -> None:
        if isinstance(found, OfficeSight):
            self.sight = found
            self.changed.emit()


def sight_of(session: Session, station: Station, mark: str) -> OfficeSight | None:
    """The jobs of other stations as rows; None when they are as they were at that mark."""
    now = office_jobs_mark(session, station=station)
    if now == mark:
        return None
    found = office_jobs(session, station=station, whole=False)
    return OfficeSight(now, tuple(_row(one) for one in found.jobs), unread_words(found))


def unread_words(found: OfficeJobs) -> str:
    """What was not read and why, a sentence; empty when everything was."""
    if not found.unread:
        return ""
    total = sum(found.unread.values())
    reasons = "; ".join(f"{count(number)} x {reason}" for reason, number in found.unread.items())
    jobs = "1 job of another station is" if total == 1 else f"{count(total)} jobs of other stations are"
    return f"{jobs} not shown: {reasons}."


def _row(told: OfficeJob) -> OfficeRow:
    cells = job_row(told.job, told.updated_at)
    cells = with_station(cells, Cell(told.station_name), status_tip=f"As of {moment(told.updated_at)}")
    return OfficeRow(told.job.job_id, told.revision, told.job.created_at, told.job.status, told.updated_at, cells)
