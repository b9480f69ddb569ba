"""Several writes to the office as one, repeated as the driver's manual says, and bounded in time."""

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pymongo
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from rockfall_desktop.domain.errors import OfficeUnreachable

LONGEST_S = 10.0
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.1
_UNDECIDED, _AGAIN = "UnknownTransactionCommitResult", "TransientTransactionError"

Answer = TypeVar("Answer")
OfficeDatabase = Database[dict[str, Any]]


class Transactions:
    """The transactions of one station, one after the other.

    All of them go through one session: the next one makes the server drop what a cut connection left open, which would
    lock the counter for everybody until the server's own limit (60 s by default).

    Attributes:
        office: the office's database.
    """

    def __init__(self, office: OfficeDatabase, *, longest_s: float = LONGEST_S) -> None:
        self.office = office
        self._longest_s = longest_s
        self._session: ClientSession | None = None

    def run(self, work: Callable[[ClientSession], Answer]) -> Answer:
        """What `work` returns when all that it wrote is kept by a majority of the members, journalled.

        `work` may run several times. When this raises, nothing was written, or the commit went unanswered: then nobody
        knows, and asking again must be harmless.

        Raises:
            OfficeUnreachable: when others were in the way all the time.
            PyMongoError: as the driver has it, for whoever knows what was asked.
        """
        until = time.monotonic() + self._longest_s
        pause_s = _SHORTEST_PAUSE_S
        self._session = session = self._session or self.office.client.start_session()
        with pymongo.timeout(self._longest_s):
            while True:
                try:
                    return _once(session, work, until)
                except PyMongoError as error:
                    if not error.has_error_label(_AGAIN) or error.timeout:
                        raise
                    pause_s = _pause(pause_s, until, error)

    def close(self) -> None:
        """Give the session back."""
        if self._session is not None:
            self._session.end_session()
            self._session = None


def _once(session: ClientSession, work: Callable[[ClientSession], Answer], until: float) -> Answer:
    # Whatever ends the block before the commit, a fault of ours too, takes everything back.
    with session.start_transaction(
        read_concern=ReadConcern("snapshot"),
        write_concern=WriteConcern("majority", j=True),
        read_preference=ReadPreference.PRIMARY,
    ):
        answer = work(session)
        _commit(session, until)
    return answer


def _commit(session: ClientSession, until: float) -> None:
    pause_s = _SHORTEST_PAUSE_S
    while True:
        try:
            session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label(_UNDECIDED) or error.timeout:
                raise
            pause_s = _pause(pause_s, until, error)
        else:
            return


def _pause(pause_s: float, until: float, error: PyMongoError) -> float:
    """Wait a random while below the given one; the next bound. Two that met go on at different moments."""
    if time.monotonic() + pause_s >= until:
        raise OfficeUnreachable(
            "The office is busy", "Other stations were writing all the time.", "What waits is sent again by itself."
        ) from error
    time.sleep(random.uniform(0, pause_s))  # noqa: S311 - nothing secret
    return min(2 * pause_s, _LONGEST_PAUSE_S)
