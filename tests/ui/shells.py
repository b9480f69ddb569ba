"""The program from the password dialog on, with a job that goes as far as a test says."""

import threading
from collections.abc import Iterator
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import EpochFinished, JobCancelled, JobCompleted, JobEvent, Phase, PhaseStarted
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.main_window import MainWindow
from rockfall_desktop.ui.window import Shell
from tests.stations import PHRASE
from tests.ui import values


class SlowJob:
    """A job that goes one epoch further whenever the test says so, and that listens to its control."""

    def __init__(self) -> None:
        self.further = threading.Semaphore(0)
        self.stop = threading.Event()
        self.may_start = threading.Event()
        self.may_start.set()
        self.refusal: RockfallError | None = None

    def start(self, session: object, *, station: object, config: object) -> TrainingJob:
        self.may_start.wait()
        if self.refusal is not None:
            raise self.refusal
        return values.fold([values.created("Secret slope")])

    def run(self, session: object, *, station: object, job_id: str, control: Control) -> Iterator[JobEvent]:
        for phase in (Phase.READING, Phase.SAMPLES, Phase.FITTING):
            yield PhaseStarted(at=values.NOW, phase=phase)
        epoch = 0
        while not (control.cancelled or control.stopped_early or self.stop.is_set()):
            if self.further.acquire(timeout=0.02):
                epoch += 1
                yield EpochFinished(at=values.NOW + timedelta(seconds=epoch), metrics=values.metrics(epoch))
        if control.cancelled:
            yield JobCancelled(at=values.NOW)
            return
        yield PhaseStarted(at=values.NOW, phase=Phase.EVALUATING)
        yield JobCompleted(at=values.NOW, report=values.report())


def unlock(shell: Shell, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: shell.dialog.sign_in.name.text() != "")
    qtbot.keyClicks(shell.dialog.sign_in.phrase, PHRASE)
    qtbot.mouseClick(shell.dialog.findChild(QPushButton, "password_confirm"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shell.seat.occupied, timeout=10_000)
    assert shell.main is not None
    qtbot.waitUntil(lambda: not BackgroundRun.all_running() or shell.main.running.active)
    return shell.main


def start(main: MainWindow, qtbot: QtBot, epochs: int, job: SlowJob) -> None:
    main.running.start(values.config())
    job.further.release(epochs)
    qtbot.waitUntil(lambda: len(main.train.monitor.loss.series["train"]) == epochs, timeout=5000)


def answer(main: MainWindow, dialog: str, key: str, qtbot: QtBot) -> None:
    question = main.findChild(QDialog, dialog)
    assert question is not None
    qtbot.mouseClick(question.findChild(QPushButton, f"{dialog}_{key}"), Qt.MouseButton.LeftButton)
