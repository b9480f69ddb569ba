"""A document as the bytes that the office keeps: only what comes back as it went."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
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
_LISTS = frozenset({list, tuple})


def encode(document: Mapping[str, Any]) -> bytes:
    """BSON of a document of plain values; times are cut to milliseconds.

    Raises:
        OfficeRefused: for a value that would come back as another one or not at all, or more than `LARGEST_BYTES`.
    """
    _check_mappings([dict(document)], 0)
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


def _check_values(values: Collection[Any], depth: int) -> None:
    """Look at every value inside, those of one kind together: log lines and epochs are not looked at one by one."""
    if depth > _DEEPEST:
        raise _refused(f"it is nested deeper than {_DEEPEST} times")
    kinds: set[Any] = set(map(type, values))
    for kind in kinds - _AS_THEY_ARE:
        alike: Collection[Any] = values if len(kinds) == 1 else [one for one in values if type(one) is kind]
        if kind is dict:
            _check_mappings(list(alike), depth + 1)
        elif kind in _LISTS:
            for one in alike:
                _check_values(one, depth + 1)
        elif kind is float:
            if not all(map(isfinite, alike)):
                raise _refused("it holds a number that is not finite")
        elif kind is not datetime:
            raise _refused(f"it holds a {kind.__name__}, which is no plain value")
        elif any([one.tzinfo is not UTC and one.utcoffset() is None for one in alike]):  # noqa: C419 - half the time
            raise _refused("it holds a time without its zone")


def _check_mappings(mappings: Sequence[dict[Any, Any]], depth: int) -> None:
    names: Collection[Any] = mappings[0]
    columns: list[list[Any]] = []
    if len(mappings) > 1 and set(map(len, mappings)) == {len(names)}:
        with suppress(KeyError):
            columns = [[one[name] for one in mappings] for name in names]
    if not columns:
        names, columns = set(chain.from_iterable(mappings)), [list(chain.from_iterable(map(dict.values, mappings)))]
    _check_names(names)
    for column in columns:
        _check_values(column, depth)


def _check_names(names: Iterable[Any]) -> None:
    for name in names:
        if type(name) is not str or name.startswith("$") or "." in name or "\0" in name:
            raise _refused("it holds a name that no field may have")


def _refused(why: str) -> OfficeRefused:
    return OfficeRefused(
        "The document cannot be sent", f"It cannot be kept as it is: {why}.", "It stays on this station."
    )
