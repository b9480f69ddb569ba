"""Runs the deed that a dialog asks for; what was begun goes on when the dialog is closed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from rockfall_desktop.ui.background import BackgroundCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.seat import Seat

Deed = Callable[[str], object]


class Deciding(QObject):
    """One deed at a time.

    Signals:
        done: it is done, with what the operation gave.
        refused: it is not, as a RockfallError, and no dialog is open that could say so.
    """

    done = Signal(object)
    refused = Signal(object)

    def __init__(self, seat: Seat, parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self._dialog: DeedDialog | None = None
        self.busy = False

    def ask(self, dialog: DeedDialog, deed: Deed) -> None:
        """Open a dialog; `deed` takes its reason, off the window's thread."""
        self._dialog = dialog
        dialog.wanted.connect(lambda reason: self._run(lambda: deed(reason)))
        dialog.open()

    def _run(self, call: Callable[[], object]) -> None:
        if self.busy or not self._seat.occupied:
            return
        self.busy = True
        run = BackgroundCall(call, "decide on a deployment")
        run.succeeded.connect(self._end)
        run.failed.connect(self._fail)
        run.begin()

    def _seen(self) -> DeedDialog | None:
        dialog = self._dialog
        return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None

    def _end(self, value: object) -> None:
        self.busy = False
        if (dialog := self._seen()) is not None:
            dialog.accept()
        self.done.emit(value)

    def _fail(self, problem: object) -> None:
        self.busy = False
        error = in_words(problem)
        if (dialog := self._seen()) is not None:
            dialog.show_error(error)
        else:
            self.refused.emit(error)
