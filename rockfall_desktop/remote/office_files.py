"""Files in the office's GridFS, each under an id that ends with its SHA-256, so that nobody need believe the server.

An upload that broke off goes on where it stood, whoever has the file: pieces are only ever added, compared, and
never taken away, and the entry that makes them a file is written last. So nothing needs to be swept, and a station
needs no right to remove anything.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any, NamedTuple

from pymongo.errors import DuplicateKeyError

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.transactions import OfficeDatabase

PIECE_BYTES = 255 * 1024  # GridFS's own size; all files have it
_PIECES_AT_ONCE = 4


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


def content_of(stream: IO[bytes]) -> tuple[int, str]:
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


def upload(office: OfficeDatabase, file: OfficeFile, stream: IO[bytes]) -> None:
    """Add what is missing of a file, and at the end its entry.

    Raises:
        OfficeRefused: when the stream or what lies at the office is not that file.
    """
    pieces = office[file.bucket].chunks
    known = {one["n"] for one in pieces.find({"files_id": {"$eq": file.id}}, {"_id": 0, "n": 1})}
    digest = hashlib.sha256()
    for number in range(file.pieces):
        block = stream.read(PIECE_BYTES)
        digest.update(block)
        if number not in known:
            with suppress(DuplicateKeyError):
                pieces.insert_one({"_id": f"{file.id}/{number}", "files_id": file.id, "n": number, "data": block})
                continue
        if list(_pieces(office, file, number, number + 1)) != [block]:
            raise damaged(f"its piece {number + 1} of {file.pieces} is another one")
    if stream.read(1) or digest.hexdigest() != file.sha256:
        raise OfficeRefused("The file changed", "It was written to while it was sent.", "It is sent again by itself.")
    entry: dict[str, Any] = {"_id": file.id, "length": file.size, "chunkSize": PIECE_BYTES, "filename": file.id}
    with suppress(DuplicateKeyError):
        office[file.bucket].files.insert_one(
            entry | {"uploadDate": datetime.now(UTC), "metadata": {"sha256": file.sha256}}
        )


def download(office: OfficeDatabase, file: OfficeFile) -> Iterator[bytes]:
    """The pieces of a file, in order; when the last one was given, size and SHA-256 were right.

    Raises:
        OfficeRefused: when a piece is missing, has another length, or the whole has another SHA-256.
    """
    digest, size = hashlib.sha256(), 0
    for first in range(0, file.pieces, _PIECES_AT_ONCE):
        for block in _pieces(office, file, first, min(first + _PIECES_AT_ONCE, file.pieces)):
            digest.update(block)
            size += len(block)
            yield block
    if size != file.size or digest.hexdigest() != file.sha256:
        raise damaged("its SHA-256 is another one")


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
