"""The whole log of a job that ended as the bytes of a file, read bit by bit and never held as a whole.

Each line is a line of JSON, so that no line can pass itself off as another one. What does not fit is cut from the
beginning, and the first line says so.
"""

import hashlib
from collections.abc import Iterator

from rockfall_desktop.domain.events import Level, LogLine, event_from_json, event_to_json
from rockfall_desktop.store.database import Store

_PAGE = 500
_ROOM_BYTES = 1000  # for the line that says what is missing
_LINES = " from job_events where job_id = ?1 and sequence <= ?2 and kind = 'log_line'"
_SIZED = "select sequence, sum(length(cast(body as blob)) + 1) over (order by sequence desc) as size"


class WholeLog:
    """The log of one job up to a revision: the same bytes whenever it is read.

    Args:
        store: where the job is.
        job_id: which job.
        revision: state of the job; later lines do not belong to it.
        most_bytes: size beyond which its beginning is cut.

    Attributes:
        size: bytes.
        sha256: hexadecimal.
    """

    def __init__(self, store: Store, job_id: str, revision: int, most_bytes: int) -> None:
        self._store, self._job_id, self._revision = store, job_id, revision
        self._first, self._cut = self._begin(most_bytes)
        digest, self.size = hashlib.sha256(), 0
        for block in self.blocks():
            digest.update(block)
            self.size += len(block)
        self.sha256 = digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Its bytes, some hundred lines at once."""
        if self._cut:
            yield self._note()
        after = self._first - 1
        while True:
            found = self._store.rows(
                f"select sequence, body{_LINES} and sequence > ?3 order by sequence limit ?4",
                (self._job_id, self._revision, after, _PAGE),
            )
            if found:
                yield "".join(f"{body}\n" for _, body in found).encode()
            if len(found) < _PAGE:
                return
            after = found[-1][0]

    def open(self) -> "LogReader":
        """To be read from its beginning."""
        return LogReader(self.blocks())

    def _begin(self, most_bytes: int) -> tuple[int, int]:
        """Sequence number of the first line that fits, and how many are before it."""
        asked = (self._job_id, self._revision)
        ((size, count),) = self._store.rows(
            f"select coalesce(sum(length(cast(body as blob)) + 1), 0), count(*){_LINES}", asked
        )
        if size <= most_bytes:
            return 0, 0
        ((first, kept),) = self._store.rows(
            f"select coalesce(min(sequence), ?2 + 1), count(*) from ({_SIZED}{_LINES}) where size <= ?3",  # noqa: S608
            (*asked, most_bytes - _ROOM_BYTES),
        )
        return first, count - kept

    def _note(self) -> bytes:
        found = self._store.rows(
            f"select body{_LINES} order by sequence >= ?3 desc, sequence limit 1",
            (self._job_id, self._revision, self._first),
        )
        text = f"The first {self._cut} lines are not here: the log is too long. They stay on the station that trained."
        line = LogLine(at=event_from_json(found[0][0]).at, level=Level.WARNING, text=text)
        return f"{event_to_json(line)}\n".encode()


class LogReader:
    """A log as something to read from, a block at a time."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._left = blocks, bytearray()

    def read(self, size: int, /) -> bytes:
        """The next bytes, exactly so many until the last ones; none at the end."""
        while len(self._left) < size and (block := next(self._blocks, b"")):
            self._left += block
        taken = bytes(self._left[:size])
        del self._left[:size]
        return taken
