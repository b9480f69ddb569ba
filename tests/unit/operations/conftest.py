"""A station with its user signed in, and a small simulated site."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.station import Station
from tests.stations import open_station, write_small_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture
def signed_in(tmp_path: Path) -> Iterator[tuple[Station, Session]]:
    with open_station(tmp_path / "home") as pair:
        yield pair


@pytest.fixture
def station(signed_in: tuple[Station, Session]) -> Station:
    return signed_in[0]


@pytest.fixture
def session(signed_in: tuple[Station, Session]) -> Session:
    return signed_in[1]
