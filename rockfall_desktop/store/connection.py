"""Opens one connection to the encrypted database, with everything set that durability and secrecy rest on."""

import os
from pathlib import Path
from typing import Any

import apsw

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store.faults import missing, unreadable

Values = tuple[str | int | float | bytes | None, ...]
OLDEST_SQLITE = (3, 51, 3)
BUSY_MS = 5000
SMALLEST_BYTES = 4096
KEY_BYTES = 32
BEFORE_WAL: tuple[tuple[str, str | int], ...] = (("temp_store", "memory"), ("mmap_size", 0))
SETTINGS: tuple[tuple[str, str | int], ...] = (
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
)


def check_sqlite(version: str) -> None:
    """Refuse a SQLite that can corrupt a write-ahead log (the WAL-reset fault, mended in 3.51.3).

    Raises:
        StoreFault: when it is older.
    """
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SQLITE:
        raise StoreFault(
            "The installation cannot be used",
            f"Its SQLite is {version}; 3.51.3 or newer is needed.",
            "Install Rockfall Desktop again.",
        )


def make_file(path: Path, *, make: bool) -> None:
    """See to it that the file is there, readable by its owner only.

    Raises:
        StoreFault: when it is missing, empty or less than a page and is not to be made.
        OSError: when it cannot be made.
    """
    size = path.stat().st_size if path.exists() else 0
    if not make and size < SMALLEST_BYTES:  # SQLite would take a stump for a new database
        raise unreadable(path) if size else missing(path)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def connect(path: Path, key: bytes, *, vfs: str | None) -> apsw.Connection:
    """Open, unlock and set up one connection.

    The key is given raw, without a derivation of SQLite's own: it is 32 random bytes already (0.2 ms for 25 ms).
    Each page is encrypted with ChaCha20 and carries a Poly1305 tag.

    Raises:
        ValueError: when the key is not 32 bytes long.
        apsw.NotADBError: when it is not the key.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the data key has 32 bytes")
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs, statementcachesize=200)
    try:
        _set_up(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def rows(connection: apsw.Connection, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
    """Everything that a query finds, fetched whole: no read transaction stays open."""
    return connection.execute(query, values).fetchall()


def _set_up(connection: apsw.Connection, key: bytes) -> None:
    connection.set_busy_timeout(BUSY_MS)
    connection.pragma("cipher", "chacha20")
    connection.pragma("key", f"raw:{key.hex()}")
    for name, value in BEFORE_WAL:
        connection.pragma(name, value)
    connection.execute("select count(*) from sqlite_schema").fetchall()
    connection.pragma("journal_mode", "wal")
    for name, value in SETTINGS:
        connection.pragma(name, value)
