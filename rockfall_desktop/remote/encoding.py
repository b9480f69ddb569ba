"""A document as the bytes that the office keeps: only what comes back as it went."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import bson
from bson.errors import BSONError

from rockfall_desktop.domain.errors import OfficeRefused

LARGEST_BYTES = 15 * 1024 * 1024  # the server's own limit is 16 MB
_DEEPEST = 50
_AS_THEY_ARE = frozenset({str, bool, type(None), int})


def encode(document: Mapping[str, Any]) -> bytes:
    """BSON of a document of plain values; times are cut to milliseconds.

    Raises:
        OfficeRefused: for a value that would come back as another one or not at all, or more than `LARGEST_BYTES`.
    """
    _check(document, 0, set())
    try:
        content = bson.encode(document)
    except (BSONError, OverflowError, UnicodeEncodeError) as error:
        raise _refused("it holds a number beyond 64 bits or text that is none") from error
    if len(content) > LARGEST_BYTES:
        raise _refused(f"it has {len(content) // 1024**2} MB, and the office takes {LARGEST_BYTES // 1024**2}")
    return content


def _check(value: Any, depth: int, known: set[str]) -> None:
    """Look at every value; `known` are names that were looked at already."""
    if depth > _DEEPEST:
        raise _refused(f"it is nested deeper than {_DEEPEST} times")
    if type(value) is list or type(value) is tuple:
        inner = value
    elif isinstance(value, Mapping):
        _check_names(value, known)
        inner = value.values()
    else:
        return _check_one(value)
    for one in inner:
        if type(one) not in _AS_THEY_ARE:
            _check(one, depth + 1, known)
    return None


def _check_names(names: Mapping[Any, Any], known: set[str]) -> None:
    for name in names:
        if type(name) is not str or (name not in known and (name.startswith("$") or "." in name or "\0" in name)):
            raise _refused("it holds a name that no field may have")
        known.add(name)


def _check_one(value: Any) -> None:
    if type(value) is float:
        if not math.isfinite(value):
            raise _refused("it holds a number that is not finite")
    elif type(value) is datetime:
        if value.utcoffset() is None:
            raise _refused("it holds a time without its zone")
    elif type(value) not in _AS_THEY_ARE:
        raise _refused(f"it holds a {type(value).__name__}, which is no plain value")


def _refused(why: str) -> OfficeRefused:
    return OfficeRefused(
        "The document cannot be sent", f"It cannot be kept as it is: {why}.", "It stays on this station."
    )
