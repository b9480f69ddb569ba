"""Applies what was edited by hand to the rows of the list of incidents; the file of the list stays as it was.

Axes: r row of the file, then incidents that were added.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.incident_edit import LONGEST_WORD, IncidentEdit, IncidentFacts
from rockfall_desktop.domain.incident_list import SavedEdit, State
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.sites.falls.rows import FallRows
from rockfall_desktop.sites.instants import to_local
from rockfall_desktop.sites.zones import Zones

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = ("at", "zone", "volume_m3", "type", "cause")


@dataclass(frozen=True, eq=False)
class EditedRows:
    """The rows after all edits.

    Attributes:
        rows: the file's rows, then those that were added.
        keys: what names each row in an edit, (r,).
        held: ids of the edits that hold on each row, (r,).
        edits: every edit and what has become of it.
    """

    rows: FallRows
    keys: tuple[str, ...]
    held: tuple[tuple[str, ...], ...]
    edits: tuple[SavedEdit, ...]


def facts_of(rows: FallRows, zones: Zones) -> list[IncidentFacts]:
    """What the rows say of each incident, its time by the clock of the list."""
    place = clock_of(rows.time_zone)
    return [
        IncidentFacts(
            at=(_EPOCH + timedelta(seconds=int(start))).astimezone(place),
            zone=zones.ids[zone] if zone >= 0 else "",
            volume_m3=None if np.isnan(volume) else float(volume),
            type=shown(kind)[:LONGEST_WORD],
            cause=shown(cause)[:LONGEST_WORD],
        )
        for start, zone, volume, kind, cause in zip(
            rows.times.start_s(), rows.zone, np.maximum(rows.volume_m3, 0.0), rows.type, rows.cause, strict=True
        )
    ]


def apply_edits(
    rows: FallRows, keys: Sequence[str], edits: Sequence[IncidentEdit], zones: Zones, said: list[str]
) -> EditedRows:
    """The rows with every edit that was not withdrawn, in the order of saving; those that match nothing are said.

    A correction changes only what it changed when it was made, so that two of different fields both hold.
    """
    ledger = _Ledger(rows, keys, zones)
    standing = standing_edits(edits)
    states: list[State] = []
    for edit in edits:
        if edit.edit_id not in standing:
            states.append("withdrawn")
        elif edit.what == "withdraw":
            states.append("holds" if any(one.edit_id == edit.withdraws for one in edits) else "matches no incident")
        else:
            states.append("holds" if ledger.take(edit) else "matches no incident")
    saved = tuple(SavedEdit(edit, state) for edit, state in zip(edits, states, strict=True))
    _say(saved, ledger.surprised, rows.file, said)
    held = tuple(tuple(ids) for ids in ledger.held)
    return EditedRows(ledger.rows(), tuple(ledger.keys), held, saved)


def standing_edits(edits: Sequence[IncidentEdit]) -> set[str]:
    """Ids of the edits that no later edit withdraws, unless that was withdrawn itself."""
    gone: set[str] = set()
    for edit in reversed(edits):
        if edit.what == "withdraw" and edit.edit_id not in gone:
            gone.add(edit.withdraws)
    return {edit.edit_id for edit in edits} - gone


class _Ledger:
    """The rows while they are being edited."""

    def __init__(self, rows: FallRows, keys: Sequence[str], zones: Zones) -> None:
        self._before = rows
        self._zones = zones
        self.keys = list(keys)
        self.held: list[list[str]] = [[] for _ in keys]
        self.surprised = 0
        self._place: dict[str, int] = {}
        for index, key in enumerate(keys):
            self._place.setdefault(key, index)
        self._facts: dict[int, IncidentFacts] = {}
        self._changed: dict[int, set[str]] = {}
        self._excluded: dict[int, str] = {}

    def take(self, edit: IncidentEdit) -> bool:
        """Whether the edit matches an incident; its change is kept."""
        if edit.what == "add" and edit.after is not None:
            self._add(edit, edit.after)
            return True
        index = self._place.get(edit.incident)
        if index is None:
            return False
        self.held[index].append(edit.edit_id)
        if edit.before is not None and edit.before != self._known(index):
            self.surprised += 1
        if edit.what == "exclude":
            self._excluded[index] = edit.reason
        elif edit.before is not None and edit.after is not None:
            self._correct(index, edit.before, edit.after)
        return True

    def _add(self, edit: IncidentEdit, after: IncidentFacts) -> None:
        index = len(self.keys)
        self.keys.append(edit.edit_id)
        self.held.append([edit.edit_id])
        self._place[edit.edit_id] = index
        self._facts[index] = after
        self._changed[index] = set(_FIELDS)

    def _correct(self, index: int, before: IncidentFacts, after: IncidentFacts) -> None:
        fields = {name for name in _FIELDS if getattr(before, name) != getattr(after, name)}
        self._facts[index] = self._known(index).model_copy(update={name: getattr(after, name) for name in fields})
        self._changed.setdefault(index, set()).update(fields)

    def _known(self, index: int) -> IncidentFacts:
        if index not in self._facts:
            self._facts[index] = facts_of(_picked(self._before, index), self._zones)[0]
        return self._facts[index]

    def rows(self) -> FallRows:
        """All rows, edited."""
        rows = _lengthened(self._before, len(self.keys))
        for index, fields in self._changed.items():
            facts = self._facts[index]
            if "at" in fields:
                moment_s = np.array([int((facts.at - _EPOCH).total_seconds())], np.int64)
                rows.clock_s[index] = to_local(moment_s, rows.time_zone)[0]
            if "zone" in fields and not self._zones.whole:
                rows.zone[index] = self._zones.ids.index(facts.zone) if facts.zone in self._zones.ids else -1
                rows.nowhere[index] = not facts.zone
            if "volume_m3" in fields:
                rows.volume_m3[index] = np.nan if facts.volume_m3 is None else facts.volume_m3
            for name in fields & {"type", "cause"}:
                getattr(rows, name)[index] = getattr(facts, name)
        for index, reason in self._excluded.items():
            rows.excluded[index] = reason
        return rows


def _picked(rows: FallRows, index: int) -> FallRows:
    one = slice(index, index + 1)
    arrays: dict[str, Any] = {name: getattr(rows, name)[one] for name in _ARRAYS}
    return replace(rows, **arrays)


def _lengthened(rows: FallRows, count: int) -> FallRows:
    """A copy with empty rows at the end."""
    more = count - rows.row.size
    arrays: dict[str, Any] = {name: getattr(rows, name) for name in _ARRAYS}
    arrays = {name: np.concatenate((array, _nothing(array, more))) for name, array in arrays.items()}
    return replace(rows, **arrays)


def _nothing(like: NDArray[Any], count: int) -> NDArray[Any]:
    return np.full(count, "", object) if like.dtype == object else np.zeros(count, like.dtype)


_ARRAYS = ("row", "clock_s", "zone", "nowhere", "volume_m3", "type", "cause", "copy", "excluded")


def _say(saved: Sequence[SavedEdit], surprised: int, file: str, said: list[str]) -> None:
    if not saved:
        return
    holding = [one.edit for one in saved if one.state == "holds"]
    done = {what: sum(edit.what == what for edit in holding) for what in ("add", "correct", "exclude")}
    withdrawn = sum(one.state == "withdrawn" for one in saved)
    said.append(
        f"by hand {done['add']:,} were added, {done['correct']:,} corrections and {done['exclude']:,} exclusions made, "
        f"{withdrawn:,} edits withdrawn."
    )
    lost = [one.edit for one in saved if one.state == "matches no incident"]
    if lost:
        said.append(
            f"{len(lost):,} edits match no row of {file} any more, as it was changed or is gone, the first by "
            f"{lost[0].user} on {lost[0].at:%Y-%m-%d}; they were left out: make them anew."
        )
    if surprised:
        said.append(
            f"{surprised:,} edits were made when the incident read otherwise; they hold in the order of saving."
        )
