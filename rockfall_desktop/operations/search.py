"""Searching for settings. Starting reads the site: call it off the window's thread."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import (
    MOST_TRIALS,
    End,
    Search,
    SearchEnded,
    SearchEvent,
    SearchPlan,
    SearchResumed,
    SearchStarted,
)
from rockfall_desktop.domain.search_space import space_of
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.awake import KeptAwake
from rockfall_desktop.operations.earlier_job import earlier_folder
from rockfall_desktop.operations.site_shelf import site_place
from rockfall_desktop.operations.station import StartedJob, Station
from rockfall_desktop.operations.training_sites import read_for_training, title_of
from rockfall_desktop.store.searches import Searches
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    from rockfall_desktop.learning.fitting.fine_tuning import StartingPoint
    from rockfall_desktop.learning.search.searching import SearchWork
    from rockfall_desktop.store.file_lock import FileLock

FEW_TRIALS = 50


def start_search(
    session: Session,
    *,
    station: Station,
    config: TrainingConfig,
    vary: Sequence[str] = (),
    trials: int = FEW_TRIALS,
    timeout_s: float | None = None,
) -> Search:
    """Make a search that `run_search` then runs. Whatever does not fit is said before anything is stored.

    Args:
        session: who asks.
        station: where.
        config: the settings that all trials share.
        vary: names of the fields that differ; all that make a difference when none is named.
        trials: how many at most.
        timeout_s: seconds at most; None for no limit.

    Raises:
        WrongInput: when the site has a fault, settings or an earlier job's weights do not fit it, or nothing varies.
        StoreFault: when the search could not be saved, or a file of the earlier job is missing or damaged.
    """
    station.demand(session)
    _demand_limits(trials, timeout_s)
    from rockfall_desktop.learning.device import demand_device  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.fitting.resuming import data_fingerprint  # noqa: PLC0415
    from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415
    from rockfall_desktop.learning.search.bounds import bounded  # noqa: PLC0415

    demand_device(config)
    dimensions = space_of(config, vary)
    config = config.model_copy(update={"sites": tuple(str(site_place(Path(site))) for site in config.sites)})
    sites = read_for_training(config, station.shelf)
    start = earlier_folder(session, station=station, config=config, sites=sites, samples=build_pooled(sites, config))
    dimensions, left_out = bounded(dimensions, sites, config)
    plan = SearchPlan(
        search_id=station.new_id(), user_id=session.user_id, site_name=title_of(sites),
        simulated=any(one.arrays.simulated for one in sites), data=data_fingerprint(sites), config=config,
        dimensions=dimensions, left_out=left_out, trials=trials, timeout_s=timeout_s,
        start_files={} if start is None else dict(start.sha256),
    )  # fmt: skip
    with _Taken(searches := Searches(station.files), plan.search_id) as taken:
        search = searches.create(SearchStarted(at=station.now(), plan=plan))
        return taken.hand_over(station, search)


def resume_search(
    session: Session,
    *,
    station: Station,
    search_id: str,
    trials: int | None = None,
    timeout_s: float | None = None,
) -> Search:
    """Take up a search that ended or was interrupted, for `run_search` to go on with.

    Args:
        session: who asks; it must be their own.
        station: where.
        search_id: which one.
        trials: how many at most, those of before included; as before when not given.
        timeout_s: seconds at most from now on; None for no limit.

    Raises:
        WrongInput: when there is no such search, it runs already, all its trials are done, the site's files are not
            those of before, or an earlier version did not begin its trials with the weights that it names.
        StoreFault: when its journal is damaged or cannot be written.
    """
    station.demand(session)
    _demand_limits(trials or 1, timeout_s)
    searches = Searches(station.files)
    search = read_search(session, station=station, search_id=search_id)
    wanted = trials or search.plan.trials
    if len(search.finished) >= wanted:
        raise WrongInput("Nothing is left to try", f"{wanted} trials are done.", "Ask for more trials.")
    _demand_begun_alike(search)
    from rockfall_desktop.learning.fitting.resuming import data_fingerprint  # noqa: PLC0415 - torch loads here

    if data_fingerprint(read_for_training(search.plan.config, station.shelf)) != search.plan.data:
        raise WrongInput(
            "The search cannot be resumed",
            "The site's files are not those that its trials learned from.",
            "Put them back as they were, or start a new search.",
        )
    with _Taken(searches, search_id) as taken:
        search = searches.read(search_id)  # nobody else writes to it from here on
        event = SearchResumed(at=station.now(), trials=wanted, timeout_s=timeout_s)
        searches.append(search_id, event)
        return taken.hand_over(station, search.apply(event))


def run_search(
    session: Session, *, station: Station, search_id: str, control: Control
) -> Generator[SearchEvent | Tick, None, None]:
    """Run a search that was started or resumed here, as a generator of events, each saved before it is given.

    The last event is SearchEnded, whether the trials or the time were used up or a cancel stopped it; an exception or
    an iteration that is broken off leaves a search that can be resumed. While a training runs it waits.

    Raises:
        AccessRefused: when somebody else started it and the session does not live.
        WrongInput: when it was not started here, or the settings do not fit the site.
        StoreFault: when an event cannot be saved, or a file of the earlier job is missing or another one.
    """
    waiting = station.started.get(search_id)
    if waiting is None or waiting.user_id != session.user_id:
        station.demand(session)
        raise WrongInput("The search cannot be run", f"Search {search_id} was not started here.", "Resume it.")
    started = station.started.pop(search_id)
    with started.lock:
        searches = Searches(station.files)
        with closing(_turned(station, searches.read(search_id), control)) as events:
            for event in events:
                if not isinstance(event, Tick):
                    searches.append(search_id, event)
                yield event


def read_search(session: Session, *, station: Station, search_id: str) -> Search:
    """A search of this user.

    Raises:
        WrongInput: when there is no such search, or it is somebody else's: both say the same.
        StoreFault: when its journal is damaged.
    """
    station.demand(session)
    searches = Searches(station.files)
    search = searches.read(search_id) if searches.has(search_id) else None
    if search is None or search.plan.user_id != session.user_id:
        raise WrongInput("No such search", f"There is no search {search_id}.", "Start a new one.")
    return search


def latest_search(session: Session, *, station: Station) -> Search | None:
    """The user's newest search, None when they have none. Searches of others are not shown.

    Raises:
        StoreFault: when a journal is damaged.
    """
    station.demand(session)
    searches = Searches(station.files)
    for search_id in searches.ids():
        search = searches.read(search_id)
        if search.plan.user_id == session.user_id:
            return search
    return None


class _Taken:
    """The lock of a search, until it is handed over to whoever runs it, else until the end of the block."""

    def __init__(self, searches: Searches, search_id: str) -> None:
        lock = searches.take(search_id)
        if lock is None:
            raise WrongInput("The search runs already", f"Search {search_id} is being run.", "Wait, or stop it there.")
        self._lock: FileLock | None = lock

    def __enter__(self) -> Self:
        return self

    def hand_over(self, station: Station, search: Search) -> Search:
        if self._lock is not None:
            station.started[search.plan.search_id] = StartedJob(self._lock, search.plan.user_id)
            self._lock = None
        return search

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()


def _turned(station: Station, search: Search, control: Control) -> Generator[SearchEvent | Tick, None, None]:
    """Wait until nothing else computes, then search: nothing trains beside it."""
    while not station.computing.acquire(timeout=0.2):
        if control.cancelled:
            yield SearchEnded(at=station.now(), reason=End.STOPPED)
            return
        yield Tick(at=station.now())
    try:
        with KeptAwake():
            yield from _work(station, search, control)
    finally:
        station.computing.release()


def _work(station: Station, search: Search, control: Control) -> Generator[SearchEvent | Tick, None, None]:
    def begin() -> "SearchWork":
        from rockfall_desktop.learning.search.searching import SearchWork  # noqa: PLC0415 - torch, optuna load here

        sites = read_for_training(search.plan.config, station.shelf)
        return SearchWork(search, sites, control, station.now, start=_start(station, search))

    try:
        work = yield from run_aside(begin, control, station.now)
    except Cancelled:
        yield SearchEnded(at=station.now(), reason=End.STOPPED)
        return
    from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415 - loaded by now

    bound_threads(spare_threads())
    yield from work.events()


def _start(station: Station, search: Search) -> "StartingPoint | None":
    """The weights with which every trial begins, the very ones of the first."""
    from rockfall_desktop.learning.fitting.fine_tuning import weights_to_begin_with  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder  # noqa: PLC0415

    config = search.plan.config
    if not config.start_from:
        return None
    folder = ModelFolder(station.files.job_folder(config.start_from), search.plan.start_files)
    return weights_to_begin_with(folder, config)


def _demand_begun_alike(search: Search) -> None:
    config = search.plan.config
    if config.start_from and not search.plan.start_files:
        raise WrongInput(
            "The search cannot be resumed",
            "start_from: an earlier version made this search and began its trials without the weights of job "
            f"{config.start_from}.",
            "Start a new search like it.",
        )


def _demand_limits(trials: int, timeout_s: float | None) -> None:
    if not 1 <= trials <= MOST_TRIALS:
        raise WrongInput("Wrong limit", f"trials: {trials} is not within 1 and {MOST_TRIALS:,}.", "Give another one.")
    if timeout_s is not None and not 0 < timeout_s < float("inf"):
        raise WrongInput("Wrong limit", f"timeout: {timeout_s:g} s is no time to search in.", "Give more than 0.")
