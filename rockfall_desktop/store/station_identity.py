"""Who this station is, made at the first use and never again."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

import apsw

from rockfall_desktop.domain.identifiers import uuid7
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


def _read(connection: apsw.Connection) -> Identity | None:
    found = rows(connection, "select station_id, name, private_key, created_at from station")
    if not found:
        return None
    station_id, name, private_key, made_at = found[0]
    return Identity(station_id, name, private_key, datetime.fromisoformat(made_at))
