"""The Incidents tab: the list with reasons, and edits by clicks and keys on a real site folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.incident_dialog import IncidentDialog
from rockfall_desktop.ui.site.incident_tab import IncidentTab
from rockfall_desktop.ui.theme import Theme
from tests.hong_kong_site import write_hong_kong_site
from tests.stations import open_station
from tests.ui import values
from tests.ui.conftest import Keep, Photograph
from tests.unit.sites.made_site import INCIDENTS, write_site

HONG_KONG = (Path(__file__).parents[2] / "../shared/data/hong-kong-rock-cuts").resolve()
FALLS = "date,zone,m3\n2024-01-02,A,5\n2024-01-03,B,\n2024-01-01,Q,70\n"
WITH_VOLUME = INCIDENTS + 'volume_column = "m3"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site", incidents=WITH_VOLUME, incidents_csv=FALLS)


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    with open_station(tmp_path / "home") as (station, session):
        taken = Seat(station)
        taken.take(session)
        yield taken


@pytest.fixture
def tab(light: Theme, seat: Seat, keep: Keep, folder: Path, qtbot: QtBot) -> IncidentTab:
    return shown(IncidentTab(seat, light), folder, keep, qtbot)


def shown(tab: IncidentTab, folder: Path, keep: Keep, qtbot: QtBot) -> IncidentTab:
    keep(tab)
    tab.resize(1160, 600)
    tab.show_site(values.summary().model_copy(update={"folder": str(folder)}))
    tab.show()
    settled(tab, qtbot)
    return tab


def settled(tab: IncidentTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: tab._known is not None and not (tab._listing.busy or tab._sorting.busy or tab._saving.busy),
        timeout=20_000,
    )


def column(tab: IncidentTab, place: int) -> list[str]:
    return [tab.table.text(row, place) for row in range(tab.table.rows.rowCount())]


def press(tab: IncidentTab, name: str) -> None:
    QTest.mouseClick(tab.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def exclude(tab: IncidentTab, row: int, reason: str, qtbot: QtBot) -> None:
    tab.table.selectRow(row)
    press(tab, "incident_exclude")
    question = tab.findChild(QDialog, "exclude_incident")
    question.findChild(QPlainTextEdit, "exclude_incident_reason").setPlainText(reason)
    QTest.mouseClick(question.findChild(QPushButton, "exclude_incident_exclude"), Qt.MouseButton.LeftButton)
    settled(tab, qtbot)


def test_that_every_incident_is_listed_with_the_reason_why_it_does_not_count(tab: IncidentTab) -> None:
    assert column(tab, 0) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert column(tab, 5) == ["no", "yes", "yes"]
    assert column(tab, 6)[0] == "lies in none of the zones"
    assert tab.head.text().startswith("3 recorded, 2 count")


def test_that_a_click_on_a_head_sorts_and_a_second_one_turns_it(tab: IncidentTab, qtbot: QtBot) -> None:
    tab.table.horizontalHeader().sectionClicked.emit(2)
    settled(tab, qtbot)
    assert column(tab, 2) == ["unknown", "5.00", "70.0"]
    tab.table.horizontalHeader().sectionClicked.emit(2)
    settled(tab, qtbot)
    assert column(tab, 2) == ["70.0", "5.00", "unknown"]


def test_that_only_those_that_do_not_count_can_be_listed(tab: IncidentTab, qtbot: QtBot) -> None:
    tab.filter.setCurrentIndex(2)
    tab.filter.activated.emit(2)
    settled(tab, qtbot)
    assert column(tab, 1) == ["none"]


def test_that_an_exclusion_is_saved_with_its_reason_and_taken_back(
    tab: IncidentTab, folder: Path, qtbot: QtBot
) -> None:
    told: list[object] = []
    tab.changed.connect(told.append)
    exclude(tab, 1, "a blast,\nnot a fall", qtbot)
    assert column(tab, 6)[1] == "excluded: a blast, not a fall"
    assert [tab.edits.text(0, place) for place in (1, 2, 4, 5)] == ["ana", "excluded", "a blast, not a fall", "holds"]
    assert len(told) == 1
    tab.table.selectRow(1)
    press(tab, "incident_withdraw")
    question = tab.findChild(QDialog, "withdraw_edit")
    QTest.mouseClick(question.findChild(QPushButton, "withdraw_edit_withdraw"), Qt.MouseButton.LeftButton)
    settled(tab, qtbot)
    assert column(tab, 5) == ["no", "yes", "yes"]
    assert (folder / "incident-edits.csv").read_text().count("\n") == 3
    assert (folder / "incidents.csv").read_text() == FALLS


def test_that_an_exclusion_without_a_reason_is_not_saved(tab: IncidentTab, folder: Path, qtbot: QtBot) -> None:
    exclude(tab, 1, "  ", qtbot)
    assert tab.card.isVisible()
    assert not (folder / "incident-edits.csv").exists()


def dialog_of(tab: IncidentTab, button: str) -> IncidentDialog:
    press(tab, button)
    found = tab.findChild(IncidentDialog, "incident_dialog")
    assert found is not None
    return found


def fill(dialog: IncidentDialog, at: str, volume: str, reason: str) -> None:
    for name, text in (("incident_at", at), ("incident_volume_m3", volume)):
        dialog.findChild(QLineEdit, name).setText(text)
    dialog.reason.setPlainText(reason)
    QTest.mouseClick(dialog.findChild(QPushButton, "incident_save"), Qt.MouseButton.LeftButton)


def test_that_an_incident_is_added_by_the_form(tab: IncidentTab, qtbot: QtBot) -> None:
    dialog = dialog_of(tab, "incident_add")
    dialog.zone.setCurrentText("B")
    fill(dialog, "2024-01-01", "12,5", "seen by the night shift")
    settled(tab, qtbot)
    assert column(tab, 8)[1] == "added by ana"
    assert column(tab, 2)[1] == "12.5"
    assert tab.head.text().startswith("4 recorded, 3 count")


def test_that_what_is_wrong_stands_under_its_field(tab: IncidentTab, qtbot: QtBot, photograph: Photograph) -> None:
    tab.table.selectRow(1)
    dialog = dialog_of(tab, "incident_correct")
    assert dialog.time.text() == "2024-01-02"
    fill(dialog, "yesterday", "5", "wrong day")
    assert "is no time" in dialog.notes["at"].text()
    fill(dialog, "2024-01-02", "much", "wrong volume")
    assert "cubic metres" in dialog.notes["volume_m3"].text()
    fill(dialog, "2024-01-02", "5", "")
    assert dialog.notes["reason"].text() == "Say why."
    fill(dialog, "2024-01-02", "5", "nothing changed")
    assert "Nothing is corrected." in dialog.notes["reason"].text()
    photograph(dialog, "incident-dialog")
    fill(dialog, "2024-01-03", "6", "wrong day and volume")
    settled(tab, qtbot)
    assert column(tab, 0) == ["2024-01-01", "2024-01-03", "2024-01-03"]
    assert "time 2024-01-02 → 2024-01-03, volume 5.00 → 6.00" in tab.edits.text(0, 3)


def test_that_an_edit_that_does_not_fit_is_told_on_a_card(tab: IncidentTab, folder: Path, qtbot: QtBot) -> None:
    fill(dialog_of(tab, "incident_add"), "2024-01-02 13:30", "", "seen")
    settled(tab, qtbot)
    assert tab.card.isVisible()
    assert not (folder / "incident-edits.csv").exists()


def test_that_nothing_is_saved_while_the_window_is_locked(
    tab: IncidentTab, seat: Seat, folder: Path, qtbot: QtBot
) -> None:
    seat.leave()
    exclude(tab, 1, "a blast", qtbot)
    assert tab.card.isVisible()
    assert not (folder / "incident-edits.csv").exists()


def test_that_a_site_without_a_list_says_so(light: Theme, seat: Seat, keep: Keep, tmp_path: Path, qtbot: QtBot) -> None:
    tab = IncidentTab(seat, light)
    keep(tab)
    bare = write_site(tmp_path / "bare", incidents="")
    tab.show_site(values.summary().model_copy(update={"folder": str(bare)}))
    tab.show()
    qtbot.waitUntil(lambda: "[incidents]" in tab.empty.text())
    assert not any(button.isVisible() for button in tab.buttons.values())


@pytest.mark.skipif(not HONG_KONG.is_dir(), reason="../shared/data/hong-kong-rock-cuts is not there")
def test_that_the_incidents_of_hong_kong_are_listed(
    theme: Theme, seat: Seat, keep: Keep, tmp_path: Path, qtbot: QtBot, photograph: Photograph
) -> None:
    folder = write_hong_kong_site(tmp_path / "hong-kong", HONG_KONG)
    tab = shown(IncidentTab(seat, theme), folder, keep, qtbot)
    assert tab._known is not None
    assert sum(one.counts for one in tab._known.incidents) == 1275
    row = column(tab, 5).index("yes")
    exclude(tab, row, "a washout, no rockfall", qtbot)
    tab.table.selectRow(row)
    photograph(tab, "site-incidents")
    assert sum(one.counts for one in tab._known.incidents) == 1274


@pytest.mark.parametrize("text", ["1,234", "12.345"])
def test_that_a_volume_that_can_be_read_two_ways_is_not_taken(
    tab: IncidentTab, folder: Path, qtbot: QtBot, text: str
) -> None:
    dialog = dialog_of(tab, "incident_add")
    fill(dialog, "2024-01-01", text, "seen")
    assert dialog.notes["volume_m3"].text().startswith(f"{text} can be read two ways: write {text[:-4]}{text[-3:]}, or")
    assert not (folder / "incident-edits.csv").exists()
    fill(dialog, "2024-01-01", "1234", "seen")
    settled(tab, qtbot)
    assert "1,234" in column(tab, 2)


def test_that_a_volume_that_was_not_touched_is_taken_as_it_is(
    light: Theme, seat: Seat, keep: Keep, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = write_site(tmp_path / "fine", incidents=WITH_VOLUME, incidents_csv=FALLS.replace(",5\n", ",1.234\n"))
    tab = shown(IncidentTab(seat, light), folder, keep, qtbot)
    tab.table.selectRow(1)
    dialog = dialog_of(tab, "incident_correct")
    fill(dialog, "2024-01-03", dialog.volume.text(), "wrong day")
    settled(tab, qtbot)
    assert "1.234" in (folder / "incident-edits.csv").read_text()


def test_that_the_list_of_one_site_is_never_edited_under_another(
    tab: IncidentTab, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tab._asked = False
    tab._ask()  # an answer of the first site is on its way
    other = write_site(tmp_path / "other", incidents=WITH_VOLUME, incidents_csv=FALLS.replace("70", "7"))
    tab.hide()
    tab.show_site(values.summary().model_copy(update={"folder": str(other)}))
    assert not tab.buttons["add"].isEnabled()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(), timeout=20_000)
    assert tab._known is None
    assert tab.table.rows.rowCount() == 0
    assert not tab.buttons["add"].isEnabled()
    tab.show()
    settled(tab, qtbot)
    assert column(tab, 2)[0] == "7.00"
    assert tab.buttons["add"].isEnabled()
