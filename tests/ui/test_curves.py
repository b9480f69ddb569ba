"""Curves grow cheaply, are drawn seldom and can be taken away as files."""

import csv
import math
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from rockfall_desktop.ui.charts.growing import GrowingSeries
from rockfall_desktop.ui.charts.narrow_ticks import narrow_ticks
from rockfall_desktop.ui.charts.saving import as_csv
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.curves import Curve, CurvesChart
from tests.ui.conftest import Keep


@pytest.fixture
def chart(seat: Seat, light: Theme, keep: Keep) -> CurvesChart:
    made = CurvesChart(
        "Loss", "log loss", (Curve("train", "train", 4), Curve("test", "validation", 0)), seat, light, "loss"
    )
    keep(made)
    made.resize(420, 260)
    made.show()
    return made


def test_that_a_series_keeps_every_point_while_it_grows() -> None:
    series = GrowingSeries()
    for number in range(1000):
        series.append(number, number**0.5)
    assert len(series) == 1000
    assert series.x.dtype == np.float64
    np.testing.assert_array_equal(series.x, np.arange(1000))
    np.testing.assert_allclose(series.y, np.arange(1000) ** 0.5)


def test_that_nothing_is_a_gap() -> None:
    series = GrowingSeries()
    series.append(1, 0.5)
    series.append(2, None)
    assert np.isnan(series.y[1])
    assert series.value_at(2) is None
    assert series.value_at(1) == 0.5
    assert series.value_at(7) is None


def test_that_a_chart_without_data_says_why(chart: CurvesChart) -> None:
    chart.clear("The first epoch has not ended yet.")
    assert chart.is_empty
    assert chart.empty.text() == "The first epoch has not ended yet."
    chart.add("train", 1, 0.5)
    chart.draw()
    assert not chart.is_empty


def test_that_scores_which_cannot_be_computed_draw_no_empty_axes(chart: CurvesChart) -> None:
    chart.clear("No incident falls into the validation block.")
    chart.add("train", 1, None)
    chart.draw()
    assert chart.is_empty


def test_that_drawing_without_news_costs_nothing(chart: CurvesChart) -> None:
    chart.add("train", 1, 0.5)
    assert chart.draw()
    assert not chart.draw()


def test_that_the_best_epoch_has_a_dot_with_its_number(chart: CurvesChart) -> None:
    for epoch in range(1, 6):
        chart.add("test", epoch, 1 / epoch)
    chart.mark_best("test", 4)
    chart.draw()
    assert chart._dot_name.toPlainText() == "0.250 @4"
    assert chart._dot.data["x"].tolist() == [4.0]


@pytest.mark.parametrize(("best", "peak"), [(1, 1.0), (1, 0.1), (3, 1.0), (60, 1.0)])
def test_that_the_number_of_the_best_epoch_is_whole_wherever_it_stands(
    chart: CurvesChart, best: int, peak: float
) -> None:
    chart.resize(420, 220)
    chart.show()
    for epoch in range(1, 61):
        chart.add("test", epoch, peak if epoch == best else 0.5)
    chart.mark_best("test", best)
    chart.draw()
    chart.grab()
    chart.resize(360, 200)
    chart.grab()
    label, room = chart._dot_name, chart.view.vb
    shown = label.mapRectToScene(label.boundingRect())
    assert room.mapRectToScene(room.rect()).adjusted(-1, -1, 1, 1).contains(shown)


def test_that_names_at_the_line_ends_do_not_cover_each_other(chart: CurvesChart) -> None:
    for epoch in range(1, 6):
        chart.add("train", epoch, 0.5 - epoch / 100)
        chart.add("test", epoch, 0.5 - epoch / 100 + 1e-5)
    chart.draw()
    chart.grab()
    heights = sorted(label.sceneBoundingRect().center().y() for label in chart._names.values())
    assert heights[1] - heights[0] >= 12


def test_that_two_thousand_epochs_are_drawn_within_a_frame(chart: CurvesChart) -> None:
    for epoch in range(2000):
        chart.add("train", epoch, 1 / (1 + epoch))
        chart.add("test", epoch, 1 / (1 + epoch) + 0.1)
    chart.draw()
    times = []
    for epoch in range(2000, 2005):
        chart.add("train", epoch, 0.1)
        began = perf_counter()
        chart.draw()
        times.append(perf_counter() - began)
    assert min(times) < 0.016


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside the home, and somebody who is signed in."""
    monkeypatch.setattr("tests.ui.conftest.QuietStation.demand", lambda *_: None)
    return tmp_path_factory.mktemp("stick")


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"line,epoch,value")])
def test_that_a_chart_is_saved_as_picture_drawing_and_table(
    ending: str, begins: bytes, chart: CurvesChart, elsewhere: Path, qtbot: QtBot
) -> None:
    chart.add("train", 1, 0.5)
    chart.draw()
    with qtbot.waitSignal(chart._saving.told):
        chart.save(elsewhere / f"loss.{ending}")
    assert (elsewhere / f"loss.{ending}").read_bytes().startswith(begins)
    assert not chart.fault.text()


def test_that_a_chart_takes_the_place_of_none_of_the_stations_own_files(
    chart: CurvesChart, seat: Seat, elsewhere: Path, qtbot: QtBot
) -> None:
    own = seat.station.home / "own.csv"
    own.write_bytes(b"lived from")
    for path, words in ((own, "home folder"), (elsewhere / "nowhere" / "loss.csv", "nowhere")):
        with qtbot.waitSignal(chart._saving.told):
            chart.save(path)
        assert words in chart.fault.text()
        assert chart.fault.isVisibleTo(chart)
    assert own.read_bytes() == b"lived from"
    chart.save(elsewhere / "loss.exe")
    assert ".png, .svg, .csv" in chart.fault.text()
    seat.leave()
    assert not chart.fault.text()
    chart.save(elsewhere / "loss.csv")
    assert "locked" in chart.fault.text()


def test_that_a_table_runs_no_formula_and_gives_the_numbers_back() -> None:
    x = np.array([1.0, 2.0])
    content = as_csv("epoch", [("=HYPERLINK(1)", x, np.array([0.1, np.nan]))])
    rows = list(csv.reader(content.decode().splitlines()))
    assert rows[1] == ["'=HYPERLINK(1)", "1.0", "0.1"]
    assert rows[2][2] == ""


def test_that_a_change_of_theme_recolours_the_lines(chart: CurvesChart, light: Theme) -> None:
    chart.add("train", 1, 0.5)
    chart.draw()
    pen = chart._items["train"].opts["pen"]
    assert pen.color().name().upper() == light.tokens.series[4].upper()
    assert pen.width() == 1


def test_that_the_loss_can_be_drawn_on_a_logarithmic_axis(seat: Seat, light: Theme, qtbot: QtBot, keep: Keep) -> None:
    loss = CurvesChart("Loss", "log loss", (Curve("train", "train", 0),), seat, light, "chart_loss", positive=True)
    keep(loss)
    loss.resize(500, 300)
    loss.show()
    for epoch, value in enumerate((1.0, 0.1, 0.01), 1):
        loss.add("train", epoch, value)
    loss.mark_best("train", 3)
    loss.draw()
    menu = QMenu()
    loss.add_choices(menu)
    (choice,) = [action for action in menu.actions() if action.text() == "Logarithmic"]
    choice.trigger()
    low, high = loss.view.viewRange()[1]
    assert -3 < low < -2
    assert 0 < high < 1
    assert loss._dot.getData()[1][0] == pytest.approx(-2.0)
    assert loss._names["train"].pos().y() == pytest.approx(-2.0)
    assert "0.01" in loss.describe(3.0)
    choice.trigger()
    assert loss._dot.getData()[1][0] == pytest.approx(0.01)
    assert loss.view.viewRange()[1][1] > 1.0


@pytest.mark.parametrize("top", [0.21, 0.3, 0.7, 1.3])
def test_that_a_narrow_logarithmic_axis_has_round_numbers_to_read(top: float) -> None:
    found = [10**place for place in narrow_ticks(math.log10(0.1), math.log10(top))]
    assert 2 <= len(found) <= 6
    assert all(0.1 * (1 - 1e-9) <= value <= top * (1 + 1e-9) for value in found)
    assert all(float(f"{value:.2g}") == pytest.approx(value) for value in found)


def test_that_scores_which_may_be_zero_offer_no_logarithmic_axis(seat: Seat, light: Theme, keep: Keep) -> None:
    scores = CurvesChart("Validation", "score", (Curve("pr_auc", "PR-AUC", 0),), seat, light, "chart_scores")
    keep(scores)
    menu = QMenu()
    scores.add_choices(menu)
    assert menu.actions() == []
