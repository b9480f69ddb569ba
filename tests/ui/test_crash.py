"""No error disappears: wherever it is raised it is reported once, and the log has it."""

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer, qWarning
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.ui.crash import OUR_FAULT, CrashHooks, in_words


class Log:
    def __init__(self) -> None:
        self.texts: list[str] = []


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def hooks(log: Log, qtbot: QtBot) -> Iterator[CrashHooks]:
    made = CrashHooks(log.texts.append)
    made.install()
    yield made
    made.remove()


def boom() -> None:
    raise ZeroDivisionError("boom")


def test_that_an_error_in_a_slot_is_shown_and_logged(hooks: CrashHooks, log: Log, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hooks.crashed) as told:
        QTimer.singleShot(0, hooks, boom)
    assert "ZeroDivisionError: boom" in told.args[0]
    assert len(log.texts) == 1


def test_that_an_error_in_a_thread_is_shown_and_logged(hooks: CrashHooks, log: Log, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hooks.crashed) as told:
        threading.Thread(target=boom).start()
    assert "boom" in told.args[0]
    assert len(log.texts) == 1


def test_that_qt_s_own_warnings_are_logged(hooks: CrashHooks, log: Log) -> None:
    qWarning("something about a font")
    assert log.texts == ["Qt: something about a font\n"]


def test_that_a_log_that_cannot_be_written_hides_no_error(qtbot: QtBot, capfd: pytest.CaptureFixture[str]) -> None:
    def full(_: str) -> None:
        raise OSError("disk full")

    hooks = CrashHooks(full)
    hooks.install()
    try:
        with qtbot.waitSignal(hooks.crashed):
            QTimer.singleShot(0, hooks, boom)
    finally:
        hooks.remove()


def test_that_the_hooks_leave_no_trace(qtbot: QtBot) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    hooks = CrashHooks(lambda _: None)
    hooks.install()
    hooks.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_that_an_expected_error_is_shown_as_it_is() -> None:
    error = WrongInput("The site could not be read", "rain.csv is missing.", "Put it there.")
    assert in_words(error) is error


def test_that_any_other_error_is_our_fault_and_reported(qtbot: QtBot) -> None:
    with capture_exceptions() as reported:
        shown = in_words(ZeroDivisionError("boom"))
    assert shown.title == OUR_FAULT
    assert "boom" not in shown.message
    assert len(reported) == 1
