"""Brings a database to the shape that this version of the program knows, one numbered file at a time."""

import re
from pathlib import Path

import apsw

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.packed import resource
from rockfall_desktop.store.faults import missing

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


def all_migrations() -> dict[int, Path]:
    """The files by number.

    Raises:
        ValueError: when they are not numbered 1, 2, 3 ... each once.
    """
    named = [(_NAME.fullmatch(path.name), path) for path in sorted(resource("migrations").glob("*.sql"))]
    numbered = [(int(match[1]) if match else 0, path) for match, path in named]
    if [number for number, _ in numbered] != list(range(1, len(numbered) + 1)):
        raise ValueError("the migrations are not numbered 0001, 0002, 0003 ... each once")
    return dict(numbered)


def migrate(connection: apsw.Connection, path: Path, *, make: bool) -> int:
    """Run what is missing, each file with its number in one transaction; how many ran.

    Raises:
        StoreFault: when a newer version of the program made the database, or it is empty and is not to be made.
    """
    files = all_migrations()
    if not make and version(connection) == 0:
        raise missing(path)
    if version(connection) > max(files):
        raise StoreFault(
            "The database is too new",
            f"{path}: a newer version of Rockfall Desktop has written it.",
            "Install that version here, or choose another home folder.",
        )
    return sum(_run(connection, number, file) for number, file in files.items())


def version(connection: apsw.Connection) -> int:
    """The number of the last migration that ran."""
    return int(connection.pragma("user_version"))


def _run(connection: apsw.Connection, number: int, file: Path) -> bool:
    if version(connection) >= number:
        return False
    connection.execute("begin immediate")
    try:
        missing = version(connection) < number  # another process may have been faster
        if missing:
            for _ in connection.execute(file.read_text(encoding="utf-8")):
                pass
            connection.pragma("user_version", number)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return missing
