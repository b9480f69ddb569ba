"""Jobs in pieces that fit into one transaction, encoded once, while the server works on the piece before."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
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


class Pieces:
    """Jobs in the given order, piece by piece; at most two pieces are held at a time. Not for two threads at once.

    Args:
        documents: signed jobs.
        beside: who encodes the next piece while the one that was taken goes its way.
    """

    def __init__(self, documents: Sequence[Document], beside: Executor) -> None:
        self._documents, self._beside = documents, beside
        self._ready: deque[EncodedJob | PushedJob] = deque()
        self._place = self._ready_bytes = 0
        self._coming: Future[None] | None = None

    def take(self, most_bytes: int) -> list[EncodedJob | PushedJob]:
        """The next piece: at most `most_bytes` or one job, no job twice, and what is refused; empty at the end."""
        if self._coming is not None:
            self._coming.result()
        self._encode(most_bytes)
        piece = self._piece(most_bytes)
        rest = self._place < len(self._documents)
        self._coming = self._beside.submit(self._encode, most_bytes) if rest else None
        return piece

    def _piece(self, most_bytes: int) -> list[EncodedJob | PushedJob]:
        piece: list[EncodedJob | PushedJob] = []
        job_ids: set[str] = set()
        size = 0
        while self._ready and len(piece) < MOST_DOCUMENTS:
            job = self._ready[0]
            if isinstance(job, EncodedJob):
                if job_ids and (job.job_id in job_ids or size + len(job.content) > most_bytes):
                    break
                job_ids.add(job.job_id)
                size += len(job.content)
            piece.append(self._ready.popleft())
        self._ready_bytes -= size
        return piece

    def _encode(self, most_bytes: int) -> None:
        """Go on until so many bytes are ready."""
        while self._ready_bytes < most_bytes and self._place < len(self._documents):
            job = encoded(self._documents[self._place])
            self._place += 1
            self._ready.append(job)
            if isinstance(job, EncodedJob):
                self._ready_bytes += len(job.content)
            time.sleep(0)  # lets the window draw, and whoever waits for the server go on with its answer
