"""The one way to add a line to a file: the whole line or nothing, after whatever others have added."""

import errno
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LONGEST_WAIT_S = 5.0
CUT = b"~"
"""What the next writer puts behind a last line that has no end, so that it is known for one that was cut off."""
_LOCKED_BYTE = 0x7FFF_FFFF
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND


def append_line(path: Path, line: bytes, head: bytes, check: Callable[[], None] = lambda: None) -> None:
    """Add a line to a file that many may write to, and have it on the disk.

    A lock on the file keeps two writers apart; what a crash left without a line end stays as it is, on a line of its
    own that ends in `CUT`. When not all bytes can be written the file gets its old length back.

    Args:
        path: the file; made with `head` as its first line when it is not there or empty.
        line: what is added, without its end.
        head: first line of a new file, without its end.
        check: called while nobody else can write; what it raises is raised, and nothing is written.

    Raises:
        StoreFault: when it cannot be written, is no plain file, or another writer does not end.
    """
    try:
        new = not path.exists()
        handle = os.open(path, _FLAGS | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o644)
        try:
            _demand_plain_file(handle)
            if new and sys.platform != "win32":
                _sync_folder(path.parent)
            _lock(handle)
            check()
            _append(handle, line, head)
        finally:
            os.close(handle)
    except OSError as error:
        raise StoreFault(
            "The line was not saved",
            f"{path}: {error.strerror or error}.",
            "Check the space on the disk and the rights of the file; what was there before is unchanged.",
        ) from error


def _demand_plain_file(handle: int) -> None:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise OSError(errno.EINVAL, "is no plain file")


def _append(handle: int, line: bytes, head: bytes) -> None:
    size = os.lseek(handle, 0, os.SEEK_END)
    before = head + b"\n" if size == 0 else b"" if _last_byte(handle, size) == b"\n" else CUT + b"\n"
    content = memoryview(before + line + b"\n")
    try:
        while content:
            content = content[os.write(handle, content) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)


def _lock(handle: int) -> None:
    """Wait for the lock; closing the file lets it go."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            if sys.platform == "win32":
                os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise
            if time.monotonic() > deadline:
                raise OSError(errno.EBUSY, "another program has been writing to it for too long") from error
            time.sleep(0.01)
        else:
            return


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
