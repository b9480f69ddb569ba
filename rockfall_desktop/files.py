"""The one way to write a file: whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault


def write_file(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace or make a file so that a crash or a full disk leaves the old one untouched.

    A temporary name in the same folder, every byte counted, fsync, rename, fsync of the folder.

    Raises:
        StoreFault: when the disk is full or the folder cannot be written.

    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_whole(temporary, content, mode)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise StoreFault(
            "The file was not saved",
            f"{path}: {error.strerror or error}.",
            "Free some space or choose another folder; what was there before is unchanged.",
        ) from error


def _write_whole(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be synced there; the rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
