"""Who did what that matters for access. Entries are added and read, never changed: the database refuses it."""

from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.store.database import Store


class Entry(NamedTuple):
    """One deed.

    Attributes:
        position: place in the order of saving, from 1.
        at: when, UTC.
        user_id: who.
        deed: what, e.g. signed_in, deployed.
        subject: to what, an id or empty.
    """

    position: int
    at: datetime
    user_id: str
    deed: str
    subject: str


def note_deed(connection: apsw.Connection, now: datetime, user_id: str, deed: str, subject: str = "") -> None:
    """Save inside a write transaction that a user did something."""
    at = now.astimezone(UTC).isoformat(timespec="microseconds")
    connection.execute(
        "insert into audit (at, user_id, deed, subject) values (?, ?, ?, ?)", (at, user_id, deed, subject)
    )


class Audit:
    """The deeds on a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, user_id: str, deed: str, subject: str = "") -> None:
        """Save that a user did something just now."""
        with self._store.writing() as connection:
            note_deed(connection, self._store.now(), user_id, deed, subject)

    def latest(self, count: int) -> tuple[Entry, ...]:
        """The last deeds, newest first."""
        found = self._store.rows(
            "select position, at, user_id, deed, subject from audit order by position desc limit ?", (count,)
        )
        return tuple(
            Entry(position, datetime.fromisoformat(at), user_id, deed, subject)
            for position, at, user_id, deed, subject in found
        )
