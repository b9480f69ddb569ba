"""Takes somebody's account in: whose it is and who signed it is shown before anything is taken."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.account_file import OpenedAccount
from rockfall_desktop.domain.user import Role, Session, User
from rockfall_desktop.operations.accounts import look_at_account, take_account_in
from rockfall_desktop.operations.office_settings import demand_administrator
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat


class Looked(NamedTuple):
    """A file, and what it said when it was looked at."""

    path: Path
    opened: OpenedAccount


class Wanted(NamedTuple):
    """What the administrator decided.

    Attributes:
        phrase: of the file.
        own_phrase: the administrator's own.
        role: what the other may do here.
        name: by which the other signs in here.
    """

    phrase: str
    own_phrase: str
    role: Role
    name: str


class AccountTaking(QObject):
    """The look and the taking, both in the background.

    Signals:
        looked: what a file says, as Looked.
        taken: the User who can sign in here now.
        refused: a RockfallError.
    """

    looked = Signal(object)
    taken = Signal(object)
    refused = Signal(object)

    def __init__(self, seat: Seat, parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self._looking, self._taking = LatestCall("look at an account file", self), LatestCall("take an account", self)
        self._looking.answered.connect(self.looked)
        self._taking.answered.connect(self.taken)
        for call in (self._looking, self._taking):
            call.refused.connect(lambda problem: self.refused.emit(in_words(problem)))

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._looking.busy or self._taking.busy

    def look(self, path: Path, phrase: str) -> None:
        """Open a file with its pass phrase."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._looking.ask(lambda: look_into(session, station, path, phrase))

    def take(self, looked: Looked, wanted: Wanted) -> None:
        """Take in what was seen."""
        if self._seat.occupied:
            session, station = self._seat.session, self._seat.station
            self._taking.ask(lambda: take_what_was_seen(session, station, looked, wanted))

    def forget(self) -> None:
        """Want no answer any more."""
        self._looking.forget()
        self._taking.forget()


def look_into(session: Session, station: Station, path: Path, phrase: str) -> Looked:
    """What an account file says. A key that was never seen is noted, so that it can be trusted.

    Raises:
        AccessRefused, WrongInput: as `open_account`.
    """
    demand_administrator(session, station=station)
    return Looked(path, look_at_account(session, station=station, path=path, pass_phrase=phrase))


def take_what_was_seen(session: Session, station: Station, looked: Looked, wanted: Wanted) -> User:
    """Take an account in if the file still says what the person saw.

    Raises:
        WrongInput: when it says something else now, or cannot be taken.
        AccessRefused, StoreFault: as `take_account_in`.
    """
    return take_account_in(
        session,
        station=station,
        path=looked.path,
        pass_phrase=wanted.phrase,
        own_pass_phrase=wanted.own_phrase,
        role=wanted.role,
        name=wanted.name,
        seen=looked.opened.account,
    )
