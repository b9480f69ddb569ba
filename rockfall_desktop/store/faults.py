"""Says in a sentence what SQLite met: the one place where its errors are translated.

Only what the world did is translated. A wrong statement or a broken constraint is a fault of the program and stays
what it is.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from rockfall_desktop.domain.errors import StoreFault

NEARLY_NOTHING_BYTES = 1024 * 1024
TOGETHER = "Put back rockfall.db and access.json together from a backup."


@contextmanager
def spoken(path: Path) -> Iterator[None]:
    """Turn SQLite's errors about a database into sentences.

    Raises:
        StoreFault: in place of them.
    """
    try:
        yield
    except (apsw.NotADBError, apsw.CorruptError, apsw.FormatError) as error:
        raise unreadable(path) from error
    except apsw.FullError as error:
        raise _full(path) from error
    except (apsw.BusyError, apsw.LockedError, apsw.ProtocolError) as error:
        raise StoreFault(
            "The database is busy",
            f"{path}: another program has been writing to it for more than five seconds.",
            "Try again; if it stays so, close the other Rockfall programs.",
        ) from error
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise (_full(path) if _is_full(path) else _unreachable(path, error)) from error


def unreadable(path: Path) -> StoreFault:
    """The fault of a database that is damaged or was written under another key."""
    return StoreFault(
        "The database cannot be read",
        f"{path}: it is damaged, or it does not belong to the access.json beside it.",
        TOGETHER,
    )


def missing(path: Path) -> StoreFault:
    """The fault of a database that was there once."""
    return StoreFault("The database is missing", f"{path}: there is no such file, or it is empty.", TOGETHER)


def _full(path: Path) -> StoreFault:
    return StoreFault(
        "The disk is full",
        f"{path}: nothing more could be saved; what was saved before is unchanged.",
        "Free some space on this disk and try again.",
    )


def _unreachable(path: Path, error: apsw.Error) -> StoreFault:
    return StoreFault(
        "The database cannot be used",
        f"{path}: {error}.",
        "Check that the disk is there and that the file may be written.",
    )


def _is_full(path: Path) -> bool:
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < NEARLY_NOTHING_BYTES
    return False
