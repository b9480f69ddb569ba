"""The map while nobody looks at it, a site that is read anew, the keyboard, incidents that no list names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.site_map import SiteMap, ZoneOutline, at_centres
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.map_tab import MapTab
from rockfall_desktop.ui.theme import Theme
from tests.map_site import write_map_site, write_terrain
from tests.small_site import small_site
from tests.ui.test_site_map import layer, show


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_map_site(tmp_path / "site")


@pytest.fixture
def tab(seat: Seat, light: Theme) -> Iterator[MapTab]:
    made = MapTab(seat, light)
    made.resize(1204, 640)
    made.show()
    yield made
    made.pictures.forget()
    made.hide()
    made.deleteLater()


def test_that_a_map_whose_answer_came_while_it_was_hidden_is_drawn_when_it_is_looked_at(
    tab: MapTab, site: Path, qtbot: QtBot
) -> None:
    show(tab, site)
    tab.hide()
    qtbot.waitUntil(lambda: tab.view.whole is not None, timeout=20_000)
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(), timeout=20_000)
    assert not tab.view.image.shown
    tab.show()
    qtbot.waitUntil(lambda: {"near", "whole"} <= set(tab.view.image.shown), timeout=20_000)


def test_that_a_layer_made_ready_while_the_map_was_hidden_is_drawn_later(
    tab: MapTab, site: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_terrain(site / "flight.tif", 1200)
    monkeypatch.setattr("rockfall_desktop.sites.layers.picture.EASILY_DRAWN", 1_000_000)
    prepared: list[str] = []
    tab.pictures.prepared.connect(prepared.append)
    tab.pictures.preparing.connect(lambda _: tab.hide())
    show(tab, site)
    qtbot.waitUntil(lambda: prepared == ["flight"], timeout=20_000)
    assert not tab.view.image.shown
    tab.show()
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)


def test_that_a_site_read_anew_keeps_what_is_in_view_and_which_layers_are_on(
    tab: MapTab, site: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    tab.view.box.scaleBy((0.25, 0.25))
    layer(tab, 0, on=True)
    seen = tab.view.seen
    show(tab, site)
    qtbot.waitUntil(lambda: not tab._reading.busy, timeout=20_000)
    assert tab.view.seen == pytest.approx(seen)
    assert {one.name for one in tab.layers.wanted()} == {"terrain", "flight"}
    show(tab, write_map_site(tmp_path / "other"))
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    assert tab.view.seen[2] - tab.view.seen[0] > 3 * (seen[2] - seen[0])
    assert [one.name for one in tab.layers.wanted()] == ["flight"]


def test_that_the_map_is_moved_with_the_keyboard(tab: MapTab, site: Path, qtbot: QtBot) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    whole = tab.view.seen
    QTest.keyClick(tab.view.canvas, Qt.Key.Key_Plus)
    closer = tab.view.seen
    assert closer[2] - closer[0] == pytest.approx(0.8 * (whole[2] - whole[0]))
    QTest.keyClick(tab.view.canvas, Qt.Key.Key_Right)
    QTest.keyClick(tab.view.canvas, Qt.Key.Key_Up)
    assert tab.view.seen[0] > closer[0]
    assert tab.view.seen[1] > closer[1]
    QTest.keyClick(tab.view.canvas, Qt.Key.Key_Minus)
    QTest.keyClick(tab.view.canvas, Qt.Key.Key_Home)
    assert tab.view.seen == pytest.approx(whole)


def test_that_a_site_that_is_gone_leaves_no_empty_list_of_layers(tab: MapTab, site: Path, qtbot: QtBot) -> None:
    show(tab, site)
    qtbot.waitUntil(lambda: "near" in tab.view.image.shown, timeout=20_000)
    show(tab, site.with_name("gone"))
    qtbot.waitUntil(lambda: not tab._reading.busy, timeout=20_000)
    assert not tab.layers.list.isVisible()


def test_that_incidents_by_a_rule_are_told_where_they_have_no_place(tab: MapTab) -> None:
    placed = at_centres(small_site(steps=900, zones=1), [ZoneOutline("whole", (), None)])
    assert (placed.x.size, placed.unplaced) == (0, small_site(steps=900, zones=1).incidents.zone.size)
    tab.layers.show_map(SiteMap("", "m", "UTC", (), placed, (), by_rule=True))
    assert tab.layers.key.text() == f"{placed.unplaced} by the rule, without a place."
    assert placed.unplaced > 0
