"""Offices for tests: on the real server and in memory, for one and the same suite."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from rockfall_desktop.domain.office_exchange import Office
from tests.mongod import Mongod
from tests.office_model import ModelOffice, ModelServer

if TYPE_CHECKING:
    from rockfall_desktop.remote.connecting import Connection
    from rockfall_desktop.remote.office import MongoOffice


class Place(Protocol):
    """An empty office that several stations may open."""

    def open(self) -> Office:
        """One station's way to it."""


class MongoPlace:
    """A prepared database of the real server.

    Attributes:
        database: the driver's own, to look behind the office's back.
    """

    def __init__(self, mongod: Mongod, name: str, stack: ExitStack) -> None:
        from rockfall_desktop.remote.shape import prepare

        self._mongod, self._name, self._stack = mongod, name, stack
        connection = self.connect()
        prepare(connection)
        self.database: Any = connection.database

    def connect(self) -> "Connection":
        """A connection that is closed with the test."""
        from rockfall_desktop.remote.connecting import connect

        return self._stack.enter_context(connect(self._mongod.address(self._name), None, heartbeat_ms=500))

    def open(self) -> "MongoOffice":
        """One station's way to it."""
        from rockfall_desktop.remote.office import MongoOffice

        return MongoOffice(self.connect())


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
