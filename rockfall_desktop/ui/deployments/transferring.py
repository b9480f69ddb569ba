"""Bundles to a file and from a file: whose one is and what it holds is shown before anything of it is taken."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from rockfall_desktop.domain.bundle import SUFFIX
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, RockfallError, WrongInput
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.deployments import BundleSight, export_bundle, import_bundle, inspect_bundle
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.deployments.bundle_facts import ACTIVE, BundleFacts, why_not
from rockfall_desktop.ui.deployments.deciding import Deciding
from rockfall_desktop.ui.deployments.deed_dialog import DeedDialog
from rockfall_desktop.ui.file_choice import ask_for_file, ask_for_target
from rockfall_desktop.ui.seat import Seat

FILES = f"Bundles (*{SUFFIX});;All files (*)"
WHERE = "In the window: Settings, Keys."


class Looked(NamedTuple):
    """A file, and what it held when it was looked at."""

    path: Path
    sight: BundleSight


class Transferring(QObject):
    """File dialogs, the look, the taking.

    Signals:
        told: what is being done or was done; empty: nothing.
        refused: a RockfallError.
    """

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, seat: Seat, deciding: Deciding, window: QWidget) -> None:
        super().__init__(window)
        self._seat, self._deciding, self._window = seat, deciding, window
        self._looking, self._copying = LatestCall("look at a bundle", self), LatestCall("export a bundle", self)
        self._looking.answered.connect(self._ask)
        self._looking.refused.connect(self._refuse)
        self._copying.answered.connect(lambda path: self.told.emit(f"Exported to {path}."))
        self._copying.refused.connect(self._refuse)

    def forget(self) -> None:
        """Want no answer any more."""
        self._looking.forget()
        self._copying.forget()

    def ask_target(self, one: Deployment) -> None:
        """Ask to which file a deployment's bundle is to be copied."""
        name = "".join(letter if letter.isalnum() else "-" for letter in one.site_name)
        ask_for_target(
            self._window,
            "bundle_export_dialog",
            "Export the bundle",
            FILES,
            lambda path: self.save(one.deployment_id, path),
            suffix=SUFFIX,
            first=f"{name}-{one.epoch}{SUFFIX}",
        )

    def save(self, deployment_id: str, path: Path) -> None:
        """Copy a bundle to a file; the file dialog has asked already whether one that is there may be replaced."""
        if not self._seat.occupied:
            return
        session, station = self._seat.session, self._seat.station
        self.told.emit("Checking and copying the bundle …")
        self._copying.ask(
            lambda: export_bundle(session, station=station, deployment_id=deployment_id, path=path, overwrite=True)
        )

    def ask_source(self) -> None:
        """Ask which file is to be looked at."""
        ask_for_file(self._window, "bundle_import_dialog", "Import a bundle", FILES, self.look_at)

    def look_at(self, path: Path) -> None:
        """Say whose a bundle is and what it holds."""
        if not self._seat.occupied:
            return
        session, station = self._seat.session, self._seat.station
        self.told.emit(f"Looking at {path.name} …")
        self._looking.ask(lambda: Looked(path, inspect_bundle(session, station=station, path=path)))

    def _refuse(self, problem: object) -> None:
        self.told.emit("")
        error = in_words(problem)
        if isinstance(error, AccessRefused):
            error = AccessRefused(error.title, error.message, f"{error.hint} {WHERE}".strip())
        self.refused.emit(error)

    def _ask(self, looked: object) -> None:
        self.told.emit("")
        if not isinstance(looked, Looked) or not self._seat.occupied:
            return
        session, station = self._seat.session, self._seat.station
        barred = why_not(looked.sight.key_state, administrator=session.role is Role.ADMIN)
        dialog = DeedDialog(
            "Take this bundle?",
            barred or ACTIVE,
            "Take it",
            "Checking and copying the bundle …",
            self._window,
            needed=False,
        )
        dialog.add(BundleFacts(looked.sight.manifest, looked.sight.key_state))
        dialog.confirm.setEnabled(not barred)
        self._deciding.ask(dialog, lambda reason: take_what_was_seen(session, station, looked, reason))


def take_what_was_seen(session: Session, station: Station, looked: Looked, reason: str) -> Deployment:
    """Import a bundle if the file still holds what the person saw.

    Raises:
        WrongInput: when it holds another one now, or cannot be taken.
        AccessRefused, StoreFault: as `import_bundle`.
    """
    if inspect_bundle(session, station=station, path=looked.path) != looked.sight:
        raise _another(looked.path)
    return import_bundle(session, station=station, path=looked.path, reason=reason)


def _another(path: Path) -> RockfallError:
    return WrongInput(
        "The file is another one now",
        f"{path} does not hold any more what was shown.",
        "Nothing was taken. Look at it again.",
    )
