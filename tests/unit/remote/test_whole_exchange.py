"""Two stations, each with the rights of a station, and the real server with its validators between them."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.remote.connecting import Connection, connect
from rockfall_desktop.remote.office import MongoOffice
from rockfall_desktop.remote.roles import add_station, prepare_role
from rockfall_desktop.remote.shape import prepare
from tests.mongod import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Mongod
from tests.office_model import ModelServer
from tests.unit.operations.syncing.bench import Bench, sync_once

PASSWORD = secrets.token_urlsafe(12)


class Pair:
    """Two stations that trust each other, and their ways to the office."""

    def __init__(self, folder: Path, lines: tuple[Connection, Connection]) -> None:
        self.lines = lines
        self.benches = tuple(Bench(folder / name, ModelServer()) for name in ("first", "second"))
        for one, other in zip(self.benches, reversed(self.benches), strict=True):
            one.trust(other)
            one.know_site()

    def sync(self, place: int) -> SyncState:
        bench = self.benches[place]
        return sync_once(bench.station, MongoOffice(self.lines[place]), bench.syncing)


@pytest.fixture
def pair(mongod_auth: Mongod, tmp_path: Path) -> Iterator[Pair]:
    with ExitStack() as stack:
        address = mongod_auth.address(f"rockfall_{secrets.token_hex(6)}", user=ADMINISTRATOR)
        administrator = stack.enter_context(connect(address, ADMINISTRATOR_PASSWORD))
        prepare(administrator)
        prepare_role(administrator)
        users = [f"{name}-{secrets.token_hex(4)}" for name in ("first", "second")]
        for user in users:
            add_station(administrator, user, PASSWORD)
        first, second = (
            stack.enter_context(connect(address.model_copy(update={"user": user}), PASSWORD)) for user in users
        )
        made = Pair(tmp_path, (first, second))
        yield made
        for bench in made.benches:
            bench.close()


def test_that_what_stations_really_send_is_taken_by_the_office_as_it_was_prepared(pair: Pair) -> None:
    first, second = pair.benches
    job_id = first.running_job()
    first.fail(job_id)
    fact = first.deploy()
    state = pair.sync(0)
    assert (state.condition, state.held, state.waiting) == (SyncCondition.SYNCED, 0, 0)
    assert first.deployments.read(fact.deployment_id).version == 1
    state = pair.sync(1)
    assert state.condition is SyncCondition.SYNCED
    assert second.active() == fact.deployment_id
    again = second.deploy()
    assert pair.sync(1).held == 0
    pair.sync(0)
    assert first.active() == second.active() == again.deployment_id
    assert pair.lines[0].database.station_keys.count_documents({}) == 2


@pytest.mark.parametrize(
    "forge",
    [
        lambda database, job_id: database.training_jobs.update_one({"_id": job_id}, {"$set": {"status": "completed"}}),
        lambda database, job_id: database.training_jobs.update_one({"_id": job_id}, {"$set": {"signature": "00" * 64}}),
        lambda database, job_id: database.training_jobs.update_one({"_id": job_id}, {"$set": {"revision": 99}}),
    ],
    ids=["status", "signature", "revision"],
)
def test_that_a_job_that_another_station_overwrote_is_shown_by_nobody(
    pair: Pair, forge: Callable[[object, str], object]
) -> None:
    from rockfall_desktop.operations.syncing.office_jobs import office_jobs

    first, second = pair.benches
    job_id = first.running_job()
    pair.sync(0)
    forge(pair.lines[1].database, job_id)
    pair.sync(1)
    assert office_jobs(second.session(), station=second.station).jobs == ()


def test_that_a_connection_without_the_role_is_refused_in_a_sentence(pair: Pair, mongod_auth: Mongod) -> None:
    user = f"nobody-{secrets.token_hex(4)}"
    with mongod_auth.client(username=ADMINISTRATOR, password=ADMINISTRATOR_PASSWORD) as client:
        client.admin.command("createUser", user, pwd=PASSWORD, roles=[])
    address = pair.lines[0].address.model_copy(update={"user": user})
    with connect(address, PASSWORD) as line, pytest.raises(OfficeRefused, match="no right"):
        MongoOffice(line).pull(0, 10)
