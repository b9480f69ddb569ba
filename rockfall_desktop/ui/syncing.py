"""The station's sync while the window lives: begun at the first unlock, unmoved by the lock, ended with the program."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.crash import in_words

if TYPE_CHECKING:
    from rockfall_desktop.operations.station import Station

Loop = Callable[["Station", Control, threading.Event], Iterator[SyncState]]
STOPPED = "The sync has stopped: this is our fault. The log holds the whole story; press Sync now to begin anew."


class Syncing(QObject):
    """Runs the loop in a thread and tells how it stands.

    Signals:
        moved: how it stands now, as a SyncState.
        news: what a person must know and has not put away yet, a tuple of sentences.
    """

    moved = Signal(object)
    news = Signal(object)

    def __init__(self, station: "Station", parent: QObject | None = None, *, loop: Loop | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._loop = loop or _program_loop
        self._control = Control()
        self._nudge = threading.Event()
        self._run: BackgroundRun | None = None
        self._unread: tuple[str, ...] = ()
        self.state = SyncState(condition=SyncCondition.OFF)

    @property
    def unread(self) -> tuple[str, ...]:
        """News that nobody has put away yet."""
        return self._unread

    def begin(self) -> None:
        """Start the loop, once; it goes on until `end`."""
        if self._run is not None or self._control.cancelled:
            return
        station, control, nudge = self._station, self._control, self._nudge
        run = BackgroundRun(lambda: self._loop(station, control, nudge), "sync", lasting=True)
        self._run = run
        run.happened.connect(self._take)
        run.failed.connect(self._broke)
        run.ended.connect(self._over)
        run.begin()

    def nudge(self) -> None:
        """Sync now: something waits, or a person wants it. A loop that broke begins anew."""
        self._nudge.set()
        if self._run is None and self.state.condition is not SyncCondition.OFF:
            self.begin()

    def end(self) -> None:
        """End the loop for good; what hangs at the server is left to itself."""
        self._control.cancel()
        self._nudge.set()

    def put_away(self) -> None:
        """The news were read."""
        self._unread = ()

    def _take(self, state: object) -> None:
        if not isinstance(state, SyncState):
            return
        self.state = state
        self.moved.emit(state)
        fresh = tuple(sentence for sentence in state.told if sentence not in self._unread)
        if fresh:
            self._unread += fresh
            self.news.emit(self._unread)

    def _broke(self, problem: object) -> None:
        in_words(problem)
        self._take(self.state.model_copy(update={"condition": SyncCondition.REFUSED, "sentence": STOPPED, "told": ()}))

    def _over(self) -> None:
        self._run = None


def _program_loop(station: "Station", control: Control, nudge: threading.Event) -> Iterator[SyncState]:
    from rockfall_desktop.operations.syncing.loop import sync_loop  # noqa: PLC0415 - begun after the unlock

    return sync_loop(station, control, nudge=nudge)
