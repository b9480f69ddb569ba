"""What a report says of the answers: calibration before and after, how far draws agree, what to keep in mind."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rockfall_desktop.domain.report import FEW_INCIDENTS, CalibrationReport, PerformanceReport, SpreadFigures
from rockfall_desktop.domain.report_answers import CalibrationScores
from rockfall_desktop.ui.plain import plain_tip, set_role, text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ROW_HEIGHT, Cell, Column, ValueTable
from rockfall_desktop.ui.words import NOTHING, count, three_digits

CALIBRATION = (
    Column("Calibration"),
    Column("Log loss", 84, number=True, tip="Mean negative log likelihood on the test block; lower is better."),
    Column("Slope", 72, number=True, tip="Slope of the calibration line; 1 is right, below 1 it was too sure."),
    Column("Obs./exp.", 84, number=True, tip="Observed incidents over the sum of probabilities; 1 is right."),
)  # fmt: skip
_TABLE_FRAME = 36
_SPREAD_TIP = (
    "Means over the test block, first horizon. Spread: standard deviation over the draws. Chance: entropy that more "
    "records would not take away (aleatoric). Disagreement: what the draws differ on (epistemic)."
)


class AnswerFigures(QWidget):
    """Beside the scores of a report; nothing of it is seen where a report has none of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.basis = text_label(role="muted", wrap=True, name="report_calibration_basis")
        self.table = ValueTable(CALIBRATION, theme, "report_calibration")
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setFixedHeight(_TABLE_FRAME + 2 * ROW_HEIGHT)
        self.spread = text_label(role="muted", wrap=True, name="report_spread")
        self.spread.setToolTip(plain_tip(_SPREAD_TIP))
        self.remarks = text_label(role="muted", wrap=True, name="report_remarks")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.table, self.basis, self.spread, self.remarks):
            column.addWidget(part)

    def show_report(self, report: PerformanceReport) -> None:
        """Show what a report has of it."""
        calibration, spread = report.calibration, report.spread
        scored = calibration is not None and calibration.before is not None and calibration.after is not None
        self.table.setVisible(scored)
        if calibration is not None:
            rows = (("before", calibration.before), ("after", calibration.after))
            self.table.set_rows([_row(name, scores, strong=name == "after") for name, scores in rows])
            self.basis.setText(basis_words(calibration))
            set_role(self.basis, "warning" if calibration.incidents < FEW_INCIDENTS else "muted")
        self.basis.setVisible(calibration is not None)
        self.spread.setText("" if spread is None else spread_words(spread))
        self.spread.setVisible(spread is not None)
        self.remarks.setText("\n".join(report.remarks))
        self.remarks.setVisible(bool(report.remarks))
        self.setVisible(calibration is not None or spread is not None or bool(report.remarks))

    def forget(self) -> None:
        """Hold nothing until there is another report."""
        self.table.set_rows([])
        for label in (self.basis, self.spread, self.remarks):
            label.setText("")


def basis_words(calibration: CalibrationReport) -> str:
    """One sentence on what a calibration stands on."""
    block = "validation" if calibration.cross_fitted else "calibration"
    few = " (few incidents)" if calibration.incidents < FEW_INCIDENTS else ""
    words = (
        f"Calibration by {calibration.method}, fitted on {count(calibration.samples)} samples and "
        f"{count(calibration.incidents)} incidents{few} of the {block} block."
    )
    before, after = calibration.folds_log_loss_before, calibration.folds_log_loss_after
    if before is None or after is None:
        return words
    folds = f"Over five parts of it, each with a map of the others: log loss {three_digits(before)}, then "
    return f"{words} {folds}{three_digits(after)}."


def spread_words(spread: SpreadFigures) -> str:
    """One line on how far draws agree."""
    return (
        f"{count(spread.draws)} draws for each answer, spread {three_digits(spread.mean_spread)}. "
        f"Doubt (nats): {three_digits(spread.mean_aleatoric)} is chance that more training would not take away "
        f"(aleatoric), {three_digits(spread.mean_epistemic)} is disagreement of the draws (epistemic)."
    )


def _row(name: str, scores: CalibrationScores | None, *, strong: bool) -> tuple[Cell, ...]:
    if scores is None:
        return (Cell(name), *[Cell(NOTHING, "muted")] * 3)
    values = (scores.log_loss, scores.calibration_slope, scores.observed_expected)
    return (Cell(name, strong=strong), *(Cell(three_digits(value), strong=strong) for value in values))
