"""Keeps the document of a job small enough for a poor line: the newest log lines and epochs that fit.

A line of 1 Mbit a second carries 600 kB within the 5 s of a socket. What is cut is not lost: the whole log goes to the
office as a file when the job ends, and the station that trained keeps every epoch.
"""

from typing import Any

from rockfall_desktop.domain.office_exchange import Document

LARGEST_BYTES = 256 * 1024
_OF_AN_ENTRY = 8  # BSON's kind, position as text, end


def within_size(document: Document) -> Document:
    """The document as it is, or without the oldest log lines and epochs that do not fit into `LARGEST_BYTES`.

    Lines may take half of the room, and all that the epochs leave. The same document always gives the same.

    Raises:
        OfficeRefused: when it holds something that the office cannot keep as it is.
    """
    if _size(document) <= LARGEST_BYTES:
        return document
    room = LARGEST_BYTES - _size(document | {"logs": [], "metrics": []})
    epochs = sum(_size(one) + _OF_AN_ENTRY for one in document["metrics"])
    logs, left = _newest(document["logs"], max(room // 2, room - epochs), room)
    metrics, _ = _newest(document["metrics"], left, left)
    return document | {"logs": logs, "metrics": metrics}


def _newest(entries: list[Document], most: int, room: int) -> tuple[list[Document], int]:
    """The last entries that fit into so many bytes, and what of the room they leave."""
    taken, first = 0, len(entries)
    for number in range(len(entries) - 1, -1, -1):
        size = _size(entries[number]) + _OF_AN_ENTRY
        if taken + size > most:
            break
        taken, first = taken + size, number
    return entries[first:], room - taken


def _size(document: dict[str, Any]) -> int:
    from rockfall_desktop.remote.encoding import encode_signed  # noqa: PLC0415 - the driver's BSON loads here

    return len(encode_signed(document))
