"""The search beside the form: live, ranked, stopped at once, and its best taken over into the form."""

import math
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import (
    End,
    Outcome,
    Search,
    SearchEnded,
    SearchEvent,
    SearchPlan,
    SearchStarted,
    TrialEnded,
    TrialEpoch,
    TrialStarted,
)
from rockfall_desktop.domain.search_space import Dimension, Setting, space_of
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.main_window import TRAIN, MainWindow
from rockfall_desktop.ui.search.history_chart import best_so_far
from rockfall_desktop.ui.search.parallel_chart import height_on, ticks_of
from rockfall_desktop.ui.search.search_panel import SearchPanel
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.form import TrainingForm
from tests.ui import values
from tests.ui.conftest import Keep, Photograph, QuietStation

SITE = "/sites/north-wall"
VALUES = (0.31, 0.27, 0.29, 0.25, 0.33, 0.241, 0.262, 0.236)


def plan(config: TrainingConfig, vary: Sequence[str] = (), trials: int = 12, **changes: Any) -> SearchPlan:
    fields = {
        "search_id": "0190a1b2-0000-7000-8000-00000000000c", "user_id": "u", "site_name": "North wall",
        "simulated": True, "data": "0", "config": config, "dimensions": space_of(config, vary), "trials": trials,
    }  # fmt: skip
    return SearchPlan.model_validate(fields | changes)


def settings_of(one: Dimension, number: int) -> Setting:
    if one.choices:
        return one.choices[number * 5 % len(one.choices)]
    share = (number * 0.37) % 1
    low, high = (math.log(one.low), math.log(one.high)) if one.logarithmic else (one.low, one.high)
    value = low + share * (high - low)
    return float(f"{math.exp(value) if one.logarithmic else value:.3g}")


def trial(its: SearchPlan, number: int) -> list[SearchEvent]:
    value, at = VALUES[number - 1], values.NOW + timedelta(seconds=number)
    outcome = {5: Outcome.PRUNED, 7: Outcome.FAILED}.get(number, Outcome.COMPLETED)
    settings = {one.name: settings_of(one, number) for one in its.dimensions}
    events: list[SearchEvent] = [TrialStarted(at=at, trial=number, settings=settings)]
    if outcome is not Outcome.FAILED:
        events += [
            TrialEpoch(at=at, trial=number, epoch=epoch, validation_loss=value + 0.1 / epoch - 0.02)
            for epoch in range(1, 6)
        ]
    words = "The training diverged: the loss is no number in epoch 1." if outcome is Outcome.FAILED else ""
    value_told = None if outcome is Outcome.FAILED else value
    events.append(TrialEnded.model_validate(
        {"at": at, "trial": number, "outcome": outcome, "value": value_told, "words": words}
    ))  # fmt: skip
    return events


class SlowSearch:
    """A search that goes one trial further whenever the test says so, and that listens to its control."""

    def __init__(self) -> None:
        self.further = threading.Semaphore(0)
        self.started: list[Search] = []
        self.refusal: WrongInput | None = None
        self.kept: Search | None = None

    def start(
        self, session: object, *, station: object, config: TrainingConfig, vary: Sequence[str], trials: int,
        timeout_s: float | None,
    ) -> Search:  # fmt: skip
        if self.refusal is not None:
            raise self.refusal
        its = plan(config, vary, trials, timeout_s=timeout_s)
        self.started.append(Search.started(SearchStarted(at=values.NOW, plan=its)))
        return self.started[-1]

    def run(
        self, session: object, *, station: object, search_id: str, control: Control
    ) -> Iterator[SearchEvent | Tick]:
        number = 0
        while not control.cancelled and number < len(VALUES):
            yield Tick(at=values.NOW)
            if self.further.acquire(timeout=0.02):
                number += 1
                yield from trial(self.started[-1].plan, number)
        yield SearchEnded(at=values.NOW, reason=End.STOPPED if control.cancelled else End.TRIALS)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowSearch:
    made, ui = SlowSearch(), "rockfall_desktop.ui"
    monkeypatch.setattr(f"{ui}.search.running_search.start_search", made.start)
    monkeypatch.setattr(f"{ui}.search.running_search.run_search", made.run)
    monkeypatch.setattr(f"{ui}.search.search_panel.latest_search", lambda *_, **__: made.kept)
    monkeypatch.setattr(f"{ui}.train.plan_line.plan_training", values.always(values.PLAN))
    monkeypatch.setattr(f"{ui}.site.site_page.known_sites", values.always(values.KNOWN))
    monkeypatch.setattr(f"{ui}.jobs_page.list_jobs", values.always(()))
    monkeypatch.setattr("rockfall_desktop.ui.office_job_list.sight_of", values.always(None))
    return made


@pytest.fixture
def window(
    theme: Theme, slow: SlowSearch, keep: Keep, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> MainWindow:
    seat = Seat(QuietStation(tmp_path_factory.mktemp("home")))  # type: ignore[arg-type]
    seat.take(values.SESSION)
    shown = MainWindow(seat, theme)
    keep(shown)
    shown.resize(1280, 800)
    shown.begin(None)
    shown.turn_to(TRAIN)
    shown.show()
    return shown


@pytest.fixture(scope="module")
def form(qapp: QApplication) -> Iterator[TrainingForm]:
    """One form for all panels: making it takes longer than filling it."""
    made = TrainingForm()
    made.offer_sites([(SITE, "North wall")])
    made.take_site(SITE, ["rain"])
    yield made
    made.deleteLater()


@pytest.fixture
def panel(form: TrainingForm, light: Theme, slow: SlowSearch, seat: Seat, keep: Keep) -> SearchPanel:
    made = SearchPanel(seat, light, form)
    keep(made)
    made.show()
    return made


def click(button: QPushButton, qtbot: QtBot) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def go(panel: SearchPanel, slow: SlowSearch, trials: int, qtbot: QtBot) -> SearchPanel:
    click(panel.start, qtbot)
    slow.further.release(trials)
    qtbot.waitUntil(lambda: panel.search is not None and len(panel.search.finished) == trials, timeout=5000)
    panel.draw_everything()
    return panel


def test_that_trials_are_seen_live_and_ranked_and_the_best_fills_the_form(
    window: MainWindow, slow: SlowSearch, qtbot: QtBot, photograph: Photograph
) -> None:
    page = window.train
    page.offer_sites(())
    page.take_site(values.summary())
    click(page.show_search, qtbot)
    panel = go(page.search, slow, len(VALUES), qtbot)
    qtbot.waitUntil(lambda: not panel.running.active)
    panel.draw_everything()
    photograph(window, "train-search")
    table = panel.table
    assert [table.text(row, 0) for row in range(8)] == ["8", "6", "4", "2", "3", "1", "7", "5"]
    assert [table.text(row, 1) for row in (0, 1, 6, 7)] == ["best", "completed", "failed", "pruned"]
    assert "diverged" in table.text(6, 4)
    assert table.text(0, 2) == "0.2360"
    assert panel.title.text().endswith("North wall (simulated)")
    assert "8 of 50 trials" in panel.state.text()
    assert not panel.history.is_empty
    assert not panel.parallel.is_empty
    assert panel.search is not None
    before = page.form.config()
    assert before == panel.search.plan.config
    other = panel.search.config_of(8).model_copy(update={"sites": ("/sites/other",)})
    panel.use_wanted.emit(other)
    assert panel.card.isVisible()
    assert page.form.config() == before
    click(panel.use, qtbot)
    assert page.form.config() == panel.search.config_of(8)
    assert page.form.config() != before
    click(panel.back, qtbot)
    assert page.before.isVisible()


def test_that_the_row_that_is_chosen_is_the_one_that_is_used(
    panel: SearchPanel, slow: SlowSearch, qtbot: QtBot
) -> None:
    used: list[TrainingConfig] = []
    panel.use_wanted.connect(used.append)
    go(panel, slow, 3, qtbot)
    panel.table.setCurrentIndex(panel.table.rows.index(panel.table.rows.keys.index("3"), 0))
    slow.further.release(1)
    qtbot.waitUntil(lambda: panel.search is not None and len(panel.search.finished) == 4)
    panel.draw_everything()
    assert panel.table.rows.keys[0] == "4"
    click(panel.use, qtbot)
    assert panel.search is not None
    assert used == [panel.search.config_of(3)]


def test_that_a_search_is_stopped_and_keeps_what_it_found(panel: SearchPanel, slow: SlowSearch, qtbot: QtBot) -> None:
    go(panel, slow, 2, qtbot)
    click(panel.stop, qtbot)
    assert not panel.stop.isEnabled()
    qtbot.waitUntil(lambda: not panel.running.active)
    panel.draw_everything()
    assert "stopped" in panel.state.text()
    assert panel.resume.isVisible()
    assert panel.search is not None
    assert len(panel.search.finished) == 2


def test_that_only_what_is_ticked_is_varied_and_the_limits_go_along(
    panel: SearchPanel, slow: SlowSearch, qtbot: QtBot
) -> None:
    options = panel.options
    assert not options.boxes["fusion"].isVisible()
    for name, box in options.boxes.items():
        box.setChecked(name in {"width", "learning_rate", "fusion"})
    options.trials.setText("3")
    options.minutes.setText("1.5")
    go(panel, slow, 1, qtbot)
    assert panel.search is not None
    its = panel.search.plan
    assert [one.name for one in its.dimensions] == ["width", "learning_rate"]
    assert (its.trials, its.timeout_s) == (3, 90.0)


@pytest.mark.parametrize(("trials", "minutes"), [("many", ""), ("3.5", ""), ("3", "soon"), ("inf", ""), ("3", "nan")])
def test_that_a_limit_that_is_no_number_is_told(trials: str, minutes: str, panel: SearchPanel, qtbot: QtBot) -> None:
    panel.options.trials.setText(trials)
    panel.options.minutes.setText(minutes)
    click(panel.start, qtbot)
    assert panel.card.isVisible()
    assert not panel.running.active


def test_that_a_refusal_is_shown_and_another_search_can_be_started(
    panel: SearchPanel, slow: SlowSearch, qtbot: QtBot
) -> None:
    slow.refusal = WrongInput("The site could not be read", "rain.csv, row 812: no number.", "Mend it.")
    click(panel.start, qtbot)
    qtbot.waitUntil(panel.card.isVisible)
    assert panel.start.isVisible()
    assert panel.state.text() == ""


def test_that_another_person_sees_nothing_of_a_search_that_runs(
    panel: SearchPanel, slow: SlowSearch, seat: Seat, qtbot: QtBot
) -> None:
    go(panel, slow, 3, qtbot)
    seat.leave()
    seat.take(values.SESSION.model_copy(update={"user_id": "v", "name": "other"}))
    panel.forget()
    slow.further.release(1)
    qtbot.waitUntil(lambda: panel.running.search is not None and len(panel.running.search.finished) == 4)
    panel.draw_everything()
    assert panel.search is None
    assert panel.table.rows.rowCount() == 0
    assert panel.history.is_empty
    assert panel.title.text() == "Search for settings"
    assert "Somebody else" in panel.state.text()
    assert not panel.stop.isEnabled()
    assert not panel.use.isEnabled()


def test_that_the_newest_search_of_before_is_shown(panel: SearchPanel, slow: SlowSearch, qtbot: QtBot) -> None:
    config = TrainingConfig(sites=(SITE,))
    kept = Search.started(SearchStarted(at=values.NOW, plan=plan(config)))
    for number in (1, 2):
        for event in trial(kept.plan, number):
            kept = kept.apply(event)
    slow.kept = kept
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: panel.search is not None)
    panel.draw_everything()
    assert "broken off" in panel.state.text()
    assert panel.options.trials.text() == "12"


def test_that_a_thread_of_a_search_ends_with_the_window(panel: SearchPanel, slow: SlowSearch, qtbot: QtBot) -> None:
    go(panel, slow, 1, qtbot)
    for run in BackgroundRun.all_running():
        run.stop()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())


def test_that_the_best_so_far_only_falls() -> None:
    its = plan(TrainingConfig(sites=(SITE,)))
    search = Search.started(SearchStarted(at=values.NOW, plan=its))
    for number in (1, 2, 3, 4):
        for event in trial(its, number):
            search = search.apply(event)
    x, y = best_so_far(search.trials, 6)
    assert x.tolist() == [1, 2, 2, 3, 3, 4, 4, 6]
    assert y.tolist() == [0.31, 0.31, 0.27, 0.27, 0.27, 0.27, 0.25, 0.25]


def test_that_a_logarithmic_range_has_a_logarithmic_axis() -> None:
    rate = next(one for one in space_of(TrainingConfig(sites=(SITE,))) if one.name == "learning_rate")
    assert (height_on(rate, rate.low), height_on(rate, rate.high)) == (0.0, 1.0)
    assert height_on(rate, 1e-3) - height_on(rate, 1e-4) == pytest.approx(height_on(rate, 1e-2) - height_on(rate, 1e-3))
    assert [words for words, _ in ticks_of(rate)] == ["1e-4", "0.001", "0.01", "0.02"]
    network = next(one for one in space_of(TrainingConfig(sites=(SITE,))) if one.name == "temporal_network")
    assert [height for _, height in ticks_of(network)] == [0.0, 0.5, 1.0]
