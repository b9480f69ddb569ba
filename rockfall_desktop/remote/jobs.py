"""Jobs of stations: written by the station that made them, each revision once, whatever is repeated."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, DocumentTooLarge

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import Document, PushedJob, Stands, Taken, any_stands
from rockfall_desktop.remote.faults import spoken
from rockfall_desktop.remote.job_batches import EncodedJob, Pieces
from rockfall_desktop.remote.job_layout import read_job
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.sequence import take_numbers
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

COLLECTION = "training_jobs"
_LARGEST = 2**63 - 1
_AS_IT_LIES: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)
_ANOTHER = "Another station has made a job with this id."


def push_jobs(
    transactions: Transactions, documents: Sequence[Document], pace: Pace, stands: Stands = any_stands
) -> tuple[PushedJob, ...]:
    """Write each job whose revision is newer than the office's, in transactions of `pace.amount` bytes.

    What the office refuses of one job holds up no other. Jobs of a batch that went stay, whatever becomes of the next.
    A revision that is not newer is one that anybody may have written there: it is looked at as a whole.

    Args:
        transactions: the way to the office.
        documents: signed jobs.
        pace: bytes of a transaction.
        stands: whether what the office holds is what this station wrote; what is not is replaced.

    Raises:
        PyMongoError: when nothing can be written now.
    """
    answers: list[PushedJob] = []
    with ThreadPoolExecutor(1) as beside:
        pieces = Pieces(documents, beside)
        while piece := pieces.take(pace.amount):
            said = iter(_push_piece(transactions, [job for job in piece if isinstance(job, EncodedJob)], pace, stands))
            answers += [job if isinstance(job, PushedJob) else next(said) for job in piece]
    return tuple(answers)


def _push_piece(transactions: Transactions, batch: list[EncodedJob], pace: Pace, stands: Stands) -> list[PushedJob]:
    if not batch:
        return []
    with pace.step():
        return _push(transactions, batch, stands)


def _push(transactions: Transactions, batch: list[EncodedJob], stands: Stands) -> list[PushedJob]:
    """One transaction; where the office refuses a document, halves, until it stands alone."""
    try:
        return transactions.run(lambda session: _write(transactions.office, session, batch, stands))
    except (BulkWriteError, DocumentTooLarge) as error:
        if not _of_a_document(error):
            raise
        if len(batch) == 1:
            return [PushedJob(batch[0].job_id, Taken.REFUSED, spoken(error).message)]
    middle = len(batch) // 2
    return _push(transactions, batch[:middle], stands) + _push(transactions, batch[middle:], stands)


def _of_a_document(error: BulkWriteError | DocumentTooLarge) -> bool:
    """Whether it is for what one document is. A full disk or a new election is for none, and passes by itself."""
    if isinstance(error, DocumentTooLarge):
        return True
    return bool(error.details.get("writeErrors")) and isinstance(spoken(error), OfficeRefused)


def _write(office: OfficeDatabase, session: ClientSession, batch: list[EncodedJob], stands: Stands) -> list[PushedJob]:
    number = take_numbers(office, session, len(batch))
    known = {
        one["_id"]: one
        for one in office[COLLECTION].find(
            {"_id": {"$in": [job.job_id for job in batch]}}, {"station_id": 1, "revision": 1}, session=session
        )
    }
    answers = [_answer(job, known.get(job.job_id)) for job in batch]
    doubted = [job for job, answer in zip(batch, answers, strict=True) if answer.taken is not Taken.TAKEN]
    foreign = _foreign(office, session, doubted, stands) if doubted else set()
    answers = [answer._replace(taken=Taken.TAKEN, reason="") if answer.job_id in foreign else answer
               for answer in answers]  # fmt: skip
    writes = list(_writes(batch, answers, set(known), number))
    if writes:
        office[COLLECTION].bulk_write(writes, ordered=True, session=session)
    return answers


def _answer(job: EncodedJob, known: Document | None) -> PushedJob:
    if known is None:
        return PushedJob(job.job_id, Taken.TAKEN)
    revision = known.get("revision")
    if known.get("station_id") != job.station_id:
        return PushedJob(job.job_id, Taken.REFUSED, _ANOTHER)
    newer = isinstance(revision, int) and revision < job.revision
    return PushedJob(job.job_id, Taken.TAKEN if newer else Taken.KNOWN)


def _foreign(office: OfficeDatabase, session: ClientSession, jobs: list[EncodedJob], stands: Stands) -> set[str]:
    """Which of the jobs are not at the office, although something under their ids is."""
    raw: Any = office.get_collection(COLLECTION, codec_options=_AS_IT_LIES)  # the driver has no type for this
    own = {job.job_id: job for job in jobs}
    foreign = set()
    for one in raw.find({"_id": {"$in": list(own)}}, session=session):
        found = read_job(bytes(one.raw), 0, _LARGEST)
        job = own.get(found.job_id)
        if job is None:
            continue
        same = (found.content, found.said.get("signature")) == (job.content, job.signature)
        if not same and not stands(found):
            foreign.add(job.job_id)
    return foreign


def _writes(
    batch: list[EncodedJob], answers: list[PushedJob], known: set[str], number: int
) -> Iterator[InsertOne[Any] | ReplaceOne[Any]]:
    for index, (job, answer) in enumerate(zip(batch, answers, strict=True)):
        if answer.taken is not Taken.TAKEN:
            continue
        document = job.numbered(number + index)
        if job.job_id in known:
            # What stands there was read in this very transaction, which fails where anybody else writes it.
            yield ReplaceOne({"_id": {"$eq": job.job_id}}, document)
        else:
            yield InsertOne(document)
