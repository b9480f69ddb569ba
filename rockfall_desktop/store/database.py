"""The store: one encrypted SQLite file, read and written by several threads and programs at once."""

import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

import apsw

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store.connection import Values, check_sqlite, connect, make_file, rows
from rockfall_desktop.store.faults import spoken
from rockfall_desktop.store.migrations import migrate


class _Lane:
    """One thread's connection. It closes by itself when its thread ends, since only the thread holds it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()


class Store:
    """The open database. Any thread may use it; each has a connection of its own, and one at a time writes.

    Attributes:
        path: the database file.
        now: the clock, UTC.
    """

    def __init__(self, path: Path, key: bytes, *, now: Callable[[], datetime], vfs: str | None = None) -> None:
        self.path = path
        self.now = now
        self._key = key
        self._vfs = vfs
        self._mine = threading.local()
        self._lanes: WeakSet[_Lane] = WeakSet()
        self._lanes_lock = threading.Lock()
        self._writer = threading.RLock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """This thread's connection, outside any transaction. Fetch everything before you leave.

        Raises:
            StoreFault: when the database cannot be read.
        """
        with spoken(self.path):
            lane = self._lane()
            with lane.lock:
                if self._closed:
                    raise _closed(self.path)
                yield lane.connection

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """One write transaction: everything in it is on the disk afterwards, or nothing.

        Raises:
            StoreFault: when it could not be saved; nothing of it is.
        """
        with self._writer, self.reading() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                _roll_back(connection)
                raise

    def rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Everything that a query finds.

        Raises:
            StoreFault: when the database cannot be read.
        """
        with self.reading() as connection:
            return rows(connection, query, values)

    def has_key(self, key: bytes) -> bool:
        """Whether a key is the one that this store is open under, compared in a time that tells nothing."""
        return not self._closed and hmac.compare_digest(key, self._key)

    def check(self) -> None:
        """Read every page.

        Raises:
            StoreFault: when one is damaged.
        """
        with self.reading() as connection:
            found = connection.execute("pragma integrity_check(1)").fetchall()
            if found != [("ok",)]:
                raise apsw.CorruptError(str(found))

    def close(self) -> None:
        """Close every thread's connection, after what they are doing; later calls are refused. Twice does no harm."""
        with self._writer:
            self._closed = True
            self._key = b""
            with self._lanes_lock:
                lanes = list(self._lanes)
            for lane in lanes:
                with lane.lock:
                    lane.connection.close()

    def _lane(self) -> _Lane:
        lane: _Lane | None = getattr(self._mine, "lane", None)
        if lane is None:
            with self._lanes_lock:
                if self._closed:
                    raise _closed(self.path)
                lane = _Lane(connect(self.path, self._key, vfs=self._vfs))
                self._lanes.add(lane)
            self._mine.lane = lane
        return lane


def open_store(
    path: Path, key: bytes, *, now: Callable[[], datetime], make: bool = False, vfs: str | None = None
) -> Store:
    """Open the database and bring it to this version's shape.

    Args:
        path: the file.
        key: 32 random bytes.
        now: the clock, UTC.
        make: whether to make a missing file. Only the set-up may: elsewhere a missing file is a loss to be told.
        vfs: SQLite's name of another file system, for tests.

    Raises:
        StoreFault: when it is missing, damaged, too new, or not under this key.
    """
    check_sqlite(apsw.sqlite_lib_version())
    try:
        make_file(path, make=make)
    except OSError as error:
        raise StoreFault(
            "The database cannot be used", f"{path}: {error.strerror or error}.", "Check the disk and the rights."
        ) from error
    store = Store(path, key, now=now, vfs=vfs)
    try:
        with store.reading() as connection:
            migrate(connection, path, make=make)
            with suppress(apsw.FullError, apsw.BusyError, apsw.IOError):  # the log is just as good; this only tidies
                rows(connection, "pragma wal_checkpoint(passive)")
    except BaseException:
        store.close()
        raise
    return store


def _roll_back(connection: apsw.Connection) -> None:
    with suppress(apsw.Error):  # what stopped the transaction is raised, not this
        if connection.in_transaction:
            connection.execute("rollback")


def _closed(path: Path) -> StoreFault:
    return StoreFault("The database is closed", f"{path}: it was closed before.", "Sign in again.")
