"""One job of another station: its course and its log as the office told of them, and nothing that changes it."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import OfficeUnreachable
from rockfall_desktop.domain.events import LogLine
from rockfall_desktop.domain.office_job import OfficeJob
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.office_settings import connect_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.office_jobs import office_job, office_job_log
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.office_job_course import course_of, missing_words, news_of, read_only_words, status_words
from rockfall_desktop.ui.office_job_summary import OfficeJobSummary
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.log_model import MOST_LINES
from rockfall_desktop.ui.train.monitor import Monitor
from rockfall_desktop.ui.words import count, marked, moment

ASKING = "Asking the office for the whole log \N{HORIZONTAL ELLIPSIS}"
PIECE = 500
LATER = "Lines before these, if there are any, come to the office when the job ends."
IN_WHOLE = "Lines before these, if there are any, are in the whole log."
NO_LOG = "The office has no whole log of this job; what stands below is all that is known of it here."


class OfficeJobDetail(QWidget):
    """Replays another station's job in a monitor without buttons.

    Signals:
        back_wanted: to the list.
    """

    back_wanted = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("office_job_detail")
        self._seat = seat
        self.told: OfficeJob | None = None
        self._older: tuple[LogLine, ...] = ()  # of the whole log, before those that the monitor holds
        self.name = ElidedLabel(role="section", name="office_job_name")
        self.read_only = text_label(role="muted", wrap=True, name="office_job_read_only")
        self.whole_log = push_button("Read the whole log", "office_job_log")
        self.log_note = text_label(role="muted", wrap=True, name="office_job_log_note")
        self.card, self.summary = FaultCard("office_job_card"), OfficeJobSummary()
        self.monitor = Monitor(seat, theme, "office_monitor")
        self.monitor.buttons.hide()  # only its own station stops it
        self._reading, self._logs = LatestCall("office job", self), LatestCall("office job log", self)
        self._arrange()
        self._reading.answered.connect(self._take)
        self._reading.refused.connect(lambda problem: self.card.show_error(in_words(problem)))
        self._logs.answered.connect(self._take_log)
        self._logs.refused.connect(self._refuse_log)
        self.monitor.replayed.connect(self._stand_still)
        self.whole_log.clicked.connect(self._ask_log)
        self.monitor.log.older_wanted.connect(self._put_older)

    def _arrange(self) -> None:
        back = push_button("Back to the list", "back_from_office_job")
        back.clicked.connect(self.back_wanted)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(back)
        head.addWidget(self.name, 1)
        head.addWidget(self.whole_log)
        self.monitor.set_margins(0, 4, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.read_only, self.log_note, self.card, self.summary):
            column.addWidget(widget)
        column.addWidget(self.monitor, 1)

    def open_job(self, job_id: str) -> None:
        """Turn to a job."""
        if self.told is None or self.told.job.job_id != job_id:
            self.forget()
        self.look(job_id)

    def look(self, job_id: str) -> None:
        """Read a job anew: it is another one, or its state is."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._reading.ask(lambda: office_job(session, station=station, job_id=job_id))

    def forget(self) -> None:
        """Hold nothing of any job."""
        self._reading.forget()
        self._logs.forget()
        self.told = None
        for label in (self.name, self.read_only):
            label.setText("")
        self._note_log("")
        self.card.hide()
        self.summary.forget()
        self.monitor.replay(())
        self.monitor.forget()
        self.monitor.header.begin("", simulated=False)
        self.monitor.log.reset_filter()

    def _take(self, told: object) -> None:
        if not isinstance(told, OfficeJob):
            return
        before, self.told = self.told, told
        self.card.hide()
        self.summary.show_job(told)
        self.whole_log.setVisible(not told.job.status.active)
        news = None if before is None else news_of(before, told)
        if news is not None:
            self.monitor.go_on(news)
        elif before is None or before.revision != told.revision:
            self._note_log("")
            self.monitor.replay(course_of(told))
        self.look_at_clock()

    def look_at_clock(self) -> None:
        """Say how the job stands; of one that should go on it is another sentence once it was long not heard of."""
        if self.told is None:
            return
        job, now = self.told.job, datetime.now(UTC)
        words = status_words(job.status, self.told.updated_at, now)
        self.name.setText(
            f"{marked(job.site_name, simulated=job.simulated)}, {moment(job.created_at)} \N{EM DASH} {words}"
        )
        self.read_only.setText(read_only_words(self.told, now))
        if not self.monitor.replaying:
            self.monitor.stand_still(words, ended=not job.status.active)

    def _stand_still(self) -> None:
        """The end of a completed job is its report, which is not here; of one that runs nobody here knows the end."""
        if self.told is not None:
            self.monitor.curves.say_missing(missing_words(self.told))
            self.look_at_clock()

    def _ask_log(self) -> None:
        if self.told is None or not self._seat.occupied:
            return
        session, station, job_id = self._seat.session, self._seat.station, self.told.job.job_id
        self.card.hide()
        self._note_log(ASKING)
        self.whole_log.setEnabled(False)
        self._logs.ask(lambda: whole_log(session, station, job_id))

    def _take_log(self, lines: Sequence[LogLine]) -> None:
        self._note_log(NO_LOG)
        if lines:
            kept = lines[-MOST_LINES:]
            cut = (
                f", the last {count(len(kept))} of them below; scroll up for older ones"
                if len(kept) < len(lines)
                else ""
            )
            self._note_log(f"The whole log, {count(len(lines))} lines{cut}.")
            self.whole_log.setEnabled(False)
            self.monitor.log.clear()
            self.monitor.go_on(kept)
            self._older = tuple(lines[: -len(kept)])

    def _put_older(self) -> None:
        """Somebody scrolled up: the next piece of the whole log where it was read, or where older lines are."""
        if self._older and self.monitor.log.model.oldest is not None:
            self.monitor.log.put_before(self._older[-PIECE:])
            self._older = self._older[:-PIECE]
        elif self.told is not None and not self.log_note.text():
            self._note_log(LATER if self.told.job.status.active else IN_WHOLE)

    def _refuse_log(self, problem: object) -> None:
        self._note_log("")
        self.card.show_error(in_words(problem))

    def _note_log(self, words: str) -> None:
        self._older = ()
        self.log_note.setText(words)
        self.log_note.setVisible(bool(words))
        self.whole_log.setEnabled(True)


def whole_log(session: Session, station: Station, job_id: str) -> tuple[LogLine, ...]:
    """The whole log from the office, where it lies. Takes seconds.

    Raises:
        OfficeUnreachable, OfficeRefused: what the office said, or that there is none.
    """
    office = connect_office(station)
    if office is None:
        raise OfficeUnreachable("There is no office", "No office is set any more.", "Set it under Settings, Office.")
    with closing(office):
        return office_job_log(session, station=station, office=office, job_id=job_id)
