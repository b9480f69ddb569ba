"""An office of three members for tests of faults: real servers on free ports, ended by their own pids.

Elections are short here, so that a test need not wait as long as an office would. A conftest takes the fixture:
`from tests.mongod_three import three_members  # noqa: F401`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from rockfall_desktop.domain.office import OfficeAddress
from tests.mongod import REPLICA_SET, Mongod, demand_mongod, initiate, primary

_COMPOSE = Path(__file__).parents[1] / "docs" / "office" / "compose.yaml"
_ELECTIONS = {"electionTimeoutMillis": 1500, "heartbeatIntervalMillis": 300}


class ThreeMembers:
    """A replica set of three. Started again, a member goes on with its data.

    Attributes:
        members: the servers, whoever of them takes writes.
    """

    def __init__(self, *members: Mongod) -> None:
        self.members = members

    @property
    def primary(self) -> Mongod:
        """The member that takes writes, as soon as there is one."""
        return primary(*self.members)

    @property
    def secondaries(self) -> tuple[Mongod, ...]:
        """The others."""
        first = self.primary
        return tuple(one for one in self.members if one is not first)

    def address(self, database: str) -> OfficeAddress:
        """The address for the program under test."""
        return OfficeAddress(
            hosts=",".join(one.member for one in self.members), replica_set=REPLICA_SET, database=database, tls=False
        )

    def client(self, **options: Any) -> Any:
        """A bare driver's client to the whole set, reading what a majority holds; the caller closes it."""
        import pymongo

        given = {"replicaSet": REPLICA_SET, "readConcernLevel": "majority", "tz_aware": True}
        return pymongo.MongoClient([one.member for one in self.members], **(given | options))

    def start(self) -> None:
        """Start whoever does not run, and wait until one of them takes writes."""
        for one in self.members:
            if one.process is None or one.process.poll() is not None:
                one.stop()
                one.start()
        primary(*self.members)

    def stop(self) -> None:
        """End them all."""
        for one in self.members:
            if one.process is not None:
                one.process.terminate()
        for one in self.members:
            one.stop()


def transaction_lifetime() -> tuple[str, str]:
    """How long the server lets a transaction stand open, as the office's own compose file sets it."""
    command: list[str] = yaml.safe_load(_COMPOSE.read_text(encoding="utf-8"))["services"]["mongod"]["command"]
    found = next(one for one in command if one.startswith("transactionLifetimeLimitSeconds="))
    return "--setParameter", found


@contextmanager
def running_three(*first_options: str, first_folder: Path | None = None) -> Iterator[ThreeMembers]:
    """Three members on the memory disk where there is one; their data goes with them.

    Args:
        first_options: options of the first member alone, which begins as the primary.
        first_folder: where its data lies.
    """
    demand_mongod()
    place = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="mongod-three-", dir=place if os.access(place, os.W_OK) else None))
    folders = (first_folder or folder / "0", folder / "1", folder / "2")
    members = [
        Mongod(where, "--replSet", REPLICA_SET, *transaction_lifetime(), *(() if number else first_options))
        for number, where in enumerate(folders)
    ]
    three = ThreeMembers(*members)
    try:
        for one in members:
            one.start()
        initiate(*members, settings=_ELECTIONS)
        yield three
    finally:
        three.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def three_members() -> Iterator[ThreeMembers]:
    """An office of three members without users and without encryption."""
    with running_three() as three:
        yield three
