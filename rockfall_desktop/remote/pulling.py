"""What is newer at the office than a number, in order, with nothing left out.

Whoever may write to the database may write anything there. What cannot be read is taken alone and told by its kind and
id: it must keep nobody from reading what stands behind it.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pymongo.client_session import ClientSession

from rockfall_desktop.domain.office_exchange import Damaged, Document, Pointer, Pulled, PulledJob
from rockfall_desktop.remote.encoding import decode
from rockfall_desktop.remote.job_layout import label, read_job
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.sequence import reached
from rockfall_desktop.remote.transactions import OfficeDatabase

JOBS, DEPLOYMENTS, KEYS, POINTERS = "training_jobs", "model_deployments", "station_keys", "active_deployments"
_OTHERS = {DEPLOYMENTS: "deployment", KEYS: "station_key", POINTERS: "pointer"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_BEYOND = 2**63 - 1
MOST_SLOWLY = 512 * 1024  # what 1 Mbit a second carries within the limit of a socket
_MOST_BYTES = 32 * 1024 * 1024  # of one collection; the last batch of at most 16 MB may go beyond


class _Part(NamedTuple):
    """The next things of one collection with their numbers, complete up to a number."""

    found: list[tuple[int, Any]]
    upto: int


def pull(office: OfficeDatabase, after: int, limit: int, pace: Pace) -> Pulled:
    """What is newer than `after`; one round trip when nothing is, which says nothing of the line's pace.

    `sequence` is below `after` when the office was put back to an older state; then its old numbers come once more.

    Args:
        office: where.
        after: number.
        limit: documents at most.
        pace: documents at most on this line. Where not even two come, one beyond `MOST_SLOWLY` bytes is counted only.
    """
    # One session: each read waits until the member knows what the read before it saw, whichever member answers.
    with office.client.start_session(causal_consistency=True) as session:
        upto, life = reached(office, session)
        if upto <= after:
            return Pulled(upto, more=False, life=life)
        limit = min(limit, pace.amount)
        with pace.step():
            parts = {
                name: _newer(office, session, name, after, upto, limit, slow=pace.amount == 1)
                for name in (JOBS, *_OTHERS)
            }
    return _joined(parts, upto, limit)._replace(life=life)


def read_jobs(office: OfficeDatabase, job_ids: Sequence[str]) -> tuple[PulledJob, ...]:
    """Some jobs by their ids, in no order."""
    found: Any = office[JOBS].find_raw_batches({"_id": {"$in": list(job_ids)}})
    with found as batches:
        return tuple(read_job(raw, 0, _BEYOND) for batch in batches for raw in _documents(batch))


def _joined(parts: dict[str, _Part], upto: int, limit: int) -> Pulled:
    """All that is complete in every collection, and of that the first `limit`."""
    complete = min(part.upto for part in parts.values())
    numbers = sorted(number for part in parts.values() for number, _ in part.found if number <= complete)
    if len(numbers) > limit:
        complete = numbers[limit - 1]
    taken = {name: [one for number, one in part.found if number <= complete] for name, part in parts.items()}
    damaged = tuple(one for name in _OTHERS for one in taken[name] if isinstance(one, Damaged))
    jobs, deployments, keys, pointers = (
        tuple(one for one in taken[name] if not isinstance(one, Damaged)) for name in (JOBS, *_OTHERS)
    )
    return Pulled(complete, complete < upto, jobs, deployments, keys, pointers, damaged)


def _newer(
    office: OfficeDatabase, session: ClientSession, name: str, after: int, upto: int, limit: int, *, slow: bool
) -> _Part:
    found: list[tuple[int, Any]] = []
    size = 0
    # A number that is no whole one, which an office without validators may hold, would be passed by or come for ever.
    newer: Document = {"sequence": {"$gt": after, "$lte": upto, "$type": ["int", "long"]}}
    if slow and (large := _large(office, session, name, newer)) is not None:
        return large
    for batch in _batches(office, session, name, newer, limit):
        least = found[-1][0] if found else after + 1
        found += _things(name, batch, least, upto)
        size += len(batch)
        if size >= _MOST_BYTES:
            return _Part(found, found[-1][0])
    return _Part(found, found[-1][0] if len(found) >= limit else upto)


def _things(name: str, batch: bytes, least: int, upto: int) -> Iterator[tuple[int, Any]]:
    """What lies one behind the other, in the order of its numbers, with them."""
    for raw in _documents(batch):
        if name == JOBS:
            job = read_job(raw, least, upto)
            least = job.sequence
            yield least, job
        else:
            least, thing_id = label(raw, least, upto)
            yield least, _other(name, raw) or Damaged(_OTHERS[name], thing_id)


def _documents(batch: bytes) -> Iterator[bytes]:
    begin = 0
    while begin < len(batch):
        end = begin + struct.unpack_from("<i", batch, begin)[0]
        yield batch[begin:end]
        begin = end


def _other(name: str, raw: bytes) -> Document | Pointer | None:
    """A fact or a key without its id, or a pointer; None when it cannot be read."""
    try:
        document = decode(raw)
    except ValueError:
        return None
    site_id = document.pop("_id", None)
    if name != POINTERS:
        return document
    epoch, deployment_id = document.get("epoch"), document.get("deployment_id")
    ids = all(isinstance(one, str) and _ID.fullmatch(one) for one in (site_id, deployment_id))
    fits = ids and isinstance(epoch, int) and not isinstance(epoch, bool) and epoch >= 1
    return Pointer(str(site_id), int(epoch or 0), str(deployment_id)) if fits else None


def _large(office: OfficeDatabase, session: ClientSession, name: str, newer: Document) -> _Part | None:
    """The next one, for counting it, when it is so large that a slow line never brings it."""
    only = {"sequence": 1, "large": {"$gt": [{"$bsonSize": "$$ROOT"}, MOST_SLOWLY]}}
    steps: list[Document] = [
        {"$match": newer},
        {"$sort": {"sequence": 1}},
        {"$limit": 1},
        {"$project": only},
        {"$match": {"large": True}},
    ]
    found: Any = office[name].aggregate_raw_batches(steps, session=session)
    with found as batches:
        raw = b"".join(batches)
    if not raw:
        return None
    number, thing_id = label(raw, newer["sequence"]["$gt"] + 1, newer["sequence"]["$lte"])
    one = PulledJob(number, thing_id, {}, b"") if name == JOBS else Damaged(_OTHERS[name], thing_id)
    return _Part([(number, one)], number)


def _batches(office: OfficeDatabase, session: ClientSession, name: str, newer: Document, limit: int) -> Iterator[bytes]:
    with office[name].find_raw_batches(newer, sort=[("sequence", 1)], limit=limit, session=session) as batches:
        yield from batches
