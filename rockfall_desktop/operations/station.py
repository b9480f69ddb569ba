"""One installed copy of the program at work: its home, its open store, who is signed in, what runs."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from rockfall_desktop.access.keyring_place import KeyringPlace
from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.store.access_names import access_names
from rockfall_desktop.store.home import Home, home_folder

if TYPE_CHECKING:  # the password dialog stands before SQLite and most of the domain are loaded
    from rockfall_desktop.domain.key_slot import KeyCost
    from rockfall_desktop.domain.user import Session
    from rockfall_desktop.store.access_file import AccessFile
    from rockfall_desktop.store.database import Store
    from rockfall_desktop.store.file_lock import FileLock


class StartedJob(NamedTuple):
    """A job that was started here and is not run yet.

    Attributes:
        lock: the job's lock; whoever takes the job out releases it.
        user_id: who started it, and may run it whether their session still lives or not.
    """

    lock: "FileLock"
    user_id: str


class Station:
    """What the operations work on. It is made once, by the program's start, and handed to whoever needs it.

    Attributes:
        files: the home folder.
        now: the clock, UTC.
        costs: what a guess of the pass phrase costs, dearest first; None for the program's own.
        shelf: the site that was read last.
        computing: held by whoever computes with torch: two at once would draw each other's random numbers.
        started: jobs that were started here and are not run yet, by job id.
        keyring: the system's keyring; it loads its library when it is first asked.
    """

    def __init__(self, files: Home, *, now: Callable[[], datetime], costs: "tuple[KeyCost, ...] | None" = None) -> None:
        self.files = files
        self.now = now
        self.costs = costs
        self.shelf = SiteShelf(files.path / "cache" / "sites")
        self.computing = threading.Lock()
        self.started: dict[str, StartedJob] = {}
        self.keyring = KeyringPlace()
        self._store: Store | None = None
        self._sessions: dict[str, Session] = {}

    @classmethod
    def at(cls, home: Path | None, *, now: Callable[[], datetime], costs: "tuple[KeyCost, ...] | None" = None) -> Self:
        """The station whose home is a folder; the platform's place for a user's data when none is given.

        Raises:
            StoreFault: when the folder cannot be used.
        """
        return cls(Home(home_folder(str(home) if home else None)), now=now, costs=costs)

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.files.path

    @property
    def is_fresh(self) -> bool:
        """Whether nobody was set up yet."""
        return not self.user_names

    @property
    def user_names(self) -> tuple[str, ...]:
        """Names that can sign in.

        Raises:
            StoreFault: when access.json is damaged.
        """
        return access_names(self.files.access_file)

    @property
    def access(self) -> "AccessFile":
        """What is needed before the database opens."""
        from rockfall_desktop.store.access_file import AccessFile  # noqa: PLC0415 - the dialog stands without pydantic

        return AccessFile(self.files.access_file)

    @property
    def store(self) -> "Store":
        """The open store.

        Raises:
            AccessRefused: before anybody signed in.
        """
        if self._store is None:
            raise _nobody()
        return self._store

    @property
    def is_open(self) -> bool:
        """Whether the store is open; it stays so while the window is locked, for the job that runs."""
        return self._store is not None

    def keep_open(self, store: "Store") -> None:
        """Take over a store that a sign-in opened."""
        self._store = store

    def admit(self, session: "Session") -> "Session":
        """Remember a session; from now on its token is worth something."""
        self._sessions[session.token] = session
        return session

    def dismiss(self, session: "Session") -> None:
        """Forget a session; its token is worth nothing any more."""
        self._sessions.pop(session.token, None)

    def demand(self, session: "Session") -> "Session":
        """The session, if it lives and is the one that was given: nobody gets a role by asking.

        Raises:
            AccessRefused: when it was locked or never was.
        """
        if self._sessions.get(session.token) != session:
            raise _nobody()
        return session

    def new_id(self) -> str:
        """A new UUIDv7."""
        return uuid7(int(self.now().timestamp() * 1000), secrets.token_bytes(10))

    def close(self) -> None:
        """Forget every session and close the store."""
        self._sessions.clear()
        for job in self.started.values():
            job.lock.release()
        self.started.clear()
        if self._store is not None:
            self._store.close()
            self._store = None


def _nobody() -> AccessRefused:
    return AccessRefused("Nobody is signed in", "This needs a signed-in session.", "Sign in and try again.")
