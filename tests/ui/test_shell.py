"""From the password dialog to the last thread: unlock, run, lock, unlock, close."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.events import JobEvent, Phase, PhaseStarted
from rockfall_desktop.ui.main_window import JOBS, SITE, TRAIN
from rockfall_desktop.ui.window import Shell
from tests.ui import values
from tests.ui.conftest import Photograph
from tests.ui.shells import SlowJob, answer, start, unlock


def test_that_nothing_but_the_dialog_is_there_before_the_unlock(shell: Shell) -> None:
    assert shell.main is None
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [shell.dialog]


def test_that_the_right_pass_phrase_opens_the_window(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    assert main.isVisible()
    assert not shell.dialog.isVisible()
    assert main.top.countdown.text() == "30:00"
    assert main.top.user.text() == "ana"


class OurClipboard:
    """A clipboard that knows who filled it; offscreen Qt's never does."""

    def __init__(self, *, ours: bool) -> None:
        self.ours, self.text = ours, "epoch 3 of Secret slope"

    def ownsClipboard(self) -> bool:  # noqa: N802 - Qt's name
        return self.ours

    def clear(self) -> None:
        self.text = ""


@pytest.mark.parametrize(("ours", "left"), [(True, ""), (False, "epoch 3 of Secret slope")])
def test_that_locking_clears_the_clipboard_only_when_it_is_ours(
    ours: bool, left: str, shell: Shell, qtbot: QtBot
) -> None:
    unlock(shell, qtbot)
    clipboard = OurClipboard(ours=ours)
    shell._clipboard = clipboard
    shell.lock()
    assert clipboard.text == left


def test_that_locking_hides_everything_and_the_job_goes_on(
    shell: Shell, job: SlowJob, qtbot: QtBot, photograph: Photograph
) -> None:
    main = unlock(shell, qtbot)
    start(main, qtbot, 3, job)
    main.train.monitor.buttons._confirm_cancel()
    shell.lock()
    seen = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert seen == [shell.dialog]
    assert "Secret" not in shell.dialog.windowTitle() + shell.dialog._message.text()
    photograph(shell.dialog, "password-locked")
    job.further.release(2)
    qtbot.waitUntil(lambda: len(main.train.monitor.loss.series["train"]) == 5, timeout=5000)
    assert unlock(shell, qtbot) is main
    main.train.monitor.draw_everything()
    assert main.train.monitor.header.facts["epoch"].text() == "5/40"
    assert main.running.active


def test_that_while_locked_no_action_and_no_shortcut_reaches_anything(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    main.turn_to(JOBS)
    shell.lock()
    for shortcut in main.findChildren(QShortcut):
        shortcut.activated.emit()
    for action in main.findChildren(QAction):
        action.trigger()
    main.site.refresh()
    main.jobs.refresh()
    assert not shell.seat.occupied
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [shell.dialog]


def test_that_thirty_minutes_without_input_lock_the_window(shell: Shell, clock: dict[str, float], qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    clock["s"] += 29 * 60
    shell.timer.look()
    assert main.top.stay.isVisible()
    qtbot.mouseClick(main.top.stay, Qt.MouseButton.LeftButton)
    assert main.top.countdown.text() == "30:00"
    clock["s"] += 30 * 60
    shell.timer.look()
    assert not main.isVisible()
    assert shell.dialog.isVisible()


def test_that_pages_and_the_lock_are_reached_by_keys(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    with qtbot.waitActive(main):
        main.activateWindow()
    qtbot.keyClick(main, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert main._pages.currentIndex() == TRAIN
    qtbot.keyClick(main, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert main._pages.currentIndex() == SITE
    qtbot.keyClick(main, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not main.isVisible()


def test_that_closing_without_a_job_closes_at_once(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    with qtbot.waitSignal(main.closed):
        main.close()
    assert not main.isVisible()


def test_that_closing_during_a_job_asks_and_staying_stays(
    shell: Shell, job: SlowJob, qtbot: QtBot, photograph: Photograph
) -> None:
    main = unlock(shell, qtbot)
    start(main, qtbot, 1, job)
    main.close()
    question = main.findChild(QDialog, "closing")
    photograph(question, "closing")
    main.close()
    assert len(main.findChildren(QDialog, "closing")) == 1
    answer(main, "closing", "stay", qtbot)
    assert main.isVisible()
    assert main.running.active


@pytest.mark.parametrize(("key", "status"), [("stop", "completed"), ("cancel", "cancelled"), ("wait", "completed")])
def test_that_closing_waits_for_the_last_event(
    key: str, status: str, shell: Shell, job: SlowJob, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = unlock(shell, qtbot)
    start(main, qtbot, 2, job)

    def heard(change: Callable[[], None]) -> Callable[..., None]:
        return lambda *_, **__: change()

    control = main.running._control
    monkeypatch.setattr("rockfall_desktop.ui.running_job.cancel_training", heard(control.cancel))
    monkeypatch.setattr("rockfall_desktop.ui.running_job.stop_training_early", heard(control.stop_early))
    main.close()
    with qtbot.waitSignal(main.closed, timeout=5000):
        answer(main, "closing", key, qtbot)
        if key == "wait":
            assert main.status.closing.text() == "closes when the training has ended"
            job.stop.set()
    assert main.running.job is not None
    assert main.running.job.status == status
    assert not main.running.active


def test_that_giving_up_while_locked_lets_the_job_end_first(shell: Shell, job: SlowJob, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    start(main, qtbot, 1, job)
    shell.lock()
    shell.dialog.close()
    assert main.running.active
    with qtbot.waitSignal(main.closed, timeout=5000):
        job.stop.set()
    assert main.running.job is not None
    assert main.running.job.status == "completed"


def test_that_a_crash_shows_a_card_and_the_window_stays(shell: Shell, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    shell.show_crash("Traceback: <b>boom</b>")
    assert main.card.isVisible()
    assert main.isVisible()
    shell.lock()
    shell.show_crash("Traceback: more")
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [shell.dialog]


def test_that_a_job_that_breaks_its_runner_is_shown_as_failed(
    shell: Shell, job: SlowJob, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.domain.errors import StoreFault

    def breaks(*_: object, **__: object) -> Iterator[JobEvent]:
        yield PhaseStarted(at=values.NOW, phase=Phase.READING)
        raise StoreFault("Not saved", "The disk is full.", "Free some space.")

    monkeypatch.setattr("rockfall_desktop.ui.running_job.run_job", breaks)
    main = unlock(shell, qtbot)
    main.turn_to(TRAIN)
    with qtbot.waitSignal(main.running.ended, timeout=5000):
        main.running.start(values.config())
    assert main.train.monitor.card.isVisible()
    assert main.train.start.isEnabled()
    assert not main.running.active
