"""What is newer at the office than a number, in order, with nothing left out."""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from pymongo.client_session import ClientSession

from rockfall_desktop.domain.office_exchange import Document, Pointer, Pulled, PulledJob
from rockfall_desktop.remote.encoding import decode_all
from rockfall_desktop.remote.job_layout import read_job
from rockfall_desktop.remote.sequence import reached
from rockfall_desktop.remote.transactions import OfficeDatabase

JOBS, DEPLOYMENTS, KEYS, POINTERS = "training_jobs", "model_deployments", "station_keys", "active_deployments"
_MOST_BYTES = 32 * 1024 * 1024  # of one collection; the last batch of at most 16 MB may go beyond


class _Part(NamedTuple):
    """The next things of one collection with their numbers, complete up to a number."""

    found: list[tuple[int, Any]]
    upto: int


def pull(office: OfficeDatabase, after: int, limit: int) -> Pulled:
    """What is newer than `after`, at most `limit` documents; one round trip when nothing is.

    `sequence` is below `after` when the office was put back to an older state; then its old numbers come once more.
    """
    # One session: each read waits until the member knows what the read before it saw, whichever member answers.
    with office.client.start_session(causal_consistency=True) as session:
        upto = reached(office, session)
        if upto <= after:
            return Pulled(upto, more=False)
        parts = {
            name: _newer(office, session, name, after, upto, limit) for name in (JOBS, DEPLOYMENTS, KEYS, POINTERS)
        }
    return _joined(parts, upto, limit)


def _joined(parts: dict[str, _Part], upto: int, limit: int) -> Pulled:
    """All that is complete in every collection, and of that the first `limit`."""
    complete = min(part.upto for part in parts.values())
    numbers = sorted(number for part in parts.values() for number, _ in part.found if number <= complete)
    if len(numbers) > limit:
        complete = numbers[limit - 1]
    taken = {name: tuple(one for number, one in part.found if number <= complete) for name, part in parts.items()}
    return Pulled(
        complete,
        complete < upto,
        jobs=taken[JOBS],
        deployments=_without_ids(taken[DEPLOYMENTS]),
        keys=_without_ids(taken[KEYS]),
        pointers=tuple(Pointer(one["_id"], one["epoch"], one["deployment_id"]) for one in taken[POINTERS]),
    )


def _newer(office: OfficeDatabase, session: ClientSession, name: str, after: int, upto: int, limit: int) -> _Part:
    found: list[tuple[int, Any]] = []
    size = 0
    for batch in _batches(office, session, name, after, upto, limit):
        least = found[-1][0] if found else after + 1
        if name == JOBS:
            found += ((job.sequence, job) for job in _jobs(batch, least, upto))
        else:
            found += ((one["sequence"], one) for one in decode_all(batch))
        size += len(batch)
        if size >= _MOST_BYTES:
            return _Part(found, found[-1][0])
    return _Part(found, found[-1][0] if len(found) >= limit else upto)


def _jobs(batch: bytes, least: int, upto: int) -> Iterator[PulledJob]:
    """Jobs that lie one behind the other, in the order of their numbers."""
    begin = 0
    while begin < len(batch):
        end = begin + struct.unpack_from("<i", batch, begin)[0]
        job = read_job(batch[begin:end], least, upto)
        begin, least = end, job.sequence
        yield job


def _batches(
    office: OfficeDatabase, session: ClientSession, name: str, after: int, upto: int, limit: int
) -> Iterator[bytes]:
    # A number that is no whole one, which an office without validators may hold, would be passed by or come for ever.
    newer = {"sequence": {"$gt": after, "$lte": upto, "$type": ["int", "long"]}}
    with office[name].find_raw_batches(newer, sort=[("sequence", 1)], limit=limit, session=session) as batches:
        yield from batches


def _without_ids(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    for one in documents:
        del one["_id"]
    return documents
