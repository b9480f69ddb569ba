from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mongod import database, mongod
from tests.office_model import ModelServer
from tests.unit.operations.syncing.bench import Bench

__all__ = ["database", "make", "mongod", "pit", "server", "two"]


@pytest.fixture
def server() -> ModelServer:
    return ModelServer()


@pytest.fixture
def make(tmp_path: Path, server: ModelServer) -> Iterator[Callable[[str], Bench]]:
    """Makes stations that are closed with the test."""
    made: list[Bench] = []

    def one(name: str) -> Bench:
        made.append(Bench(tmp_path / name, server))
        return made[-1]

    yield one
    for bench in made:
        bench.close()


@pytest.fixture
def pit(make: Callable[[str], Bench]) -> Bench:
    return make("pit")


@pytest.fixture
def two(make: Callable[[str], Bench]) -> tuple[Bench, Bench]:
    """Two stations that trust each other and know the site."""
    first, second = make("first"), make("second")
    for bench, other in ((first, second), (second, first)):
        bench.trust(other)
        bench.know_site()
    return first, second
