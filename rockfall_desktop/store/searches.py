"""The searches of a home folder: for each a journal of its events, one line of JSON each, in a folder with a lock.

A line that a crash cut off counts as not written: its trial is done again. Nothing else is ever taken away.
"""

from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from rockfall_desktop.appending import CUT, append_line
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.search import Search, SearchEvent, SearchStarted, search_event_from_json
from rockfall_desktop.files import write_file
from rockfall_desktop.store.file_lock import FileLock
from rockfall_desktop.store.home import Home

JOURNAL, LOCK = "journal.jsonl", "owner.lock"
_LONGEST_BYTES = 2**28


class Searches:
    """Reads and writes searches. Whoever appends holds the lock."""

    def __init__(self, home: Home) -> None:
        self._place = home.path / "searches"

    def folder(self, search_id: str) -> Path:
        """The folder of one search.

        Raises:
            ValueError: when that is no search's id, e.g. a piece of a path.
        """
        if search_id != str(UUID(search_id)):
            raise ValueError(f"'{search_id}' is no search id")
        return self._place / search_id

    def take(self, search_id: str) -> FileLock | None:
        """Take the lock of a search and make its folder; None when somebody else has it.

        Raises:
            StoreFault: when the folder or the lock file cannot be made.
        """
        folder = self.folder(search_id)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return FileLock.take(folder / LOCK)
        except OSError as error:
            raise StoreFault(
                "The search cannot be started",
                f"{folder}: {error.strerror or error}.",
                "Free some space or check the rights of the home folder.",
            ) from error

    def create(self, event: SearchStarted) -> Search:
        """Begin the journal of a search.

        Raises:
            StoreFault: when it cannot be written.
        """
        write_file(self.folder(event.plan.search_id) / JOURNAL, event.model_dump_json().encode() + b"\n")
        return Search.started(event)

    def append(self, search_id: str, event: SearchEvent) -> None:
        """Write down what happened, on the disk when this returns.

        Raises:
            StoreFault: when it cannot be written; what was there before is unchanged.
        """
        path = self.folder(search_id) / JOURNAL

        def check() -> None:
            if path.stat().st_size == 0:
                raise _damaged(path, "it is empty")

        append_line(path, event.model_dump_json().encode(), b"", check)

    def has(self, search_id: str) -> bool:
        """Whether there is such a search."""
        try:
            return (self.folder(search_id) / JOURNAL).is_file()
        except ValueError:
            return False

    def events(self, search_id: str) -> tuple[SearchEvent, ...]:
        """What happened in a search, in order.

        Raises:
            StoreFault: when the journal cannot be read or a whole line of it is no event.
        """
        path = self.folder(search_id) / JOURNAL
        try:
            if path.stat().st_size > _LONGEST_BYTES:
                raise _damaged(path, "it is larger than a journal can be")
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise _damaged(path, error.strerror or str(error)) from error
        found: list[SearchEvent] = []
        for number, line in enumerate(lines[:-1], 1):  # what stands behind the last line end was cut off
            if line.endswith(CUT):
                continue
            try:
                found.append(search_event_from_json(line))
            except ValidationError as error:
                raise _damaged(path, f"line {number} is damaged") from error
        if not found or not isinstance(found[0], SearchStarted):
            raise _damaged(path, "its beginning is missing")
        return tuple(found)

    def read(self, search_id: str) -> Search:
        """A search as it stands.

        Raises:
            StoreFault: when its journal is damaged.
        """
        first, *later = self.events(search_id)
        if not isinstance(first, SearchStarted):
            raise _damaged(self.folder(search_id) / JOURNAL, "its beginning is missing")
        search = Search.started(first)
        try:
            for event in later:
                search = search.apply(event)
        except ValueError as error:
            raise _damaged(self.folder(search_id) / JOURNAL, str(error)) from error
        return search

    def ids(self) -> tuple[str, ...]:
        """The ids of all searches, newest first."""
        if not self._place.is_dir():
            return ()
        return tuple(sorted((path.name for path in self._place.iterdir() if self.has(path.name)), reverse=True))


def _damaged(path: Path, reason: str) -> StoreFault:
    return StoreFault("The search cannot be read", f"{path}: {reason}.", "Start a new search.")
