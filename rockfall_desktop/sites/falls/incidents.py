"""Reads the list of incidents: which count, where they were, and in which steps they may have happened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray
from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.falls.edit_file import read_edits
from rockfall_desktop.sites.falls.edits import EditedRows, apply_edits
from rockfall_desktop.sites.falls.incident_choice import why_not
from rockfall_desktop.sites.falls.rows import Words, read_rows, row_keys
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.instants import DAY_S, Seconds
from rockfall_desktop.sites.tables.convert import Times
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zones import Zones


@dataclass(frozen=True, eq=False)
class IncidentRows:
    """The incidents that count and have a zone, not yet on steps.

    Attributes:
        zone: int32 (i,), index of the zone.
        first_s, end_s: int64 (i,), the interval [first, end) in which each happened, seconds since 1970 UTC.
        volume_m3: float32 (i,), NaN where unknown.
        first_day, last_day: local days since 1970-01-01 between which incidents were recorded, both inclusive;
            None for "to the end of the series".
    """

    zone: NDArray[np.int32]
    first_s: Seconds
    end_s: Seconds
    volume_m3: NDArray[np.float32]
    first_day: int
    last_day: int | None


@dataclass(frozen=True, eq=False)
class AllRows:
    """Every row of the list with its edits, and whether it counts.

    Attributes:
        edited: the rows.
        why: why each does not count, text (r,), empty where it does.
        first_day, last_day: as in IncidentRows.
    """

    edited: EditedRows
    why: Words
    first_day: int
    last_day: int | None


def read_incidents(
    incidents: Incidents,
    folder: SiteFolder,
    reader: TableReader,
    zones: Zones,
    time_zone: str,
    faults: Faults,
    notes: list[str],
) -> IncidentRows:
    """Read the file and its edits, choose by type, cause and volume, and place in zones.

    Raises:
        Unreadable: when the table, a column, a time or the edits cannot be used.
    """
    every = read_all_rows(incidents, folder, reader, zones, time_zone, faults, notes, named=False)
    rows = every.edited.rows
    chosen = np.flatnonzero((every.why == "") & (rows.zone >= 0))
    return IncidentRows(
        rows.zone[chosen],
        rows.times.start_s()[chosen],
        rows.times.end_s(incidents.precision_s)[chosen],
        rows.volume_m3[chosen].astype(np.float32),
        every.first_day,
        every.last_day,
    )


def read_all_rows(
    incidents: Incidents,
    folder: SiteFolder,
    reader: TableReader,
    zones: Zones,
    time_zone: str,
    faults: Faults,
    notes: list[str],
    *,
    named: bool = True,
) -> AllRows:
    """Read the file and its edits, and say of each row whether it counts.

    Without edits the rows get their keys only if `named`: a hash of each row takes longer than all the rest.

    Raises:
        Unreadable: when the table, a column, a time or the edits cannot be used.
    """
    table = reader.table(incidents)
    said: list[str] = []
    rows = read_rows(incidents, table, zones, time_zone, faults, said)
    edits = read_edits(folder, faults, said)
    keys = row_keys(table) if edits or named else [""] * rows.row.size
    edited = apply_edits(rows, keys, edits, zones, said)
    why = why_not(incidents, edited.rows, rows, faults, said)
    notes += [f"Incidents: {text}" for text in said]
    return AllRows(edited, why, *_recorded(incidents, rows.times, notes))


def on_steps(rows: IncidentRows, clock: StepClock, notes: list[str]) -> IncidentArray:
    """The incidents as intervals of steps; those wholly outside the series are left out and counted."""
    first = clock.step_that_holds(rows.first_s)
    last = clock.step_that_ends_with(np.maximum(rows.end_s, rows.first_s + 1))
    inside = (last >= 0) & (first < clock.count)
    if not inside.all():
        lost = int((~inside).sum())
        notes.append(f"Incidents: {lost:,} lie before the first or after the last reading and were left out.")
    order = np.flatnonzero(inside)
    order = order[np.lexsort((rows.zone[order], first[order]))]
    return IncidentArray(rows.zone[order], first[order], last[order], rows.volume_m3[order])


def _recorded(incidents: Incidents, times: Times, notes: list[str]) -> tuple[int, int | None]:
    """The days of recording; without their dates they go by the file as it is, whatever was added by hand."""
    from_, until = incidents.recorded_from, incidents.recorded_until
    first = (from_.toordinal() - _EPOCH) if from_ else int(times.clock_s.min() // DAY_S)
    if from_ is None:
        notes.append("Incidents: recorded_from is not given, so recording counts from the day of the first row.")
    if until is None:
        notes.append("Incidents: recorded_until is not given, so recording counts to the end of the series.")
    return first, until.toordinal() - _EPOCH if until else None


_EPOCH = 719_163  # ordinal day of 1970-01-01
