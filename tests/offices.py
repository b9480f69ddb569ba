"""Offices for tests: on the real server and in memory, for one and the same suite."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.domain.office_exchange import Office
from tests.mongod import Mongod
from tests.office_model import ModelOffice, ModelServer

if TYPE_CHECKING:
    from rockfall_desktop.remote.office import MongoOffice


class Place(Protocol):
    """An empty office that several stations may open."""

    def open(self) -> Office:
        """One station's way to it."""


def prepare(database: Any) -> None:
    """The collections, the indexes that the office leans on, and the counter, without validators."""
    for name in ("training_jobs", "model_deployments", "station_keys", "active_deployments"):
        database.create_collection(name)
        database[name].create_index("sequence")
    for bucket in ("bundles", "job_logs"):
        database[bucket].chunks.create_index([("files_id", 1), ("n", 1)], unique=True)
    database.counters.insert_one({"_id": "sequence", "value": 0})


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
        self.database: Any = self.line().database
        prepare(self.database)

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
