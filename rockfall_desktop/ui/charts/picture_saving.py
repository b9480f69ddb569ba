"""Saves what a chart or the map shows where a person says: asked beside the window, written behind it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.operations.picture_export import export_picture
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.charts.saving import Line, as_file
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.file_choice import ask_for_target
from rockfall_desktop.ui.seat import Seat


class PictureSaving(LatestCall):
    """Draws in the window's thread, which alone may, and writes in another.

    Signals:
        told: that it was not saved, as a RockfallError; None when it was.
    """

    told = Signal(object)

    def __init__(self, seat: Seat, parent: QWidget) -> None:
        super().__init__("save a picture", parent)
        self._seat, self._over = seat, parent
        self.answered.connect(lambda _: self.told.emit(None))
        self.refused.connect(lambda problem: self.told.emit(in_words(problem)))

    def ask_where(self, first: str, ending: str, save: Callable[[Path], object]) -> None:
        """Ask for a file of that ending; `first` is the name that stands there, without it."""
        words = ending.upper()
        files = f"{words} (*.{ending})"
        ask_for_target(
            self._over, f"{first}_dialog", f"Save as {words}", files, save, suffix=ending, first=f"{first}.{ending}"
        )

    def save(self, path: Path, widget: QWidget, x_title: str = "", lines: Sequence[Line] = ()) -> None:
        """Save by the ending of the path: .png, .svg or .csv."""
        try:
            session, station = self._seat.session, self._seat.station
            content = as_file(path.suffix, widget, x_title, lines)
        except RockfallError as error:
            self.told.emit(error)
            return
        self.ask(lambda: export_picture(session, station=station, path=path, content=content))
