"""A document as the bytes that the office keeps: only what comes back as it went."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import bson
from bson.errors import BSONError

from rockfall_desktop.domain.errors import OfficeRefused

LARGEST_BYTES = 15 * 1024 * 1024  # the server's own limit is 16 MB
_DEEPEST = 50
_AS_THEY_ARE = frozenset({str, bool, type(None), int})
_HOLDERS = frozenset({dict, list, tuple})


def encode(document: Mapping[str, Any]) -> bytes:
    """BSON of a document of plain values; times are cut to milliseconds.

    Raises:
        OfficeRefused: for a value that would come back as another one or not at all, or more than `LARGEST_BYTES`.
    """
    _check(dict(document), 0, set())
    try:
        content = bson.encode(document)
    except (BSONError, OverflowError, UnicodeEncodeError) as error:
        raise _refused("it holds a number beyond 64 bits or text that is none") from error
    if len(content) > LARGEST_BYTES:
        raise _refused(f"it has {len(content) // 1024**2} MB, and the office takes {LARGEST_BYTES // 1024**2}")
    return content


def _check(value: Mapping[str, Any] | list[Any] | tuple[Any, ...], depth: int, known: set[str]) -> None:
    """Look at every value inside; `known` are names that were looked at already."""
    if depth > _DEEPEST:
        raise _refused(f"it is nested deeper than {_DEEPEST} times")
    for one in _inside(value, known):
        kind = type(one)
        if kind in _AS_THEY_ARE:
            continue
        if kind in _HOLDERS:
            _check(one, depth + 1, known)
        elif kind is datetime:
            if one.tzinfo is not UTC and one.utcoffset() is None:
                raise _refused("it holds a time without its zone")
        elif kind is not float:
            raise _refused(f"it holds a {kind.__name__}, which is no plain value")
        elif not isfinite(one):
            raise _refused("it holds a number that is not finite")


def _inside(value: Mapping[str, Any] | list[Any] | tuple[Any, ...], known: set[str]) -> Iterable[Any]:
    if not isinstance(value, dict):
        return value
    if not value.keys() <= known:
        _check_names(value, known)
    return value.values()


def _check_names(names: dict[str, Any], known: set[str]) -> None:
    for name in names:
        if type(name) is not str or name.startswith("$") or "." in name or "\0" in name:
            raise _refused("it holds a name that no field may have")
        known.add(name)


def _refused(why: str) -> OfficeRefused:
    return OfficeRefused(
        "The document cannot be sent", f"It cannot be kept as it is: {why}.", "It stays on this station."
    )
