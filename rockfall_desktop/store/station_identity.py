"""Who this station is, made at the first use; its key can be renewed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import apsw

from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.store.audit import note_deed
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store

PRIVATE_KEY_BYTES = 32


@dataclass(frozen=True)
class Identity:
    """A station that can sign.

    Attributes:
        station_id: UUIDv7.
        name: what it calls itself.
        private_key: Ed25519, 32 bytes.
        made_at: when it was made, UTC.
    """

    station_id: str
    name: str
    private_key: bytes = field(repr=False)
    made_at: datetime


class RevokedKey(NamedTuple):
    """An own key that is to go: the station as it signs with it, and its public half, hexadecimal."""

    identity: Identity
    fingerprint: str
    public_key: str


class RenewalDeed(NamedTuple):
    """Who renews a key, and why."""

    user_id: str
    by_name: str
    reason: str


class StationIdentity:
    """The identity of the station whose store this is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self) -> Identity | None:
        """Who it is; None before the first use."""
        with self._store.reading() as connection:
            return _read(connection)

    def get(self, *, name: str) -> Identity:
        """Who it is; made now when this is the first use. Of two programs at once one makes it and both get the same.

        Args:
            name: what a new one calls itself, 1 to 64 characters; one that is there keeps its name.
        """
        if (known := self.find()) is not None:
            return known
        now = self._store.now()
        station_id = uuid7(int(now.timestamp() * 1000), secrets.token_bytes(10))
        with self._store.writing() as connection:
            if (known := _read(connection)) is not None:
                return known
            # any 32 random bytes are a private key (RFC 8032, 5.1.5)
            made = Identity(station_id, name, secrets.token_bytes(PRIVATE_KEY_BYTES), now.astimezone(UTC))
            connection.execute(
                "insert into station (one, station_id, name, private_key, created_at) values (1, ?, ?, ?, ?)",
                (station_id, name, made.private_key, made.made_at.isoformat(timespec="microseconds")),
            )
        return made

    def renew(self, old: RevokedKey, deed: RenewalDeed, also: Callable[[apsw.Connection], None]) -> bool:
        """Take a new key pair; the old key stands revoked in the list of keys, all in one transaction.

        Args:
            old: the key that is to go.
            deed: who decides, and why.
            also: what is to be done in the same transaction.

        Returns:
            False when it is not the key any more: nothing is changed then.
        """
        now = self._store.now()
        at = now.astimezone(UTC).isoformat(timespec="microseconds")
        with self._store.writing() as connection:
            if (known := _read(connection)) is None or known.private_key != old.identity.private_key:
                return False
            connection.execute(
                "insert into station_keys"
                " (fingerprint, public_key, station_id, station_name, state, by_name, at, reason)"
                " values (?, ?, ?, ?, 'revoked', ?, ?, ?)",
                (old.fingerprint, old.public_key, known.station_id, known.name, deed.by_name, at, deed.reason),
            )
            connection.execute(
                "update station set private_key = ?, created_at = ?", (secrets.token_bytes(PRIVATE_KEY_BYTES), at)
            )
            also(connection)
            note_deed(connection, now, deed.user_id, "key_renewed", old.fingerprint)
        return True


def _read(connection: apsw.Connection) -> Identity | None:
    found = rows(connection, "select station_id, name, private_key, created_at from station")
    if not found:
        return None
    station_id, name, private_key, made_at = found[0]
    return Identity(station_id, name, private_key, datetime.fromisoformat(made_at))
