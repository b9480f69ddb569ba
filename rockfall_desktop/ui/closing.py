"""Closing the window while a job runs: asked first, and never before the runner wrote its last event."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from rockfall_desktop.ui.question import Answer, Question
from rockfall_desktop.ui.running_job import RunningJob

ANSWERS = (
    Answer("stay", "Stay", "main"),
    Answer("wait", "Close when it has ended"),
    Answer("stop", "Stop early, keep the best"),
    Answer("cancel", "Cancel the training", "danger"),
)
WORDS = {
    "wait": "closes when the training has ended",
    "stop": "closes when the best epoch is saved",
    "cancel": "closes when the training is cancelled",
}


class ClosingPlan(QObject):
    """Knows whether the window may close, and asks when it may not.

    Signals:
        words: what the status line says about closing.
        free: the job ended, or was never accepted, and the window is to close now.
    """

    words = Signal(str)
    free = Signal()

    def __init__(self, running: RunningJob, window: QWidget) -> None:
        super().__init__(window)
        self._running = running
        self._window = window
        self._asking = False
        self._waiting = False
        running.ended.connect(self._ended)
        running.refused.connect(self._ended)

    def may_close(self) -> bool:
        """Whether nothing runs; otherwise the question is opened, once."""
        if not self._running.active:
            return True
        if not self._asking:
            self._ask()
        return False

    def wait(self) -> None:
        """Close by itself when the job has ended."""
        if self._running.active:
            self._waiting = True
            self.words.emit(WORDS["wait"])
        else:
            self.free.emit()

    def _ask(self) -> None:
        self._asking = True
        question = Question(
            "A training is running",
            "It ends with this program. Nothing that was saved is lost, whatever you choose.",
            ANSWERS,
            "closing",
            self._window,
            safe="stay",
        )
        question.answered.connect(self._answer)
        question.open()

    def _answer(self, key: str) -> None:
        self._asking = False
        if key not in WORDS:
            self._waiting = False
            self.words.emit("")
            return
        if key == "stop":
            self._running.stop_early()
        elif key == "cancel":
            self._running.cancel()
        self.wait()
        if self._running.active:
            self.words.emit(WORDS[key])
            self._window.showMinimized() if key == "wait" else None

    def _ended(self) -> None:
        """Nothing runs any more; a request that was not heard leaves the job running."""
        if self._waiting and not self._running.active:
            self._waiting = False
            self.free.emit()
