"""Reads every row of the list of incidents, those that will not count too.

Axes: r row of the file, then incidents that were added.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from rockfall_desktop.domain.incident_edit import LARGEST_VOLUME_M3
from rockfall_desktop.domain.site_incidents import Incidents
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.tables.convert import Times, read_numbers, read_times
from rockfall_desktop.sites.tables.table import TextTable
from rockfall_desktop.sites.zones import Zones

KEY_LENGTH = 32
_REMEDY = "Mend the volume, or leave it empty."
Words = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class FallRows:
    """The rows of the list.

    Attributes:
        file: name of the file.
        row: int64 (r,), line in the file, 0 for an incident that was added.
        clock_s: int64 (r,), what the clock showed, as seconds since 1970 as if it were UTC.
        time_zone: IANA name of that clock.
        zone: int32 (r,), index of the zone, -1 where it lies in none.
        nowhere: bool (r,), whether neither a zone is named nor coordinates are given.
        volume_m3: float64 (r,), NaN where unknown.
        type, cause: text (r,), empty where the file has no such column.
        copy: bool (r,), whether an earlier row is the same in every column.
        excluded: text (r,), why it was excluded by hand; empty: it was not.
    """

    file: str
    row: NDArray[np.int64]
    clock_s: Seconds
    time_zone: str
    zone: NDArray[np.int32]
    nowhere: NDArray[np.bool_]
    volume_m3: NDArray[np.float64]
    type: Words
    cause: Words
    copy: NDArray[np.bool_]
    excluded: Words

    @property
    def times(self) -> Times:
        """The times of the rows."""
        return Times(self.clock_s, self.time_zone)


def read_rows(
    incidents: Incidents, table: TextTable, zones: Zones, time_zone: str, faults: Faults, said: list[str]
) -> FallRows:
    """Turn the table's texts into numbers, times and zones; a volume that no rockfall has is a fault.

    Raises:
        Unreadable: when a column or a time cannot be used.
    """
    times = read_times(table, incidents, time_zone, faults, said)
    zone, nowhere = _zone_of(incidents, table, zones, faults)
    first = table.frame.select(pl.struct(pl.all()).is_first_distinct()).to_series().to_numpy()
    return FallRows(
        file=table.file,
        row=np.asarray(table.rows, np.int64),
        clock_s=times.clock_s,
        time_zone=times.time_zone,
        zone=zone,
        nowhere=nowhere,
        volume_m3=_volumes(incidents, table, faults, said),
        type=_words(table, incidents.type_column, faults),
        cause=_words(table, incidents.cause_column, faults),
        copy=~first,
        excluded=np.full(table.rows.size, "", object),
    )


def row_keys(table: TextTable) -> list[str]:
    """What names each row in an edit: a hash of all its texts, the same wherever in the file the row stands."""
    texts = table.frame.select(pl.concat_str(pl.all().cast(pl.String).fill_null(""), separator="\x1f")).to_series()
    return [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH] for text in texts]


def _words(table: TextTable, column: str | None, faults: Faults) -> Words:
    if column is None:
        return np.full(table.rows.size, "", object)
    return np.asarray(table.column(column, faults).to_numpy(), object)


def _volumes(incidents: Incidents, table: TextTable, faults: Faults, said: list[str]) -> NDArray[np.float64]:
    if incidents.volume_column is None:
        return np.full(table.rows.size, np.nan)
    volume = read_numbers(table, incidents.volume_column, incidents, faults, said)
    below = table.rows[volume < 0].tolist()
    faults.add_rows(table.file, below, lambda _: "has a volume below zero", _REMEDY)
    above = table.rows[volume > LARGEST_VOLUME_M3].tolist()
    faults.add_rows(table.file, above, lambda _: f"has a volume above {LARGEST_VOLUME_M3:g} m3", _REMEDY)
    return volume


def _zone_of(
    incidents: Incidents, table: TextTable, zones: Zones, faults: Faults
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    zone = np.full(table.rows.size, 0 if zones.whole else -1, np.int32)
    nowhere = np.zeros(table.rows.size, np.bool_)
    if zones.whole:
        return zone, nowhere
    named: pl.Series | None = None
    if incidents.zone_column is not None:
        named = table.column(incidents.zone_column, faults)
        zone = zones.by_id(named).copy()  # what polars gives cannot be written to
    if incidents.x_column is not None and incidents.y_column is not None:
        x = read_numbers(table, incidents.x_column, incidents, faults, [])
        y = read_numbers(table, incidents.y_column, incidents, faults, [])
        open_place = ~np.isnan(x) & ~np.isnan(y) & (True if named is None else (named == "").to_numpy())
        zone[open_place] = zones.place(x[open_place], y[open_place])
        nowhere = np.isnan(x + y) & (zone < 0)
    elif named is None:
        remedy = "Name zone_column, or x_column and y_column, under [incidents]."
        faults.add("site.toml", None, "the incidents cannot be placed in zones", remedy)
    return zone, nowhere
