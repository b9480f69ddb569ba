"""What is asked while a training is only being started, and leaving while something is still at work."""

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import JobEvent, Phase, PhaseStarted
from rockfall_desktop.operations import sign_in as signing
from rockfall_desktop.ui.background import BackgroundCall, BackgroundRun
from rockfall_desktop.ui.main_window import TRAIN
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.window import Shell
from tests.stations import PHRASE
from tests.ui import values
from tests.ui.shells import SlowJob, answer, unlock

REFUSAL = WrongInput("The site has a fault", "rain.csv, row 3: no number.", "Mend it.")


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Each time that the program leaves its event loop: whether nothing was at work by then."""
    told: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda *_: told.append(not BackgroundRun.all_running()))
    return told


@pytest.mark.parametrize(("key", "status"), [("cancel", "cancelled"), ("stop", "completed")])
def test_that_what_is_asked_during_the_start_ends_the_job_as_soon_as_it_begins(
    key: str, status: str, shell: Shell, job: SlowJob, qtbot: QtBot, quits: list[bool]
) -> None:
    main = unlock(shell, qtbot)
    job.may_start.clear()
    main.running.start(values.config())
    main.close()
    answer(main, "closing", key, qtbot)
    assert main.running.active
    with qtbot.waitSignal(main.closed, timeout=5000):
        job.may_start.set()
    assert main.running.job is not None
    assert main.running.job.status == status
    assert main.running.job.requested is not None
    qtbot.waitUntil(lambda: quits == [True])


def test_that_the_train_page_offers_to_cancel_the_start(shell: Shell, job: SlowJob, qtbot: QtBot) -> None:
    main = unlock(shell, qtbot)
    main.turn_to(TRAIN)
    job.may_start.clear()
    main.train.form.demand = values.config  # type: ignore[method-assign]
    qtbot.mouseClick(main.train.start, Qt.MouseButton.LeftButton)
    cancel = main.train.findChild(QPushButton, "cancel_start")
    assert cancel.isVisible()
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not cancel.isEnabled()
    with qtbot.waitSignal(main.running.ended, timeout=5000):
        job.may_start.set()
    assert main.running.job is not None
    assert main.running.job.status == "cancelled"
    assert not cancel.isVisible()
    assert main.train.start.isEnabled()


def test_that_a_window_that_waits_for_a_start_closes_when_the_start_is_refused(
    shell: Shell, job: SlowJob, qtbot: QtBot, quits: list[bool]
) -> None:
    main = unlock(shell, qtbot)
    job.may_start.clear()
    job.refusal = REFUSAL
    main.running.start(values.config())
    shell.lock()
    shell.dialog.close()
    assert quits == []
    job.may_start.set()
    qtbot.waitUntil(lambda: quits == [True], timeout=5000)
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []


def test_that_a_request_that_was_not_heard_closes_no_window_over_a_running_job(
    shell: Shell, job: SlowJob, qtbot: QtBot
) -> None:
    main = unlock(shell, qtbot)
    main.running.start(values.config())
    qtbot.waitUntil(lambda: main.running.job is not None)
    main.close_after_job()
    main.running.refused.emit(REFUSAL)
    assert main.isVisible()
    with qtbot.waitSignal(main.closed, timeout=5000):
        job.stop.set()


def held(operation: Callable[..., object], gate: threading.Event) -> Callable[..., object]:
    """The operation, as slow as the test wants it."""

    def call(**given: object) -> object:
        gate.wait()
        return operation(**given)

    return call


def test_that_closing_the_password_dialog_while_it_checks_opens_no_window(
    shell: Shell, qtbot: QtBot, quits: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr("rockfall_desktop.ui.password_dialog.sign_in", held(signing.sign_in, gate))
    qtbot.waitUntil(lambda: shell.dialog.sign_in.name.text() != "")
    qtbot.keyClicks(shell.dialog.sign_in.phrase, PHRASE)
    shell.dialog.submit()
    shell.dialog.close()
    gate.set()
    qtbot.waitUntil(lambda: quits == [True], timeout=10_000)
    assert shell.main is None
    assert not shell.seat.occupied
    assert not shell.seat.station._sessions


def test_that_the_program_waits_for_what_began_while_it_was_leaving(
    shell: Shell, qtbot: QtBot, quits: list[bool]
) -> None:
    gates = [threading.Event(), threading.Event()]
    first, second = (BackgroundCall(gate.wait, "held") for gate in gates)
    first.succeeded.connect(lambda _: second.begin())
    first.begin()
    shell.dialog.close()
    with qtbot.waitSignal(first.ended):
        gates[0].set()
    assert quits == []
    with qtbot.waitSignal(second.ended):
        gates[1].set()
    qtbot.waitUntil(lambda: quits == [True])


def test_that_locking_shows_the_dialog_also_when_the_way_in_is_damaged(shell: Shell, qtbot: QtBot) -> None:
    unlock(shell, qtbot)
    shell.seat.station.files.access_file.write_text("{")
    shell.lock()
    assert shell.dialog.isVisible()
    assert "access.json" in shell.dialog._message.text()
    assert "from a backup" in shell.dialog._message.text()
    assert not shell.seat.occupied


def test_that_a_damaged_way_in_is_told_at_the_start_and_at_each_try(shell: Shell, light: Theme, qtbot: QtBot) -> None:
    station = shell.seat.station
    station.files.access_file.write_text("{")
    again = Shell(station, theme=light, warm_up=False)
    again.start()
    assert again.dialog.isVisible()
    assert "from a backup" in again.dialog._message.text()
    qtbot.keyClicks(again.dialog.sign_in.name, "ana")
    qtbot.keyClicks(again.dialog.sign_in.phrase, PHRASE)
    again.dialog.submit()
    qtbot.waitUntil(lambda: not again.dialog.busy)
    assert "from a backup" in again.dialog._message.text()
    again.dialog.hide()


def test_that_a_crash_while_locked_is_told_without_its_story(shell: Shell, qtbot: QtBot) -> None:
    unlock(shell, qtbot)
    shell.lock()
    shell.show_crash("Traceback: Secret slope")
    assert "our fault" in shell.dialog._message.text()
    assert "Secret" not in shell.dialog._message.text()


def test_that_the_status_line_says_so_when_the_runner_cannot_save(
    shell: Shell, job: SlowJob, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> Iterator[JobEvent]:
        yield PhaseStarted(at=values.NOW, phase=Phase.READING)
        raise StoreFault("Not saved", "The disk is full.", "Free some space.")

    main = unlock(shell, qtbot)
    with monkeypatch.context() as patch:
        patch.setattr("rockfall_desktop.ui.running_job.run_job", breaks)
        with qtbot.waitSignal(main.running.ended, timeout=5000):
            main.running.start(values.config())
    assert main.status.store.text().startswith("store: not saved")
    with qtbot.waitSignal(main.running.ended, timeout=5000):
        job.stop.set()
        main.running.start(values.config())
    assert main.status.store.text() == "store: saved"
