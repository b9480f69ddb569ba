"""What is newer at the office than a number, in order, with nothing left out."""

from collections.abc import Iterator
from datetime import UTC
from typing import NamedTuple

import bson
from bson.codec_options import CodecOptions
from pymongo.client_session import ClientSession

from rockfall_desktop.domain.office_exchange import Document, Pointer, Pulled
from rockfall_desktop.remote.sequence import reached
from rockfall_desktop.remote.transactions import OfficeDatabase

JOBS, DEPLOYMENTS, KEYS, POINTERS = "training_jobs", "model_deployments", "station_keys", "active_deployments"
_UTC: CodecOptions[Document] = CodecOptions(
    tz_aware=True, tzinfo=UTC
)  # the driver's own zone costs a call in Python for each time
_MOST_BYTES = 32 * 1024 * 1024  # of one collection; the last batch of at most 16 MB may go beyond


class _Part(NamedTuple):
    """The next documents of one collection, complete up to a number."""

    documents: list[Document]
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
    numbers = sorted(
        one["sequence"] for part in parts.values() for one in part.documents if one["sequence"] <= complete
    )
    if len(numbers) > limit:
        complete = numbers[limit - 1]
    taken = {name: tuple(one for one in part.documents if one["sequence"] <= complete) for name, part in parts.items()}
    return Pulled(
        complete,
        complete < upto,
        jobs=_without_ids(taken[JOBS]),
        deployments=_without_ids(taken[DEPLOYMENTS]),
        keys=_without_ids(taken[KEYS]),
        pointers=tuple(Pointer(one["_id"], one["epoch"], one["deployment_id"]) for one in taken[POINTERS]),
    )


def _newer(office: OfficeDatabase, session: ClientSession, name: str, after: int, upto: int, limit: int) -> _Part:
    documents: list[Document] = []
    size = 0
    for batch in _batches(office, session, name, after, upto, limit):
        documents += bson.decode_all(batch, _UTC)
        size += len(batch)
        if size >= _MOST_BYTES:
            return _Part(documents, documents[-1]["sequence"])
    return _Part(documents, documents[-1]["sequence"] if len(documents) >= limit else upto)


def _batches(
    office: OfficeDatabase, session: ClientSession, name: str, after: int, upto: int, limit: int
) -> Iterator[bytes]:
    newer = {"sequence": {"$gt": after, "$lte": upto}}
    with office[name].find_raw_batches(newer, sort=[("sequence", 1)], limit=limit, session=session) as batches:
        yield from batches


def _without_ids(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    for one in documents:
        del one["_id"]
    return documents
