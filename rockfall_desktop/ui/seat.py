"""Who sits at the window: the station, and the session of the one who signed in last."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.errors import AccessRefused

if TYPE_CHECKING:
    from rockfall_desktop.domain.user import Session
    from rockfall_desktop.operations.station import Station


class Seat(QObject):
    """Holds the station and, while the window is not locked, the session; pages get it in `__init__`.

    Signals:
        taken: somebody signed in.
        left: the window was locked; no operation works until it is taken again.
    """

    taken = Signal()
    left = Signal()

    def __init__(self, station: "Station", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.station = station
        self._session: Session | None = None

    @property
    def occupied(self) -> bool:
        """Whether somebody is signed in."""
        return self._session is not None

    @property
    def session(self) -> "Session":
        """The session in force.

        Raises:
            AccessRefused: while the window is locked.
        """
        if self._session is None:
            raise AccessRefused("The window is locked", "Nobody is signed in.", "Sign in and try again.")
        return self._session

    def take(self, session: "Session") -> None:
        """Somebody signed in."""
        self._session = session
        self.taken.emit()

    def leave(self) -> "Session | None":
        """Forget the session and give it back, so that the station can forget it too."""
        session, self._session = self._session, None
        self.left.emit()
        return session
