"""The headline scores of another station's completed job; its whole report lies there."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from rockfall_desktop.domain.office_job import OfficeJob
from rockfall_desktop.domain.report import FEW_INCIDENTS
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.report_view import HEADLINE, headline_grid
from rockfall_desktop.ui.words import NOTHING, count, three_digits


class OfficeJobSummary(QFrame):
    """Six numbers and where the rest is."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.numbers = {key: text_label(NOTHING, role="number", name=f"office_{key}") for key, _, _ in HEADLINE}
        self.note = text_label(role="muted", wrap=True, name="office_report_note")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(headline_grid(self.numbers))
        column.addWidget(self.note)
        self.hide()

    def show_job(self, told: OfficeJob) -> None:
        """Show the scores of a completed job, with few incidents grey and without a headline; nothing of any other."""
        scores = told.job.performance_summary
        self.setVisible(scores is not None)
        if scores is None:
            return
        incidents = scores.get("incidents_in_test") or 0
        few = incidents < FEW_INCIDENTS
        for key, label in self.numbers.items():
            value = scores.get(key)
            counted = key == "incidents_in_test"
            label.setText(count(round(incidents)) if counted else three_digits(None if few else value))
            set_role(label, "number_grey" if few else "number")
        why = f"Few incidents: only {incidents:.0f} fall into the test block, too few for a headline. " if few else ""
        self.note.setText(f"{why}The whole report, with what simpler models reach, lies on {told.station_name}.")

    def forget(self) -> None:
        """Hold nothing."""
        for label in self.numbers.values():
            label.setText(NOTHING)
        self.note.setText("")
        self.hide()
