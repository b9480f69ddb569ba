"""A lock on a file that the operating system drops by itself when its process ends, however it ends."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileLock:
    """A lock that is held from the making of the object until `release`.

    Each object is a holder of its own: a second one in the same process is refused like one in another process
    (flock, not POSIX record locks, which a process cannot hold against itself and loses with any close).
    """

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Take the lock, or None when it is held; never waits. The file stays for good: deleting it would race.

        Raises:
            OSError: when the file cannot be made.
        """
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return None
        return cls(handle)

    @property
    def held(self) -> bool:
        """Whether this object still holds it."""
        return self._handle is not None

    def release(self) -> None:
        """Let go; doing so twice does no harm."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def __del__(self) -> None:
        with suppress(OSError):
            self.release()


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
