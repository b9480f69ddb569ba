"""What the server itself refuses to a station, and what it cannot: the real one, with users."""

import io
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.errors import OfficeRefused, WrongInput
from rockfall_desktop.domain.office_exchange import Taken
from rockfall_desktop.remote.connecting import Connection, connect
from rockfall_desktop.remote.office import MongoOffice
from rockfall_desktop.remote.roles import ROLE, add_station, prepare_role, station_role
from rockfall_desktop.remote.shape import check, prepare
from tests.mongod import ADMINISTRATOR, ADMINISTRATOR_PASSWORD, Mongod
from tests.office_documents import OTHER_STATION, SITE, deployment, id_of, job, key, log_file

PASSWORD = "of the station, größer @:/"


@pytest.fixture(scope="module")
def administrator(mongod_auth: Mongod) -> Iterator[Connection]:
    address = mongod_auth.address(f"rockfall_{secrets.token_hex(6)}", user=ADMINISTRATOR)
    with connect(address, ADMINISTRATOR_PASSWORD) as connection:
        prepare(connection)
        prepare_role(connection)
        yield connection


@pytest.fixture(scope="module")
def station(administrator: Connection) -> Iterator[Connection]:
    user = f"station-{secrets.token_hex(4)}"
    add_station(administrator, user, PASSWORD)
    with connect(administrator.address.model_copy(update={"user": user}), PASSWORD) as connection:
        yield connection


def test_that_a_station_does_all_that_it_must(station: Connection, tmp_path: Path) -> None:
    bundle = tmp_path / "a.rockfall"
    bundle.write_bytes(b"graphs" * 100_000)
    fact = deployment(bundle=bundle.read_bytes())
    assert check(station) == []
    office = MongoOffice(station)
    assert [one.taken for one in office.push_jobs([job(1), job(2)])] == [Taken.TAKEN, Taken.TAKEN]
    assert office.push_jobs([job(1, revision=2)])[0].taken is Taken.TAKEN
    office.push_key(key())
    log = log_file(b"all lines", 1, 2)
    office.push_log(log, io.BytesIO(b"all lines"))
    assert office.push_deployment(fact, bundle) == (1, True)
    assert office.push_deployment(deployment(2, epoch=2, follows=id_of(1)), None) == (2, True)
    assert office.fetch_log(log, tmp_path / "log")
    assert (tmp_path / "log").read_bytes() == b"all lines"
    office.fetch_bundle(fact, tmp_path / "b.rockfall")
    assert (tmp_path / "b.rockfall").read_bytes() == bundle.read_bytes()
    pulled = office.pull(0, 100)
    assert (len(pulled.jobs), len(pulled.deployments), len(pulled.keys), len(pulled.pointers)) == (2, 2, 1, 1)


FORBIDDEN: dict[str, Callable[[Any], object]] = {
    "remove a job": lambda database: database.training_jobs.delete_many({}),
    "change a deployment": lambda database: database.model_deployments.update_many({}, {"$set": {"accepted": True}}),
    "remove a deployment": lambda database: database.model_deployments.delete_many({}),
    "change a key": lambda database: database.station_keys.update_many({}, {"$set": {"public_key": "00" * 32}}),
    "remove a key": lambda database: database.station_keys.delete_many({}),
    "remove a pointer": lambda database: database.active_deployments.delete_many({}),
    "remove a counter": lambda database: database.counters.delete_many({}),
    "change a bundle": lambda database: database.bundles.chunks.update_many({}, {"$set": {"data": b""}}),
    "change a file's entry": lambda database: database.bundles.files.update_many({}, {"$set": {"length": 0}}),
    "remove a bundle": lambda database: database.bundles.chunks.delete_many({}),
    "remove a log": lambda database: database.job_logs.files.delete_many({}),
    "change a log": lambda database: database.job_logs.chunks.update_many({}, {"$set": {"data": b""}}),
    "drop a collection": lambda database: database.drop_collection("training_jobs"),
    "drop the database": lambda database: database.client.drop_database(database.name),
    "make a collection": lambda database: database.create_collection("mine"),
    "write into another one": lambda database: database.mine.insert_one({}),
    "rename a collection": lambda database: database.training_jobs.rename("mine"),
    "change what is checked": lambda database: database.command("collMod", "training_jobs", validationLevel="off"),
    "make an index": lambda database: database.training_jobs.create_index("status"),
    "drop an index": lambda database: database.training_jobs.drop_index("sequence_1"),
    "write unchecked": lambda database: database.training_jobs.insert_one({}, bypass_document_validation=True),
    "read users": lambda database: database.client.admin.system.users.find_one(),
    "make a user": lambda database: database.client.admin.command("createUser", "x", pwd="x", roles=["root"]),
    "change the role": lambda database: database.command("updateRole", ROLE, roles=["root"]),
    "read another database": lambda database: database.client.other.things.find_one(),
    "write another database": lambda database: database.client.other.things.insert_one({}),
    "stop the server": lambda database: database.client.admin.command("shutdown"),
    "read the oplog": lambda database: database.client.local["oplog.rs"].find_one(),
}  # fmt: skip


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_that_the_server_refuses_to_a_station(station: Connection, deed: str) -> None:
    from pymongo.errors import OperationFailure

    with pytest.raises(OperationFailure) as told:
        FORBIDDEN[deed](station.database)
    assert told.value.code == 13


def test_that_another_stations_job_is_refused_by_the_program_and_not_by_the_server(station: Connection) -> None:
    office = MongoOffice(station)
    mine, forged = job(9), job(9, revision=7, station_id=OTHER_STATION, status="completed")
    office.push_jobs([mine])
    assert office.push_jobs([forged])[0].taken is Taken.REFUSED
    # What a changed program can do: it is found by whoever verifies the signature, which is not that of the station.
    wrote = station.database.training_jobs.update_one({"_id": id_of(9)}, {"$set": {"status": "completed"}})
    assert wrote.modified_count == 1
    (read,) = (one for one in office.pull(0, 100).jobs if one.job_id == id_of(9))
    assert (read.said["status"], read.said["signature"]) == ("completed", mine["signature"])


def test_that_a_pointer_can_be_moved_by_hand_so_stations_must_look(station: Connection) -> None:
    wrong = {"epoch": 99, "deployment_id": id_of(500), "sequence": 1}
    station.database.active_deployments.update_one({"_id": SITE}, {"$set": wrong}, upsert=True)
    assert station.database.active_deployments.find_one({"_id": SITE}) == {"_id": SITE} | wrong


def test_that_the_role_is_made_once_and_mended(administrator: Connection) -> None:
    assert prepare_role(administrator) == ()
    everything = {"resource": {"db": administrator.database.name, "collection": ""}, "actions": ["find", "remove"]}
    administrator.database.command("updateRole", ROLE, privileges=[everything], roles=[])
    assert prepare_role(administrator) == (f"Gave the role {ROLE} the rights that it must have.",)
    administrator.database.command("grantRolesToRole", ROLE, roles=["readWrite"])
    assert prepare_role(administrator) == (f"Gave the role {ROLE} the rights that it must have.",)
    assert prepare_role(administrator) == ()


def test_that_a_role_may_remove_nothing() -> None:
    actions = {action for one in station_role("rockfall")["privileges"] for action in one["actions"]}
    assert actions == {"find", "insert", "update", "listCollections", "listIndexes"}


def test_that_a_user_is_made_once_and_has_a_name_that_can_be_one(administrator: Connection) -> None:
    name = f"twice-{secrets.token_hex(4)}"
    add_station(administrator, name, PASSWORD)
    with pytest.raises(OfficeRefused, match=f"a user {name} at the office already"):
        add_station(administrator, name, PASSWORD)
    for wrong in ("", "a b", "$root", "../x", "a" * 64, "ä"):
        with pytest.raises(WrongInput, match="1 to 63"):
            add_station(administrator, wrong, PASSWORD)


def test_that_a_station_can_add_no_other(station: Connection) -> None:
    with pytest.raises(OfficeRefused, match="no right"):
        add_station(station, "other", PASSWORD)
