"""Shows the help of the field that has the focus without moving that field from under the pointer."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea

from rockfall_desktop.ui.train.field_row import FieldRow

LOOK_MS = 20


class HelpPlace(QObject):
    """One help at a time.

    Rows move when a help comes and another goes. Nothing moves while a mouse button is down, else a click would be
    released beside what it was meant for, nor while a list is open, which would then lie over other rows; and the form
    scrolls along, so that the field stays where it was seen.
    """

    def __init__(self, rows: Mapping[str, FieldRow], area: QScrollArea) -> None:
        super().__init__(area)
        self._rows, self._area = rows, area
        self._wanted = ""
        self._pause = QTimer(self)
        self._pause.setInterval(LOOK_MS)
        self._pause.timeout.connect(self._look)

    def show_for(self, name: str) -> None:
        """Show the help of a field, as soon as no mouse button is down and no list is open."""
        self._wanted = name
        self._look()

    def _look(self) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton or QApplication.activePopupWidget() is not None:
            self._pause.start()
            return
        self._pause.stop()
        row = self._rows[self._wanted]
        before = self._height(row)
        for name, other in self._rows.items():
            other.show_help(visible=name == self._wanted)
        QTimer.singleShot(0, row, lambda: self._follow(row, before))

    def _follow(self, row: FieldRow, before: int) -> None:
        """Scroll by as much as the row moved; then as much more as it takes to see it whole."""
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + self._height(row) - before)
        if row.editor.control.hasFocus():
            self._area.ensureWidgetVisible(row, 0, 0)

    def _height(self, row: FieldRow) -> int:
        return row.mapTo(self._area.viewport(), QPoint(0, 0)).y()
