"""incident-edits.csv: one line for each edit, in the order of saving.

A line that was saved is never taken for one that was cut off: only the beginning of a line as the program writes it is,
and only where the file ends or where the next writer has marked it.
"""

import codecs
import csv
import io
import re
from datetime import UTC, datetime

from rockfall_desktop.appending import CUT
from rockfall_desktop.domain.incident_edit import IncidentEdit, IncidentFacts
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder

EDIT_FILE = "incident-edits.csv"
COLUMNS = ("at", "user_id", "user", "what", "incident", "withdraws", "before", "after", "reason", "edit_id")
HEAD = ",".join(COLUMNS).encode()
LARGEST_FILE = 64 * 1024**2
LONGEST_LINE = 16_384
_MUST_NOT_LEAD = ("=", "+", "-", "@", "\t", "\r", "'", "\N{FULLWIDTH EQUALS SIGN}")
_CELL = rb'"(?:[^"]|"")*+'
_BEGINNING = re.compile(rb'(?:%b",){0,9}+(?:%b"?)?' % (_CELL, _CELL))
_WHOLE = re.compile(rb'(?:%b",){9}%b"' % (_CELL, _CELL))
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
    lines = content.split(b"\n")
    for row, whole in enumerate(lines, 1):
        line = whole.rstrip(b"\r").removesuffix(CUT)
        if line in (b"", HEAD):
            continue
        edit = _edit(line)
        if edit is None and (row == len(lines) or whole.endswith(CUT)) and _is_beginning(line):
            said.append(f"line {row} of {EDIT_FILE} was cut off while it was being written and is ignored.")
        elif edit is None:
            faults.add(EDIT_FILE, row, "is no edit as the program writes it", _REMEDY)
        elif edit.edit_id in edits:
            faults.add(EDIT_FILE, row, f"has the id {edit.edit_id} of an earlier line", _REMEDY)
        else:
            edits[edit.edit_id] = edit
    return tuple(edits.values())


def _edit(line: bytes) -> IncidentEdit | None:
    """The edit of a line; None where it is none as the program writes it."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        fields = next(csv.reader([line.decode()], strict=True))
        values: dict[str, object] = dict(zip(COLUMNS, (field.removeprefix("'") for field in fields), strict=True))
        for name in ("before", "after"):
            values[name] = IncidentFacts.model_validate_json(str(values[name])) if values[name] else None
        values["at"] = datetime.fromisoformat(str(values["at"]))
        return IncidentEdit.model_validate(values)
    except (ValueError, csv.Error, StopIteration):  # UnicodeDecodeError and ValidationError are ValueErrors
        return None


def _is_beginning(line: bytes) -> bool:
    """Whether the program could have written this much of a line and no more."""
    if HEAD.startswith(line):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)  # a letter may be cut in two, at the end only
    except UnicodeDecodeError:
        return False
    return len(line) <= LONGEST_LINE and bool(_BEGINNING.fullmatch(line)) and not _WHOLE.fullmatch(line)


def _facts_text(facts: IncidentFacts | None) -> str:
    return "" if facts is None else facts.model_dump_json()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_MUST_NOT_LEAD) else text
