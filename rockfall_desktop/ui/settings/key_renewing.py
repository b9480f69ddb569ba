"""Opens the dialog that renews this station's key and does what it asks for."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.operations.keys import RenewedKey, greyed_by_renewal, renew_key
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.renew_dialog import RenewDialog
from rockfall_desktop.ui.words import marked


class KeyRenewing(QObject):
    """One dialog at a time.

    Signals:
        renewed: a RenewedKey.
        refused: a RockfallError that no open dialog could show.
    """

    renewed = Signal(object)
    refused = Signal(object)

    def __init__(self, seat: Seat, window: QWidget) -> None:
        super().__init__(window)
        self._seat, self._window = seat, window
        self._dialog: RenewDialog | None = None
        self._looking, self._renewing = LatestCall("what a renewal turns grey", self), LatestCall("renew key", self)
        self._looking.answered.connect(self._show_grey)
        self._looking.refused.connect(self._refuse)
        self._renewing.answered.connect(self._take)
        self._renewing.refused.connect(self._refuse)

    def ask(self) -> None:
        """Open the dialog."""
        if not self._seat.occupied or self._renewing.busy:
            return
        session, station = self._seat.session, self._seat.station
        self._dialog = dialog = RenewDialog(self._window)
        dialog.wanted.connect(self._renew)
        dialog.finished.connect(self._looking.forget)
        dialog.open()
        self._looking.ask(lambda: greyed_by_renewal(session, station=station))

    def forget(self) -> None:
        """Ask nobody any more; what was begun is done all the same."""
        self._looking.forget()
        self._renewing.forget()
        if (dialog := self._open_dialog()) is not None:
            dialog.reject()

    def _open_dialog(self) -> RenewDialog | None:
        """The dialog, while a person sees it."""
        dialog = self._dialog
        return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None

    def _show_grey(self, grey: tuple[Deployment, ...]) -> None:
        if (dialog := self._open_dialog()) is not None:
            dialog.show_grey(site_names(grey))

    def _renew(self, reason: str) -> None:
        if self._seat.occupied and not self._renewing.busy:
            session, station = self._seat.session, self._seat.station
            self._renewing.ask(lambda: renew_key(session, station=station, reason=reason))

    def _take(self, renewed: RenewedKey) -> None:
        if (dialog := self._open_dialog()) is not None:
            dialog.accept()
        self.renewed.emit(renewed)

    def _refuse(self, problem: object) -> None:
        if (dialog := self._open_dialog()) is not None:
            dialog.show_error(in_words(problem))
        else:
            self.refused.emit(in_words(problem))


def site_names(deployments: tuple[Deployment, ...]) -> tuple[str, ...]:
    """The sites of deployments, each once, in order."""
    return tuple(sorted({marked(one.site_name, simulated=one.simulated) for one in deployments}))
