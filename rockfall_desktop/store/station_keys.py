"""Keys of other stations, and what they are worth here."""

from datetime import UTC, datetime

import apsw

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store

_COLUMNS = "fingerprint, public_key, station_id, station_name, state, by_name, at, reason"


class StationKeys:
    """The known keys of other stations. What an administrator decided is never undone by seeing a key again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def see(self, *, fingerprint: str, public_key: str, station_id: str, station_name: str) -> StationKey:
        """Note a key. One that is only seen takes the station's newest name; a trusted or revoked one stays as it is.

        Args:
            fingerprint: of the key.
            public_key: hexadecimal.
            station_id: the station that says, signed with this key, that it is its own.
            station_name: what that station calls itself.
        """
        with self._store.writing() as connection:
            connection.execute(
                f"insert into station_keys ({_COLUMNS}) values (?, ?, ?, ?, 'seen', '', ?, '')"  # noqa: S608
                " on conflict (fingerprint) do update set station_id = excluded.station_id,"
                " station_name = excluded.station_name where state = 'seen'",
                (fingerprint, public_key, station_id, station_name, self._now()),
            )
            return _key(*_row(connection, fingerprint)[0])

    def find(self, fingerprint: str) -> StationKey | None:
        """A key by its whole fingerprint; None when it was never seen."""
        with self._store.reading() as connection:
            found = _row(connection, fingerprint)
        return _key(*found[0]) if found else None

    def list(self) -> tuple[StationKey, ...]:
        """All of them, by the station's name."""
        found = self._store.rows(f"select {_COLUMNS} from station_keys order by station_name, fingerprint")  # noqa: S608
        return tuple(_key(*row) for row in found)

    def trust(self, fingerprint: str, *, by_name: str) -> StationKey | None:
        """From now on its signature counts; None when it was never seen.

        Raises:
            WrongInput: when another key is trusted as that of the same station; nothing is changed.
        """
        return self._decide(fingerprint, KeyState.TRUSTED, by_name, "")

    def revoke(self, fingerprint: str, *, by_name: str, reason: str) -> StationKey | None:
        """From now on its signature does not count; None when it was never seen."""
        return self._decide(fingerprint, KeyState.REVOKED, by_name, reason)

    def _decide(self, fingerprint: str, state: KeyState, by_name: str, reason: str) -> StationKey | None:
        with self._store.writing() as connection:
            if state is KeyState.TRUSTED:
                _demand_only_one(connection, fingerprint)
            connection.execute(
                "update station_keys set state = ?1, by_name = ?2, at = ?3, reason = ?4"
                " where fingerprint = ?5 and state <> ?1",
                (state.value, by_name, self._now(), reason, fingerprint),
            )
            found = _row(connection, fingerprint)
        return _key(*found[0]) if found else None

    def _now(self) -> str:
        return self._store.now().astimezone(UTC).isoformat(timespec="microseconds")


def _demand_only_one(connection: apsw.Connection, fingerprint: str) -> None:
    """A second trusted key of one station would sign in its name: whose it is shows only after the first is revoked."""
    found = rows(
        connection,
        "select other.station_name, other.fingerprint from station_keys as other join station_keys as one"
        " on one.station_id = other.station_id and one.fingerprint <> other.fingerprint"
        " where one.fingerprint = ? and other.state = 'trusted'",
        (fingerprint,),
    )
    if found:
        raise WrongInput(
            "The station has a trusted key already",
            f"This key says that it is that of {found[0][0]}, whose key {found[0][1]} is trusted.",
            "Ask that station. If it has renewed its key, revoke the old one first; if not, somebody imitates it.",
        )


def demand_present_key(connection: apsw.Connection, fingerprint: str) -> None:
    """That what this station just signed is not signed with a key that it gave up meanwhile.

    Raises:
        WrongInput: when the key stands among those of others and former ones.
    """
    if _row(connection, fingerprint):
        raise WrongInput(
            "The key was renewed meanwhile",
            "It was signed with the key that this station had before; nothing was saved.",
            "Deploy again: it is signed with the new key then.",
        )


def _row(connection: apsw.Connection, fingerprint: str) -> list[tuple[str, ...]]:
    return rows(connection, f"select {_COLUMNS} from station_keys where fingerprint = ?", (fingerprint,))  # noqa: S608


def _key(*columns: str) -> StationKey:
    fingerprint, public_key, station_id, station_name, state, by_name, at, reason = columns
    return StationKey(
        fingerprint=fingerprint,
        public_key=public_key,
        station_id=station_id,
        station_name=station_name,
        state=KeyState(state),
        by_name=by_name,
        at=datetime.fromisoformat(at),
        reason=reason,
    )
