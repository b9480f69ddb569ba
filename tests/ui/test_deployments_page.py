"""The Deployments page: the state of each in words, going back, deciding again, files to and from."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.lost_deployments import LostDeployment
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.deployments.deployments_page import DeploymentsPage
from rockfall_desktop.ui.deployments.history_detail import HEIGHT, NOT_CARRIED
from rockfall_desktop.ui.deployments.history_rows import entries
from rockfall_desktop.ui.deployments.transferring import Looked, take_what_was_seen
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import NOTHING
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

PAGE = "rockfall_desktop.ui.deployments.deployments_page"
FILES = "rockfall_desktop.ui.deployments.transferring"
WHY = "Version 5 answered red all night."
LOST, OFFICE, OLD = (values.HISTORY[place] for place in (2, 1, 5))


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def page(seat: Seat, light: Theme, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> DeploymentsPage:
    monkeypatch.setattr(f"{PAGE}.list_deployments", values.always(values.HISTORY))
    monkeypatch.setattr(f"{PAGE}.list_keys", values.always(values.KEYS))
    monkeypatch.setattr(f"{PAGE}.undecided_deployments", values.always(()))
    monkeypatch.setattr(f"{PAGE}.list_revoked", values.always(frozenset()))
    made = DeploymentsPage(seat, light)
    keep(made)
    made.resize(1180, 720)
    made.show()
    qtbot.waitUntil(lambda: made.table.rows.rowCount() == 6)
    return made


def show(page: DeploymentsPage, one: Deployment) -> None:
    page.table.selectRow(page.table.rows.keys.index(one.deployment_id))


def dialog_of(page: DeploymentsPage) -> DeedDialog:
    found = [one for one in page.findChildren(DeedDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def test_that_a_number_that_the_sync_brought_is_seen_at_once(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.look_again(SyncState(condition=SyncCondition.OFFLINE, waiting=1))
    newer = (values.deployment(7, active=True), *values.HISTORY)
    monkeypatch.setattr(f"{PAGE}.list_deployments", values.always(newer))
    page.look_again(SyncState(condition=SyncCondition.SYNCED))
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 7)


def test_that_cards_leave_the_table_some_rows(page: DeploymentsPage) -> None:
    page.resize(1180, 560)
    for card in (page.card, page.lost):
        card.setFixedHeight(110)
        card.show()
    page.layout().activate()
    assert page.table.height() >= 120
    assert page.detail.height() < HEIGHT


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"active": True}, "active"),
        ({"active": True, "version": None, "accepted": None}, "active on this station"),
        ({"active": True, "accepted": False}, "active here, lost"),
        ({"active": True, "key_id": values.OLD_KEY}, "active, key revoked"),
        ({"key_id": values.OLD_KEY}, "key revoked"),
        ({"accepted": False}, "lost to another station"),
        ({"accepted": False, "key_id": values.OLD_KEY}, "key revoked"),
        ({"active": True, "version": None, "accepted": None, "key_id": values.OFFICE_KEY}, "active, by file"),
        ({}, "replaced"),
        ({"epoch": 9}, "active elsewhere"),
        ({"epoch": 9, "accepted": None}, "replaced"),
    ],
)
def test_that_the_worst_that_is_true_of_a_deployment_is_its_state(changes: dict[str, object], state: str) -> None:
    active = values.deployment(5, active=not changes.get("active"))
    one = values.deployment(4, **changes)
    assert entries((active, one), values.KEYS)[one.deployment_id].state.word == state


def test_that_a_key_that_was_revoked_says_that_the_active_one_is_grey() -> None:
    one = values.deployment(4, active=True, key_id=values.OLD_KEY)
    assert "grey" in entries((one,), values.KEYS)[one.deployment_id].state.sentence


def test_that_a_copy_of_what_a_revoked_key_signed_is_no_better() -> None:
    source = values.deployment(3, key_id=values.OLD_KEY)
    copies = [values.deployment(number, active=number == 5, source_id=source.deployment_id) for number in (4, 5)]
    again = copies[1].model_copy(update={"source_id": copies[0].deployment_id})
    state = entries((again, copies[0], source), values.KEYS)[again.deployment_id].state
    assert (state.word, "A key of its model was revoked" in state.sentence) == ("active, key revoked", True)


def test_that_a_key_that_a_bundle_alone_knows_of_counts_like_one_of_the_history() -> None:
    one = values.deployment(4, active=True)
    entry = entries((one,), values.KEYS, frozenset({one.deployment_id}))[one.deployment_id]
    assert entry.state.word == "active, key revoked"


def test_that_a_deployment_without_a_number_says_so_in_words(page: DeploymentsPage) -> None:
    assert page.table.text(0, 2) == "not numbered yet"
    assert page.table.text(1, 2) == "5"
    assert [page.table.text(row, 6) for row in (0, 1, 5)] == ["this station", "office", NOTHING]
    assert "(simulated)" in page.detail.title.text() or "Simulated" in page.detail.title.text()


def test_that_the_panel_tells_everything_of_the_chosen_one(page: DeploymentsPage) -> None:
    shown = page.detail.facts
    assert shown["Against"].text().count("\n") == 1
    assert "a1b2 a1b2" in shown["Signed by"].text()
    show(page, OFFICE)
    assert page.detail.title.text() == "North wall, version 5"
    assert OFFICE.source_id in shown["Deed"].text()
    assert "trusted here" in shown["Signed by"].text()


def test_that_a_site_can_be_looked_at_alone(page: DeploymentsPage) -> None:
    page.site.setCurrentIndex(page.site.findData("t"))
    page.site.activated.emit(page.site.currentIndex())
    assert page.table.rows.keys == [values.HISTORY[0].deployment_id]
    page.refresh()
    assert page.site.currentData() == "t"


@pytest.mark.parametrize(
    ("place", "roll_back", "again", "export"),
    [(1, False, None, True), (2, None, True, True), (3, False, None, False), (4, True, None, True),
     (5, False, None, False)],
    ids=["active", "lost", "revoked", "replaced", "of old"],
)  # fmt: skip
def test_that_only_what_can_be_done_is_offered(
    page: DeploymentsPage, place: int, roll_back: bool | None, again: bool | None, export: bool
) -> None:
    show(page, values.HISTORY[place])
    for button, wanted in ((page.detail.roll_back, roll_back), (page.detail.again, again)):
        assert button.isVisible() == (wanted is not None)
        assert wanted is None or button.isEnabled() == wanted
    assert page.detail.export.isEnabled() == export
    assert bool(page.detail.why_not.text()) == (place in {1, 3, 5})


@pytest.mark.parametrize(("one", "button", "operation"), [
    (values.HISTORY[4], "roll_back", "roll_back"), (LOST, "again", "deploy_again"),
])  # fmt: skip
def test_that_a_deed_takes_a_reason_and_reaches_the_operation(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, one: Deployment, button: str, operation: str
) -> None:
    calls: list[tuple[str, str]] = []

    def deed(session: object, *, station: object, deployment_id: str, reason: str) -> Deployment:
        calls.append((deployment_id, reason))
        return values.deployment(7, active=True)

    monkeypatch.setattr(f"{PAGE}.{operation}", deed)
    show(page, one)
    press(getattr(page.detail, button))
    dialog = dialog_of(page)
    press(dialog.confirm)
    assert "10 characters" in dialog.reason.note.text()
    dialog.reason.words.setPlainText(WHY)
    with qtbot.waitSignal(page.changed):
        press(dialog.confirm)
    assert calls == [(one.deployment_id, WHY)]
    qtbot.waitUntil(lambda: "North wall" in page.note.text())


def test_that_a_refused_deed_keeps_what_was_typed(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = _raising(WrongInput("Something else is active", "Another decision came first.", "Look at it."))
    monkeypatch.setattr(f"{PAGE}.roll_back", refuse)
    show(page, values.HISTORY[4])
    press(page.detail.roll_back)
    dialog = dialog_of(page)
    dialog.reason.words.setPlainText(WHY)
    press(dialog.confirm)
    qtbot.waitUntil(dialog.card.isVisible)
    assert dialog.reason.words.toPlainText() == WHY
    assert dialog.confirm.isEnabled()
    dialog.reject()


def test_that_a_deed_whose_dialog_was_closed_is_told_on_the_page(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PAGE}.roll_back", _raising(WrongInput("No", "It is active already.", "")))
    show(page, values.HISTORY[4])
    press(page.detail.roll_back)
    dialog = dialog_of(page)
    dialog.reason.words.setPlainText(WHY)
    press(dialog.confirm)
    dialog.reject()
    qtbot.waitUntil(page.card.isVisible)


def test_that_a_bundle_is_exported_to_the_file_that_was_chosen(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[dict[str, object]] = []

    def export(session: object, **asked: object) -> object:
        calls.append(asked)
        return asked["path"]

    monkeypatch.setattr(f"{FILES}.export_bundle", export)
    show(page, OFFICE)
    press(page.detail.export)
    dialog = page.findChild(QFileDialog, "bundle_export_dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "wall.rockfall"))
    dialog.reject()
    qtbot.waitUntil(lambda: page.note.text().startswith("Exported to"))
    assert calls[0]["deployment_id"] == OFFICE.deployment_id
    assert calls[0]["path"] == tmp_path / "wall.rockfall"


def _raising(error: Exception) -> Callable[..., object]:
    def refuse(*_: object, **__: object) -> object:
        raise error

    return refuse


def look(page: DeploymentsPage, monkeypatch: pytest.MonkeyPatch, state: KeyState, qtbot: QtBot) -> DeedDialog:
    monkeypatch.setattr(f"{FILES}.inspect_bundle", values.always(values.sight(state)))
    page.transferring.look_at(Path("/stick/wall.rockfall"))
    qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(DeedDialog)))
    return dialog_of(page)


def test_that_a_bundle_says_whose_it_is_and_what_it_holds_before_it_is_taken(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photograph: Photograph
) -> None:
    taken: list[str] = []

    def take(session: object, *, station: object, path: Path, reason: str) -> Deployment:
        taken.append(reason)
        return values.deployment(8, active=True)

    monkeypatch.setattr(f"{FILES}.import_bundle", take)
    dialog = look(page, monkeypatch, KeyState.TRUSTED, qtbot)
    photograph(dialog, "import-bundle")
    words = {label.objectName(): label.text() for label in dialog.findChildren(QLabel)}
    assert "trusted here: 0c3d 0c3d" in words["bundle_signed_by"]
    assert "yellow from 0.0803" in words["bundle_levels"]
    assert words["bundle_site"] == "North wall"
    assert taken == []
    with qtbot.waitSignal(page.changed):
        press(dialog.confirm)
    assert taken == [""]


def test_that_a_bundle_of_a_revoked_key_is_shown_and_cannot_be_taken(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = look(page, monkeypatch, KeyState.REVOKED, qtbot)
    assert not dialog.confirm.isEnabled()
    assert "revoked" in dialog.words.text()
    dialog.reject()


def test_that_an_engineer_sees_a_bundle_and_why_an_administrator_must_take_it(
    page: DeploymentsPage, seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.leave()
    seat.take(values.SESSION.model_copy(update={"role": Role.ENGINEER}))
    dialog = look(page, monkeypatch, KeyState.TRUSTED, qtbot)
    assert not dialog.confirm.isEnabled()
    assert "administrator" in dialog.words.text()
    dialog.reject()


def test_that_an_engineer_is_told_beforehand_that_a_model_against_its_report_is_for_administrators(
    page: DeploymentsPage, seat: Seat
) -> None:
    lost = LOST.model_copy(update={"against": ("Its slope was not shown to be 1.",)})
    show(page, LOST)
    assert page.detail.again.isEnabled()
    seat.leave()
    seat.take(values.SESSION.model_copy(update={"role": Role.ENGINEER}))
    page.lost.show_lost((LostDeployment(lost, "It lost."),), administrator=False)
    assert (page.lost.again.isEnabled(), page.lost.words.text()) == (False, f"It lost. {NOT_CARRIED}")
    page.detail.show_entry(entries((lost,), values.KEYS)[lost.deployment_id], administrator=False)
    assert not page.detail.again.isEnabled()
    assert not page.detail.roll_back.isEnabled()
    assert page.detail.export.isEnabled()
    assert page.detail.why_not.text() == NOT_CARRIED
    page.detail.show_entry(entries((lost,), values.KEYS)[lost.deployment_id], administrator=True)
    assert page.detail.again.isEnabled()


def test_that_an_unknown_key_is_refused_with_how_to_trust_it(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = AccessRefused("The bundle is refused", "A key that is not known here: 0c3d.", "Import the key file.")
    monkeypatch.setattr(f"{FILES}.inspect_bundle", _raising(error))
    page.transferring.look_at(Path("/stick/wall.rockfall"))
    qtbot.waitUntil(page.card.isVisible)
    hint = page.card.findChild(QLabel, "deployments_card_hint")
    assert hint is not None
    assert "Settings, Keys" in hint.text()
    assert not page.note.text()


def test_that_a_stick_that_changed_since_it_was_seen_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = values.sight(KeyState.TRUSTED)
    other = seen._replace(manifest=seen.manifest.model_copy(update={"epoch": 9}))
    monkeypatch.setattr(f"{FILES}.inspect_bundle", values.always(other))
    monkeypatch.setattr(f"{FILES}.import_bundle", _raising(AssertionError("taken")))
    with pytest.raises(WrongInput, match="another one now"):
        take_what_was_seen(values.SESSION, None, Looked(Path("/x"), seen), "")  # type: ignore[arg-type]


def test_that_nothing_is_left_of_what_another_person_saw(page: DeploymentsPage) -> None:
    page.forget()
    assert page.table.rows.rowCount() == 0
    assert not page.detail.isVisible()
    assert page.site.count() == 1


def test_that_what_lost_is_told_at_the_top_until_it_is_left(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photograph: Photograph
) -> None:
    assert not page.lost.isVisible()
    waits = [LostDeployment(LOST, f"mei made another model the active one first. {values.BOMB}")]
    left: list[str] = []

    def leave(session: object, *, station: object, deployment_id: str) -> None:
        left.append(deployment_id)
        waits.clear()

    monkeypatch.setattr(f"{PAGE}.undecided_deployments", lambda *_, **__: tuple(waits))
    monkeypatch.setattr(f"{PAGE}.leave_lost", leave)
    page.refresh()
    qtbot.waitUntil(page.lost.isVisible)
    assert "mei made another model" in page.lost.words.text()
    assert page.lost.words.textFormat() == Qt.TextFormat.PlainText
    photograph(page, "deployments-lost")
    page.site.setCurrentIndex(page.site.findData("t"))
    press(page.lost.show_it)
    assert page.detail.entry is not None
    assert page.detail.entry.deployment.deployment_id == LOST.deployment_id
    with qtbot.waitSignal(page.changed):
        press(page.lost.leave)
    qtbot.waitUntil(lambda: not page.lost.isVisible())
    assert left == [LOST.deployment_id]


def test_that_what_lost_under_a_revoked_key_is_not_offered_to_be_deployed_again(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = (LostDeployment(LOST, "deploy its job anew"),)
    monkeypatch.setattr(f"{PAGE}.undecided_deployments", values.always(waits))
    monkeypatch.setattr(f"{PAGE}.list_revoked", values.always(frozenset({LOST.deployment_id})))
    page.refresh()
    qtbot.waitUntil(page.lost.isVisible)
    assert (page.lost.again.isEnabled(), page.lost.leave.isEnabled()) == (False, True)


def test_that_what_lost_can_be_deployed_again_from_the_card(
    page: DeploymentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = tuple(LostDeployment(one, "Another one came first.") for one in (LOST, OLD))
    monkeypatch.setattr(f"{PAGE}.undecided_deployments", values.always(both))
    page.refresh()
    qtbot.waitUntil(page.lost.isVisible)
    assert page.lost.title.text().startswith("2 deployments")
    press(page.lost.again)
    assert "Deploy this model again?" in dialog_of(page).windowTitle()
