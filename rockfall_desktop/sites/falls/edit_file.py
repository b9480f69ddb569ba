"""incident-edits.csv: one line for each edit, in the order of saving; read whatever a crash has left of its end."""

import csv
import io
import re
from datetime import UTC, datetime

from pydantic import ValidationError

from rockfall_desktop.domain.incident_edit import IncidentEdit, IncidentFacts
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder

EDIT_FILE = "incident-edits.csv"
COLUMNS = ("at", "user_id", "user", "what", "incident", "withdraws", "before", "after", "reason", "edit_id")
HEAD = ",".join(COLUMNS).encode()
LARGEST_FILE = 64 * 1024**2
LONGEST_LINE = 16_384
_MUST_NOT_LEAD = ("=", "+", "-", "@", "\t", "\r", "'", "\N{FULLWIDTH EQUALS SIGN}")
_WHOLE_ID = re.compile(r"[0-9a-f-]{36}")
_REMEDY = "Restore the line from a copy, or remove it; edits are made in the program, not by hand."


def as_line(edit: IncidentEdit) -> bytes:
    """The edit as a line without its end; no cell runs as a formula in a spreadsheet, none holds a line break.

    The id stands last and has a fixed length, so that a line that was cut off is known by its end.
    """
    texts = (
        edit.at.astimezone(UTC).isoformat(),
        edit.user_id,
        edit.user,
        edit.what,
        edit.incident,
        edit.withdraws,
        _facts_text(edit.before),
        _facts_text(edit.after),
        edit.reason,
        edit.edit_id,
    )
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="").writerow(map(_harmless, texts))
    return line.getvalue().encode()


def read_edits(folder: SiteFolder, faults: Faults, said: list[str]) -> tuple[IncidentEdit, ...]:
    """The edits of a site in the order of saving; none without the file.

    What was cut off while it was written, which nobody was told was saved, is said and ignored.

    Raises:
        Unreadable: when the file cannot be used.
    """
    place = folder.path / EDIT_FILE
    if place.is_file() and place.stat().st_size > LARGEST_FILE:
        faults.stop(EDIT_FILE, None, "is larger than 64 MiB", "Look for what made it so large; edits are short lines.")
    content = folder.read_if_there(EDIT_FILE)
    if content is None:
        return ()
    edits: dict[str, IncidentEdit] = {}
    for row, line in enumerate(content.split(b"\n"), 1):
        fields = _fields(line)
        if not fields or fields == list(COLUMNS):
            continue
        if len(fields) != len(COLUMNS) or not _WHOLE_ID.fullmatch(fields[-1]):
            said.append(f"line {row} of {EDIT_FILE} was cut off while it was being written and is ignored.")
            continue
        _take(fields, row, edits, faults)
    return tuple(edits.values())


def _take(fields: list[str], row: int, edits: dict[str, IncidentEdit], faults: Faults) -> None:
    values: dict[str, object] = dict(zip(COLUMNS, fields, strict=True))
    try:
        for name in ("before", "after"):
            values[name] = IncidentFacts.model_validate_json(str(values[name])) if values[name] else None
        values["at"] = datetime.fromisoformat(str(values["at"]))
        edit = IncidentEdit.model_validate(values)
    except (ValidationError, ValueError):
        faults.add(EDIT_FILE, row, "is no edit as the program writes it", _REMEDY)
        return
    if edit.edit_id in edits:
        faults.add(EDIT_FILE, row, f"has the id {edit.edit_id} of an earlier line", _REMEDY)
    edits.setdefault(edit.edit_id, edit)


def _fields(line: bytes) -> list[str]:
    """The fields of one line; what cannot be read as a line gives fewer."""
    if len(line) > LONGEST_LINE:
        return [""]
    try:
        text = line.rstrip(b"\r").decode()
        found = next(csv.reader([text], strict=True), [])
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return [""]
    return [field.removeprefix("'") for field in found]


def _facts_text(facts: IncidentFacts | None) -> str:
    return "" if facts is None else facts.model_dump_json()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_MUST_NOT_LEAD) else text
