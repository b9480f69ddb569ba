"""The buttons that end a running job, the second of which asks once more, and how far its process was told to end."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.events import Rung
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.question import Answer, Question

RUNGS = {
    Rung.ASKED: "The training process was asked to end.",
    Rung.TERMINATED: "It did not answer: the system was asked to end it.",
    Rung.KILLED: "It did not end: it was killed.",
}


class StopButtons(QWidget):
    """Stop early, Cancel and, once there is one, Read the report.

    Signals:
        stop_wanted, cancel_wanted, report_wanted: the person asked for it.
    """

    stop_wanted = Signal()
    cancel_wanted = Signal()
    report_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stop = push_button("Stop early: keep the best", "stop_early")
        self.cancel = push_button("Cancel", "cancel_training", "danger")
        self.report = push_button("Read the report", "read_report", "main")
        self.rung = text_label(role="muted", name="stop_rung")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.report, self.stop, self.cancel):
            row.addWidget(button)
        row.addWidget(self.rung)
        row.addStretch()
        self.stop.clicked.connect(self._ask_to_stop)
        self.cancel.clicked.connect(self._confirm_cancel)
        self.report.clicked.connect(self.report_wanted)
        self.ended()

    def begin(self) -> None:
        """A job runs."""
        self.stop.show()
        self.cancel.show()
        self.stop.setEnabled(True)
        self.cancel.setEnabled(True)
        self.report.hide()
        self.rung.hide()

    def ended(self) -> None:
        """No job runs."""
        self._leave()
        self.stop.hide()
        self.cancel.hide()
        self.report.hide()
        self.rung.hide()

    def completed(self) -> None:
        """There is a report to read."""
        self.report.show()

    def asked(self, request: Request) -> None:
        """The request is known to the job; it cannot be asked twice."""
        self._leave()
        self.stop.setEnabled(False)
        if request is Request.CANCEL:
            self.cancel.setEnabled(False)

    def climbed(self, rung: Rung) -> None:
        """The process of the job was told to end, more firmly than before; there is nothing left to ask for."""
        self.asked(Request.CANCEL)
        self.rung.setText(RUNGS[rung])
        self.rung.show()

    def _leave(self) -> None:
        """Keep the focus here, but on no button: one that is switched off would hand it to the next, e.g. Cancel."""
        if self.window().focusWidget() in {self.stop, self.cancel}:
            self.setFocus()

    def _ask_to_stop(self) -> None:
        self._leave()
        self.stop.setEnabled(False)
        self.stop_wanted.emit()

    def _confirm_cancel(self) -> None:
        question = Question(
            "Cancel this training?",
            "The job ends without a model; curves and log are kept. To keep the best epoch, stop early instead.",
            (Answer("yes", "Cancel the training", "danger"), Answer("no", "Let it go on", "main")),
            "confirm_cancel",
            self,
            safe="no",
        )
        question.answered.connect(self._answered)
        question.open()

    def _answered(self, key: str) -> None:
        if key == "yes" and self.cancel.isVisibleTo(self):
            self.asked(Request.CANCEL)
            self.cancel_wanted.emit()
