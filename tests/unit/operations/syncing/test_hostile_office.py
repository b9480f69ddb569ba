"""The real server holds whatever somebody wrote into its database: it stops no station, and is counted."""

import struct
from collections.abc import Callable
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument

from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.store.office_mirror import OfficeMirror
from tests import office_documents as documents
from tests.unit.operations.syncing.bench import Bench, sync_once
from tests.unit.operations.syncing.test_real_office import offices

__all__ = ["offices"]

Offices = tuple[Office, Office]
Raw = Callable[[dict[str, Any]], bytes]
COLLECTIONS = {
    "training_jobs": documents.job,
    "model_deployments": lambda number: documents.deployment(number) | {"version": 1, "accepted": True},
    "station_keys": lambda number: documents.key(f"{number:064x}"),
    "active_deployments": lambda number: {"epoch": 1, "deployment_id": documents.id_of(number)},
}


def beyond_all_calendars(document: dict[str, Any]) -> bytes:
    return bson.encode(document | {"created_at": bson.DatetimeMS(10**15), "deployed_at": bson.DatetimeMS(-(2**60))})


def no_text(document: dict[str, Any]) -> bytes:
    return bson.encode(document | {"note": "QQQQ"}).replace(b"QQQQ", b"\xff\xfe\xff\xfe")


def deep(document: dict[str, Any]) -> bytes:
    inner = b"\x05\0\0\0\0"
    for _ in range(100):
        inner = struct.pack("<i", len(inner) + 8) + b"\x03a\0" + inner + b"\0"
    plain = bson.encode(document)
    return struct.pack("<i", len(plain) + len(inner) + 6) + plain[4:-1] + b"\x03note\0" + inner + b"\0"


def large(document: dict[str, Any]) -> bytes:
    return bson.encode(document | {"note": "x" * (16 * 1024 * 1024 - 4096)})


def next_number(database: Any) -> bson.Int64:
    return bson.Int64(
        database.counters.find_one_and_update({"_id": "sequence"}, {"$inc": {"value": 1}}, return_document=True)[
            "value"
        ]
    )


def plant(office: Any, raw: Raw) -> None:
    """One such document in each collection, behind the validators' backs."""
    database = office._office
    for place, (name, make) in enumerate(COLLECTIONS.items(), start=1):
        database.command("collMod", name, validationLevel="off")
        document = {"_id": f"hostile-{place}", **make(place), "sequence": next_number(database)}
        database[name].insert_one(RawBSONDocument(raw(document)))


@pytest.mark.parametrize("raw", [beyond_all_calendars, no_text, deep, large])
def test_that_one_document_stops_nobody(two: tuple[Bench, Bench], offices: Offices, raw: Raw) -> None:
    first, second = two
    for bench, office in zip(two, offices, strict=True):
        sync_once(bench.station, office, bench.syncing)
    plant(offices[1], raw)
    job_id, fact = first.new_job(), first.deploy()
    for _ in range(2):
        for bench, office in zip(two, offices, strict=True):
            state = sync_once(bench.station, office, bench.syncing)
            assert state.condition is SyncCondition.SYNCED
            assert "Not read at the office: " in state.sentence
    assert first.waiting() == ()
    assert second.active() == fact.deployment_id
    assert [one.job.job_id for one in office_jobs(second.session(), station=second.station).jobs] == [job_id]
    unread = OfficeMirror(second.station.store)
    counted = {kind: len(unread.unread_things(kind)) for kind in ("training_job", "deployment", "station_key")}
    assert counted == {"training_job": 1, "deployment": 1, "station_key": 1}
    assert [thing.id for thing in unread.unread_things("pointer")] == ["hostile-4"]


NO_POINTERS: tuple[dict[str, Any], ...] = (
    {"epoch": None}, {"epoch": "2"}, {"epoch": 0}, {"epoch": True}, {"epoch": 2.5}, {"deployment_id": {"$gt": 1}},
)  # fmt: skip


def test_that_a_pointer_that_is_none_is_counted_until_it_is_one_again(
    two: tuple[Bench, Bench], offices: Offices
) -> None:
    first, second = two
    fact = first.deploy()
    sync_once(first.station, offices[0], first.syncing)
    database: Any = offices[1]._office  # type: ignore[attr-defined]
    database.command("collMod", "active_deployments", validationLevel="off")
    kept = database.active_deployments.find_one()
    for change in (*NO_POINTERS, {}):
        number = {"sequence": next_number(database)}
        database.active_deployments.replace_one({}, kept | change | number)
        state = sync_once(second.station, offices[1], second.syncing)
        assert state.condition is SyncCondition.SYNCED
        assert ("of another version, or damaged" in state.sentence) == bool(change)
        assert second.active() == (None if change else fact.deployment_id)
