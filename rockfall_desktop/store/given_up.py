"""Deployments of this station that somebody gave up: they can never reach the office, and nothing waits for them."""

from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.store.audit import note_deed
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.deployments import OUTBOX_KIND
from rockfall_desktop.store.pointers import point_at


class GivenUp(NamedTuple):
    """That a deployment was given up.

    Attributes:
        by_name: who did.
        at: when, UTC.
        reason: why.
    """

    by_name: str
    at: datetime
    reason: str


class GivenUpDeployments:
    """What was given up on this station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, deployment_id: str, user_id: str, by_name: str, reason: str) -> bool:
        """Note that an own deployment that is held never goes to the office; whether there was one.

        Where it is the active one, the one before it is again, or none when the office has not accepted that.
        """
        with self._store.writing() as connection:
            connection.execute(
                "delete from outbox where kind = ? and id = ? and held = 1", (OUTBOX_KIND, deployment_id)
            )
            if not connection.changes():
                return False
            at = self._store.now()
            connection.execute(
                "insert into given_up (deployment_id, user_id, by_name, at, reason) values (?, ?, ?, ?, ?)",
                (deployment_id, user_id, by_name, at.astimezone(UTC).isoformat(timespec="microseconds"), reason),
            )
            note_deed(connection, at, user_id, "deployment_given_up", deployment_id)
            _step_back(connection, deployment_id)
        return True

    def find(self, deployment_id: str) -> GivenUp | None:
        """Who gave a deployment up; None when nobody did."""
        found = self._store.rows("select by_name, at, reason from given_up where deployment_id = ?", (deployment_id,))
        return GivenUp(found[0][0], datetime.fromisoformat(found[0][1]), found[0][2]) if found else None


def _step_back(connection: apsw.Connection, deployment_id: str) -> None:
    """Where it is active, take it off: what it followed is active again, if the office accepted that."""
    active = rows(connection, "select site_id from pointers where deployment_id = ?", (deployment_id,))
    before = rows(
        connection,
        "select before.deployment_id, json_extract(before.body, '$.epoch')"
        " from deployments as given join deployments as before"
        " on before.deployment_id = json_extract(given.body, '$.follows') and before.site_id = given.site_id"
        " join deployment_numbers on deployment_numbers.deployment_id = before.deployment_id and accepted = 1"
        " where given.deployment_id = ?",
        (deployment_id,),
    )
    for (site_id,) in active:
        connection.execute("delete from pointers where site_id = ?", (site_id,))
        for before_id, epoch in before:
            point_at(connection, site_id, epoch, before_id)
