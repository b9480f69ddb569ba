"""The tab Account: one's own account as a file, somebody else's taken in, and no pass phrase left anywhere."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.account_file import SUFFIX, AccountFile, OpenedAccount
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role, User
from rockfall_desktop.operations.accounts import export_account, list_accounts
from rockfall_desktop.operations.keys import list_keys, trust_key
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.main_window import SETTINGS, MainWindow
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_taking import Looked, Wanted, take_what_was_seen
from rockfall_desktop.ui.settings.settings_page import SettingsPage
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.window import Shell
from tests.stations import PHRASE, open_station
from tests.ui import values
from tests.ui.conftest import Keep, Photograph, QuietStation
from tests.ui.shells import unlock
from tests.ui.test_office_canary import texts

CANARY = "c4nary grey stones rolling"
EARLIER = "0190a1b2-0000-7000-8000-00000000000a"
ACCOUNTS = (
    User(user_id="u", name="eng", role=Role.ADMIN, created_at=values.NOW),
    User(user_id=EARLIER, name="ben <b>", role=Role.ENGINEER, created_at=values.NOW),
)


def account(name: str = "mei") -> AccountFile:
    return AccountFile(
        user_id="0190a1b2-0000-7000-8000-00000000000c", name=name, role=Role.ADMIN, created_at=values.NOW,
        exported_at=values.NOW, station_id=values.STATION, station_name="office tower", key_id=values.OFFICE_KEY,
        public_key="00" * 32,
    )  # fmt: skip


class Accounts:
    """The operations on accounts, noted."""

    def __init__(self) -> None:
        self.state: KeyState | None = KeyState.TRUSTED
        self.refusal: Exception | None = None
        self.exported: list[tuple[Path, str]] = []
        self.taken: list[Wanted] = []

    def export(self, _: object, *, station: object, path: Path, pass_phrase: str, overwrite: bool) -> AccountFile:
        if self.refusal is not None:
            raise self.refusal
        assert overwrite, "the file dialog has asked"
        self.exported.append((path, pass_phrase))
        return account()

    def look(self, _: object, *, station: object, path: Path, pass_phrase: str) -> OpenedAccount:
        if self.refusal is not None:
            raise self.refusal
        return OpenedAccount(account=account(), key_state=self.state)

    def take(
        self, _: object, *, pass_phrase: str, own_pass_phrase: str, role: Role, name: str, seen: AccountFile,
        **__: object,
    ) -> User:  # fmt: skip
        if seen != account():
            raise WrongInput("The file is another one now", "It does not say any more what was shown.", "")
        self.taken.append(Wanted(pass_phrase, own_pass_phrase, role, name))
        return ACCOUNTS[1].model_copy(update={"name": name})


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Accounts:
    made, at = Accounts(), "rockfall_desktop.ui.settings"
    monkeypatch.setattr(f"{at}.office_tab.office_settings", values.always(values.OFFICE))
    monkeypatch.setattr(f"{at}.account_tab.list_accounts", values.always(ACCOUNTS))
    monkeypatch.setattr(f"{at}.account_export.export_account", made.export)
    for name, answer in (("look_at_account", made.look), ("take_account_in", made.take)):
        monkeypatch.setattr(f"{at}.account_taking.{name}", answer)
    monkeypatch.setattr(f"{at}.account_taking.demand_administrator", values.always(None))
    return made


@pytest.fixture
def make(accounts: Accounts, tmp_path: Path, keep: Keep, qtbot: QtBot) -> Callable[..., SettingsPage]:
    def call(theme: Theme, role: Role = Role.ADMIN) -> SettingsPage:
        seat = Seat(QuietStation(tmp_path))  # type: ignore[arg-type]
        seat.take(values.SESSION.model_copy(update={"role": role}))
        page = SettingsPage(seat, Syncing(seat.station, loop=lambda *_: iter(())), theme)
        page.resize(1204, 720)
        keep(page)
        page.show()
        page.tabs.setCurrentWidget(page.account)
        qtbot.waitUntil(lambda: page.account.export.name.text() != "" and not BackgroundRun.all_running())
        return page

    return call


def press(page: SettingsPage, name: str, qtbot: QtBot) -> None:
    button = page.findChild(QPushButton, name)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def look_at(page: SettingsPage, qtbot: QtBot) -> None:
    panel = page.account.take_in
    panel.choose_file(Path("/media/stick/mei.rockfall-account"))
    qtbot.keyClicks(panel.phrase, CANARY)
    press(page, "account_look", qtbot)
    qtbot.waitUntil(lambda: not panel.taking.busy)


def test_that_one_reads_who_one_is_and_who_else_is_here(
    make: Callable[..., SettingsPage], theme: Theme, photograph: Photograph
) -> None:
    page = make(theme)
    photograph(page, "settings-account")
    tab = page.account
    assert (tab.export.name.text(), tab.export.user_id.text()) == ("eng", "User id u")
    assert tab.export.role.text().startswith("Administrator on this station since 2026-03-02")
    assert [tab.table.text(row, 0) for row in range(2)] == ["eng (you)", "ben <b>"]


def test_that_an_engineer_sees_the_own_account_and_cannot_take_one_in(
    make: Callable[..., SettingsPage], theme: Theme, photograph: Photograph
) -> None:
    page = make(theme, Role.ENGINEER)
    photograph(page, "settings-account-engineer")
    assert page.account.export.export.isVisible()
    assert not page.account.take_in.isVisible()
    assert not page.account.others.isVisible()


def test_that_the_account_is_exported_under_the_own_pass_phrase_which_stays_nowhere(
    make: Callable[..., SettingsPage], accounts: Accounts, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    panel = page.account.export
    press(page, "account_export", qtbot)
    assert "Type your pass phrase first" in panel.line.note.text()
    qtbot.keyClicks(panel.phrase, CANARY)
    press(page, "account_export", qtbot)
    dialog = page.findChild(QFileDialog, "account_export_dialog")
    assert dialog.nameFilters()[0] == f"Account files (*{SUFFIX})"
    dialog.reject()
    panel.save(Path("/media/stick/eng.rockfall-account"))
    assert panel.phrase.text() == ""
    qtbot.waitUntil(lambda: panel.words.text().startswith("Exported to /media/stick"))
    assert accounts.exported == [(Path("/media/stick/eng.rockfall-account"), CANARY)]
    assert panel.export.isEnabled()


def test_that_a_refusal_to_export_is_a_card(
    make: Callable[..., SettingsPage], accounts: Accounts, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    accounts.refusal = AccessRefused("Nothing was done", "This is not your pass phrase.", "Try again.")
    qtbot.keyClicks(page.account.export.phrase, CANARY)
    page.account.export.save(Path("x"))
    qtbot.waitUntil(page.account.export.card.isVisible)
    assert page.account.export.export.isEnabled()


def test_that_whose_it_is_stands_there_before_anything_is_taken(
    make: Callable[..., SettingsPage], accounts: Accounts, theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    panel = page.account.take_in
    look_at(page, qtbot)
    photograph(page, "settings-account-looked")
    assert accounts.taken == []
    facts = [label.text() for label in panel.facts.facts.values()]
    assert facts[0].startswith("mei, administrator there")
    assert facts[2] == "office tower"
    assert facts[4:] == [" ".join(["0c3d"] * 16), "trusted here"]
    assert panel.role.currentData() == Role.ENGINEER, "the role of the file counts for nothing"
    panel.take.click()
    assert panel.lines["own"].note.text() == "Type it first."
    panel.name.setText("mei lin")
    qtbot.keyClicks(panel.own_phrase, CANARY[::-1])
    press(page, "account_take", qtbot)
    assert panel.own_phrase.text() == ""
    qtbot.waitUntil(lambda: panel.words.text().startswith("mei lin can sign in here now"))
    assert accounts.taken == [Wanted(CANARY, CANARY[::-1], Role.ENGINEER, "mei lin")]
    assert panel.phrase.text() == ""
    assert not panel.facts.isVisible()


@pytest.mark.parametrize("state", [None, KeyState.SEEN, KeyState.REVOKED], ids=str)
def test_that_a_key_that_does_not_count_bars_the_account_and_says_what_to_do(
    state: KeyState | None, make: Callable[..., SettingsPage], accounts: Accounts, light: Theme, qtbot: QtBot
) -> None:
    accounts.state = state
    page = make(light)
    panel = page.account.take_in
    look_at(page, qtbot)
    assert panel.facts.isVisible()
    assert panel.barred.isVisible()
    assert ("revoked" if state is KeyState.REVOKED else "compare all of it") in panel.barred.text()
    assert not panel.deciding.isVisible()
    panel._take()
    assert accounts.taken == []


def test_that_another_pass_phrase_or_file_takes_back_what_was_shown(
    make: Callable[..., SettingsPage], accounts: Accounts, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    panel = page.account.take_in
    look_at(page, qtbot)
    qtbot.keyClicks(panel.phrase, "x")
    assert not panel.facts.isVisible()
    assert not panel.deciding.isVisible()
    accounts.refusal = WrongInput("It is refused", "The file was damaged.", "Get another one.")
    press(page, "account_look", qtbot)
    qtbot.waitUntil(panel.card.isVisible)
    panel.choose_file(Path("other"))
    assert panel.phrase.text() == ""
    assert not panel.card.isVisible()


def test_that_pass_phrases_are_gone_when_the_tab_is_left_and_at_a_lock(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    tab = page.account
    lines = (tab.export.phrase, tab.take_in.phrase, tab.take_in.own_phrase)
    for leave in (lambda: page.tabs.setCurrentWidget(page.keys), tab._seat.leave):
        page.tabs.setCurrentWidget(tab)
        look_at(page, qtbot)
        for line in lines:
            line.setText(CANARY)
        leave()
        assert [line.text() for line in lines] == ["", "", ""]
        assert not tab.take_in.facts.isVisibleTo(tab)
    assert tab.table.rows.rowCount() == 0
    assert (tab.export.name.text(), tab.export.user_id.text()) == ("", "")
    assert "mei" not in " ".join(texts())


def test_that_a_file_that_was_exchanged_meanwhile_is_not_taken(
    accounts: Accounts, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Looked(Path("x"), OpenedAccount(account=account("somebody else"), key_state=KeyState.TRUSTED))
    with pytest.raises(WrongInput, match="another one now"):
        take_what_was_seen(seat.session, seat.station, looked, Wanted(CANARY, CANARY, Role.ENGINEER, "mei"))
    assert accounts.taken == []


def use(main: MainWindow, stick: Path, other: Path, qtbot: QtBot) -> None:
    """Export the own account, look at another's, trust its key, take it in."""
    station, session, tab = main._seat.station, main._seat.session, main.settings.account
    main.turn_to(SETTINGS)
    main.settings.tabs.setCurrentWidget(tab)
    qtbot.keyClicks(tab.export.phrase, PHRASE)
    tab.export.save(stick)
    panel = tab.take_in
    for barred in (True, False):
        panel.choose_file(other)
        qtbot.keyClicks(panel.phrase, CANARY)
        qtbot.mouseClick(panel.look, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(panel.facts.isVisible, timeout=10_000)
        assert panel.barred.isVisible() is barred
        if barred:
            (key,) = (one for one in list_keys(session, station=station) if one.state is KeyState.SEEN)
            trust_key(session, station=station, fingerprint=key.fingerprint)
    qtbot.keyClicks(panel.own_phrase, PHRASE)
    assert not [text for text in texts() if CANARY in text or PHRASE in text]
    qtbot.mouseClick(panel.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.table.rows.rowCount() == 2, timeout=10_000)
    assert stick.is_file()


def test_that_a_full_use_leaves_the_pass_phrases_in_no_file_log_or_text(
    shell: Shell, qtbot: QtBot, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.stations.PHRASE", CANARY)
    monkeypatch.setattr("tests.stations.NAME", "mei")
    other = tmp_path / "mei.rockfall-account"
    with open_station(tmp_path / "other") as (station, session):
        export_account(session, station=station, path=other, pass_phrase=CANARY)
        mei = session.user_id
    caplog.set_level(logging.DEBUG)
    main = unlock(shell, qtbot)
    use(main, tmp_path / "stick.rockfall-account", other, qtbot)
    accounts = list_accounts(shell.seat.session, station=shell.seat.station)
    assert [(one.name, one.role, one.user_id == mei) for one in accounts] == [
        ("ana", Role.ADMIN, False), ("mei", Role.ENGINEER, True),
    ]  # fmt: skip
    shell.lock()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    for secret in (CANARY, PHRASE):
        assert not [text for text in texts() if secret in text]
        assert secret not in caplog.text
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert secret.encode() not in path.read_bytes(), path
    caplog.clear()


def test_that_somebody_taken_in_signs_in_at_the_window_and_finds_nothing_of_the_one_before(
    shell: Shell, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.stations.PHRASE", CANARY)
    monkeypatch.setattr("tests.stations.NAME", "mei")
    other = tmp_path / "mei.rockfall-account"
    with open_station(tmp_path / "other") as (station, session):
        export_account(session, station=station, path=other, pass_phrase=CANARY)
    main = unlock(shell, qtbot)
    use(main, tmp_path / "stick.rockfall-account", other, qtbot)
    shell.lock()
    step = shell.dialog.sign_in
    qtbot.waitUntil(step.names.arrow.isVisible)
    assert step.name.text() == "ana", "the last name stays"
    step.name.setText("mei")
    qtbot.keyClicks(step.phrase, CANARY)
    qtbot.mouseClick(shell.dialog.findChild(QPushButton, "password_confirm"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shell.seat.occupied and not BackgroundRun.all_running(), timeout=10_000)
    tab = main.settings.account
    assert (shell.seat.session.name, shell.seat.session.role) == ("mei", Role.ENGINEER)
    qtbot.waitUntil(lambda: tab.export.name.text() == "mei")
    assert not tab.take_in.isVisible()
    assert not tab.others.isVisible()
    assert main.top.user.text() == "mei"
    assert "stick.rockfall-account" not in " ".join(texts())
