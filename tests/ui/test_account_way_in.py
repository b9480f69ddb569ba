"""A second computer is set up by an account file, and several people sign in at one station."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.account_file import SUFFIX
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.accounts import export_account
from rockfall_desktop.operations.keys import list_keys
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.password_account_step import FILES
from rockfall_desktop.ui.password_dialog import PasswordDialog
from rockfall_desktop.ui.theme import Theme
from tests.stations import CHEAP, NAME, PHRASE, now, open_station
from tests.ui.conftest import Photograph

WRONG = "seven grey stones sleeping"


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An account file, and whose it is."""
    folder = tmp_path_factory.mktemp("stick")
    with open_station(folder / "home") as (station, session):
        path = folder / f"ana{SUFFIX}"
        export_account(session, station=station, path=path, pass_phrase=PHRASE)
    return path, session.user_id


@pytest.fixture
def dialog(tmp_path: Path, light: Theme, qtbot: QtBot) -> Iterator[PasswordDialog]:
    """The dialog of a fresh home, past the factory password."""
    station = Station.at(tmp_path / "second", now=now, costs=CHEAP)
    made = PasswordDialog(station, light)
    qtbot.addWidget(made)
    made.show()
    qtbot.keyClicks(made.factory.password, "admintime")
    confirm(made, qtbot)
    yield made
    station.close()


def press(dialog: PasswordDialog, name: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def confirm(dialog: PasswordDialog, qtbot: QtBot) -> None:
    press(dialog, "password_confirm", qtbot)
    qtbot.waitUntil(lambda: not dialog.busy, timeout=10_000)


def opened_by(dialog: PasswordDialog) -> list[Session]:
    found: list[Session] = []
    dialog.opened.connect(found.append)
    return found


def test_that_a_fresh_home_is_set_up_by_an_account_file(
    dialog: PasswordDialog, exported: tuple[Path, str], qtbot: QtBot, photograph: Photograph
) -> None:
    path, user_id = exported
    found = opened_by(dialog)
    press(dialog, "use_account_file", qtbot)
    dialog.account.choose_file(path)
    qtbot.keyClicks(dialog.account.phrase, PHRASE)
    photograph(dialog, "password-account")
    confirm(dialog, qtbot)
    ((session),) = found
    assert (session.user_id, session.name, session.role) == (user_id, NAME, Role.ADMIN)
    assert [key.state for key in list_keys(session, station=dialog._station)] == [KeyState.OWN, KeyState.SEEN]
    assert not any(line.text() for line in dialog.findChildren(QLineEdit) if line is not dialog.account.file)


@pytest.mark.parametrize("fault", ["another pass phrase", "no account file", "no such file"])
def test_that_what_is_wrong_is_said_and_the_dialog_can_be_used_again(
    fault: str, dialog: PasswordDialog, exported: tuple[Path, str], qtbot: QtBot, tmp_path: Path
) -> None:
    path, found = tmp_path / "mine", opened_by(dialog)
    if fault == "another pass phrase":
        shutil.copy(exported[0], path)
    elif fault == "no account file":
        path.write_text("<html>")
    press(dialog, "use_account_file", qtbot)
    dialog.account.choose_file(path)
    qtbot.keyClicks(dialog.account.phrase, WRONG if fault == "another pass phrase" else PHRASE)
    confirm(dialog, qtbot)
    assert dialog._message.text() != ""
    assert dialog._step() is dialog.account
    assert dialog.account.phrase.text() == ""
    assert dialog._station.is_fresh
    assert found == []
    dialog.account.choose_file(exported[0])
    qtbot.keyClicks(dialog.account.phrase, PHRASE)
    confirm(dialog, qtbot)
    assert len(found) == 1


def test_that_a_set_up_that_broke_off_at_its_end_leads_to_the_sign_in(
    dialog: PasswordDialog, exported: tuple[Path, str], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, add = opened_by(dialog), Audit.add

    def full(self: Audit, user_id: str, deed: str, subject: str = "") -> None:
        if deed == "account_taken_in":
            raise StoreFault("The disk is full", "Nothing was saved.", "Make room.")
        add(self, user_id, deed, subject)

    press(dialog, "use_account_file", qtbot)
    dialog.account.choose_file(exported[0])
    qtbot.keyClicks(dialog.account.phrase, PHRASE)
    with monkeypatch.context() as patch:
        patch.setattr(Audit, "add", full)
        confirm(dialog, qtbot)
    assert (dialog._step(), dialog._message.text()) == (dialog.sign_in, "Nothing was saved. Make room.")
    assert dialog._factory_password == ""
    assert found == []
    qtbot.waitUntil(lambda: dialog.sign_in.name.text() == NAME)
    qtbot.keyClicks(dialog.sign_in.phrase, PHRASE)
    confirm(dialog, qtbot)
    ((session),) = found
    assert [key.state for key in list_keys(session, station=dialog._station)] == [KeyState.OWN, KeyState.SEEN]


def test_that_the_way_back_forgets_what_was_typed_and_nothing_is_asked_unfilled(
    dialog: PasswordDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(dialog.setup.phrase, PHRASE)
    press(dialog, "use_account_file", qtbot)
    assert dialog.setup.phrase.text() == ""
    confirm(dialog, qtbot)
    assert "Choose the account file" in dialog._message.text()
    dialog.account.choose_file(Path("x"))
    assert dialog._message.text() == ""
    confirm(dialog, qtbot)
    assert "pass phrase" in dialog._message.text()
    qtbot.keyClicks(dialog.account.phrase, PHRASE)
    assert dialog.account.phrase.echoMode() is QLineEdit.EchoMode.Password
    press(dialog, "use_no_account_file", qtbot)
    assert dialog._step() is dialog.setup
    assert dialog.account.phrase.text() == ""


def test_that_the_file_dialog_offers_account_files(dialog: PasswordDialog, qtbot: QtBot) -> None:
    assert f"(*{SUFFIX})" in FILES
    press(dialog, "use_account_file", qtbot)
    press(dialog, "choose_account_file", qtbot)
    chooser = dialog.findChild(QFileDialog, "account_file_dialog")
    assert chooser.nameFilters()[0] == FILES.split(";;")[0]
    chooser.reject()


def test_that_several_names_are_offered_and_the_last_one_stays(
    tmp_path: Path, light: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    station = Station.at(tmp_path / "nobody", now=now, costs=CHEAP)
    dialog = PasswordDialog(station, light)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    dialog._turn_to(dialog.sign_in)
    step = dialog.sign_in
    step.offer_names(("ben", "Ana", "chris"))
    assert step.name.text() == ""
    assert step.missing() == "Type your name."
    step.names.arrow.trigger()
    popup = step.names.completer.popup()
    assert [popup.model().index(row, 0).data() for row in range(3)] == ["Ana", "ben", "chris"]
    photograph(dialog, "password-names")
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert step.name.text() == "Ana"
    assert dialog.focusWidget() is step.phrase
    assert dialog._message.text() == "", "a name that was chosen is not a try"
    step.forget()
    step.offer_names(("ben", "Ana", "chris"))
    assert step.name.text() == "Ana"
    step.offer_names(("ben",))
    assert not step.names.arrow.isVisible()
