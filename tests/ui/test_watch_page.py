"""The Watch page: the worst level first, never older than it says, and no level outlives its readings."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.site_score import SiteScore, without_over
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.watch.watch_looks import Look, WatchSites, laid_out, watch_sites
from rockfall_desktop.ui.watch.watch_page import WatchPage, interval_s
from rockfall_desktop.ui.watch.watch_rows import rows_of
from rockfall_desktop.ui.watch.watch_words import ago
from rockfall_desktop.ui.words import NOTHING, moment
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

PAGE, LOOKS = "rockfall_desktop.ui.watch.watch_page", "rockfall_desktop.ui.watch.watch_looks"
ENDED = datetime.fromisoformat("2012-12-31T00:00:00+00:00")


class Looking:
    """What stands in for the scoring of a site: answers as told, and notes how many looks there are at once."""

    def __init__(self) -> None:
        self.score: SiteScore = values.site_score()
        self.problem: Exception | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.asked: list[tuple[str, datetime | None]] = []
        self.at_once = self.most_at_once = 0

    def __call__(self, session: object, station: object, folder: Path, at: datetime | None) -> Look:
        self.asked.append((str(folder), at))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.go_on.wait(5)
        self.at_once -= 1
        if self.problem is not None:
            raise self.problem
        return laid_out(self.score, values.DEPLOYMENTS)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Looking:
    made = Looking()
    monkeypatch.setattr(f"{PAGE}.look", made)
    monkeypatch.setattr(f"{PAGE}.watch_sites", values.always(WatchSites(values.KNOWN, True, ())))
    return made


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = values.NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch_clock() -> Clock:
    return Clock()


@pytest.fixture
def page(seat: Seat, light: Theme, keep: Keep, looking: Looking, watch_clock: Clock, qtbot: QtBot) -> WatchPage:
    made = WatchPage(seat, light, watch_clock)
    keep(made)
    made.resize(1180, 720)
    made.show()
    qtbot.waitUntil(lambda: made.table.rows.rowCount() == len(values.ZONES))
    return made


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=3000)


def test_that_zones_stand_by_level_then_probability_and_grey_above_green() -> None:
    rows = rows_of(values.site_score())
    assert [row[0].text for row in rows.rows] == ["red", "orange", "yellow", "grey", "green", "green", "green"]
    assert rows.keys[4:] == ("Old quarry", "Water tank", "Upper bench")
    assert all(row[0].icon == f"level-{row[0].text}" for row in rows.rows)


def test_that_zones_alike_are_counted_and_not_spelt() -> None:
    names = ("Z10", "Z2", "z1", "Bench 12b", "Bench 9")
    zones = tuple(values.zone_score(name, Level.GREY, reason="No model.") for name in names)
    assert rows_of(values.site_score(zones=zones)).keys == ("Bench 9", "Bench 12b", "z1", "Z2", "Z10")


def test_that_probabilities_have_three_digits_and_grey_has_none() -> None:
    rows = {row[1].text: row for row in rows_of(values.site_score()).rows}
    assert [cell.text for cell in rows["Upper bench"][2:6]] == ["0.00412", "0.0100", "0.00906", "0.0100"]
    assert {cell.text for cell in rows["East ramp"][2:6]} == {NOTHING}


def test_that_a_single_network_shows_no_spread_because_its_doubt_was_not_estimated(page: WatchPage) -> None:
    zones = (values.zone_score("Alone", Level.GREEN, 0.02, spread=None), values.zone_score("Two", Level.GREEN, 0.01))
    rows = {row[1].text: row for row in rows_of(values.site_score(zones=zones)).rows}
    assert [rows["Alone"][place].text for place in (3, 5)] == [NOTHING, NOTHING]
    page.detail.show_zone(zones[0], values.site_score(zones=zones))
    assert "not estimated" in page.detail.doubt.text()
    page.detail.show_zone(zones[1], values.site_score(zones=zones))
    assert "disagreement" in page.detail.doubt.text()


def test_that_beyond_experience_is_marked_with_its_reason_and_lowers_no_level() -> None:
    row = next(row for row in rows_of(values.site_score()).rows if row[1].text == "Haul road")
    assert row[0].text == "orange"
    assert "beyond experience" in row[-1].text
    assert "341 mm" in row[-1].tip


def test_that_grey_says_why_in_its_row_and_never_that_it_is_safe(page: WatchPage) -> None:
    row = page.table.rows.keys.index("East ramp")
    assert page.table.text(row, 6).startswith("No reading of crack")
    page.table.selectRow(row)
    assert "never safe" in page.detail.reason.text()
    assert not page.detail.horizons.isVisible()


def test_that_a_site_that_is_grey_as_a_whole_has_the_columns_it_can_have() -> None:
    score = values.site_score(zones=(values.zone_score("A", Level.GREY, reason="No model."),), reason="No model.")
    rows = rows_of(score)
    assert [column.title for column in rows.columns] == ["Level", "Zone", "Remarks"]
    assert rows.rows[0][2].text == "No model."


def test_that_a_chosen_zone_is_shown_in_full(page: WatchPage) -> None:
    page.table.selectRow(page.table.rows.keys.index("Haul road"))
    assert page.detail.level.text() == "orange"
    assert "341 mm" in page.detail.beyond.text()
    assert page.detail.horizons.text(1, 2) == "0.403"
    assert "falls late" in page.detail.late.text()
    assert page.detail.late.isVisible()
    page.table.selectRow(page.table.rows.keys.index("Portal"))
    assert page.detail.missing.text() == "No value now: pore pressure."
    assert not page.detail.beyond.isVisible()


def test_that_the_head_names_site_model_and_age(page: WatchPage) -> None:
    assert page.head.name.text() == "North wall (simulated)"
    assert page.head.model.text().startswith("version 3, deployed")
    assert page.head.model.text().endswith("by eng")
    assert page.head.newest.text().endswith("20 h ago")
    assert "simulated" in page.head.cautions.text()
    assert page.head.counts[Level.GREY].text() == "1 grey"
    assert not page.head.as_of.isVisible()


def test_that_the_zone_that_was_chosen_stays_chosen_with_the_next_look(
    page: WatchPage, looking: Looking, qtbot: QtBot
) -> None:
    page.table.selectRow(page.table.rows.keys.index("Portal"))
    looking.score = values.site_score(zones=values.ZONES[::-1], version=4)
    page.score()
    until(qtbot, lambda: page.head.model.text().startswith("version 4"))
    assert page.detail.name.text() == "Portal"


def test_that_never_two_looks_are_taken_at_once(page: WatchPage, looking: Looking, qtbot: QtBot) -> None:
    before = len(looking.asked)
    looking.go_on.clear()
    page.score()
    for _ in range(5):
        page._look_again()
    until(qtbot, lambda: len(looking.asked) == before + 1)
    looking.go_on.set()
    until(qtbot, lambda: not page._looking.busy)
    assert len(looking.asked) == before + 1
    assert looking.most_at_once == 1


def test_that_looks_come_each_step_or_every_five_minutes_while_the_page_is_seen(page: WatchPage) -> None:
    assert [interval_s(seconds) for seconds in (0, 1, 60, 600, 86_400)] == [300, 10, 60, 300, 300]
    assert page._again.isActive()
    assert page._again.interval() == 300_000
    page.hide()
    assert not page._again.isActive()
    assert not page._tick.isActive()


def test_that_a_hidden_page_asks_nothing(page: WatchPage, looking: Looking) -> None:
    page.hide()
    before = len(looking.asked)
    page._look_again()
    page.refresh()
    assert len(looking.asked) == before
    assert not page._listing.busy


def test_that_a_look_that_failed_leaves_what_was_seen_and_says_since_when(
    page: WatchPage, looking: Looking, qtbot: QtBot, photograph: Photograph
) -> None:
    looking.problem = WrongInput("The site could not be read", "rain.csv, row 812: no number.", "Mend it.")
    page.score()
    until(qtbot, page.card.isVisible)
    photograph(page, "watch-failed")
    page.tell_age()
    assert page.state.text().startswith("Not scored anew since")
    assert page.table.rows.rowCount() == len(values.ZONES)


def test_that_no_level_outlives_its_readings(
    page: WatchPage, looking: Looking, watch_clock: Clock, qtbot: QtBot
) -> None:
    looking.problem = WrongInput("The site could not be read", "The drive is gone.", "Plug it in.")
    watch_clock.at = values.NOW + timedelta(days=2)
    page.score()
    until(qtbot, page.card.isVisible)
    page.tell_age()
    assert page.table.text(0, 0) == "red"  # 2 d 20 h: within three steps of a day and the horizon of a week
    assert page.state.text().endswith("2 d ago")
    watch_clock.at = values.NOW + timedelta(days=3)
    page.tell_age()
    assert {page.table.text(row, 0) for row in range(len(values.ZONES))} == {"grey"}
    assert "too old" in page.head.reason.text()
    assert page.head.counts[Level.GREEN].text() == "0 green"


def test_that_an_answer_whose_horizon_is_over_is_shown_no_more_and_a_level_stays(
    page: WatchPage, watch_clock: Clock
) -> None:
    watch_clock.at = values.NOW + timedelta(hours=4)
    page.tell_age()
    assert [column.title for column in page.table.rows.columns][2::2] == ["Within 7 d", "Remarks"]
    assert "answer within 1 d is over: the newest reading is of 2026-03-01 13:30 UTC." in page.head.cautions.text()
    assert page.table.text(0, 0) == "red"
    page.tell_age()
    assert page.head.cautions.text().count("is over") == 1


def test_that_no_answer_is_shown_when_every_horizon_is_over() -> None:
    """Steps of ten minutes, horizons of 10 and 70 min, readings of 70 min ago: older than an hour, and than both."""
    score = values.site_score(step_seconds=600, newest=values.NOW - timedelta(minutes=70))
    for late, grey in ((timedelta(minutes=-11), False), (timedelta(), True)):
        found = without_over(score, values.NOW + late)
        assert {zone.level for zone in found.zones if zone.name != "East ramp"} == (
            {Level.GREY} if grey else {Level.RED, Level.ORANGE, Level.YELLOW, Level.GREEN}
        )
        assert bool(found.reason) == grey
    assert (
        found.reason == "The answers within 10 min and 70 min are over: the newest reading is of 2026-03-02 08:20 UTC."
    )


def test_that_a_page_that_was_hidden_for_days_shows_no_level_of_then(
    page: WatchPage, looking: Looking, watch_clock: Clock
) -> None:
    page.hide()
    watch_clock.at = values.NOW + timedelta(days=30)
    looking.go_on.clear()
    page.show()
    assert {page.table.text(row, 0) for row in range(len(values.ZONES))} == {"grey"}
    assert page.head.newest.text().endswith("30 d ago")
    looking.go_on.set()


def test_that_a_look_under_way_for_long_tells_how_old_what_is_shown_is(
    page: WatchPage, looking: Looking, watch_clock: Clock
) -> None:
    looking.go_on.clear()
    page.score()
    watch_clock.at = values.NOW + timedelta(minutes=11)
    page.tell_age()
    assert page.state.text().startswith("Scoring … scored at")
    assert page.state.text().endswith("11 min ago: not of now")
    looking.go_on.set()


def test_that_a_reading_of_a_time_to_come_is_not_called_fresh(page: WatchPage, watch_clock: Clock) -> None:
    watch_clock.at = values.NOW - timedelta(days=400)
    page.tell_age()
    assert page.head.newest.text().endswith("later than the clock of this computer says")


def test_that_a_score_that_read_no_series_outlives_no_more_than_others(
    page: WatchPage, looking: Looking, watch_clock: Clock, qtbot: QtBot
) -> None:
    looking.score = values.site_score(newest=None)
    page.score()
    until(qtbot, lambda: page.head.newest.text() == "none")
    watch_clock.at = values.NOW + timedelta(days=4)
    page.tell_age()
    assert {page.table.text(row, 0) for row in range(len(values.ZONES))} == {"grey"}
    assert not page.head.as_of.isVisible()


def test_that_a_look_back_that_failed_leaves_the_page_at_now(
    page: WatchPage, looking: Looking, watch_clock: Clock, qtbot: QtBot
) -> None:
    watch_clock.at = values.NOW + timedelta(days=4)
    page.tell_age()
    looking.problem = WrongInput("The site could not be read", "The drive is gone.", "Plug it in.")
    press(page.head.as_of)
    until(qtbot, page.card.isVisible)
    assert page.state.text().startswith("Not scored anew since")
    before, looking.problem = len(looking.asked), None
    page._look_again()
    until(qtbot, lambda: len(looking.asked) == before + 1)
    assert looking.asked[-1][1] is None
    until(qtbot, lambda: not page._looking.busy)


def test_that_a_look_that_never_comes_back_is_told(page: WatchPage, watch_clock: Clock) -> None:
    watch_clock.at = values.NOW + timedelta(minutes=11)
    page.tell_age()
    assert page.state.text().endswith("11 min ago: not of now")


def test_that_a_record_that_ended_offers_its_newest_moment_named_as_such(
    page: WatchPage, looking: Looking, qtbot: QtBot, photograph: Photograph
) -> None:
    grey = tuple(values.zone_score(zone.name, Level.GREY, reason="The record ended.") for zone in values.ZONES)
    looking.score = values.site_score(newest=ENDED, zones=grey, reason="The newest reading is 4809 d old.")
    page.score()
    until(qtbot, page.head.as_of.isVisible)
    assert moment(ENDED) in page.head.as_of.text()
    photograph(page, "watch-ended")
    looking.score = values.site_score(newest=ENDED, scored_at=ENDED)
    press(page.head.as_of)
    until(qtbot, page.head.when.isVisible)
    assert looking.asked[-1][1] == ENDED
    assert page.head.when.text() == f"as of {moment(ENDED)}, not now"
    assert page.table.text(0, 0) == "red"
    assert not page._again.isActive()
    photograph(page, "watch-as-of")
    page.tell_age()
    assert page.table.text(0, 0) == "red"
    press(page.head.back)
    until(qtbot, lambda: not page.head.when.isVisible())
    assert looking.asked[-1][1] is None


def test_that_another_site_leaves_nothing_of_the_one_before(page: WatchPage, looking: Looking, qtbot: QtBot) -> None:
    looking.go_on.clear()
    page.site.setCurrentIndex(1)
    page.site.activated.emit(1)
    assert page.table.rows.rowCount() == 0
    assert not page.head.isVisible()
    assert not page.detail.isVisible()
    looking.go_on.set()
    until(qtbot, lambda: page.table.rows.rowCount() > 0)
    assert looking.asked[-1][0] == values.KNOWN[1].folder


def test_that_the_page_turns_to_the_site_that_was_opened_last(page: WatchPage, looking: Looking, qtbot: QtBot) -> None:
    page.take_site(values.summary().model_copy(update={"site_id": "t"}))
    page.refresh()
    until(qtbot, lambda: page.site.currentData() == "t")
    page.take_site(values.summary().model_copy(update={"site_id": "not deployed"}))
    page.refresh()
    until(qtbot, lambda: not page._listing.busy)
    assert page.site.currentData() == "t"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (WatchSites((), any_site=False, elsewhere=()), "No site is known here"),
        (WatchSites((), any_site=True, elsewhere=()), "Nothing is deployed"),
        (WatchSites((), any_site=True, elsewhere=("North wall",)), "The site's folder is not known here"),
    ],
)
def test_that_an_empty_page_says_why(
    page: WatchPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, found: WatchSites, said: str
) -> None:
    monkeypatch.setattr(f"{PAGE}.watch_sites", values.always(found))
    page.refresh()
    until(qtbot, page.empty.isVisible)
    assert page.empty.title.text() == said
    assert all(name in page.empty.words.text() for name in found.elsewhere)
    assert page.table.rows.rowCount() == 0


def test_that_only_known_sites_with_an_active_deployment_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    other = KnownSite(site_id="u", name="Quarry", folder="/q", simulated=False)
    monkeypatch.setattr(f"{LOOKS}.known_sites", values.always((*values.KNOWN, other)))
    far = values.deployment(9, site_id="far", site_name="Far slope", active=True)
    monkeypatch.setattr(f"{LOOKS}.list_deployments", values.always((far, *values.HISTORY)))
    found = watch_sites(values.SESSION, None)  # type: ignore[arg-type]
    assert [site.site_id for site in found.sites] == ["s", "t"]
    assert found.elsewhere == ("Far slope",)


def test_that_nothing_is_left_of_what_another_person_saw(page: WatchPage) -> None:
    page.forget()
    assert page.table.rows.rowCount() == 0
    assert page.site.count() == 0
    assert page.empty.isVisible()
    assert not page._again.isActive()


def test_that_ages_and_horizons_are_told_in_their_own_unit() -> None:
    past = [timedelta(seconds=40), timedelta(minutes=5), timedelta(minutes=119), timedelta(hours=30), timedelta(days=9)]
    assert [ago(values.NOW, values.NOW - one) for one in past] == [
        "40 s ago", "5 min ago", "119 min ago", "30 h ago", "9 d ago",
    ]  # fmt: skip
    assert [horizon_words(*one) for one in ((6, 600), (24, 3600), (6, 3600), (7, 86_400), (3, 0))] == [
        "1 h", "1 d", "6 h", "7 d", "3 steps",
    ]  # fmt: skip
