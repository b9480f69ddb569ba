"""Reads older lines of an own job's log when somebody scrolls up to the first one that is shown."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.events import LogLine
from rockfall_desktop.operations.jobs import older_lines
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.train.log_view import LogView


class _Piece(NamedTuple):
    """Lines, and the one before which they stand."""

    before: LogLine
    lines: tuple[LogLine, ...]


class OlderLines(QObject):
    """One piece at a time, off the window's thread.

    Signals:
        refused: a RockfallError.
    """

    refused = Signal(object)

    def __init__(self, seat: Seat, log: LogView, job_id: Callable[[], str], parent: QObject) -> None:
        super().__init__(parent)
        self._seat, self._log, self._job_id = seat, log, job_id
        self.reading = LatestCall("older log lines", self)
        self.reading.answered.connect(self._take)
        self.reading.refused.connect(lambda problem: self.refused.emit(in_words(problem)))
        log.older_wanted.connect(self._ask)
        seat.left.connect(self.reading.forget)

    def _ask(self) -> None:
        before, job_id = self._log.model.oldest, self._job_id()
        if before is None or not job_id or self.reading.busy or not self._seat.occupied:
            return
        session, station = self._seat.session, self._seat.station
        self.reading.ask(lambda: _Piece(before, older_lines(session, station=station, job_id=job_id, before=before)))

    def _take(self, piece: _Piece) -> None:
        if self._log.model.oldest is piece.before:  # otherwise it is another log by now, or went on past its bound
            self._log.put_before(piece.lines)
