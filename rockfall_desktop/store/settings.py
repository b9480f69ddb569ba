"""Settings of this station, and secrets that lie in the encrypted store, each a text by its name."""

from collections.abc import Mapping

from rockfall_desktop.store.database import Store

_PUT_SETTING = "insert into settings (name, body) values (?1, ?2) on conflict (name) do update set body = ?2"
_PUT_HIDDEN = "insert into secrets (name, secret) values (?1, ?2) on conflict (name) do update set secret = ?2"


class Settings:
    """The settings and secrets of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self, name: str) -> str | None:
        """A setting, None when it was never saved."""
        found = self._store.rows("select body from settings where name = ?", (name,))
        return found[0][0] if found else None

    def read_secret(self, name: str) -> str | None:
        """A secret, None when there is none."""
        found = self._store.rows("select secret from secrets where name = ?", (name,))
        return found[0][0] if found else None

    def save(self, settings: Mapping[str, str], secrets: Mapping[str, str | None]) -> None:
        """Save settings and secrets together; None takes a secret away."""
        with self._store.writing() as connection:
            for name, body in settings.items():
                connection.execute(_PUT_SETTING, (name, body))
            for name, secret in secrets.items():
                if secret is None:
                    connection.execute("delete from secrets where name = ?", (name,))
                else:
                    connection.execute(_PUT_HIDDEN, (name, secret))
