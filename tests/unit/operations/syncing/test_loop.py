"""The loop by an injected clock: when it goes, what it tells, and that it ends while the server hangs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.domain.office_exchange import Pulled
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.loop import sync_loop
from rockfall_desktop.operations.syncing.now import sync_now
from rockfall_desktop.operations.syncing.rhythm import Rhythm
from rockfall_desktop.store.outbox import Outbox
from rockfall_desktop.threads import ASIDE
from tests.office_model import ModelOffice, Trouble
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import epoch


class Play:
    """A loop on a bench. What waits lets the time pass instead, and calls what a test wants to happen then."""

    def __init__(self, bench: Bench, office: ModelOffice | None) -> None:
        self.bench, self.office = bench, office
        self.control, self.nudge = Control(), threading.Event()
        self.happenings: list[Callable[[], None]] = []
        self.waited: list[float] = []
        self.rhythm = Rhythm(monotonic=bench.time.monotonic, chance=lambda: 1.0, wait=self._wait)

    def states(self) -> Iterator[SyncState]:
        return sync_loop(self.bench.station, self.control, nudge=self.nudge, connect=self._connect, rhythm=self.rhythm)

    def _connect(self, station: Station) -> ModelOffice | None:
        return self.office

    def _wait(self, nudge: threading.Event, seconds: float) -> bool:
        self.waited.append(seconds)
        self.bench.time.pass_by(seconds)
        if self.happenings:
            self.happenings.pop(0)()
        return nudge.is_set()


def ended() -> None:
    for thread in threading.enumerate():
        if thread.name == ASIDE:
            thread.join(5)


@pytest.fixture
def play(pit: Bench) -> Iterator[Play]:
    yield Play(pit, pit.office)
    ended()


def test_that_without_an_office_the_sync_is_off_and_a_nudge_looks_again(pit: Bench) -> None:
    play = Play(pit, None)
    with closing(play.states()) as states:
        play.happenings = [play.nudge.set]
        pit.new_job()
        assert next(states) == SyncState(condition=SyncCondition.OFF, waiting=1)
        play.office = pit.office
        assert next(states).condition is SyncCondition.SYNCED
        assert not play.nudge.is_set()
    ended()


def test_that_what_is_new_goes_within_a_second_and_idle_looks_come_every_fifteen(play: Play) -> None:
    with closing(play.states()) as states:
        assert next(states).condition is SyncCondition.SYNCED
        play.bench.office.calls.clear()
        play.happenings = [lambda: None, lambda: play.bench.new_job() and None]
        next(states)
        assert play.waited == [1.0, 1.0]
        assert play.bench.office.calls == ["pull", "push_jobs", "pull"]
        play.waited.clear()
        next(states)
        assert sum(play.waited) == 15.0


def test_that_a_running_job_wakes_the_loop_when_it_is_due_again(play: Play) -> None:
    job_id = play.bench.running_job()
    with closing(play.states()) as states:
        next(states)
        play.happenings = [lambda: play.bench.jobs.append(job_id, epoch(1)) and None]
        state = next(states)
        assert play.waited == [1.0, 1.0]
        assert (state.condition, state.waiting) == (SyncCondition.SYNCED, 0)


def test_that_tries_come_later_and_later_and_never_later_than_twenty_seconds(play: Play) -> None:
    play.bench.new_job()
    play.bench.office.troubles.extend([Trouble.LOST_REQUEST] * 8)
    with closing(play.states()) as states:
        first = next(states)
        assert (first.condition, first.waiting) == (SyncCondition.OFFLINE, 1)
        assert first.since is not None
        after = next(states)
    assert after.condition is SyncCondition.SYNCED
    assert sum(play.waited) == 1 + 2 + 4 + 8 + 16 + 20 + 20 + 20


def test_that_offline_is_since_its_first_moment_and_counts_what_comes_to_wait(play: Play) -> None:
    play.bench.office.troubles.extend([Trouble.LOST_REQUEST] * 3)
    with closing(play.states()) as states:
        first = next(states)
        play.happenings = [lambda: play.bench.new_job() and None]
        second = next(states)
        assert (second.condition, second.waiting, second.since) == (SyncCondition.OFFLINE, 1, first.since)
        assert next(states).condition is SyncCondition.SYNCED


def test_that_a_refusal_is_said_and_the_next_try_connects_anew(play: Play) -> None:
    connections: list[Station] = []
    whole = play._connect
    play._connect = lambda station: connections.append(station) or whole(station)  # type: ignore[method-assign]
    play.bench.office.troubles.append(Trouble.REFUSED)
    with closing(play.states()) as states:
        state = next(states)
        assert (state.condition, state.sentence) == (SyncCondition.REFUSED, "It is a test. Look at the Sync page.")
        assert next(states).condition is SyncCondition.SYNCED
        assert next(states).condition is SyncCondition.SYNCED
    assert len(connections) == 2


@pytest.mark.parametrize("fault", [OfficeUnreachable("Away", "It is away."), OfficeRefused("No", "No.")])
def test_that_what_stands_against_a_connection_is_a_state(pit: Bench, fault: Exception) -> None:
    play = Play(pit, None)

    def connect(station: Station) -> Any:
        raise fault

    play._connect = connect  # type: ignore[method-assign]
    with closing(play.states()) as states:
        assert next(states).condition in {SyncCondition.OFFLINE, SyncCondition.REFUSED}
    ended()


def test_that_a_closed_store_is_a_state_and_no_crash(play: Play) -> None:
    with closing(play.states()) as states:
        next(states)
        play.happenings = [play.bench.station.store.close]
        assert next(states).condition is SyncCondition.REFUSED


def test_that_our_own_fault_is_raised(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "to_go", lambda _: 1 / 0)
    with closing(play.states()) as states, pytest.raises(ZeroDivisionError):
        next(states)


def test_that_a_cancel_ends_the_loop_while_the_server_hangs(pit: Bench) -> None:
    asked, let_go = threading.Event(), threading.Event()

    class Hanging(ModelOffice):
        def pull(self, after: int, limit: int) -> Pulled:
            asked.set()
            let_go.wait(10)
            return super().pull(after, limit)

    play = Play(pit, Hanging(pit.server))
    found: list[SyncState] = []
    thread = threading.Thread(target=lambda: found.extend(play.states()))
    thread.start()
    assert asked.wait(10)
    play.control.cancel()
    thread.join(5)
    assert not thread.is_alive()
    assert found == []
    let_go.set()
    ended()


def test_that_two_seeds_of_chance_never_go_below_half_a_second() -> None:
    lucky = replace(Rhythm(), chance=lambda: 0.0)
    assert [lucky.retry_s(failures) for failures in (0, 5, 1000)] == [0.5] * 3
    assert Rhythm(chance=lambda: 1.0).retry_s(1000) == 20.0


def test_that_sync_now_goes_on_until_nothing_is_to_be_done_and_says_what_stands_against_it(pit: Bench) -> None:
    session = pit.session()
    pit.new_job()
    pit.deploy()
    assert sync_now(session, station=pit.station, connect=lambda _: None).condition is SyncCondition.OFF
    pit.office.troubles.append(Trouble.LOST_REQUEST)
    state = sync_now(session, station=pit.station, connect=lambda _: pit.office)
    assert (state.condition, state.waiting) == (SyncCondition.OFFLINE, 2)
    state = sync_now(session, station=pit.station, connect=lambda _: pit.office)
    assert (state.condition, state.waiting) == (SyncCondition.SYNCED, 0)
    pit.server.jobs.clear()
    sync_now(session, station=pit.station, connect=lambda _: pit.office, everything=True)
    assert len(pit.server.jobs) == 1
