"""The bytes of a job at the office: its id, what its station signed, the signature, the number, in this order.

The server keeps a document's bytes and the order of its fields as they were sent (BSON 1.1, and MongoDB's manual on the
order of fields), so a reader holds the signature against them before anything in them is made into values. Whatever is
laid out otherwise was written by another program.
"""

import struct
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from rockfall_desktop.domain.office_exchange import Document, PulledJob

_TEXT, _LIST, _TIME, _INT, _LONG = 0x02, 0x04, 0x09, 0x10, 0x12
_SIZES = {0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, _TIME: 8, 0x0A: 0, _INT: 4, 0x11: 8, _LONG: 8, 0x13: 16}
_ADDED = {_TEXT: 4, 0x03: 0, _LIST: 0, 0x05: 5, 0x0D: 4, 0x0E: 4}  # to the length that stands at the beginning
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAST_BYTES = 5
_EMPTY_LOGS = b"\x04logs\0\x05\0\0\0\0"


class _Field(NamedTuple):
    """A field of a document: BSON's number of its kind, its name, and where it, its value and what follows begin."""

    kind: int
    name: bytes
    begin: int
    value: int
    end: int


def laid_out(job_id: str, content: bytes, signature: str, number: int) -> bytes:
    """The whole document of a job.

    Args:
        job_id: its id.
        content: BSON that the signature is over.
        signature: hexadecimal.
        number: of this write.
    """
    inner = b"".join(
        (_text(b"_id", job_id), content[4:-1], _text(b"signature", signature), b"\x12sequence\0",
         struct.pack("<q", number))
    )  # fmt: skip
    return _document(inner)


def read_job(raw: bytes, least: int, most: int) -> PulledJob:
    """A job as it lies at the office; nothing of it is believed, and nothing inside its fields is looked at.

    Args:
        raw: BSON.
        least: number that it has at least, and that counts where it says none that can be.
        most: number that it has at most.
    """
    fields, whole = _fields(raw)
    names = [field.name for field in fields]
    number, job_id = _label(raw, fields, least, most)
    fits = (
        whole and len(set(names)) == len(names) and (names[:1], names[-2:]) == ([b"_id"], [b"signature", b"sequence"])
    )
    if not fits:
        return PulledJob(number, job_id, {}, b"")
    said: Document = {field.name.decode(errors="replace"): _value(raw, field) for field in fields[1:-1]}
    return PulledJob(number, job_id, said, _document(raw[fields[0].end : fields[-2].begin]))


def label(raw: bytes, least: int, most: int) -> tuple[int, str]:
    """The number and the id of any document, by the rules of `read_job`."""
    return _label(raw, _fields(raw)[0], least, most)


def _label(raw: bytes, fields: list[_Field], least: int, most: int) -> tuple[int, str]:
    said = next((_value(raw, field) for field in fields if field.name == b"sequence"), None)
    number = said if isinstance(said, int) and least <= said <= most else least
    return number, str(_value(raw, fields[0])) if fields and fields[0].name == b"_id" else ""


def shortened(content: bytes) -> bytes:
    """The same job without its log lines and with its last epoch alone."""
    return _document(b"".join(_short(content, field) for field in _fields(content)[0]))


def _short(content: bytes, field: _Field) -> bytes:
    if (field.kind, field.name) == (_LIST, b"logs"):
        return _EMPTY_LOGS
    if (field.kind, field.name) != (_LIST, b"metrics"):
        return content[field.begin : field.end]
    inner = content[field.value : field.end]
    last = _fields(inner)[0][-1:]
    kept = b"".join(bytes((one.kind,)) + b"0\0" + inner[one.value : one.end] for one in last)
    return b"\x04metrics\0" + _document(kept)


def _fields(raw: bytes) -> tuple[list[_Field], bool]:
    """The fields of a document up to the first of a kind that is not known, and whether these are all."""
    fields: list[_Field] = []
    begin, last = 4, len(raw) - 1
    while begin < last:
        kind, name_end = raw[begin], raw.find(0, begin + 1)
        value = name_end + 1
        end = _end(raw, kind, value)
        if not begin < value <= end <= last:
            return fields, False
        fields.append(_Field(kind, raw[begin + 1 : name_end], begin, value, end))
        begin = end
    return fields, bool(fields)


def _end(raw: bytes, kind: int, value: int) -> int:
    """Where a value ends; before its beginning for a kind that is not known."""
    if kind in _SIZES:
        return value + _SIZES[kind]
    if kind not in _ADDED:
        return -1
    return value + _ADDED[kind] + int.from_bytes(raw[value : value + 4], "little", signed=True)


def _value(raw: bytes, field: _Field) -> str | int | datetime | None:
    """A text, a whole number or a time; None for anything else."""
    if field.kind == _TEXT:
        return raw[field.value + 4 : field.end - 1].decode(errors="replace")
    if field.kind in {_INT, _LONG}:
        return int.from_bytes(raw[field.value : field.end], "little", signed=True)
    if field.kind != _TIME:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int.from_bytes(raw[field.value : field.end], "little", signed=True))
    except OverflowError:
        return None


def _text(name: bytes, value: str) -> bytes:
    content = value.encode()
    return b"\x02" + name + b"\0" + struct.pack("<i", len(content) + 1) + content + b"\0"


def _document(inner: bytes) -> bytes:
    return struct.pack("<i", len(inner) + _LEAST_BYTES) + inner + b"\0"
