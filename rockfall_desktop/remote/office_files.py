"""Files in the office's GridFS, each under an id that ends with its SHA-256, so that nobody need believe the server.

An upload that broke off goes on where it stood, whoever has the file: pieces are only ever added, compared, and
never taken away, and the entry that makes them a file is written last. So nothing needs to be swept, and a station
needs no right to remove anything.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import Any, NamedTuple

from pymongo.errors import BulkWriteError, DuplicateKeyError

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import Readable
from rockfall_desktop.files import continuing
from rockfall_desktop.remote.pace import Pace
from rockfall_desktop.remote.transactions import OfficeDatabase

PIECE_BYTES = 64 * 1024  # all files have it; GridFS's own 255 kB are too much for a socket's 5 s on a poor line
_THERE_ALREADY = 11000


class OfficeFile(NamedTuple):
    """What a file must be.

    Attributes:
        bucket: name of the GridFS bucket.
        id: its `_id` there.
        size: bytes.
        sha256: hexadecimal.
    """

    bucket: str
    id: str
    size: int
    sha256: str

    @property
    def pieces(self) -> int:
        """How many pieces it has."""
        return -(-self.size // PIECE_BYTES)


def content_of(stream: Readable) -> tuple[int, str]:
    """Size and SHA-256 of what is left of a stream."""
    size, digest = 0, hashlib.sha256()
    while block := stream.read(PIECE_BYTES):
        size += len(block)
        digest.update(block)
    return size, digest.hexdigest()


def is_there(office: OfficeDatabase, file: OfficeFile) -> bool:
    """Whether the whole file was uploaded.

    Raises:
        OfficeRefused: when the office calls something else by this name.
    """
    found = office[file.bucket].files.find_one({"_id": {"$eq": file.id}}, {"length": 1})
    if found is not None and found.get("length") != file.size:
        raise damaged(f"it is said to have {found.get('length')} bytes instead of {file.size}")
    return found is not None


def upload(office: OfficeDatabase, file: OfficeFile, content: Readable, pace: Pace) -> None:
    """Add what is missing of a file, `pace.amount` pieces at once, and at the end its entry.

    Raises:
        OfficeRefused: when the content or what lies at the office is not that file.
    """
    pieces = office[file.bucket].chunks
    known = {one["n"] for one in pieces.find({"files_id": {"$eq": file.id}}, {"_id": 0, "n": 1})}
    digest, number = hashlib.sha256(), 0
    while number < file.pieces:
        blocks = [content.read(PIECE_BYTES) for _ in range(min(pace.amount, file.pieces - number))]
        for block in blocks:
            digest.update(block)
        with pace.step():
            _send(office, file, number, blocks, known)
        number += len(blocks)
    if content.read(1) or digest.hexdigest() != file.sha256:
        raise OfficeRefused("The file changed", "It was written to while it was sent.", "It is sent again by itself.")
    entry: dict[str, Any] = {"_id": file.id, "length": file.size, "chunkSize": PIECE_BYTES, "filename": file.id}
    with suppress(DuplicateKeyError):
        office[file.bucket].files.insert_one(
            entry | {"uploadDate": datetime.now(UTC), "metadata": {"sha256": file.sha256}}
        )


def fetch(office: OfficeDatabase, file: OfficeFile, path: Path, pace: Pace) -> None:
    """Write a file of the office to the disk, whole or not at all, `pace.amount` pieces at once.

    What came before the line broke lies beside it and is not fetched again.

    Raises:
        OfficeRefused: when a piece is missing, has another length, or the whole has another SHA-256.
        StoreFault: when the disk is full or the folder cannot be written.
    """
    part = path.with_name(f".{file.sha256}.part.tmp")
    try:
        with continuing(part, path) as written:
            came = min(written.seek(0, SEEK_END) // PIECE_BYTES, file.pieces)
            if came and _fill(office, file, written, came, pace):
                return
            if not _fill(office, file, written, 0, pace):  # what lay here may have been damaged here
                raise damaged("its SHA-256 is another one")
    except OfficeRefused:
        part.unlink(missing_ok=True)
        raise


def _fill(office: OfficeDatabase, file: OfficeFile, written: io.FileIO, first: int, pace: Pace) -> bool:
    """Write the pieces of a file from one on; whether the whole is the file then."""
    if not first:
        written.truncate(0)
    written.seek(first * PIECE_BYTES)
    while first < file.pieces:
        end = min(first + pace.amount, file.pieces)
        with pace.step():
            for block in _pieces(office, file, first, end):
                written.write(block)
        first = end
    written.seek(0)
    return content_of(written) == (file.size, file.sha256)


def _send(office: OfficeDatabase, file: OfficeFile, first: int, blocks: list[bytes], known: set[int]) -> None:
    """Add pieces that follow each other; what is there already must be the same."""
    numbered = list(enumerate(blocks, first))
    missing = [
        {"_id": f"{file.id}/{number}", "files_id": file.id, "n": number, "data": block}
        for number, block in numbered
        if number not in known
    ]
    there = len(missing) < len(blocks)
    try:
        if missing:
            office[file.bucket].chunks.insert_many(missing, ordered=False)
    except BulkWriteError as error:
        faults = error.details.get("writeErrors", [])
        if error.details.get("writeConcernErrors") or any(one.get("code") != _THERE_ALREADY for one in faults):
            raise
        there = True
    if not there:
        return
    for (number, block), kept in zip(numbered, _pieces(office, file, first, first + len(blocks)), strict=True):
        if kept != block:
            raise damaged(f"its piece {number + 1} of {file.pieces} is another one")


def _pieces(office: OfficeDatabase, file: OfficeFile, first: int, end: int) -> Iterator[bytes]:
    wanted = {"files_id": {"$eq": file.id}, "n": {"$gte": first, "$lt": end}}
    number = first
    with office[file.bucket].chunks.find(wanted, sort=[("n", 1)], limit=end - first) as found:
        for one in found:
            data = one.get("data")
            length = min(PIECE_BYTES, file.size - number * PIECE_BYTES)
            if one.get("n") != number or not isinstance(data, bytes) or len(data) != length:
                break
            yield data
            number += 1
    if number < end:
        raise damaged(f"its piece {number + 1} of {file.pieces} is missing or has another length")


def damaged(what: str) -> OfficeRefused:
    """A file at the office that is not what it must be."""
    return OfficeRefused(
        "The office's file is damaged",
        f"A file that the office keeps cannot be used: {what}.",
        "Ask the administrator of the office to remove it; the station that made it sends it again.",
    )
