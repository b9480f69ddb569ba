"""Writes tables as TOML, in the order in which they are given; only what site.toml needs (TOML 1.0)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def keys_text(table: Mapping[str, Any]) -> str:
    """Lines of key = value, one for each key."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def table_text(name: str, table: Mapping[str, Any], *, many: bool) -> str:
    """A section [name], or [[name]] where there may be many."""
    head = f"[[{name}]]" if many else f"[{name}]"
    return f"\n{head}\n{keys_text(table)}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date | int | float):
        return value.isoformat() if isinstance(value, date) else repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"site.toml has no {type(value).__name__}")


def _text(text: str) -> str:
    signs = (_SHORT.get(sign) or (sign if sign.isprintable() else _escaped(sign)) for sign in text)
    return '"' + "".join(signs) + '"'


def _escaped(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
