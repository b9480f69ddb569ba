"""A report shows what calibration changed and how far draws agree, and nothing of it where there is none."""

import pytest

from rockfall_desktop.domain.report import CalibrationReport, PerformanceReport, ReliabilityBin, SpreadFigures
from rockfall_desktop.domain.report_answers import CalibrationScores
from rockfall_desktop.ui.report_view import ReportView
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

REMARK = "The test block holds later times of the same zones: a layer can serve as a name tag of its zone there."


def scored(log_loss: float, slope: float | None, ratio: float, stretch: float) -> CalibrationScores:
    bins = tuple(
        ReliabilityBin(horizon_steps=1, mean_probability=point * stretch, observed_rate=point, samples=146)
        for point in (0.004, 0.012, 0.03, 0.09, 0.19, 0.41)
    )
    return CalibrationScores(log_loss=log_loss, calibration_slope=slope, observed_expected=ratio, reliability=bins)


def calibrated(*, few: bool = False, **changes: object) -> PerformanceReport:
    calibration = CalibrationReport.model_validate(
        {
            "method": "temperature", "samples": 1095, "incidents": 48, "cross_fitted": False,
            "before": None if few else scored(0.151, 0.61, 0.72, 1.5),
            "after": None if few else scored(0.142, 0.94, 1.07, 1.05),
        }
        | changes
    )  # fmt: skip
    spread = SpreadFigures(draws=40, mean_spread=0.0123, mean_aleatoric=0.134, mean_epistemic=0.0041)
    return values.report(few=few).model_copy(
        update={
            "network": "GRU + CNN, gated, 5 members, MC dropout",
            "calibration": calibration,
            "spread": spread,
            "remarks": (REMARK,),
            "scores": (
                values.scores("GRU + CNN, gated, 5 members, MC dropout", 0.372),
                *values.report(few=few).scores[1:],
            ),
        }
    )


@pytest.fixture
def view(seat: Seat, theme: Theme, keep: Keep) -> ReportView:
    shown = ReportView(seat, theme)
    keep(shown)
    shown.resize(1180, 700)
    return shown


def test_that_a_report_says_first_which_network_diverged(view: ReportView) -> None:
    said = "In epoch 4 of network 2 the loss became nan: the network ends with its epoch 3."
    view.show_report(calibrated().model_copy(update={"given_up": (said,)}))
    view.show()
    assert view.given_up.text() == said
    assert view.verdict.y() < view.given_up.y() < view.scores.y()
    view.show_report(values.report())
    assert not view.given_up.isVisible()
    assert view.given_up.text() == ""


@pytest.mark.usefixtures("light")
def test_that_a_report_that_is_forgotten_leaves_no_word(view: ReportView) -> None:
    view.show_report(calibrated().model_copy(update={"given_up": ("In epoch 4 the loss became nan.",)}))
    view.forget()
    texts = [label.text() for label in (view.given_up, view.answers.remarks, view.answers.basis, view.answers.spread)]
    assert texts == [""] * 4
    assert view.answers.table.model().rowCount() == 0


def test_that_a_calibration_is_shown_before_and_after(view: ReportView, photograph: Photograph) -> None:
    view.show_report(calibrated())
    photograph(view, "report_calibrated")
    table = view.answers.table
    assert [table.text(row, 0) for row in (0, 1)] == ["before", "after"]
    assert [table.text(1, column) for column in (1, 2, 3)] == ["0.142", "0.940", "1.07"]
    assert "48 incidents of the calibration block" in view.answers.basis.text()
    words = "40 draws for each answer, spread 0.0123. Doubt (nats): "
    assert view.answers.spread.text().startswith(words)
    assert "(aleatoric)" in view.answers.spread.text()
    assert "(epistemic)" in view.answers.spread.text()
    assert view.answers.remarks.text() == REMARK
    assert [name for name, _, _ in view.chart.lines()] == ["observed", "observed before calibration"]
    assert view.chart.title.text() == "Reliability, hollow before calibration"


def test_that_a_calibration_on_few_incidents_is_told_as_such(view: ReportView) -> None:
    view.show_report(calibrated(incidents=6, cross_fitted=True, folds_log_loss_before=0.16, folds_log_loss_after=0.171))
    words = view.answers.basis.text()
    assert "6 incidents (few incidents) of the validation block" in words
    assert words.endswith("log loss 0.160, then 0.171.")
    assert view.answers.basis.property("role") == "warning"


def test_that_few_incidents_in_the_test_block_leave_no_scores_of_a_calibration(view: ReportView) -> None:
    view.show_report(calibrated(few=True))
    assert view.answers.table.isHidden()
    assert not view.answers.basis.isHidden()
    assert view.chart.is_empty


def test_that_a_report_without_any_of_it_shows_none_of_it(view: ReportView) -> None:
    view.show_report(calibrated())
    view.show_report(values.report())
    assert view.answers.isHidden()
    assert [name for name, _, _ in view.chart.lines()] == ["observed"]
    assert view.chart.title.text() == "Reliability"
