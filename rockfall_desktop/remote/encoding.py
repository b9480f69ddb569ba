"""A document as the bytes that the office keeps: only what comes back as it went."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import OUTSIDE_THE_SIGNATURE, Document

LARGEST_BYTES = 15 * 1024 * 1024  # the server's own limit is 16 MB
_DEEPEST = 50
_UTC: CodecOptions[Document] = CodecOptions(
    tz_aware=True, tzinfo=UTC
)  # the driver's own zone costs a call in Python for each time
_AS_THEY_ARE = frozenset({str, bool, type(None), int})
_HOLDERS = frozenset({dict, list, tuple})


def encode(document: Mapping[str, Any]) -> bytes:
    """BSON of a document of plain values; times are cut to milliseconds.

    Raises:
        OfficeRefused: for a value that would come back as another one or not at all, or more than `LARGEST_BYTES`.
    """
    _check(dict(document))
    try:
        content = bson.encode(document)
    except (BSONError, OverflowError, UnicodeEncodeError) as error:
        raise _refused("it holds a number beyond 64 bits or text that is none") from error
    if len(content) > LARGEST_BYTES:
        raise _refused(f"it has {len(content) // 1024**2} MB, and the office takes {LARGEST_BYTES // 1024**2}")
    return content


def encode_signed(document: Document) -> bytes:
    """BSON of what the signature of a job is over: every field of its document but those that say who and when.

    Raises:
        OfficeRefused: as `encode`.
    """
    return encode({name: value for name, value in document.items() if name not in OUTSIDE_THE_SIGNATURE})


def decode(content: bytes) -> Document:
    """A document from its BSON, times in UTC.

    Raises:
        ValueError: when the bytes are no document, or hold a time that Python has not.
    """
    try:
        return bson.decode(content, _UTC)
    except (BSONError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _check(document: Document) -> None:
    """Look at every value inside; names that were looked at are not looked at again.

    Of the mappings in a list, which log lines and epochs are, the values are looked at without a call for each.
    """
    known: set[str] = set()
    _check_inside((document,), 0, known)


def _check_inside(values: Iterable[Any], depth: int, known: set[str]) -> None:
    if depth > _DEEPEST:
        raise _refused(f"it is nested deeper than {_DEEPEST} times")
    for value in values:
        kind = type(value)
        if kind in _AS_THEY_ARE:
            continue
        if kind is dict:
            if not value.keys() <= known:
                _check_names(value, known)
            for one in value.values():
                kind = type(one)
                if kind in _AS_THEY_ARE or (kind is datetime and one.tzinfo is UTC):
                    continue
                if kind in _HOLDERS:
                    _check_inside((one,) if kind is dict else one, depth + 1, known)
                else:
                    _check_other(one, kind)
        elif kind in _HOLDERS:
            _check_inside(value, depth + 1, known)
        else:
            _check_other(value, kind)


def _check_other(one: Any, kind: type) -> None:
    if kind is datetime:
        if one.utcoffset() is None:
            raise _refused("it holds a time without its zone")
    elif kind is not float:
        raise _refused(f"it holds a {kind.__name__}, which is no plain value")
    elif not isfinite(one):
        raise _refused("it holds a number that is not finite")


def _check_names(names: dict[str, Any], known: set[str]) -> None:
    for name in names:
        if type(name) is not str or name.startswith("$") or "." in name or "\0" in name:
            raise _refused("it holds a name that no field may have")
        known.add(name)


def _refused(why: str) -> OfficeRefused:
    return OfficeRefused(
        "The document cannot be sent", f"It cannot be kept as it is: {why}.", "It stays on this station."
    )
