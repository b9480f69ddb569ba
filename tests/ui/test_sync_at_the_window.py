"""The window beside a real MongoDB: its password typed, its state in the status line, its hanging felt by nobody."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.shape import prepare
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.main_window import JOBS, SETTINGS, MainWindow
from rockfall_desktop.ui.window import Shell
from tests.mongod import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Mongod, mongod_auth
from tests.ui.shells import unlock
from tests.ui.test_office_canary import no_keyring, texts

__all__ = ["mongod_auth"]
SOON_MS = 15_000


@pytest.fixture
def office(mongod_auth: Mongod) -> Iterator[Mongod]:
    """A prepared office that asks who one is; it goes on at the end whatever a test did to it."""
    address = mongod_auth.address("at_the_window", user=ADMINISTRATOR)
    with connect(address, ADMINISTRATOR_PASSWORD) as connection:
        prepare(connection)
    yield mongod_auth
    assert mongod_auth.process is not None
    os.kill(mongod_auth.process.pid, signal.SIGCONT)


def enter(main: MainWindow, office: Mongod, qtbot: QtBot) -> None:
    """Type where the office is, try it, save it."""
    main.turn_to(SETTINGS)
    tab = main.settings.office
    qtbot.waitUntil(lambda: not tab._reading.busy)
    tab.form.tls.click()
    for line, text in ((tab.form.hosts, office.member), (tab.form.database, "at_the_window")):
        line.selectAll()
        qtbot.keyClicks(line, text)
    qtbot.keyClicks(tab.form.user, ADMINISTRATOR)
    tab.form.password.setText(ADMINISTRATOR_PASSWORD)
    for button in (tab.test, tab.save):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not tab._doing.busy, timeout=SOON_MS)
        assert not tab.card.isVisible()
        assert button is tab.save or tab.result.words["Prepared"].text() == "yes"


def holding(home: Path, content: bytes) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and content in path.read_bytes()]


def test_that_a_real_sign_in_leaves_the_password_nowhere_and_a_hanging_server_holds_up_no_closing(
    shell: Shell, office: Mongod, qtbot: QtBot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    quits: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda *_: quits.append(True))
    caplog.set_level(logging.DEBUG)
    main = unlock(shell, qtbot)
    shell.seat.station.keyring = no_keyring()
    enter(main, office, qtbot)
    qtbot.waitUntil(lambda: main.syncing.state.condition is SyncCondition.SYNCED, timeout=SOON_MS)
    assert main.status.sync.text() == "sync: synced"
    assert not [text for text in texts() if ADMINISTRATOR_PASSWORD in text]
    assert ADMINISTRATOR_PASSWORD not in caplog.text
    assert not holding(shell.seat.station.home, ADMINISTRATOR_PASSWORD.encode())
    caplog.clear()

    shell.lock()
    assert office.process is not None
    os.kill(office.process.pid, signal.SIGSTOP)
    main.syncing.nudge()
    qtbot.waitUntil(lambda: main.syncing.state.condition is SyncCondition.OFFLINE, timeout=SOON_MS)
    assert main.status.sync.text().startswith("sync: offline since ")
    main.turn_to(JOBS)

    main.syncing.nudge()  # a turn hangs at the server while the program is left
    shell.dialog.close()
    qtbot.waitUntil(lambda: quits == [True], timeout=2000)
    assert not BackgroundRun.all_running(lasting=True)
