"""The list of incidents and its edits in rows and words."""

from collections.abc import Callable
from datetime import datetime

from rockfall_desktop.domain.duration import DAY_S, length_text
from rockfall_desktop.domain.incident_edit import IncidentEdit, IncidentFacts
from rockfall_desktop.domain.incident_list import IncidentList, RecordedIncident
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.words import NOTHING, count, moment, three_digits

Rows = tuple[list[tuple[Cell, ...]], list[str]]
INCIDENTS = (
    Column("Happened", 152, tip="Begin of the span in which it happened, by the clock of the list."),
    Column("Zone", 96), Column("Volume (m³)", 96, number=True), Column("Type", 112), Column("Cause", 96),
    Column("Counts", 64), Column("Why not"), Column("Edited", 64), Column("From", 168),
)  # fmt: skip
TYPE, CAUSE = 3, 4
EDITS = (
    Column("Saved", 140), Column("Who", 84), Column("What", 76), Column("Change", 300), Column("Reason"),
    Column("State", 132),
)  # fmt: skip
ALL, COUNTING, NOT_COUNTING, EDITED = "all", "counting", "not_counting", "edited"
FILTERS = {ALL: "All", COUNTING: "That count", NOT_COUNTING: "That do not count", EDITED: "Edited"}
DEEDS = {"add": "added", "correct": "corrected", "exclude": "excluded", "withdraw": "withdrew"}
_WANTED: dict[str, Callable[[RecordedIncident], bool]] = {
    ALL: lambda _: True,
    COUNTING: lambda one: one.counts,
    NOT_COUNTING: lambda one: not one.counts,
    EDITED: lambda one: bool(one.edits),
}
_ORDERS: tuple[Callable[[RecordedIncident], object], ...] = (
    lambda one: one.facts.at.timestamp(),
    lambda one: one.facts.zone,
    lambda one: -1.0 if one.facts.volume_m3 is None else one.facts.volume_m3,
    lambda one: one.facts.type,
    lambda one: one.facts.cause,
    lambda one: one.counts,
    lambda one: one.why_not,
    lambda one: len(one.edits),
    lambda one: (one.place.rpartition(" ")[0], len(one.place), one.place),
)


def incident_rows(known: IncidentList, wanted: str, column: int, *, falling: bool) -> Rows:
    """The rows of a choice (a key of FILTERS), in the order of a column; keys are places in the list."""
    places = [place for place, one in enumerate(known.incidents) if _WANTED[wanted](one)]
    order = _ORDERS[column]
    places.sort(key=lambda place: order(known.incidents[place]), reverse=falling)  # type: ignore[arg-type,return-value]
    return [_incident(known, known.incidents[place]) for place in places], [str(place) for place in places]


def _incident(known: IncidentList, one: RecordedIncident) -> tuple[Cell, ...]:
    volume = Cell("unknown", "muted") if one.facts.volume_m3 is None else Cell(three_digits(one.facts.volume_m3))
    return (
        Cell(time_text(one.facts.at, known)),
        Cell(one.facts.zone or "none", "" if one.facts.zone else "muted"),
        volume,
        Cell(one.facts.type),
        Cell(one.facts.cause),
        Cell("yes" if one.counts else "no", "" if one.counts else "warning"),
        Cell(one.why_not, "muted"),
        Cell(count(len(one.edits)) if one.edits else "", "accent"),
        Cell(one.place, "muted"),
    )


def edit_rows(known: IncidentList) -> Rows:
    """The edits, the newest first; keys are their ids."""
    newest = known.edits[::-1]
    by_id = {one.edit.edit_id: one.edit for one in newest}
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(moment(one.edit.at)),
            Cell(one.edit.user),
            Cell(DEEDS[one.edit.what]),
            Cell(change_words(one.edit, known, by_id)),
            Cell(one.edit.reason),
            Cell(one.state, "warning" if one.state == "matches no incident" else "muted"),
        )
        for one in newest
    ]
    return rows, [one.edit.edit_id for one in newest]


def change_words(edit: IncidentEdit, known: IncidentList, by_id: dict[str, IncidentEdit]) -> str:
    """What an edit changed, in one line."""
    if edit.what == "withdraw":
        gone = by_id.get(edit.withdraws)
        return f"{DEEDS[gone.what]} by {gone.user} on {moment(gone.at)}" if gone else "an edit that is not there"
    before, after = edit.before, edit.after
    if before is None or after is None:
        return _facts_words(before or after, known)
    parts = [
        f"{title} {_one(before, name, known)} → {_one(after, name, known)}"
        for name, title in _TITLES.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return f"{time_text(before.at, known)}, {before.zone or 'no zone'}: {', '.join(parts)}"


def _facts_words(facts: IncidentFacts | None, known: IncidentList) -> str:
    if facts is None:
        return NOTHING
    size = "volume unknown" if facts.volume_m3 is None else f"{three_digits(facts.volume_m3)} m³"
    return f"{time_text(facts.at, known)}, {facts.zone or 'no zone'}, {size}"


_TITLES = {"at": "time", "zone": "zone", "volume_m3": "volume", "type": "type", "cause": "cause"}


def _one(facts: IncidentFacts, name: str, known: IncidentList) -> str:
    value = getattr(facts, name)
    if isinstance(value, datetime):
        return time_text(value, known)
    return three_digits(value) if isinstance(value, float) else str(value or "none")


def time_text(at: datetime, known: IncidentList) -> str:
    """A time by the clock of the list, no more exact than the list is."""
    local = at.astimezone(clock_of(known.time_zone))
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return local.strftime("%Y-%m-%d" if known.told_s >= DAY_S and midnight else "%Y-%m-%d %H:%M")


def head_words(known: IncidentList) -> str:
    """How many there are, how many count, and how exactly they are known."""
    counting = sum(one.counts for one in known.incidents)
    lost = sum(one.state == "matches no incident" for one in known.edits)
    more = f" {count(lost)} edits match no incident any more: make them anew." if lost else ""
    return (
        f"{count(len(known.incidents))} recorded, {count(counting)} count; "
        f"times by the clock of {known.time_zone}, known to {length_text(known.precision_s)}.{more}"
    )
