"""What the office does not know yet: one row per thing, whatever happened to it since. The sync reads it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store

_COLUMNS = "kind, id, revision, waiting_since, tries, fault, held"


class Waiting(NamedTuple):
    """One thing that waits.

    Attributes:
        kind: training_job or deployment.
        id: which one.
        revision: its state when it last changed.
        waiting_since: ISO time of the first change that the office does not know.
        tries: how often it was tried.
        fault: why it did not go, one sentence; empty before the first try.
        held: whether it waits for a person: the office refuses it.
    """

    kind: str
    id: str
    revision: int
    waiting_since: str
    tries: int = 0
    fault: str = ""
    held: bool = False


class Mark(NamedTuple):
    """What changes whenever something begins or ceases to wait, or has a new state."""

    things: int
    held: int
    revisions: int


def put_in_outbox(connection: apsw.Connection, kind: str, thing_id: str, revision: int, now: datetime) -> None:
    """Note inside a write transaction that a thing has a new revision."""
    connection.execute(
        "insert into outbox (kind, id, revision, waiting_since) values (?, ?, ?, ?)"
        " on conflict (kind, id) do update set revision = excluded.revision",
        (kind, thing_id, revision, now.astimezone(UTC).isoformat(timespec="microseconds")),
    )


def put_everything(connection: apsw.Connection, own_deployments: Sequence[str], now: datetime) -> None:
    """Let all jobs and some deployments wait once more, inside a write transaction."""
    for job_id, revision in rows(connection, "select job_id, revision from jobs"):
        put_in_outbox(connection, "training_job", job_id, revision, now)
    for deployment_id in own_deployments:
        put_in_outbox(connection, "deployment", deployment_id, 1, now)


class Outbox:
    """The waiting things of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self) -> tuple[Waiting, ...]:
        """Everything that waits, longest first."""
        found = self._store.rows(f"select {_COLUMNS} from outbox order by waiting_since, kind, id")  # noqa: S608
        return tuple(Waiting(*row)._replace(held=bool(row[-1])) for row in found)

    def to_go(self, *, untried: bool = False) -> tuple[Waiting, ...]:
        """What waits for the office and not for a person, longest first; of it only what was never tried, if asked."""
        never = " and tries = 0" if untried else ""
        found = self._store.rows(
            f"select {_COLUMNS} from outbox where held = 0{never} order by waiting_since, kind, id"  # noqa: S608
        )
        return tuple(Waiting(*row)._replace(held=False) for row in found)

    def held(self) -> int:
        """How many things wait for a person."""
        ((count,),) = self._store.rows("select count(*) from outbox where held = 1")
        return int(count)

    def mark(self) -> Mark:
        """Cheap enough for every second."""
        found = self._store.rows("select count(*), coalesce(sum(held), 0), coalesce(sum(revision), 0) from outbox")
        return Mark(*found[0])

    def arrived(self, *waiting: Waiting) -> None:
        """Forget what the office has acknowledged; a newer revision goes on waiting, from now."""
        now = self._store.now().astimezone(UTC).isoformat(timespec="microseconds")
        with self._store.writing() as connection:
            for one in waiting:
                connection.execute(
                    "delete from outbox where kind = ? and id = ? and revision <= ?", (one.kind, one.id, one.revision)
                )
                connection.execute(
                    "update outbox set waiting_since = ?, tries = 0, fault = '', held = 0 where kind = ? and id = ?",
                    (now, one.kind, one.id),
                )

    def put_again(self, job_ids: Sequence[str]) -> None:
        """Let own jobs that the office lost wait, with the next turn: what waits already stays as it is."""
        missing = (
            " from jobs where job_id in (select value from json_each(?1))"
            " and not exists (select 1 from outbox where kind = 'training_job' and id = job_id)"
        )
        asked = (json.dumps(job_ids),)
        if not job_ids or not self._store.rows(f"select 1{missing} limit 1", asked):
            return
        now = self._store.now().astimezone(UTC).isoformat(timespec="microseconds")
        with self._store.writing() as connection:
            connection.execute(
                "insert into outbox (kind, id, revision, waiting_since, tries)"
                f" select 'training_job', job_id, revision, ?2, 1{missing}",
                (*asked, now),
            )

    def failed(self, waiting: Waiting, sentence: str, *, held: bool = False) -> None:
        """Count a try and note why it did not go; held: it waits for a person from now on and blocks nobody."""
        with self._store.writing() as connection:
            connection.execute(
                "update outbox set tries = tries + 1, fault = ?, held = ? where kind = ? and id = ?",
                (sentence, int(held), waiting.kind, waiting.id),
            )

    def again(self, kind: str, thing_id: str) -> bool:
        """Let a held thing be tried again; whether there was one."""
        with self._store.writing() as connection:
            connection.execute("update outbox set held = 0 where kind = ? and id = ? and held = 1", (kind, thing_id))
            return bool(connection.changes())
