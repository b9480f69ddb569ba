"""Jobs in pieces that fit into one transaction, encoded once."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bson.raw_bson import RawBSONDocument

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import Document, PushedJob, Taken
from rockfall_desktop.remote.encoding import encode_signed
from rockfall_desktop.remote.job_layout import laid_out

MOST_DOCUMENTS = 500


class _Whole(RawBSONDocument):
    """BSON that the driver sends as it is; without this it reads all of it to know whether it is empty."""

    def __bool__(self) -> bool:
        return True


class EncodedJob(NamedTuple):
    """A job ready to be sent.

    Attributes:
        job_id, station_id, revision: what guards it.
        content: BSON that the signature is over.
        signature: hexadecimal.
    """

    job_id: str
    station_id: str
    revision: int
    content: bytes
    signature: str

    def numbered(self, number: int) -> RawBSONDocument:
        """The whole document."""
        return _Whole(laid_out(self.job_id, self.content, self.signature, number))


def encoded(document: Document) -> EncodedJob | PushedJob:
    """A job as BSON, or why it never will be."""
    job_id, station_id, signature = document["job_id"], document["station_id"], document["signature"]
    revision = document["revision"]
    texts = all(isinstance(one, str) and one.isascii() for one in (job_id, station_id, signature))
    if not (texts and type(revision) is int):
        return PushedJob(str(job_id), Taken.REFUSED, "Its ids are no text, or its revision is no whole number.")
    try:
        content = encode_signed(document)
    except OfficeRefused as fault:
        return PushedJob(job_id, Taken.REFUSED, fault.message)
    return EncodedJob(job_id, station_id, revision, content, signature)


def batches(jobs: Sequence[EncodedJob], most_bytes: int) -> Iterator[list[EncodedJob]]:
    """Pieces of at most `most_bytes` or one job, no job twice in a piece, in the given order."""
    batch: dict[str, EncodedJob] = {}
    size = 0
    for job in jobs:
        if batch and (job.job_id in batch or len(batch) >= MOST_DOCUMENTS or size + len(job.content) > most_bytes):
            yield list(batch.values())
            batch, size = {}, 0
        batch[job.job_id] = job
        size += len(job.content)
    if batch:
        yield list(batch.values())
