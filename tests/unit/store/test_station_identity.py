"""Who a station is, and the keys that it knows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Barrier

import apsw
import pytest

from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.station_identity import Identity, StationIdentity
from rockfall_desktop.store.station_keys import StationKeys
from tests.unit.store.job_samples import KEY, Clock

PRINT, PUBLIC = "a" * 64, "b" * 64


@pytest.fixture
def keys(store: Store) -> StationKeys:
    return StationKeys(store)


@pytest.fixture
def second(home: Home, store: Store) -> Iterator[Store]:
    """The same store, opened by another program."""
    other = open_store(home.database, KEY, now=Clock())
    yield other
    other.close()


def see(keys: StationKeys, **changes: str) -> None:
    keys.see(**({"fingerprint": PRINT, "public_key": PUBLIC, "station_id": "one", "station_name": "North"} | changes))


def test_that_a_station_is_made_once_and_keeps_its_name(store: Store, second: Store) -> None:
    assert StationIdentity(store).find() is None
    made = StationIdentity(store).get(name="north")
    assert (len(made.private_key), made.name, made.made_at.tzinfo) == (32, "north", UTC)
    assert StationIdentity(second).get(name="south") == made
    assert StationIdentity(store).find() == made


def test_that_two_programs_at_once_get_the_same_station(store: Store, second: Store) -> None:
    together = Barrier(2)

    def get(of: Store) -> Identity:
        together.wait(10)
        return StationIdentity(of).get(name="north")

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(get, (store, second))
    assert one == other
    assert store.rows("select count(*) from station") == [(1,)]


def test_that_one_that_comes_second_takes_what_the_first_has_made(store: Store, second: Store) -> None:
    class Late(StationIdentity):
        def find(self) -> Identity | None:
            assert super().find() is None
            made.append(StationIdentity(second).get(name="north"))
            return None

    made: list[Identity] = []
    assert Late(store).get(name="south") == made[0]


def test_that_there_is_never_a_second_station(store: Store) -> None:
    StationIdentity(store).get(name="north")
    with pytest.raises(apsw.ConstraintError), store.writing() as connection:
        connection.execute("insert into station values (2, 'x', 'x', x'00', 'x')")


def test_that_the_private_key_is_not_shown(store: Store) -> None:
    identity = StationIdentity(store).get(name="north")
    assert "private" not in repr(identity)
    assert repr(identity.private_key) not in repr(identity)


def test_that_a_key_is_seen_first_and_counts_for_nothing(keys: StationKeys) -> None:
    assert (keys.list(), keys.find(PRINT)) == ((), None)
    see(keys)
    found = keys.find(PRINT)
    assert found is not None
    assert (found.state, found.station_name, found.by_name, found.reason) == (KeyState.SEEN, "North", "", "")
    assert keys.list() == (found,)
    assert keys.find(PRINT[:63]) is None


def test_that_a_seen_key_takes_the_newest_name(keys: StationKeys) -> None:
    see(keys)
    see(keys, station_name="Northern", station_id="two")
    found = keys.find(PRINT)
    assert found is not None
    assert (found.station_name, found.station_id) == ("Northern", "two")


def test_that_seeing_a_key_again_undoes_no_decision(keys: StationKeys) -> None:
    see(keys)
    trusted = keys.trust(PRINT, by_name="ana")
    see(keys, station_name="Evil", station_id="two", public_key="c" * 64)
    assert keys.find(PRINT) == trusted
    revoked = keys.revoke(PRINT, by_name="ben", reason="stolen")
    see(keys, station_name="Evil", station_id="two")
    assert keys.find(PRINT) == revoked
    assert revoked is not None
    assert (revoked.state, revoked.by_name, revoked.reason) == (KeyState.REVOKED, "ben", "stolen")


def test_that_a_decision_that_was_made_stays_its_first_author_s(keys: StationKeys) -> None:
    see(keys)
    assert keys.trust(PRINT, by_name="ana") == keys.trust(PRINT, by_name="ben")
    assert keys.revoke(PRINT, by_name="ana", reason="stolen") == keys.revoke(PRINT, by_name="ben", reason="lost")
    again = keys.trust(PRINT, by_name="ben")
    assert again is not None
    assert (again.state, again.by_name, again.reason) == (KeyState.TRUSTED, "ben", "")


def test_that_a_key_that_was_never_seen_is_neither_trusted_nor_revoked(keys: StationKeys) -> None:
    assert keys.trust(PRINT, by_name="ana") is None
    assert keys.revoke(PRINT, by_name="ana", reason="x") is None
    assert keys.list() == ()
