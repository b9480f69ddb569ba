"""Reads the list of incidents: which count, where they were, and in which steps they may have happened."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray
from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.falls.incident_choice import that_count, volumes
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import DAY_S, Seconds
from rockfall_desktop.sites.tables.convert import Times, read_numbers, read_times
from rockfall_desktop.sites.tables.table import TableReader, TextTable
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


def read_incidents(
    incidents: Incidents, reader: TableReader, zones: Zones, time_zone: str, faults: Faults, notes: list[str]
) -> IncidentRows:
    """Read the file, choose by type, cause and volume, and place in zones.

    Raises:
        Unreadable: when the table, a column or a time cannot be used.
    """
    table = reader.table(incidents)
    said: list[str] = []
    times = read_times(table, incidents, time_zone, faults, said)
    volume = volumes(incidents, table, faults, said)
    counts = that_count(incidents, table, volume, faults, said)
    zone = _zone_of(incidents, table, zones, counts, faults, said)
    chosen = np.flatnonzero(counts & (zone >= 0))
    notes += [f"Incidents: {text}" for text in said]
    first_day, last_day = _recorded(incidents, times, notes)
    return IncidentRows(
        zone[chosen],
        times.start_s()[chosen],
        times.end_s(incidents.precision_s)[chosen],
        volume[chosen].astype(np.float32),
        first_day,
        last_day,
    )


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


def _zone_of(
    incidents: Incidents,
    table: TextTable,
    zones: Zones,
    counts: NDArray[np.bool_],
    faults: Faults,
    said: list[str],
) -> NDArray[np.int32]:
    zone = np.full(table.rows.size, 0 if zones.whole else -1, np.int32)
    if zones.whole:
        return zone
    named: pl.Series | None = None
    if incidents.zone_column is not None:
        named = table.column(incidents.zone_column, faults)
        zone = zones.by_id(named)
    if incidents.x_column is not None and incidents.y_column is not None:
        x = read_numbers(table, incidents.x_column, incidents, faults, [])
        y = read_numbers(table, incidents.y_column, incidents, faults, [])
        open_place = ~np.isnan(x) & ~np.isnan(y) & (True if named is None else (named == "").to_numpy())
        zone[open_place] = zones.place(x[open_place], y[open_place])
        lost = int((counts & np.isnan(x + y) & (zone < 0)).sum())
        if lost:
            said.append(f"{lost:,} without coordinates could not be placed and were left out.")
            counts = counts & ~np.isnan(x + y)
    elif named is None:
        remedy = "Name zone_column, or x_column and y_column, under [incidents]."
        faults.add("site.toml", None, "the incidents cannot be placed in zones", remedy)
    outside = int((counts & (zone < 0)).sum())
    if outside:
        said.append(f"{outside:,} lie in none of the zones and were left out.")
    return zone


def _recorded(incidents: Incidents, times: Times, notes: list[str]) -> tuple[int, int | None]:
    from_, until = incidents.recorded_from, incidents.recorded_until
    first = (from_.toordinal() - _EPOCH) if from_ else int(times.clock_s.min() // DAY_S)
    if from_ is None:
        notes.append("Incidents: recorded_from is not given, so recording counts from the day of the first row.")
    if until is None:
        notes.append("Incidents: recorded_until is not given, so recording counts to the end of the series.")
    return first, until.toordinal() - _EPOCH if until else None


_EPOCH = 719_163  # ordinal day of 1970-01-01
