from collections.abc import Iterator
from pathlib import Path

import pytest

from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.identity import own_identity
from rockfall_desktop.operations.key_claims import own_claim, see_claim
from rockfall_desktop.operations.keys import trust_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.station_identity import Identity
from tests.stations import open_station
from tests.unit.bundles.made_bundle import made_bundle


@pytest.fixture(scope="session")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """The station that makes bundles."""
    with open_station(tmp_path_factory.mktemp("maker") / "home") as (station, _):
        yield station


@pytest.fixture(scope="session")
def identity(maker: Station) -> Identity:
    return own_identity(maker)


@pytest.fixture
def bundle(tmp_path: Path, identity: Identity) -> Path:
    return made_bundle(tmp_path / "good.rockfall", identity)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[Station, Session]]:
    """Another station, which has not heard of the first."""
    with open_station(tmp_path / "other") as pair:
        yield pair


@pytest.fixture
def friend(other: tuple[Station, Session], maker: Station) -> Station:
    """The other station after its administrator has trusted the first one's key."""
    station, session = other
    key = see_claim(station, own_claim(maker))
    trust_key(session, station=station, fingerprint=key.fingerprint)
    return station
