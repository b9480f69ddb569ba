"""The one search that this window runs: started, watched and stopped here; the panel listens."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import Search, SearchEvent
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.search import resume_search, run_search, start_search
from rockfall_desktop.ui.background import BackgroundCall, BackgroundRun
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat


class RunningSearch(QObject):
    """Runs one search at a time in a thread; locking the window does not touch it.

    Signals:
        moved: the search changed, as a Search; the first time when it was accepted.
        refused: it was not accepted, or it broke off and can be resumed, as a RockfallError.
        ended: the thread is gone, or nothing was started.
    """

    moved = Signal(object)
    refused = Signal(object)
    ended = Signal()

    def __init__(self, seat: Seat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seat = seat
        self._control = Control()
        self._starting: BackgroundCall | None = None
        self._run: BackgroundRun | None = None
        self._started_by: Session | None = None
        self.search: Search | None = None

    @property
    def active(self) -> bool:
        """Whether a search is being started or runs."""
        return self._starting is not None or self._run is not None

    @property
    def seen(self) -> bool:
        """Whether the one who is signed in may see the search: their own only."""
        session = self._seat.session if self._seat.occupied else None
        return session is not None and self.search is not None and self.search.plan.user_id == session.user_id

    @property
    def mine(self) -> bool:
        """Whether the one who is signed in started the search that runs."""
        started_by = self._started_by
        return self._seat.occupied and started_by is not None and started_by.user_id == self._seat.session.user_id

    @property
    def stopping(self) -> bool:
        """Whether the search was asked to end."""
        return self._control.cancelled

    def start(self, config: TrainingConfig, vary: Sequence[str], trials: int, timeout_s: float | None) -> None:
        """Check the site and start; the answer is `moved` or `refused`."""
        session, station = self._seat.session, self._seat.station
        self._start(
            lambda: start_search(
                session, station=station, config=config, vary=vary, trials=trials, timeout_s=timeout_s
            )
        )  # fmt: skip

    def resume(self, search_id: str, trials: int, timeout_s: float | None) -> None:
        """Let a search go on; the answer is `moved` or `refused`."""
        session, station = self._seat.session, self._seat.station
        self._start(
            lambda: resume_search(session, station=station, search_id=search_id, trials=trials, timeout_s=timeout_s)
        )

    def stop(self) -> None:
        """End the search and keep what was found; while it is being started, as soon as it begins."""
        self._control.cancel()

    def show(self, search: Search) -> None:
        """Take a search of before, unless one runs."""
        if not self.active:
            self.search = search
            self.moved.emit(search)

    def forget(self) -> None:
        """Hold nothing of a search that is over."""
        if not self.active:
            self.search = None

    def _start(self, make: Callable[[], Search]) -> None:
        if self.active:
            return
        self._started_by, self._control = self._seat.session, Control()
        self.search = None
        call = BackgroundCall(make, "start search")
        self._starting = call
        call.succeeded.connect(self._begin)
        call.failed.connect(self._refuse)
        call.begin()

    def _begin(self, search: object) -> None:
        self._starting = None
        if not isinstance(search, Search) or self._started_by is None:
            raise TypeError("no search was started")
        session, station, control = self._started_by, self._seat.station, self._control
        self.search, search_id = search, search.plan.search_id
        run = BackgroundRun(
            lambda: run_search(session, station=station, search_id=search_id, control=control), f"search {search_id}"
        )
        self._run = run
        run.happened.connect(self._pass_on)
        run.failed.connect(lambda problem: self.refused.emit(in_words(problem)))
        run.ended.connect(self._end)
        self.moved.emit(search)
        run.begin()

    def _refuse(self, problem: object) -> None:
        self._starting = None
        self.refused.emit(in_words(problem))
        self.ended.emit()

    def _pass_on(self, event: SearchEvent | Tick) -> None:
        if self.search is not None and not isinstance(event, Tick):
            self.search = self.search.apply(event)
            self.moved.emit(self.search)

    def _end(self) -> None:
        self._run = None
        self.ended.emit()
