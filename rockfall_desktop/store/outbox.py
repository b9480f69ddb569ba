"""What the office does not know yet: one row per thing, whatever happened to it since. The sync reads it."""

from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.store.database import Store


class Waiting(NamedTuple):
    """One thing that waits.

    Attributes:
        kind: training_job or deployment.
        id: which one.
        revision: its state when it last changed.
        waiting_since: ISO time of the first change that the office does not know.
    """

    kind: str
    id: str
    revision: int
    waiting_since: str


def put_in_outbox(connection: apsw.Connection, kind: str, thing_id: str, revision: int, now: datetime) -> None:
    """Note inside a write transaction that a thing has a new revision."""
    connection.execute(
        "insert into outbox (kind, id, revision, waiting_since) values (?, ?, ?, ?)"
        " on conflict (kind, id) do update set revision = excluded.revision",
        (kind, thing_id, revision, now.astimezone(UTC).isoformat(timespec="microseconds")),
    )


class Outbox:
    """The waiting things of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self) -> tuple[Waiting, ...]:
        """Everything that waits, longest first."""
        found = self._store.rows(
            "select kind, id, revision, waiting_since from outbox order by waiting_since, kind, id"
        )
        return tuple(Waiting(*row) for row in found)

    def arrived(self, waiting: Waiting) -> None:
        """Forget what the office has acknowledged; a newer revision goes on waiting."""
        with self._store.writing() as connection:
            connection.execute(
                "delete from outbox where kind = ? and id = ? and revision <= ?",
                (waiting.kind, waiting.id, waiting.revision),
            )
