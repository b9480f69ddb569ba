"""Turns what pydantic finds wrong in site.toml into sentences with a line, a key and a remedy."""

import re
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.sites.faults import Faults

Place = tuple[int | str, ...]
_FILE = "site.toml"
_HEADER = re.compile(r"^\s*\[\[?\s*\"?([\w-]+)\"?\s*\]")


def tell_faults(error: ValidationError, raw: dict[str, Any], text: str, faults: Faults) -> None:
    """Note one fault for each place in site.toml that is wrong."""
    told: set[Place] = set()
    details = error.errors(include_url=False, include_context=False)
    for detail in details:
        loc = detail["loc"]
        if any(other["loc"][: len(loc)] == loc and len(other["loc"]) > len(loc) for other in details):
            continue  # pydantic also says of a list that it lacks the item that is told already
        place = _place(detail, raw)
        if place in told:
            continue  # each branch of a choice of types complains on its own
        told.add(place)
        message, remedy = _sentences(detail, place)
        faults.add(_FILE, line_of(text, place), message, remedy)


def line_of(text: str, place: Place) -> int | None:
    """The line, from 1, in which a key stands; that of its table where the key is missing; None if there is none."""
    if not place:
        return None
    lines = text.split("\n")
    headers = [(row, found[1]) for row, line in enumerate(lines) if (found := _HEADER.match(line))]
    own = [row for row, name in headers if name == place[0]]
    keys = [part for part in place if isinstance(part, str)]
    if not own:
        return _line_in(lines, range(headers[0][0] if headers else len(lines)), keys)
    index = next((part for part in place[1:2] if isinstance(part, int)), 0)
    start = own[min(index, len(own) - 1)]
    end = next((row for row, _ in headers if row > start), len(lines))
    return _line_in(lines, range(start + 1, end), keys[1:]) or start + 1


def _line_in(lines: list[str], rows: range, keys: list[str]) -> int | None:
    found = None
    for key in keys:
        pattern = re.compile(rf".*?\b{re.escape(key)}[\"']?\s*[=.\]]")
        found = next((row + 1 for row in rows if pattern.match(lines[row])), found)
    return found


def _place(detail: ErrorDetails, raw: dict[str, Any]) -> Place:
    """Where a fault is; a check of a whole table begins its message with the key that it is about."""
    place = _trimmed(detail["loc"], raw)
    key = detail["msg"].removeprefix("Value error, ").partition(": ")[0]
    return (*place, key) if detail["type"] == "value_error" and key in _fields_at(place) else place


def _trimmed(loc: Place, raw: Any) -> Place:
    kept: list[int | str] = []
    for part in loc:
        kept.append(part)
        held = range(len(raw)) if isinstance(raw, list) else raw if isinstance(raw, dict) else ()
        if part in held:
            raw = raw[part]
        elif isinstance(raw, dict):
            return tuple(kept)
        else:
            return tuple(kept[:-1])
    return tuple(kept)


def _sentences(detail: ErrorDetails, place: Place) -> tuple[str, str]:
    key = ".".join(f"{part}" if isinstance(part, str) else f"{part + 1}" for part in place)
    fields = _fields_at(place[:-1])
    known = fields.get(str(place[-1])) if place else None
    about = f"{known.description}" if known and known.description else "See the manual of the site folder."
    if detail["type"] == "extra_forbidden":
        return f"unknown key '{key}'", _closest(str(place[-1]), fields)
    if detail["type"] == "missing":
        return f"the key '{key}' is missing", f"Add it: {about}"
    if detail["type"] == "value_error":
        message, _, advice = detail["msg"].removeprefix("Value error, ").partition("; ")
        where = f"{key}: " if key else ""
        return where + message.removeprefix(f"{place[-1] if place else ''}: "), (
            advice[:1].upper() + advice[1:] + "." if advice else about
        ).replace("?.", "?")
    given = repr(detail["input"])
    given = given if len(given) <= 60 else given[:57] + "..."
    reason = re.sub(r"valid dictionary or instance of \w+", "table", detail["msg"]).replace("valid tuple", "list")
    reason = reason.replace("Tuple", "List").replace(" after validation", "")
    return f"{key} = {given} is wrong: {reason[:1].lower()}{reason[1:]}", about


def _closest(key: str, fields: dict[str, FieldInfo]) -> str:
    close = get_close_matches(key, fields, 1, 0.5)
    advice = f"Did you mean '{close[0]}'? " if close else "Remove it. "
    return f"{advice}Keys here: {', '.join(sorted(fields))}."


def _fields_at(place: Place) -> dict[str, FieldInfo]:
    model: type[BaseModel] | None = SiteManifest
    for part in place:
        if isinstance(part, str):
            field = model.model_fields.get(part) if model else None
            model = _model_in(field.annotation) if field else None
    return dict(model.model_fields) if model else {}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
