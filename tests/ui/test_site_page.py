"""The Site page: what happens to a site while the window is locked, while another is opened, after a broken one."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import SiteFault, SiteSummary
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.site_page import SitePage
from rockfall_desktop.ui.theme import Theme
from tests.small_site import small_site
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

PAGE = "rockfall_desktop.ui.site.site_page"
NORTH, SOUTH = Path("/sites/north"), Path("/sites/south")


def summary_of(folder: Path) -> SiteSummary:
    return values.summary(folder.name).model_copy(update={"folder": str(folder)})


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    asked: list[Path] = []

    def read(session: object, *, station: object, folder: Path) -> SiteSummary:
        asked.append(folder)
        return summary_of(folder)

    monkeypatch.setattr(f"{PAGE}.open_site", read)
    monkeypatch.setattr(f"{PAGE}.known_sites", values.always(()))
    monkeypatch.setattr(f"{PAGE}.read_site_arrays", values.always(small_site(steps=40)))
    return asked


@pytest.fixture
def page(light: Theme, seat: Seat, keep: Keep, opened: list[Path]) -> SitePage:
    made = SitePage(seat, light)
    keep(made)
    made.resize(1204, 724)
    made.show()
    return made


def settle(qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not BackgroundRun.all_running(), timeout=20_000)


def broken(monkeypatch: pytest.MonkeyPatch, check: Callable[..., object]) -> None:
    def refuse(session: object, *, station: object, folder: Path) -> None:
        raise WrongInput("The site could not be read", "rain.csv, row 8: no number.", "Mend it.")

    monkeypatch.setattr(f"{PAGE}.open_site", refuse)
    monkeypatch.setattr(f"{PAGE}.check_site", check)


def test_that_a_site_wanted_while_the_window_is_locked_is_read_once_it_is_unlocked(
    page: SitePage, seat: Seat, opened: list[Path], qtbot: QtBot
) -> None:
    seat.leave()
    page.open(SOUTH)
    page.open(NORTH)
    assert not opened
    seat.take(values.SESSION)
    settle(qtbot)
    assert opened == [NORTH]
    seat.leave()
    seat.take(values.SESSION)
    settle(qtbot)
    assert opened == [NORTH]


def test_that_a_change_told_while_the_window_is_locked_is_read_once_it_is_unlocked(
    page: SitePage, seat: Seat, opened: list[Path], qtbot: QtBot
) -> None:
    page.open(NORTH)
    settle(qtbot)
    seat.leave()
    page.view.changed.emit()
    page._open_written(SOUTH)
    page.try_simulated()
    page.view.changed.emit()
    seat.take(values.SESSION)
    settle(qtbot)
    assert opened == [NORTH, NORTH]


def test_that_a_site_read_anew_leaves_the_person_where_she_is(page: SitePage, opened: list[Path], qtbot: QtBot) -> None:
    page.open(NORTH)
    settle(qtbot)
    page.view.overview._show_channel("level")
    title = page.view.overview.chart.title.text()
    page.view.other_wanted.emit()
    page.view.changed.emit()
    settle(qtbot)
    assert opened == [NORTH, NORTH]
    assert page._stack.currentWidget() is page.start
    assert all(button.isEnabled() for button in page.start.buttons)
    assert page.view.overview.chart.title.text() == title != "rain"
    page.open(NORTH)
    settle(qtbot)
    assert page._stack.currentWidget() is page.view


def test_that_the_ways_in_stay_beside_the_faults_of_a_broken_site(
    page: SitePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photograph: Photograph
) -> None:
    faults = tuple(SiteFault(file="rain.csv", row=row, message="no number", remedy="Mend it.") for row in range(1, 30))
    broken(monkeypatch, values.always(faults))
    page.open(NORTH)
    settle(qtbot)
    photograph(page, "site-broken")
    assert page.start.faults.rows.rowCount() == 29
    assert all(button.isVisible() and button.isEnabled() for button in page.start.buttons)


def test_that_faults_that_come_late_are_not_listed_for_another_site(
    page: SitePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end = threading.Event()

    def check(folder: Path) -> tuple[SiteFault, ...]:
        may_end.wait(10)
        return (SiteFault(file="rain.csv", row=8, message="no number", remedy="Mend it."),)

    broken(monkeypatch, check)
    page.open(NORTH)
    qtbot.waitUntil(lambda: page._checking.busy)
    button = page.start.card.findChild(QPushButton, "site_card_close")
    assert button is not None
    button.click()
    may_end.set()
    settle(qtbot)
    assert not page.start.faults.isVisible()


def test_that_the_record_of_one_site_is_never_drawn_under_another(
    page: SitePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open(NORTH)
    settle(qtbot)
    chart = page.view.overview.chart
    monkeypatch.setattr("rockfall_desktop.ui.charts.channel_chart.AT_ONCE", 1)
    chart.show_channel(small_site(steps=40), "rain")
    page.view.show_site(summary_of(SOUTH))
    settle(qtbot)
    assert chart.is_empty
    assert (chart.title.text(), chart.lines()) == ("Channel", [])


def test_that_the_channel_of_another_site_is_not_kept(page: SitePage, qtbot: QtBot) -> None:
    page.open(NORTH)
    settle(qtbot)
    overview = page.view.overview
    first = overview.chart.title.text()
    overview._show_channel("level")
    assert overview.chart.title.text() != first
    page.open(SOUTH)
    settle(qtbot)
    assert overview.chart.title.text() == first


def test_that_long_ids_of_zones_leave_the_channels_their_room(page: SitePage, qtbot: QtBot) -> None:
    page.open(NORTH)
    settle(qtbot)
    overview = page.view.overview
    overview.show_arrays(replace(small_site(steps=40), zone_ids=("Z" * 64, "Y" * 64)))
    overview._show_channel("level")
    qtbot.waitUntil(lambda: overview.channels.width() > 400)
    assert overview._zones.isVisible()
