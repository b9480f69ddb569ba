"""Two programs with one home, one after the other or at once: the window and the terminal, an older and a newer one."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.domain.office_exchange import Pulled
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing import pulling
from rockfall_desktop.operations.syncing.once import Syncing
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.office_mirror import OfficeMirror
from tests.office_model import ModelOffice, ModelServer
from tests.unit.operations.syncing.bench import SITE_ID, Bench, sync_once
from tests.unit.store.job_samples import KEY

Pair = tuple[Bench, Bench]


@contextmanager
def terminal(bench: Bench) -> Iterator[Station]:
    """The same home once more."""
    with closing(Station.at(bench.home, now=bench.time.now)) as station:
        station.keep_open(open_store(station.files.database, KEY, now=bench.time.now, make=False))
        yield station


def turn_of_the_terminal(bench: Bench, office: ModelOffice, name: str = "") -> SyncState:
    with terminal(bench) as station:
        return sync_once(station, office, Syncing(station, office_name=name or bench.office_name))


def during_a_pull(bench: Bench, happen: Callable[[], object], *, always: bool = False) -> None:
    """Let something happen while a page is on its way to the station."""
    whole, left = bench.office.pull, [happen]

    def pull(after: int, limit: int) -> Pulled:
        page = whole(after, limit)
        if left:
            (left[0] if always else left.pop())()
        return page

    bench.office.pull = pull  # type: ignore[method-assign]


class Bundleless(ModelOffice):
    """A line over which no bundle comes."""

    def fetch_bundle(self, document: Any, path: Any) -> None:
        raise OfficeRefused("No", "It is a test.")


def test_that_an_older_page_never_replaces_what_another_program_took(two: Pair, server: ModelServer) -> None:
    first, second = two
    first.deploy()
    first.sync()

    def decide_anew() -> None:
        first.deploy()
        first.sync()
        turn_of_the_terminal(second, Bundleless(server))

    during_a_pull(second, decide_anew)
    for _ in range(2):
        second.time.pass_by(3600)
        assert second.sync().condition is SyncCondition.SYNCED
    mirror = OfficeMirror(second.station.store)
    assert mirror.pointers() == (server.pointers[SITE_ID][1],)
    assert mirror.read_to().sequence == server.sequence
    assert second.active() == first.active()


def test_that_two_programs_with_different_offices_do_not_chase_each_other_for_ever(
    pit: Bench, server: ModelServer
) -> None:
    pit.sync()
    for _ in range(3):
        server.number()
    during_a_pull(
        pit, lambda: (server.number(), turn_of_the_terminal(pit, ModelOffice(ModelServer()), "b")), always=True
    )
    state = pit.sync()
    assert state.condition is SyncCondition.REFUSED
    assert "Another program with this home" in state.sentence


def test_that_a_newer_program_reads_what_an_older_one_could_not(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    with monkeypatch.context() as older:
        older.setattr(pulling, "fact_of", lambda _: None)
        older.setattr(pulling, "__version__", "0.0.9")
        state = second.sync()
        assert "of another version" in state.sentence
        assert ["key" in one for one in state.told] == [False]
        assert "Update the program" in state.told[0]
        second.crash()
        second.sync()
    assert second.active() is None
    second.crash()
    assert second.sync().sentence == ""
    assert second.active() == fact.deployment_id


def test_that_a_newer_program_reads_on_where_everything_was_read(two: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = two
    first.new_job()
    first.sync()
    second.sync()
    asked: list[int] = []
    whole = second.office.pull
    second.office.pull = lambda after, limit: asked.append(after) or whole(after, limit)  # type: ignore[method-assign, func-returns-value]
    monkeypatch.setattr(pulling, "__version__", "99")
    second.sync()
    second.sync()
    assert asked == [first.server.sequence] * 2
