"""What the gate demands of a model, one line each: a mark, its word, the demand, the sentence with the figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from rockfall_desktop.domain.gate import Clause, Shown
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme

MARKS = {
    Shown.YES: ("completed", "good", "met"),
    Shown.NO: ("failed", "danger", "not met"),
    Shown.UNKNOWN: ("not-shown", "warning", "not shown"),
}
ICON = 16


class ClauseRows(QWidget):
    """Every demand with its mark, never by colour alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("gate_clauses")
        self._theme = theme
        self._marks: list[tuple[QLabel, Shown]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(3, 1)
        theme.changed.connect(self._draw)

    def show_clauses(self, clauses: Sequence[Clause]) -> None:
        """Show other demands."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._marks = []
        for row, clause in enumerate(clauses):
            self._add(row, clause)
        self._draw()

    def _add(self, row: int, clause: Clause) -> None:
        _, tone, word = MARKS[clause.shown]
        mark = QLabel()
        self._marks.append((mark, clause.shown))
        said = text_label(word, role=tone, name=f"clause_{clause.name}")
        said.setContentsMargins(0, 1, 0, 0)  # its face is a pixel smaller than the sentence's
        title = text_label(clause.title, role="field", wrap=True)
        title.setFixedWidth(176)
        labels = (
            mark,
            said,
            title,
            text_label(clause.sentence, wrap=True, name=f"clause_{clause.name}_sentence"),
        )
        for column, label in enumerate(labels):
            self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop if column < 3 else Qt.AlignmentFlag(0))

    def _draw(self) -> None:
        for label, shown in self._marks:
            icon, tone, _ = MARKS[shown]
            colour = str(getattr(self._theme.tokens, tone))
            label.setPixmap(icons.pixmap(icon, colour, ICON, self.devicePixelRatioF()))
