"""Reads back what `domain.canonical.canonical_json` wrote, and nothing else."""

import json
import re
from typing import Any, NoReturn

from rockfall_desktop.domain.canonical import canonical_json

DEEPEST = 40
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')


def read_canonical(content: bytes) -> dict[str, Any]:
    """A mapping whose canonical text is exactly this: no doubled key, no NaN, no other way to write a number.

    Args:
        content: whose size the caller has bounded.

    Raises:
        ValueError: for any other content, one that is nested deeper than 40 levels included; it says which.
    """
    _demand_shallow(content)
    try:
        found = json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except (RecursionError, UnicodeDecodeError) as error:
        raise ValueError("it is no JSON text") from error
    if not isinstance(found, dict):
        raise ValueError("it is no mapping")  # noqa: TRY004 - a fault of the text, not of the program
    if canonical_json(found) != content:
        raise ValueError("it is not written in the one way that is signed")
    return found


def _demand_shallow(content: bytes) -> None:
    depth = 0
    for sign in re.findall(rb"[\[\]{}]", _TEXT.sub(b"", content)):
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST:
            raise ValueError("it is nested too deep")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in it")
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
