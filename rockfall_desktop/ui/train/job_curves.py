"""The two charts of a job side by side, and under them what they cannot show."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.curves import Curve, CurvesChart


class JobCurves(QWidget):
    """Losses on the left, scores of the validation on the right."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        losses = (Curve("train", "train", 4), Curve("validation", "validation", 0))
        scores = (Curve("pr_auc", "PR-AUC", 1), Curve("ece", "calib. error", 2))
        self.loss = CurvesChart("Loss", "log loss", losses, seat, theme, "chart_loss", positive=True)
        self.scores = CurvesChart("Validation", "score", scores, seat, theme, "chart_scores")
        self.missing = text_label(role="muted", wrap=True, name="curves_missing")
        row = QHBoxLayout()
        row.setSpacing(12)
        for chart in (self.loss, self.scores):
            panel = QFrame()
            panel.setProperty("role", "panel")
            inside = QVBoxLayout(panel)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(chart)
            row.addWidget(panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row, 1)
        column.addWidget(self.missing)
        self.say_missing("")

    def say_missing(self, words: str) -> None:
        """Say what is not drawn; empty words: nothing is missing."""
        self.missing.setText(words)
        self.missing.setVisible(bool(words))

    def say_why_empty(self, words: str) -> None:
        """Put a sentence in the place of both."""
        for chart in (self.loss, self.scores):
            chart.say_why_empty(words)
