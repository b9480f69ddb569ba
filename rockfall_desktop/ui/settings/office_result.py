"""What a test of the connection found."""

from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from rockfall_desktop.domain.office import OfficeCheck
from rockfall_desktop.ui.plain import set_role, text_label

ROWS = ("Server", "Replica set", "Encrypted", "Prepared")
WIDTH = 420


class OfficeResult(QFrame):
    """Server, set, encryption, preparation, and under them every caution."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("office_result")
        self.setProperty("role", "panel")
        self.setMaximumWidth(WIDTH)
        self.title = text_label("The office answers", role="section", name="office_result_title")
        self.words = {row: text_label(wrap=True, name=f"office_result_{row.split()[0].lower()}") for row in ROWS}
        self.cautions = text_label(role="warning", wrap=True, name="office_result_cautions")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (row, label) in enumerate(self.words.items()):
            grid.addWidget(text_label(row, role="muted"), place, 0)
            grid.addWidget(label, place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addLayout(grid)
        column.addWidget(self.cautions)
        self.hide()

    def show_check(self, found: OfficeCheck) -> None:
        """Show what was found."""
        self.words["Server"].setText(f"MongoDB {found.server}")
        self.words["Replica set"].setText(found.replica_set)
        self.words["Encrypted"].setText("yes" if found.encrypted else "no")
        prepared = (
            "yes" if found.prepared else "no: an administrator of the office runs rockfall-desktop mongodb prepare"
        )
        self.words["Prepared"].setText(prepared)
        set_role(self.words["Prepared"], "" if found.prepared else "danger")
        self.cautions.setText("\n".join(found.cautions))
        self.cautions.setVisible(bool(found.cautions))
        self.show()
