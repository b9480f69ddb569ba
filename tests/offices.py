"""Offices for tests: on the real server and in memory, for one and the same suite."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, Protocol, Self

import pytest

from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.domain.office_exchange import Office, Pulled
from tests.mongod import Mongod
from tests.office_model import ModelOffice, ModelServer

if TYPE_CHECKING:
    from rockfall_desktop.remote.office import MongoOffice


def pull_all(office: Office, after: int = 0) -> Pulled:
    """Everything that is newer, of all pieces together."""
    found = office.pull(after, 1000)
    while found.more:
        rest = office.pull(found.sequence, 1000)
        found = Pulled(
            rest.sequence,
            rest.more,
            jobs=found.jobs + rest.jobs,
            deployments=found.deployments + rest.deployments,
            keys=found.keys + rest.keys,
            pointers=found.pointers + rest.pointers,
            life=rest.life,
        )
    return found


class Place(Protocol):
    """An empty office that several stations may open."""

    def open(self) -> Office:
        """One station's way to it."""


class Line:
    """A connection with the options that decide what is kept and seen; events go to `listeners`.

    Attributes:
        database: the office's database.
    """

    def __init__(self, address: OfficeAddress, *listeners: Any) -> None:
        import pymongo

        self._client: Any = pymongo.MongoClient(
            address.hosts, replicaSet=address.replica_set, w="majority", journal=True, readConcernLevel="majority",
            serverSelectionTimeoutMS=3000, connectTimeoutMS=5000, socketTimeoutMS=5000, heartbeatFrequencyMS=500,
            maxPoolSize=4, tz_aware=True, event_listeners=listeners,
        )  # fmt: skip
        self.database: Any = self._client[address.database]

    def close(self) -> None:
        """Give it back."""
        self._client.close()


class MongoPlace:
    """A prepared database of the real server.

    Attributes:
        database: the driver's own, to look behind the office's back.
    """

    def __init__(self, mongod: Mongod, name: str, stack: ExitStack) -> None:
        self._mongod, self._name, self._stack = mongod, name, stack
        from rockfall_desktop.remote.shape import prepare

        line = self.line()
        self.database: Any = line.database
        prepare(line)

    def unchecked(self) -> Self:
        """The server takes any document from now on, as one would that somebody wrote to behind its validators."""
        for name in self.database.list_collection_names():
            self.database.command("collMod", name, validationLevel="off")
        return self

    def line(self) -> "Line":
        """A connection that is closed with the test."""
        return self._stack.enter_context(closing(Line(self._mongod.address(self._name))))

    def open(self) -> "MongoOffice":
        """One station's way to it."""
        from rockfall_desktop.remote.office import MongoOffice

        return MongoOffice(self.line())


class ModelPlace:
    """The office in memory."""

    def __init__(self) -> None:
        self.server = ModelServer()

    def open(self) -> ModelOffice:
        """One station's way to it."""
        return ModelOffice(self.server)


@pytest.fixture
def mongo_place(mongod: Mongod, database: Callable[[], str]) -> Iterator[MongoPlace]:
    """An office on the real server."""
    with ExitStack() as stack:
        yield MongoPlace(mongod, database(), stack)


@pytest.fixture(params=["mongod", "model"])
def place(request: pytest.FixtureRequest) -> Place:
    """Each kind of office in turn."""
    if request.param == "model":
        return ModelPlace()
    found: Place = request.getfixturevalue("mongo_place")
    return found
