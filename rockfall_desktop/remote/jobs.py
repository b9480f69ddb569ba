"""Jobs of stations: written by the station that made them, each revision once, whatever is repeated."""

from collections.abc import Iterator, Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, DocumentTooLarge

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import Document, PushedJob, Taken
from rockfall_desktop.remote.faults import spoken
from rockfall_desktop.remote.job_batches import EncodedJob, batches, encoded
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.sequence import take_numbers
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

COLLECTION = "training_jobs"
_ANOTHER = "Another station has made a job with this id."


def push_jobs(transactions: Transactions, documents: Sequence[Document], pace: Pace) -> tuple[PushedJob, ...]:
    """Write each job whose revision is newer than the office's, in transactions of `pace.amount` bytes.

    What the office refuses of one job holds up no other. Jobs of a batch that went stay, whatever becomes of the next.

    Raises:
        PyMongoError: when nothing can be written now.
    """
    prepared = [encoded(document) for document in documents]
    answers = {index: job for index, job in enumerate(prepared) if isinstance(job, PushedJob)}
    places = [index for index, job in enumerate(prepared) if isinstance(job, EncodedJob)]
    jobs = [job for job in prepared if isinstance(job, EncodedJob)]
    said: list[PushedJob] = []
    while len(said) < len(jobs):
        batch = next(batches(jobs[len(said) :], pace.amount))
        with pace.step():
            said += _push(transactions, batch)
    answers |= dict(zip(places, said, strict=True))
    return tuple(answers[index] for index in range(len(prepared)))


def _push(transactions: Transactions, batch: list[EncodedJob]) -> list[PushedJob]:
    """One transaction; where the office refuses a document, halves, until it stands alone."""
    try:
        return transactions.run(lambda session: _write(transactions.office, session, batch))
    except (BulkWriteError, DocumentTooLarge) as error:
        if not _of_a_document(error):
            raise
        if len(batch) == 1:
            return [PushedJob(batch[0].job_id, Taken.REFUSED, spoken(error).message)]
    middle = len(batch) // 2
    return _push(transactions, batch[:middle]) + _push(transactions, batch[middle:])


def _of_a_document(error: BulkWriteError | DocumentTooLarge) -> bool:
    """Whether it is for what one document is. A full disk or a new election is for none, and passes by itself."""
    if isinstance(error, DocumentTooLarge):
        return True
    return bool(error.details.get("writeErrors")) and isinstance(spoken(error), OfficeRefused)


def _write(office: OfficeDatabase, session: ClientSession, batch: list[EncodedJob]) -> list[PushedJob]:
    number = take_numbers(office, session, len(batch))
    known = {
        one["_id"]: one
        for one in office[COLLECTION].find(
            {"_id": {"$in": [job.job_id for job in batch]}}, {"station_id": 1, "revision": 1}, session=session
        )
    }
    answers = [_answer(job, known.get(job.job_id)) for job in batch]
    writes = list(_writes(batch, answers, set(known), number))
    if writes:
        office[COLLECTION].bulk_write(writes, ordered=True, session=session)
    return answers


def _answer(job: EncodedJob, known: Document | None) -> PushedJob:
    if known is None:
        return PushedJob(job.job_id, Taken.TAKEN)
    if known["station_id"] != job.station_id:
        return PushedJob(job.job_id, Taken.REFUSED, _ANOTHER)
    return PushedJob(job.job_id, Taken.KNOWN if known["revision"] >= job.revision else Taken.TAKEN)


def _writes(
    batch: list[EncodedJob], answers: list[PushedJob], known: set[str], number: int
) -> Iterator[InsertOne[Any] | ReplaceOne[Any]]:
    for index, (job, answer) in enumerate(zip(batch, answers, strict=True)):
        if answer.taken is not Taken.TAKEN:
            continue
        document = job.numbered(number + index)
        if job.job_id in known:
            own = {"_id": {"$eq": job.job_id}, "station_id": {"$eq": job.station_id}}
            yield ReplaceOne(own | {"revision": {"$lt": job.revision}}, document)
        else:
            yield InsertOne(document)
