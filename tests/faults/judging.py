"""What the office holds after a fault, read with a bare driver, against what the stations were told that it holds."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tests.faults.desk import Desk

_NUMBERED = ("training_jobs", "model_deployments", "active_deployments", "station_keys")


class Judgement(NamedTuple):
    """What came of what was acknowledged.

    Attributes:
        acknowledged: states of jobs and deployments that left an outbox.
        lost: those of them that the office does not hold, a sentence each.
        doubled: what it holds more than once, a sentence each.
        wrong: whatever else is not as it must be.
    """

    acknowledged: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    wrong: tuple[str, ...]


def judge(database: Any, desks: Sequence[Desk]) -> Judgement:
    """Look at every document and every file of the office."""
    gone = [(desk, row) for desk in desks for row in desk.gone()]
    held = {
        "training_job": {one["_id"]: one["revision"] for one in database.training_jobs.find()},
        "deployment": {one["_id"]: 1 for one in database.model_deployments.find()},
    }
    lost = [f"{row} is not there" for _, row in gone if held[row.kind].get(row.id, 0) < row.revision]
    wrong = [*_jobs(database, desks), *_facts(database, desks), *_files(database)]
    return Judgement(len(gone), tuple(lost), tuple(_doubled(database)), tuple(wrong))


def _doubled(database: Any) -> Iterator[str]:
    for name, field in (("training_jobs", "job_id"), ("model_deployments", "deployment_id")):
        for value, count in Counter(one[field] for one in database[name].find({}, {field: 1})).items():
            if count > 1:
                yield f"{name} holds {value} {count} times"
    logs = Counter(one["_id"].partition("/")[0] for one in database["job_logs.files"].find({}, {"_id": 1}))
    yield from (f"job {job_id} has {count} logs" for job_id, count in logs.items() if count > 1)
    numbers = Counter(one["sequence"] for name in _NUMBERED for one in database[name].find({}, {"sequence": 1}))
    yield from (f"the number {number} was given {count} times" for number, count in numbers.items() if count > 1)
    last = database.counters.find_one({"_id": "sequence"})["value"]
    yield from (f"the number {number} is above the counter's {last}" for number in numbers if number > last)


def _jobs(database: Any, desks: Sequence[Desk]) -> Iterator[str]:
    there = {one["_id"]: one for one in database.training_jobs.find()}
    made = {job_id: revision for desk in desks for job_id, revision in desk.own_jobs().items()}
    if there.keys() != made.keys():
        yield f"jobs: {len(there.keys() ^ made.keys())} of {len(made)} are only here or only there"
    for job_id, document in there.items():
        epochs = [one["epoch"] for one in document["metrics"]]
        if document["revision"] != made.get(job_id) or epochs != list(range(1, len(epochs) + 1)):
            yield f"job {job_id} has revision {document['revision']}, epochs {epochs} instead of {made.get(job_id)}"


def _facts(database: Any, desks: Sequence[Desk]) -> Iterator[str]:
    there = {one["_id"]: one for one in database.model_deployments.find()}
    if there.keys() != set().union(*(desk.own_facts() for desk in desks)):
        yield "the deployments there are not those of the stations"
    pointers = {one["_id"]: one for one in database.active_deployments.find()}
    for site_id in {one["site_id"] for one in there.values()}:
        facts = sorted((one for one in there.values() if one["site_id"] == site_id), key=lambda one: one["version"])
        if [one["version"] for one in facts] != list(range(1, len(facts) + 1)):
            yield f"site {site_id} has versions {[one['version'] for one in facts]}"
        won = [one for one in facts if one["accepted"]]
        chain = [(number, before) for number, before in enumerate(["", *(one["_id"] for one in won[:-1])], 1)]
        if [(one["epoch"], one["follows"]) for one in won] != chain:
            yield f"site {site_id}: the active ones did not follow each other"
        pointer = pointers.get(site_id)
        if pointer is None or (pointer["epoch"], pointer["deployment_id"]) != (len(won), won[-1]["_id"]):
            yield f"site {site_id}: the pointer is {pointer}, the last active one {won[-1]['_id']} of {len(won)}"


def _files(database: Any) -> Iterator[str]:
    """Every file that is named is whole, and every job's and deployment's file is there."""
    for bucket in ("bundles", "job_logs"):
        for entry in database[bucket].files.find():
            pieces = database[bucket].chunks.find({"files_id": entry["_id"]}, sort=[("n", 1)])
            content = b"".join(one["data"] for one in pieces)
            if (len(content), hashlib.sha256(content).hexdigest()) != (entry["length"], entry["_id"][-64:]):
                yield f"{bucket}: {entry['_id']} is damaged"
    bundles = {one["_id"] for one in database["bundles.files"].find({}, {"_id": 1})}
    yield from (
        f"deployment {one['_id']} has no bundle"
        for one in database.model_deployments.find()
        if one["bundle_sha256"] not in bundles
    )
    logs = {one["_id"].partition("/")[0] for one in database["job_logs.files"].find({}, {"_id": 1})}
    yield from (f"job {one['_id']} has no log" for one in database.training_jobs.find() if one["_id"] not in logs)
