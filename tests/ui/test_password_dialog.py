"""Nobody gets in who should not, and who should sees what is missing while typing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.password_dialog import PasswordDialog
from rockfall_desktop.ui.theme import Theme
from tests.stations import CHEAP, NAME, PHRASE, now, open_station
from tests.ui.conftest import Photograph


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Station]:
    station = Station.at(tmp_path / "home", now=now, costs=CHEAP)
    yield station
    station.close()


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Station]:
    with open_station(tmp_path / "home"):
        pass
    station = Station.at(tmp_path / "home", now=now, costs=CHEAP)
    yield station
    station.close()


def shown(station: Station, theme: Theme, qtbot: QtBot) -> PasswordDialog:
    dialog = PasswordDialog(station, theme)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    return dialog


def type_into(dialog: PasswordDialog, name: str, words: str, qtbot: QtBot) -> None:
    line = dialog.findChild(QLineEdit, name)
    line.clear()
    qtbot.keyClicks(line, words)


def confirm(dialog: PasswordDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, "password_confirm"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=10_000)


def said(dialog: PasswordDialog) -> str:
    return dialog._message.text()


def test_that_a_fresh_home_is_set_up_through_the_factory_password(
    fresh: Station, light: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    dialog = shown(fresh, light, qtbot)
    photograph(dialog, "password-factory")
    opened: list[object] = []
    dialog.opened.connect(opened.append)
    type_into(dialog, "factory_password", "admintime", qtbot)
    confirm(dialog, qtbot)
    type_into(dialog, "new_name", NAME, qtbot)
    type_into(dialog, "new_pass_phrase", PHRASE, qtbot)
    type_into(dialog, "new_pass_phrase_again", PHRASE, qtbot)
    photograph(dialog, "password-setup")
    confirm(dialog, qtbot)
    assert len(opened) == 1
    assert not fresh.is_fresh


def test_that_a_wrong_factory_password_opens_nothing(fresh: Station, light: Theme, qtbot: QtBot) -> None:
    dialog = shown(fresh, light, qtbot)
    type_into(dialog, "factory_password", "adminTime", qtbot)
    confirm(dialog, qtbot)
    assert dialog._step() is dialog.factory
    assert said(dialog)
    assert dialog.factory.password.text() == ""


@pytest.mark.parametrize(
    ("phrase", "again", "words"),
    [
        ("too short", "too short", "at least 15"),
        (PHRASE, PHRASE + "x", "differ"),
    ],
)
def test_that_the_set_up_says_what_is_missing_before_it_asks_anybody(
    phrase: str, again: str, words: str, fresh: Station, light: Theme, qtbot: QtBot
) -> None:
    dialog = shown(fresh, light, qtbot)
    dialog._turn_to(dialog.setup)
    type_into(dialog, "new_name", NAME, qtbot)
    type_into(dialog, "new_pass_phrase", phrase, qtbot)
    type_into(dialog, "new_pass_phrase_again", again, qtbot)
    confirm(dialog, qtbot)
    assert words in said(dialog)
    assert fresh.is_fresh


def test_that_the_hints_follow_what_is_typed(fresh: Station, light: Theme, qtbot: QtBot) -> None:
    dialog = shown(fresh, light, qtbot)
    dialog._turn_to(dialog.setup)
    type_into(dialog, "new_pass_phrase", "fourteen chars", qtbot)
    assert dialog.setup.length.text().startswith("14 characters: at least 15")
    qtbot.keyClicks(dialog.setup.phrase, "!")
    assert dialog.setup.length.property("role") == "good"


def test_that_the_right_pass_phrase_opens_and_leaves_no_secret_behind(
    known: Station, light: Theme, qtbot: QtBot
) -> None:
    dialog = shown(known, light, qtbot)
    opened: list[object] = []
    dialog.opened.connect(opened.append)
    assert dialog.sign_in.name.text() == NAME
    type_into(dialog, "pass_phrase", PHRASE, qtbot)
    confirm(dialog, qtbot)
    assert len(opened) == 1
    assert all(not line.text() or line is dialog.sign_in.name for line in dialog.findChildren(QLineEdit))


def test_that_a_wrong_pass_phrase_is_told_and_the_dialog_can_be_used_again(
    known: Station, theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    dialog = shown(known, theme, qtbot)
    type_into(dialog, "pass_phrase", "seven grey stones sleeping", qtbot)
    confirm(dialog, qtbot)
    photograph(dialog, "password-wrong")
    assert "Wrong name or pass phrase" in said(dialog)
    assert dialog.sign_in.phrase.text() == ""
    qtbot.keyClicks(dialog.sign_in.phrase, "s")
    assert said(dialog) == ""


def test_that_nothing_can_be_pressed_while_a_try_is_checked(known: Station, light: Theme, qtbot: QtBot) -> None:
    dialog = shown(known, light, qtbot)
    type_into(dialog, "pass_phrase", PHRASE, qtbot)
    dialog.submit()
    assert dialog.busy
    assert not dialog._confirm.isEnabled()
    dialog.submit()
    assert len(BackgroundRun.all_running()) == 1
    qtbot.waitUntil(lambda: not dialog.busy)


def test_that_escape_empties_the_line_and_closes_nothing(known: Station, light: Theme, qtbot: QtBot) -> None:
    dialog = shown(known, light, qtbot)
    type_into(dialog, "pass_phrase", PHRASE, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.sign_in.phrase.text() == ""


def test_that_secrets_are_typed_hidden(fresh: Station, light: Theme, qtbot: QtBot) -> None:
    dialog = shown(fresh, light, qtbot)
    for name in ("factory_password", "new_pass_phrase", "new_pass_phrase_again", "pass_phrase"):
        assert dialog.findChild(QLineEdit, name).echoMode() is QLineEdit.EchoMode.Password
