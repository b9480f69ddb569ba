"""What the administrator prepares, and what the server then refuses whoever asks."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rockfall_desktop.domain.job import Status
from rockfall_desktop.remote.connecting import Connection, connect
from rockfall_desktop.remote.schemas import TRAINING_JOBS
from rockfall_desktop.remote.shape import SHAPE, check, prepare
from tests.mongod import Mongod
from tests.office_documents import SITE, deployment, id_of, job, key


@pytest.fixture
def empty(mongod: Mongod, database: Callable[[], str]) -> Iterator[Connection]:
    with connect(mongod.address(database()), None) as connection:
        yield connection


@pytest.fixture
def office(empty: Connection) -> Connection:
    prepare(empty)
    return empty


@pytest.fixture(scope="module")
def checked(mongod: Mongod) -> Iterator[Connection]:
    """A prepared office for what leaves nothing behind."""
    with connect(mongod.address(f"rockfall_{secrets.token_hex(6)}"), None) as connection:
        prepare(connection)
        yield connection
        connection.client.drop_database(connection.database.name)


def numbered_job(**changes: Any) -> dict[str, Any]:
    return {"_id": id_of(1), "sequence": 1} | job() | changes


def numbered_fact(**changes: Any) -> dict[str, Any]:
    return {"_id": id_of(1), "sequence": 1, "version": 1, "accepted": True} | deployment() | changes


def test_that_preparing_makes_everything_once_and_then_nothing(empty: Connection) -> None:
    missing = check(empty)
    assert len(missing) == len(SHAPE)
    assert all(one.startswith("The collection ") for one in missing)
    done = prepare(empty)
    assert "Made the collection training_jobs." in done
    assert "Began to number changes after 0." in done
    assert check(empty) == []
    assert prepare(empty) == ()


def test_that_what_was_changed_by_hand_is_told_and_mended_without_touching_documents(office: Connection) -> None:
    office.database.training_jobs.insert_one(numbered_job())
    office.database.command("collMod", "training_jobs", validationLevel="moderate")
    office.database.command("collMod", "counters", validator={})
    office.database.command("collMod", "station_keys", validationAction="warn")
    office.database.training_jobs.drop_index("sequence_1")
    office.database.model_deployments.drop_index("site_id_1_version_1")
    office.database.model_deployments.create_index([("site_id", 1), ("version", 1)])
    office.database.drop_collection("job_logs.chunks")
    told = " ".join(check(office))
    for words in ("documents of training_jobs", "documents of counters", "documents of station_keys",
                  "on sequence of training_jobs", "site_id and version of model_deployments",
                  "job_logs.chunks"):  # fmt: skip
        assert words in told
    assert len(prepare(office)) == 7
    assert check(office) == []
    assert office.database.training_jobs.find_one({}, {"job_id": 1, "_id": 0}) == {"job_id": id_of(1)}


def test_that_an_index_over_some_of_the_documents_is_none(office: Connection) -> None:
    office.database.training_jobs.drop_index("sequence_1")
    office.database.training_jobs.create_index("sequence", partialFilterExpression={"revision": {"$gt": 5}})
    assert check(office) == ["The index on sequence of training_jobs is missing at the office."]


def test_that_a_lost_counter_goes_on_after_the_highest_number(office: Connection) -> None:
    office.database.training_jobs.insert_one(numbered_job(sequence=41))
    office.database.counters.delete_many({})
    assert check(office) == ["The counter that numbers every change is missing at the office."]
    assert prepare(office) == ("Began to number changes after 41.",)
    assert office.database.counters.find_one() == {"_id": "sequence", "value": 41}


def test_that_the_server_knows_every_status_that_a_job_can_have() -> None:
    known = TRAINING_JOBS["$and"][0]["$jsonSchema"]["properties"]["status"]["enum"]
    assert sorted(known) == sorted(Status)


@pytest.mark.parametrize(
    "changes",
    [
        {"job_id": id_of(2)}, {"status": "done"}, {"revision": 0}, {"revision": "1"}, {"revision": 1.0},
        {"progress": 101}, {"progress": "much"}, {"created_at": "2026-03-01"}, {"metrics": {}}, {"logs": ["x"] * 501},
        {"metrics": [{}] * 2001}, {"model_paths": [1]}, {"site": {"site_id": SITE}}, {"site": None}, {"signature": ""},
        {"signature": "cd" * 64 + "\n"},
        {"key_id": "AB" * 32}, {"sequence": 0}, {"station_id": "laptop"}, {"user_id": "ana"}, {"more": 1},
        {"performance_summary": []}, {"config": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_that_a_job_of_another_form_is_refused(checked: Connection, changes: dict[str, Any]) -> None:
    _refused(checked, "training_jobs", numbered_job(**changes))


@pytest.mark.parametrize("name", sorted(numbered_job()))
def test_that_no_field_of_a_job_may_be_missing(checked: Connection, name: str) -> None:
    document = numbered_job()
    del document[name]
    _refused(checked, "training_jobs", document)


@pytest.mark.parametrize(
    "changes",
    [{"deployment_id": id_of(2)}, {"epoch": 0}, {"version": 0}, {"version": None}, {"accepted": 1}, {"deed": "force"},
     {"follows": "x"}, {"bundle_sha256": "x"}, {"bundle_bytes": -1}, {"signature": ""}, {"active": True},
     {"reason": "x" * 4001}, {"against": "x"}, {"simulated": "no"}],
    ids=str,
)  # fmt: skip
def test_that_a_deployment_of_another_form_is_refused(checked: Connection, changes: dict[str, Any]) -> None:
    _refused(checked, "model_deployments", numbered_fact(**changes))


def test_that_a_version_of_a_site_is_given_once(office: Connection) -> None:
    from pymongo.errors import DuplicateKeyError

    office.database.model_deployments.insert_one(numbered_fact())
    second = numbered_fact(**deployment(2), sequence=2) | {"_id": id_of(2)}
    with pytest.raises(DuplicateKeyError):
        office.database.model_deployments.insert_one(second)


@pytest.mark.parametrize(
    ("name", "good", "changes"),
    [
        ("active_deployments", {"_id": SITE, "epoch": 1, "deployment_id": id_of(1), "sequence": 1},
         [{"epoch": 0}, {"epoch": "1"}, {"deployment_id": ""}, {"_id": "site"}, {"active": True}]),
        ("station_keys", {"_id": "ab" * 32, "sequence": 1} | key(),
         [{"fingerprint": "cd" * 32}, {"public_key": "x"}, {"station_name": "x" * 65}, {"state": "trusted"},
          {"signature": ""}, {"kind": "x"}]),
        ("counters", {"_id": f"version:{SITE}", "value": 1},
         [{"_id": "other"}, {"_id": "version:"}, {"value": -1}, {"value": "1"}, {"value": 1.5}]),
        ("bundles.chunks", {"_id": "ab" * 32 + "/0", "files_id": "ab" * 32, "n": 0, "data": b"x"},
         [{"files_id": "x"}, {"n": -1}, {"data": "x"}]),
    ],
)  # fmt: skip
def test_that_the_other_collections_are_checked_too(
    checked: Connection, name: str, good: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    for one in changes:
        _refused(checked, name, good | one)
    checked.database[name].insert_one(dict(good))


def _refused(office: Connection, name: str, document: dict[str, Any]) -> None:
    from pymongo.errors import WriteError

    with pytest.raises(WriteError) as told:
        office.database[name].insert_one(document)
    assert told.value.code == 121
