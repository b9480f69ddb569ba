"""All recorded incidents of a site, those that do not count too, and what was edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rockfall_desktop.domain.incident_edit import IncidentEdit, IncidentFacts

State = Literal["holds", "withdrawn", "matches no incident"]


@dataclass(frozen=True)
class RecordedIncident:
    """One row of the list, or an incident that was added.

    Attributes:
        key: names it in an edit.
        place: file and row, or who added it.
        facts: what is known, edits included.
        until: end of the span in which it happened, by the clock of the list; the span begins at `facts.at`.
        why_not: why it does not count; empty when it does.
        edits: ids of the edits that hold on it, the first one first.
    """

    key: str
    place: str
    facts: IncidentFacts
    until: datetime
    why_not: str
    edits: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether something is learned from it."""
        return not self.why_not


@dataclass(frozen=True)
class SavedEdit:
    """One edit and what has become of it."""

    edit: IncidentEdit
    state: State


@dataclass(frozen=True)
class IncidentList:
    """The list and its edits.

    Attributes:
        incidents: in the order of the file, then those that were added.
        edits: in the order of saving.
        zone_ids: the site's zones.
        time_zone: IANA name of the clock of the list.
        precision_s: seconds in which each may have happened.
        told_s: what the file's times tell apart, `precision_s` at least; an edit's time is no more exact.
        types, causes: the words that stand in the file; empty where it has no such column.
        notes: what was said while reading.
    """

    incidents: tuple[RecordedIncident, ...]
    edits: tuple[SavedEdit, ...]
    zone_ids: tuple[str, ...]
    time_zone: str
    precision_s: int
    told_s: int
    types: tuple[str, ...]
    causes: tuple[str, ...]
    notes: tuple[str, ...]
