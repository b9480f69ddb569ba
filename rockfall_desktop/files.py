"""The one way to write a file: whole or not at all."""

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import StoreFault

if TYPE_CHECKING:
    from typing_extensions import Buffer


def write_file(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace or make a file so that a crash or a full disk leaves the old one untouched.

    A temporary name in the same folder, every byte counted, fsync, rename, fsync of the folder.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.

    """
    with replacing(path, mode=mode) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, mode: int = 0o600) -> Iterator[io.FileIO]:
    """A file to be written bit by bit, which takes the place of `path` when all of it is on the disk.

    When the block ends with an exception the old file stays and nothing is left of the new one.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.

    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with _WholeFile(handle, "w+b") as file:
            yield file
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _not_saved(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def continuing(part: Path, path: Path, *, mode: int = 0o600) -> Iterator[io.FileIO]:
    """A file that is written in several tries and takes the place of `path` when a try ends well.

    When the block ends with an exception, what was written stays in `part` and is there at the next try, with the
    position at its beginning. Two that write the same into one part at once do no harm to each other.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.

    """
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), mode)
        with _WholeFile(handle, "r+b") as file:
            yield file
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _not_saved(path, error) from error


def _not_saved(path: Path, error: OSError) -> StoreFault:
    return StoreFault(
        "The file was not saved",
        f"{path}: {error.strerror or error}.",
        "Free some space or choose another folder; what was there before is unchanged.",
    )


class _WholeFile(io.FileIO):
    """A file whose `write` writes every byte or raises."""

    def write(self, content: "Buffer", /) -> int:
        view = memoryview(content).cast("B")
        written = 0
        while written < len(view):
            written += os.write(self.fileno(), view[written:])
        return written


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be synced there; the rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
