"""Every page is looked at: it shows with real values, light and dark, at 1280 x 800."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.ui.main_window import DEPLOYMENTS as DEPLOYMENTS_PAGE
from rockfall_desktop.ui.main_window import JOBS, SETTINGS, SITE, SMALLEST, TRAIN, WATCH, MainWindow
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.watch.watch_looks import WatchSites, laid_out
from tests.ui import values
from tests.ui.conftest import Photograph, QuietStation


def arrays() -> SiteArrays:
    rng = np.random.default_rng(7)
    steps, zones = 1460, 8
    rain = np.where(rng.random(steps) < 0.3, rng.gamma(0.8, 14, steps), 0).astype(np.float32)
    rain[300:340] = np.nan
    pressure = np.cumsum(rng.normal(0, 0.2, (zones, steps)), axis=1).astype(np.float32)
    start = 1136073600 + 86400 * np.arange(steps, dtype=np.int64)
    when = np.sort(rng.integers(0, steps, 30)).astype(np.int64)
    return SiteArrays(
        site_id="s", name="North wall", simulated=True, step_s=86400, start_s=start,
        day_of_year=np.zeros(steps, np.float32), local_date=np.zeros(steps, np.int32),
        zone_ids=tuple(f"zone {n}" for n in range(zones)),
        channels=(
            ChannelArray("rain", "rainfall", "mm", False, rain),
            ChannelArray("pore pressure", "pore_pressure", "kPa", True, pressure),
        ),
        incidents=IncidentArray(np.zeros(30, np.int32), when, when, np.full(30, 12.0, np.float32)),
        recorded=np.ones(steps, bool), notes=(), fingerprint="0",
    )  # fmt: skip


@pytest.fixture(scope="module")
def window(theme: Theme, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all pages: making it takes longer than looking at it."""
    ui = "rockfall_desktop.ui"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{ui}.site.site_page.known_sites", values.always(values.KNOWN))
        patch.setattr(f"{ui}.site.site_page.open_site", values.always(values.summary()))
        patch.setattr(f"{ui}.site.site_page.read_site_arrays", values.always(arrays()))
        patch.setattr(f"{ui}.train.plan_line.plan_training", values.always(values.PLAN))
        patch.setattr(f"{ui}.jobs_page.list_jobs", values.always(values.jobs()))
        patch.setattr("rockfall_desktop.ui.office_job_list.sight_of", values.always(None))
        patch.setattr(f"{ui}.job_detail.numbered_events", values.always(values.numbered(values.completed())))
        patch.setattr(f"{ui}.job_detail.performance_report", values.always(values.report()))
        patch.setattr(f"{ui}.deployments.deployments_page.list_deployments", values.always(values.HISTORY))
        patch.setattr(f"{ui}.deployments.deployments_page.undecided_deployments", values.always(()))
        patch.setattr(f"{ui}.deployments.deployments_page.list_revoked", values.always(frozenset()))
        patch.setattr(f"{ui}.deployments.deployments_page.list_keys", values.always(values.KEYS))
        patch.setattr(f"{ui}.watch.watch_page.watch_sites", values.always(WatchSites(values.KNOWN, True, ())))
        seen = laid_out(values.site_score(), values.DEPLOYMENTS)
        patch.setattr(f"{ui}.watch.watch_page.look", values.always(seen))
        patch.setattr(f"{ui}.settings.office_tab.office_settings", values.always(values.OFFICE))
        patch.setattr(f"{ui}.settings.sync_tab.waiting_things", values.always(()))
        patch.setattr(f"{ui}.settings.keys_tab.list_keys", values.always(()))
        seat = Seat(QuietStation(tmp_path_factory.mktemp("home")))  # type: ignore[arg-type]
        seat.take(values.SESSION)
        shown = MainWindow(seat, theme)
        shown.resize(1280, 800)
        shown.begin(None)
        shown.top.show_left(27 * 60 + 41)
        shown.show()
        yield shown
        shown.hide()
        shown.deleteLater()


def test_that_the_site_page_starts_with_two_ways_in_and_the_sites_of_before(
    window: MainWindow, qtbot: QtBot, photograph: Photograph
) -> None:
    qtbot.waitUntil(lambda: window.site.start.known.rows.rowCount() == 2)
    photograph(window, "site-start")
    assert window.site.start.known.text(1, 1) == "simulated"


def test_that_an_opened_site_shows_what_it_holds(window: MainWindow, qtbot: QtBot, photograph: Photograph) -> None:
    window.site.open(Path("/sites/north-wall"))
    qtbot.waitUntil(lambda: not window.site.view.overview.chart.is_empty)
    photograph(window, "site-open")
    assert window.site.view.badge.isVisible()
    assert window.status.site.text() == "North wall (simulated)"
    assert window.site.view.overview.channels.text(1, 4) == "31.0 %"


def test_that_what_is_never_negative_has_no_negative_numbers_on_its_axis(window: MainWindow, qtbot: QtBot) -> None:
    window.turn_to(SITE)
    window.site.open(Path("/sites/north-wall"))
    qtbot.waitUntil(lambda: not window.site.view.overview.chart.is_empty)
    chart = window.site.view.overview.chart
    chart.show_channel(arrays(), "rain")
    (low, high), axis = chart.view.viewRange()[1], chart.y_axis
    assert low < 0 < high  # the incidents stand below the values
    assert all(value >= 0 for _, values in axis.tickValues(low, high, 300) for value in values)
    chart.show_channel(arrays(), "pore pressure")
    assert any(value < 0 for _, values in axis.tickValues(-5, 5, 300) for value in values)


def test_that_a_site_that_cannot_be_read_lists_every_fault(
    window: MainWindow, qtbot: QtBot, photograph: Photograph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(session: object, station: object, folder: Path) -> None:
        raise WrongInput("The site could not be read", "rain.csv, row 812: no number. One more.", "Mend it.")

    monkeypatch.setattr("rockfall_desktop.ui.site.site_page.open_site", refuse)
    monkeypatch.setattr("rockfall_desktop.ui.site.site_page.check_site", values.always(values.FAULTS))
    window.site.open(Path("/sites/broken"))
    qtbot.waitUntil(lambda: window.site.start.faults.rows.rowCount() == 2)
    photograph(window, "site-faults")
    assert window.site.start.faults.text(0, 1) == "812"
    assert "List it under missing" in window.site.start.faults.text(0, 3)


def test_that_the_train_page_says_what_will_be_drawn_before_the_first_run(
    window: MainWindow, photograph: Photograph
) -> None:
    window.turn_to(TRAIN)
    photograph(window, "train-before")
    assert window.train.before.isVisible()


def test_that_a_running_job_is_seen_on_the_train_page_and_in_every_head(
    window: MainWindow, qtbot: QtBot, photograph: Photograph
) -> None:
    window.site.open(Path("/sites/north-wall"))
    window.turn_to(TRAIN)
    qtbot.waitUntil(lambda: "samples" in window.train.plan.line.text(), timeout=3000)
    events = values.course(17)
    window.running.job = values.fold(events[:1])
    window.train._began(window.running.job)
    for event in events:
        window.train.take(event)
    window._follow(values.fold(events))
    window.train.monitor.draw_everything()
    photograph(window, "train-running")
    assert window.train.monitor.header.facts["epoch"].text() == "17/40"
    assert window.train.monitor.header.facts["patience"].text() == "3/8"
    assert window.top.chip.isVisible()
    assert window.top.chip.text() == "training 17/40 · ETA 94 s"


def test_that_a_failed_job_shows_a_card(window: MainWindow, photograph: Photograph) -> None:
    window.turn_to(TRAIN)
    window.train._right.setCurrentWidget(window.train.monitor)
    for event in values.failed():
        window.train.take(event)
    window.train.monitor.draw_everything()
    photograph(window, "train-failed")
    assert window.train.monitor.card.isVisible()


@pytest.mark.parametrize("networks", [1, 2])
def test_that_the_card_of_a_network_that_diverged_is_read_whole_in_the_smallest_window(
    networks: int, window: MainWindow, qtbot: QtBot, photograph: Photograph
) -> None:
    window.resize(*SMALLEST)
    for page, monitor in ((TRAIN, window.train.monitor), (JOBS, window.jobs.detail.monitor)):
        window.turn_to(page)
        window.train._right.setCurrentWidget(window.train.monitor)
        window.jobs._stack.setCurrentWidget(window.jobs.detail)
        window.jobs.detail.tabs.setCurrentIndex(1)
        for event in values.diverged(networks):
            monitor.take(event)
        monitor.draw_everything()
        photograph(window, f"diverged-{page}-{networks}")
        qtbot.wait(20)
        for label in monitor.card.findChildren(QLabel):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert monitor.card.rect().contains(monitor.card.findChild(QPushButton, "failure_card_close").geometry())
    window.resize(1280, 800)


def test_that_the_list_of_jobs_names_status_in_words(window: MainWindow, qtbot: QtBot, photograph: Photograph) -> None:
    window.turn_to(JOBS)
    qtbot.waitUntil(lambda: window.jobs.table.rows.rowCount() == 5)
    photograph(window, "jobs")
    words = [window.jobs.table.text(row, 3) for row in range(5)]
    assert words == ["training", "completed", "failed", "cancelled", "queued"]
    assert window.jobs.table.text(1, 6) == "0.372"


def test_that_an_old_job_is_replayed_into_report_and_course(
    window: MainWindow, qtbot: QtBot, photograph: Photograph
) -> None:
    window.turn_to(JOBS)
    qtbot.waitUntil(lambda: window.jobs.table.rows.rowCount() == 5)
    window.jobs.open_job(values.jobs()[1].job_id)
    qtbot.waitUntil(lambda: window.jobs.detail.report.scores.rows.rowCount() == 3)
    photograph(window, "job-report")
    window.jobs.detail.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(window.jobs.detail.monitor.loss.series["train"]) == 22)
    qtbot.waitUntil(lambda: not window.jobs.detail.monitor.replaying)
    photograph(window, "job-course")
    assert window.jobs.detail.deploy.isVisible()


def test_that_few_incidents_turn_the_report_grey(window: MainWindow, photograph: Photograph) -> None:
    window.turn_to(JOBS)
    detail = window.jobs.detail
    window.jobs._stack.setCurrentWidget(detail)
    detail.report.show_report(values.report(few=True))
    detail.tabs.setCurrentIndex(0)
    photograph(window, "job-few")
    assert detail.report.numbers["pr_auc"].property("role") == "number_grey"
    assert "Few incidents" in detail.report.few.text()


def test_that_deployments_mark_the_active_one(window: MainWindow, qtbot: QtBot, photograph: Photograph) -> None:
    window.turn_to(DEPLOYMENTS_PAGE)
    qtbot.waitUntil(lambda: window.deployments.table.rows.rowCount() == 6)
    photograph(window, "deployments")
    states = [window.deployments.table.text(row, 0) for row in range(6)]
    assert states[:3] == ["active on this station", "active", "lost to another station"]
    assert states[3:] == ["key revoked", "replaced", "replaced"]


def test_that_zones_are_watched_the_worst_first(window: MainWindow, qtbot: QtBot, photograph: Photograph) -> None:
    window.watch._clock = lambda: values.NOW
    window.turn_to(WATCH)
    qtbot.waitUntil(lambda: window.watch.table.rows.rowCount() == 7)
    photograph(window, "watch")
    levels = [window.watch.table.text(row, 0) for row in range(7)]
    assert levels == ["red", "orange", "yellow", "grey", "green", "green", "green"]


def test_that_the_sync_is_told_in_the_status_line_and_a_click_leads_to_its_page(
    window: MainWindow, qtbot: QtBot, photograph: Photograph
) -> None:
    window.turn_to(JOBS)
    told = SyncState(condition=SyncCondition.WAITING, waiting=3, told=("Your deployment for North wall lost.",))
    window.syncing._take(told)
    assert window.status.sync.text() == "sync: 3 waiting"
    photograph(window, "news")
    assert window.news.isVisible()
    qtbot.mouseClick(window.status.sync, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.settings.sync.isVisible)
    photograph(window, "settings-nothing-waits")
    qtbot.mouseClick(window.news.findChild(QPushButton, "news_card_close"), Qt.MouseButton.LeftButton)
    assert window.syncing.unread == ()


def test_that_no_page_is_wider_than_the_smallest_window(window: MainWindow) -> None:
    for page in (SITE, TRAIN, JOBS, DEPLOYMENTS_PAGE, WATCH, SETTINGS):
        window.turn_to(page)
        needed = window.minimumSizeHint()
        assert needed.width() <= 1280, f"page {page} needs {needed.width()} px"
        assert needed.height() <= 800, f"page {page} needs {needed.height()} px"
