"""The bounded part of a file by which it is judged: its head and its tail."""

import stat
from dataclasses import dataclass
from pathlib import Path

from rockfall_desktop.domain.errors import WrongInput

HEAD_BYTES = TAIL_BYTES = 512 * 1024


@dataclass(frozen=True)
class Sample:
    """Parts of a file.

    Attributes:
        head: the first bytes, all of a small file.
        tail: the last bytes that are not in the head; empty for a small file.
        size: bytes of the whole file.
    """

    head: bytes
    tail: bytes
    size: int


def read_sample(path: Path) -> Sample:
    """Head and tail of a file.

    Raises:
        WrongInput: when it is no regular file or cannot be read.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WrongInput("No file", f"{path} is no file with data.", "Choose a file, not a folder or a device.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            start = max(HEAD_BYTES, status.st_size - TAIL_BYTES)
            file.seek(min(start, status.st_size))
            return Sample(head, file.read(TAIL_BYTES), status.st_size)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be read"
        raise WrongInput("No file", f"{str(path)[:200]}: {reason}.", "Check the path and its rights.") from error
