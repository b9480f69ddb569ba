"""What a trained network is worth: the verdict, the headline, the table beside simpler models, reliability, blocks."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.report import BlockCount, PerformanceReport, Scores
from rockfall_desktop.ui.charts.reliability_chart import ReliabilityChart
from rockfall_desktop.ui.plain import plain_tip, set_role, text_label
from rockfall_desktop.ui.report_answers import AnswerFigures
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ROW_HEIGHT, Cell, Column, ValueTable
from rockfall_desktop.ui.words import NOTHING, count, three_digits

SCORES = (
    Column("Model"), Column("Horizon", 64, number=True, tip="Steps ahead."),
    Column("Base rate", 76, number=True, tip="Share of test samples answered by an incident."),
    Column("PR-AUC", 74, number=True, tip="Average precision; compare it with the base rate."),
    Column("ROC-AUC", 76, number=True),
    Column("Brier", 76, number=True, tip="Mean squared error of the probability; lower is better."),
    Column("Skill", 76, number=True, tip="1 - Brier / Brier of climatology; above 0 is better than climatology."),
    Column("Log loss", 76, number=True),
    Column("ECE", 86, number=True, tip="Expected calibration error. Saying never scores well on it: no goal."),
    Column("Slope", 68, number=True, tip="Slope of the calibration line; 1 is right."),
    Column("Obs./exp.", 76, number=True, tip="Observed incidents over the sum of probabilities; 1 is right."),
    Column("Accuracy", 76, number=True, tip="At a probability of one half; beside it what always saying never scores."),
    Column("Never", 58, number=True, tip="Accuracy of always saying never."),
)  # fmt: skip
BLOCKS = (
    Column("Block", 96), Column("From", 112), Column("To", 112), Column("Samples", 90, number=True),
    Column("Incidents", 84, number=True), Column("", 0),
)  # fmt: skip
HEADLINE = (
    ("pr_auc", "PR-AUC", "Average precision on the test block, first horizon."),
    ("base_rate", "Base rate", "Share of test samples answered by an incident: what a guess would reach in PR-AUC."),
    ("roc_auc", "ROC-AUC", "Area under the ROC curve."),
    ("brier_skill", "Brier skill", "1 - Brier / Brier of climatology; above 0 is better than climatology."),
    ("observed_expected", "Observed/expected", "Observed incidents over the sum of probabilities; 1 is right."),
    ("incidents_in_test", "Incidents in test", "Rockfalls that fall into the test block's answers."),
)
TABLE_FRAME = 36
CHART_HEIGHT = 280


class ReportView(QScrollArea):
    """Shows one PerformanceReport."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("report_view")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verdict = text_label(role="section", wrap=True, name="report_verdict")
        self.few = text_label(role="warning", wrap=True, name="report_few")
        self.given_up = text_label(role="warning", wrap=True, name="report_given_up")
        self.numbers = {key: text_label(role="number", name=f"report_{key}") for key, _, _ in HEADLINE}
        self.scores = ValueTable(SCORES, theme, "report_scores")
        self.blocks = ValueTable(BLOCKS, theme, "report_blocks")
        self.chart = ReliabilityChart(seat, theme)
        self.left_out = text_label(role="muted", wrap=True, name="report_left_out")
        self.answers = AnswerFigures(theme)
        self._inner = QWidget()
        self._arrange()

    def _arrange(self) -> None:
        inner = self._inner
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 12, 8, 12)
        column.setSpacing(12)
        column.addWidget(self.verdict)
        column.addWidget(self.few)
        column.addWidget(self.given_up)
        column.addLayout(headline_grid(self.numbers))
        column.addWidget(self.scores)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._chart_panel(), 4, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.blocks)
        right.addWidget(self.left_out)
        right.addWidget(self.answers)
        right.addStretch()
        row.addLayout(right, 5)
        column.addLayout(row)
        column.addStretch()
        self.setWidget(inner)
        for table in (self.scores, self.blocks):
            table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _chart_panel(self) -> QFrame:
        panel = QFrame()
        panel.setProperty("role", "panel")
        panel.setFixedHeight(CHART_HEIGHT)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        return panel

    def forget(self) -> None:
        """Hold nothing until there is another report."""
        self._inner.hide()
        for label in (self.verdict, self.few, self.given_up, self.left_out):
            label.setText("")
        self.answers.forget()
        for table in (self.scores, self.blocks):
            table.set_rows([])
        self.chart.show_bins((), ())

    def show_report(self, report: PerformanceReport) -> None:
        """Show a report; with few incidents its numbers are grey and say so."""
        self._inner.show()
        self.verdict.setText(report.verdict)
        self.few.setVisible(report.few_incidents)
        self.few.setText(
            f"Few incidents: only {report.incidents_in_test} fall into the test block, too few for a headline. "
            "Choose an earlier test start or a longer one."
        )
        self.given_up.setText("\n".join(report.given_up))
        self.given_up.setVisible(bool(report.given_up))
        for key, label in self.numbers.items():
            value = getattr(report, key)
            label.setText(count(value) if key == "incidents_in_test" else three_digits(value))
            set_role(label, "number_grey" if report.few_incidents else "number")
        tone = "muted" if report.few_incidents else ""
        self.scores.set_rows([score_row(scores, tone, strong=place == 0) for place, scores in enumerate(report.scores)])
        self.blocks.set_rows([block_row(block) for block in report.blocks])
        self.scores.setVisible(bool(report.scores))
        for table, rows in ((self.scores, len(report.scores)), (self.blocks, len(report.blocks))):
            table.setFixedHeight(TABLE_FRAME + rows * ROW_HEIGHT)
        before = report.calibration.before if report.calibration is not None else None
        self.chart.show_bins(
            () if report.few_incidents else report.reliability, before.reliability if before is not None else ()
        )
        self.answers.show_report(report)
        parts = [f"{count(number)} {reason}" for reason, number in report.left_out.items() if number]
        self.left_out.setText("Samples left out: " + "; ".join(parts) + "." if parts else "No sample was left out.")


def score_row(scores: Scores, tone: str, *, strong: bool) -> tuple[Cell, ...]:
    """One model as the cells of SCORES."""
    values = (
        scores.base_rate, scores.pr_auc, scores.roc_auc, scores.brier, scores.brier_skill, scores.log_loss, scores.ece,
        scores.calibration_slope, scores.observed_expected, scores.accuracy, scores.accuracy_of_never,
    )  # fmt: skip
    numbers = [
        Cell(three_digits(value), tone or ("" if value is not None else "muted"), strong=strong) for value in values
    ]
    return (Cell(scores.model, strong=strong), Cell(str(scores.horizon_steps)), *numbers)


def block_row(block: BlockCount) -> tuple[Cell, ...]:
    """One block of the split as the cells of BLOCKS."""
    return (
        Cell(block.name), Cell(str(block.start or "")), Cell(str(block.end or "")), Cell(count(block.samples)),
        Cell(count(block.incidents), "" if block.incidents else "warning"), Cell("" if block.samples else NOTHING),
    )  # fmt: skip


def headline_grid(numbers: Mapping[str, QLabel]) -> QGridLayout:
    """The numbers of HEADLINE side by side, each under its name."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(0)
    for place, (key, words, tip) in enumerate(HEADLINE):
        title = text_label(words, role="muted")
        title.setToolTip(plain_tip(tip))
        grid.addWidget(title, 0, place)
        grid.addWidget(numbers[key], 1, place)
    grid.setColumnStretch(len(HEADLINE), 1)
    return grid
