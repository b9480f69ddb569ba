"""The Settings page: the office, what waits for it, the keys of stations."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import OfficeRefused, WrongInput
from rockfall_desktop.domain.office import (
    OfficeAddress,
    OfficeCheck,
    OfficeSettings,
    SecretPlace,
    SyncCondition,
    SyncState,
    WaitingThing,
)
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.keys import RenewedKey, Revocation
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.office_form import OTHER_DOOR
from rockfall_desktop.ui.settings.renew_dialog import RenewDialog
from rockfall_desktop.ui.settings.settings_page import SettingsPage
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.theme import Theme
from tests.ui import values
from tests.ui.conftest import Keep, Photograph, QuietStation

CANARY = "c4nary-pass-word-71"
SAVED = OfficeSettings(
    address=OfficeAddress(hosts="office.example.org:27017", user="pit-3", ca_file="/etc/ssl/office.pem"),
    secret=SecretPlace.KEYRING,
    secret_words="The password is kept under a key in the Secret Service of this computer.",
)
FOUND = OfficeCheck(
    server="6.0.5",
    replica_set="rs0",
    encrypted=True,
    prepared=False,
    cautions=("MongoDB 6.0.5 has a known fault (CVE-2025-14847): have it renewed.",),
)
THINGS = (
    WaitingThing(
        kind="deployment", id="d1", title="Deployment for North wall (simulated)", revision=1,
        waiting_since=values.NOW, tries=4, fault="The document is not of the form that the office demands.", held=True,
    ),
    WaitingThing(
        kind="training_job", id="j1", title="Training on North wall (simulated)", revision=41,
        waiting_since=values.NOW, tries=0,
    ),
)  # fmt: skip


def station_key(state: KeyState, digit: str, name: str, **more: str) -> StationKey:
    return StationKey(
        fingerprint=digit * 64, public_key=digit * 64, station_id=f"0190-{digit}", station_name=name, state=state,
        at=values.NOW, **more,
    )  # fmt: skip


KEYS = (
    station_key(KeyState.OWN, "a", "pit laptop 3"),
    station_key(KeyState.SEEN, "b", "<b>office</b> tower"),
    station_key(KeyState.TRUSTED, "c", "crusher hut", by_name="ana"),
    station_key(KeyState.REVOKED, "d", "stolen laptop", by_name="ana", reason="Stolen on 2 March."),
)


class Office:
    """The operations on the office, noted."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, OfficeAddress, str | None]] = []
        self.settings = SAVED
        self.refusal: Exception | None = None

    def read(self, session: object, *, station: object) -> OfficeSettings:
        return self.settings

    def save(self, session: object, *, address: OfficeAddress, password: str | None, station: object) -> OfficeSettings:
        self.asked.append(("save", address, password))
        if self.refusal is not None:
            raise self.refusal
        self.settings = SAVED.model_copy(update={"address": address})
        return self.settings

    def check(self, session: object, *, address: OfficeAddress, password: str | None, station: object) -> OfficeCheck:
        self.asked.append(("check", address, password))
        if self.refusal is not None:
            raise self.refusal
        return FOUND


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    at = "rockfall_desktop.ui.settings"
    monkeypatch.setattr(f"{at}.office_tab.office_settings", made.read)
    monkeypatch.setattr(f"{at}.office_tab.save_office", made.save)
    monkeypatch.setattr(f"{at}.office_tab.check_office", made.check)
    monkeypatch.setattr("rockfall_desktop.operations.office_address._ca_fault", lambda _: "")
    monkeypatch.setattr(f"{at}.sync_tab.waiting_things", values.always(THINGS))
    monkeypatch.setattr(f"{at}.keys_tab.list_keys", values.always(KEYS))
    return made


@pytest.fixture
def make(office: Office, tmp_path: Path, keep: Keep, qtbot: QtBot) -> Callable[..., SettingsPage]:
    def call(theme: Theme, role: Role = Role.ADMIN) -> SettingsPage:
        seat = Seat(QuietStation(tmp_path))  # type: ignore[arg-type]
        seat.take(values.SESSION.model_copy(update={"role": role}))
        page = SettingsPage(seat, Syncing(seat.station, loop=lambda *_: iter(())), theme)
        page.resize(1204, 720)
        keep(page)
        page.show()
        qtbot.waitUntil(lambda: page.office.form.hosts.text() != "")
        return page

    return call


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    button = widget.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def asked_to_renew(page: SettingsPage, qtbot: QtBot) -> RenewDialog:
    """The question about a new key, once it says which sites turn grey."""
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(page.keys.own.renew.isVisible)
    press(qtbot, page, "own_key_renew")
    dialog = page.findChild(RenewDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.renew.isEnabled)
    return dialog


def every_text(widget: QWidget) -> str:
    shown = [one.text() for kind in (QLabel, QPushButton) for one in widget.findChildren(kind)]
    shown += [one.displayText() for one in widget.findChildren(QLineEdit)]
    shown += [one.toPlainText() for one in widget.findChildren(QPlainTextEdit)]
    return "\n".join([*shown, *(one.toolTip() for one in widget.findChildren(QWidget))])


def test_that_a_test_of_the_connection_says_what_it_found(
    make: Callable[..., SettingsPage], office: Office, theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    press(qtbot, page, "office_test")
    qtbot.waitUntil(page.office.result.isVisible)
    photograph(page, "settings-office")
    assert office.asked == [("check", SAVED.address, None)]
    assert page.office.result.words["Server"].text() == "MongoDB 6.0.5"
    assert "mongodb prepare" in page.office.result.words["Prepared"].text()
    assert "CVE-2025-14847" in page.office.result.cautions.text()
    qtbot.keyClicks(page.office.form.user, "x")
    assert not page.office.result.isVisible()


def test_that_a_password_is_kept_and_never_shown(
    make: Callable[..., SettingsPage], office: Office, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    qtbot.keyClicks(page.office.form.password, CANARY)
    assert CANARY not in every_text(page)
    with qtbot.waitSignal(page.office_saved):
        press(qtbot, page, "office_save")
    assert office.asked == [("save", SAVED.address, CANARY)]
    assert page.office.form.password.text() == ""
    assert "Secret Service" in page.office.form.rows["password"].note.text()
    assert CANARY not in every_text(page)


def test_that_a_lock_takes_a_typed_password_away(make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot) -> None:
    page = make(light)
    qtbot.keyClicks(page.office.form.password, CANARY)
    page.office._seat.leave()
    assert page.office.form.password.text() == ""
    page.office.form.password.undo()
    assert page.office.form.password.text() == ""


def test_that_faults_of_the_address_stand_at_their_fields(
    make: Callable[..., SettingsPage], office: Office, theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    form = page.office.form
    form.hosts.setText("office.example.org:99999")
    form.database.setText("rock fall")
    press(qtbot, page, "office_save")
    qtbot.waitUntil(lambda: form.rows["database"].note.text() != "")
    assert "letters, digits" in form.rows["database"].note.text()
    form.database.setText("rockfall")
    form.tls.setChecked(False)
    press(qtbot, page, "office_save")
    qtbot.waitUntil(lambda: "65535" in form.rows["hosts"].note.text())
    form.hosts.setText("office.example.org:27017")
    press(qtbot, page, "office_save")
    qtbot.waitUntil(lambda: "must be encrypted" in form.rows["tls"].note.text())
    photograph(page, "settings-office-fault")
    assert "another machine" in form.rows["tls"].note.text()
    assert office.asked == []


def test_that_another_host_asks_for_the_password_anew(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    note = page.office.form.rows["password"].note
    assert note.text() == SAVED.secret_words
    qtbot.keyClicks(page.office.form.hosts, "1")
    assert note.text() == OTHER_DOOR
    qtbot.keyClick(page.office.form.hosts, Qt.Key.Key_Backspace)
    assert note.text() == SAVED.secret_words


def test_that_a_refusal_of_the_office_is_a_card_and_nothing_typed_is_lost(
    make: Callable[..., SettingsPage], office: Office, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    office.refusal = OfficeRefused("The office refuses", "User or password are wrong.", "Check both.")
    qtbot.keyClicks(page.office.form.password, CANARY)
    press(qtbot, page, "office_test")
    qtbot.waitUntil(page.office.card.isVisible)
    assert page.office.form.password.text() == CANARY
    assert page.office.test.isEnabled()
    assert CANARY not in every_text(page)


def test_that_buttons_wait_while_the_office_is_asked(
    make: Callable[..., SettingsPage], office: Office, light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(*_: object, **__: object) -> OfficeCheck:
        gate.wait(5)
        return FOUND

    monkeypatch.setattr("rockfall_desktop.ui.settings.office_tab.check_office", slow)
    page = make(light)
    press(qtbot, page, "office_test")
    assert not page.office.save.isEnabled()
    assert "Testing" in page.office.words.text()
    gate.set()
    qtbot.waitUntil(page.office.result.isVisible)
    assert page.office.save.isEnabled()


def test_that_the_focus_comes_back_to_the_button_that_asked(
    make: Callable[..., SettingsPage], office: Office, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    page.activateWindow()
    page.office.test.setFocus()
    qtbot.keyClick(page.office.test, Qt.Key.Key_Space)
    assert page.focusWidget() is page.office.form
    qtbot.waitUntil(page.office.test.isEnabled)
    assert page.focusWidget() is page.office.test


def test_that_an_engineer_reads_and_is_told_why_no_more(
    make: Callable[..., SettingsPage], theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme, Role.ENGINEER)
    qtbot.waitUntil(lambda: page.office.form.hosts.text() == SAVED.address.hosts)
    photograph(page, "settings-office-engineer")
    assert page.office.read_only.isVisible()
    assert not page.office.form.hosts.isEnabled()
    for hidden in (page.office.save, page.office.test, page.office.forget_password, page.office.form.password):
        assert not hidden.isVisible()
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(lambda: page.keys.table.rows.rowCount() == 3)
    assert not page.keys.trust.line.isVisible()
    assert "Only an administrator" in page.keys.trust.note.text()


def test_that_what_waits_stands_with_its_reason_and_only_what_is_held_is_tried_again(
    make: Callable[..., SettingsPage],
    theme: Theme,
    qtbot: QtBot,
    photograph: Photograph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "rockfall_desktop.ui.settings.sync_tab.try_again",
        lambda *_, **given: tried.append((given["kind"], given["id"])),
    )
    page = make(theme)
    page.turn_to_sync()
    page.sync._syncing._take(
        SyncState(condition=SyncCondition.OFFLINE, waiting=2, held=1, since=values.NOW, last_contact=values.NOW,
                  sentence="Nobody answers at office.example.org:27017. Check the network and the address.")
    )  # fmt: skip
    qtbot.waitUntil(lambda: page.sync.table.rows.rowCount() == 2)
    photograph(page, "settings-sync")
    assert page.sync.table.text(0, 4) == THINGS[0].fault
    page.sync.table.selectRow(1)
    assert not page.sync.again.isEnabled()
    page.sync.table.selectRow(0)
    assert page.sync.again.isEnabled()
    press(qtbot, page, "sync_try_again")
    qtbot.waitUntil(page.sync._syncing._nudge.is_set)
    assert tried == [("deployment", "d1")]


def test_that_a_held_deployment_is_given_up_with_a_reason(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "rockfall_desktop.ui.settings.sync_tab.give_up",
        lambda *_, **given: given_up.append((given["deployment_id"], given["reason"])),
    )
    page = make(light)
    page.turn_to_sync()
    page.sync._syncing._take(SyncState(condition=SyncCondition.WAITING, waiting=2, held=1))
    qtbot.waitUntil(lambda: page.sync.table.rows.rowCount() == 2)
    page.sync.table.selectRow(1)
    assert not page.sync.give_up.isEnabled()
    page.sync.table.selectRow(0)
    press(qtbot, page, "sync_give_up")
    (dialog,) = page.findChildren(DeedDialog)
    press(qtbot, dialog, "deed_confirm")
    assert given_up == []
    dialog.reason.words.setPlainText("The disk had a fault")
    press(qtbot, dialog, "deed_confirm")
    qtbot.waitUntil(lambda: given_up == [("d1", "The disk had a fault")])
    qtbot.waitUntil(page.sync._syncing._nudge.is_set)


def test_that_sync_now_asks_a_keyring_that_refused_again(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        "rockfall_desktop.ui.settings.sync_tab.ask_keyring_again", lambda session, **_: asked.append(session)
    )
    page = make(light)
    page.turn_to_sync()
    press(qtbot, page, "sync_now")
    assert len(asked) == 1
    assert page.sync._syncing._nudge.is_set()


def test_that_forgetting_the_password_saves_nothing_that_was_only_typed(
    make: Callable[..., SettingsPage], office: Office, light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    qtbot.waitUntil(page.office.forget_password.isVisible)
    qtbot.keyClicks(page.office.form.user, "typed")
    with qtbot.waitSignal(page.office_saved):
        press(qtbot, page, "office_forget_password")
    assert office.asked == [("save", SAVED.address, "")]


def test_that_keys_are_listed_and_the_own_one_is_copied_in_groups(
    make: Callable[..., SettingsPage], theme: Theme, qtbot: QtBot, photograph: Photograph
) -> None:
    page = make(theme)
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(lambda: page.keys.table.rows.rowCount() == 3)
    photograph(page, "settings-keys")
    assert [page.keys.table.text(row, 0) for row in range(3)] == ["not trusted", "trusted", "revoked"]
    assert page.keys.table.text(0, 1) == "<b>office</b> tower"
    press(qtbot, page, "own_key_copy")
    assert QGuiApplication.clipboard().text() == " ".join(["aaaa"] * 16)


def test_that_a_key_that_the_sync_brought_is_listed_while_one_looks(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = "rockfall_desktop.ui.settings.keys_tab.list_keys"
    monkeypatch.setattr(listing, values.always(KEYS[:1]))
    page = make(light)
    page.tabs.setCurrentWidget(page.keys)
    nobody = page.findChild(QWidget, "no_keys")
    assert nobody is not None
    qtbot.waitUntil(nobody.isVisible)
    monkeypatch.setattr(listing, values.always(KEYS))
    page.sync._syncing.moved.emit(SyncState(condition=SyncCondition.SYNCED))
    qtbot.waitUntil(page.keys.table.isVisible)
    assert not nobody.isVisible()


def test_that_a_key_is_trusted_by_what_was_typed_and_a_wrong_one_is_told_in_place(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed: list[str] = []

    def trust(session: object, *, station: object, fingerprint: str) -> StationKey:
        typed.append(fingerprint)
        if len(fingerprint.replace(" ", "")) != 64:
            raise WrongInput("It is no whole fingerprint", "A fingerprint has 64 digits.", "Give all of it.")
        return KEYS[1]

    monkeypatch.setattr("rockfall_desktop.ui.settings.keys_tab.trust_key", trust)
    page = make(light)
    page.tabs.setCurrentWidget(page.keys)
    panel = page.keys.trust
    panel.fingerprint.setText("bbbb")
    press(qtbot, page, "trust_key")
    qtbot.waitUntil(lambda: "64 digits" in panel.note.text())
    assert panel.fingerprint.text() == "bbbb"
    panel.fingerprint.setText(KEYS[1].spoken)
    press(qtbot, page, "trust_key")
    qtbot.waitUntil(lambda: panel.fingerprint.text() == "")
    assert typed == ["bbbb", KEYS[1].spoken]


def test_that_a_key_is_revoked_with_a_reason(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "rockfall_desktop.ui.settings.keys_tab.revoke_key",
        lambda _, **words: given.append(words) or Revocation(KEYS[3], (values.deployment(4, active=True),)),
    )
    page = make(light)
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(lambda: page.keys.table.rows.rowCount() == 3)
    page.keys.table.selectRow(2)
    assert not page.keys.trust.revoke.isEnabled()
    page.keys.table.selectRow(1)
    press(qtbot, page, "revoke_key")
    question = page.findChild(QDialog, "revoke")
    assert question is not None
    words = question.findChild(QPlainTextEdit, "revoke_reason")
    assert words is not None
    words.setPlainText("The laptop was stolen.")
    press(qtbot, question, "revoke_revoke")
    qtbot.waitUntil(lambda: bool(given))
    assert (given[0]["fingerprint"], given[0]["reason"]) == ("c" * 64, "The laptop was stolen.")
    qtbot.waitUntil(page.keys.grey.isVisible)
    assert page.keys.grey.text().startswith("Grey from now on: ")
    assert values.deployment(4).site_name in page.keys.grey.text()
    page.keys.forget()
    assert page.keys.grey.text() == ""


def test_that_the_own_key_is_renewed_after_a_second_question_that_a_double_click_cannot_answer(
    make: Callable[..., SettingsPage], theme: Theme, qtbot: QtBot, photograph: Photograph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    at, given = "rockfall_desktop.ui.settings.key_renewing", list[str]()
    grey = (values.deployment(4, active=True),)
    refusals = [WrongInput("The key was renewed already", "Somebody else renewed it.", "Look at the keys.")]

    def renew(session: object, *, station: object, reason: str) -> RenewedKey:
        given.append(reason)
        if refusals:
            raise refusals.pop()
        return RenewedKey(KEYS[0], "e" * 64, grey)

    monkeypatch.setattr(f"{at}.greyed_by_renewal", values.always(grey))
    monkeypatch.setattr(f"{at}.renew_key", renew)
    page = make(theme)
    dialog = asked_to_renew(page, qtbot)
    assert grey[0].site_name in dialog.grey.text()
    photograph(dialog, "renew-key")
    press(qtbot, dialog, "renew_confirm")
    assert "Say why" in dialog.reason.note.text()
    dialog.reason.words.setPlainText("The laptop was copied.")
    first = dialog.renew.geometry()
    press(qtbot, dialog, "renew_confirm")
    photograph(dialog, "renew-key-again")
    assert (dialog.all_the_same.isVisible(), dialog.renew.isVisible(), given) == (True, False, [])
    assert not dialog.all_the_same.geometry().intersects(first)
    assert grey[0].site_name in dialog.grey.text()
    press(qtbot, dialog, "renew_all_the_same")
    qtbot.waitUntil(dialog.card.isVisible)
    assert dialog.reason.words.toPlainText() == "The laptop was copied."
    press(qtbot, dialog, "renew_confirm")
    press(qtbot, dialog, "renew_all_the_same")
    qtbot.waitUntil(page.keys.grey.isVisible)
    photograph(page, "settings-keys-renewed")
    assert given == ["The laptop was copied."] * 2
    assert "eeee eeee" in page.keys.grey.text()
    assert grey[0].site_name in page.keys.grey.text()


def test_that_an_engineer_is_offered_no_new_key(make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot) -> None:
    page = make(light, Role.ENGINEER)
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(lambda: page.keys.table.rows.rowCount() == 3)
    assert not page.keys.own.renew.isVisible()


def test_that_a_lock_closes_the_question_about_the_own_key(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rockfall_desktop.ui.settings.key_renewing.greyed_by_renewal", values.always(()))
    page = make(light)
    dialog = asked_to_renew(page, qtbot)
    assert "none turns grey" in dialog.grey.text()
    page.office._seat.leave()
    assert page.keys.renewing._open_dialog() is None
    assert not page.keys.own.renew.isVisible()


def test_that_a_lock_takes_keys_and_waiting_things_from_the_tables(
    make: Callable[..., SettingsPage], light: Theme, qtbot: QtBot
) -> None:
    page = make(light)
    page.tabs.setCurrentWidget(page.keys)
    qtbot.waitUntil(lambda: page.keys.table.rows.rowCount() == 3)
    page.turn_to_sync()
    qtbot.waitUntil(lambda: page.sync.table.rows.rowCount() == 2)
    page.office._seat.leave()
    assert page.keys.table.rows.rowCount() == 0
    assert page.sync.table.rows.rowCount() == 0
