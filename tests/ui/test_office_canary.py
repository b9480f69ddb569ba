"""A full use of the office's settings at the window leaves the password in no file and in no text."""

import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.access.keyring_place import KeyringPlace
from rockfall_desktop.domain.office import SecretPlace
from rockfall_desktop.operations.office_settings import office_settings
from rockfall_desktop.ui.main_window import SETTINGS, MainWindow
from rockfall_desktop.ui.window import Shell
from tests.mongod import free_port
from tests.ui.shells import unlock

CANARY = "c4nary pass/word:71@x"


def no_keyring() -> KeyringPlace:
    def none() -> object:
        raise RuntimeError(f"what a library may say of {CANARY}")

    return KeyringPlace(none)  # type: ignore[arg-type]


def texts() -> Iterator[str]:
    for window in QApplication.topLevelWidgets():
        for widget in (window, *window.findChildren(QWidget)):
            yield from (widget.toolTip(), widget.windowTitle(), widget.accessibleDescription())
            if isinstance(widget, QLabel | QPushButton):
                yield widget.text()
            elif isinstance(widget, QLineEdit):
                yield widget.displayText()
            elif isinstance(widget, QPlainTextEdit):
                yield widget.toPlainText()


def use(main: MainWindow, qtbot: QtBot) -> None:
    """Type address, user and password; test, save, test with what is kept."""
    office = main.settings.office
    qtbot.waitUntil(lambda: not office._reading.busy)
    office.form.tls.click()
    office.form.hosts.setText(f"127.0.0.1:{free_port()}")
    qtbot.keyClicks(office.form.user, "pit-3")
    qtbot.keyClicks(office.form.password, CANARY)
    for button in (office.test, office.save, office.test):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not office._doing.busy, timeout=15_000)
        assert not [text for text in texts() if CANARY in text]
        assert office.card.isVisible() == (button is office.test), "nobody listens there"


def test_that_a_full_use_leaves_the_password_in_no_file_log_or_text(
    shell: Shell, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    main = unlock(shell, qtbot)
    station = shell.seat.station
    station.keyring = no_keyring()
    main.turn_to(SETTINGS)
    use(main, qtbot)
    session = shell.seat.session
    assert office_settings(session, station=station).secret is SecretPlace.STORE
    shell.lock()
    assert not [text for text in texts() if CANARY in text]
    assert CANARY not in caplog.text
    for path in station.home.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    caplog.clear()
