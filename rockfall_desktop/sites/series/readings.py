"""The readings of one channel: number, zone and time of each, ordered, equal ones dropped."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.intervals import interval_ends
from rockfall_desktop.sites.tables.convert import read_numbers, read_times
from rockfall_desktop.sites.tables.table import TableReader, TextTable
from rockfall_desktop.sites.zones import Zones


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of one channel, by zone and within it by time.

    Attributes:
        zone: int32 (r,), index of the zone; 0 for a channel of the whole site.
        end_s: int64 (r,), seconds since 1970 UTC of the end of each reading's interval; with stamp = start and no
            interval given a second after its start, so that it belongs to the step that holds the start.
        over_s: int64 (r,), the same as far as the spacing of the rows tells: later than end_s where none is given.
        value: float64 (r,), never NaN.
        row: int64 (r,), line in the file.
    """

    zone: NDArray[np.int32]
    end_s: Seconds
    over_s: Seconds
    value: NDArray[np.float64]
    row: NDArray[np.int64]

    def taken(self, order: NDArray[np.int64]) -> "Readings":
        """Some of the readings, in the order given."""
        return Readings(*(getattr(self, field.name)[order] for field in fields(self)))


def read_readings(
    channel: Channel, reader: TableReader, zones: Zones, time_zone: str, faults: Faults, notes: list[str]
) -> Readings:
    """All readings of a channel.

    Raises:
        Unreadable: when the table, a column or the times cannot be used, or no number is left.
    """
    table = reader.table(channel)
    before = faults.count
    said: list[str] = []
    times = read_times(table, channel, time_zone, faults, said)
    value = read_numbers(table, channel.column or "", channel, faults, said)
    zone = _zone_of(channel, table, zones, faults, said)
    end_s, over_s = interval_ends(channel, times, zone)
    usable = np.flatnonzero(~np.isnan(value) & (zone >= 0))
    if usable.size == 0 and faults.count > before:
        faults.halt()
    if usable.size == 0:
        remedy = "Check column, missing and zone_column in site.toml."
        faults.stop(table.file, None, f"holds no number for channel '{channel.name}'", remedy)
    _tell_impossible(channel, table, value, usable, faults)
    readings = Readings(zone, end_s, over_s, value, table.rows).taken(usable)
    ordered = _ordered(readings, said, table.file)
    once = _once(ordered, channel, faults, said)
    notes += [f"Channel '{channel.name}': {text}" for text in said]
    return once


def _zone_of(channel: Channel, table: TextTable, zones: Zones, faults: Faults, said: list[str]) -> NDArray[np.int32]:
    if channel.zone_column is None:
        return np.zeros(table.rows.size, np.int32)
    texts = table.column(channel.zone_column, faults)
    zone = zones.by_id(texts)
    lost = np.flatnonzero(zone < 0)
    if lost.size:
        names = ", ".join(f"'{text}'" for text in texts.gather(lost.tolist()).unique().sort().to_list()[:5])
        said.append(f"{table.file}: {lost.size:,} rows left out, their zone is none of the site's: {names}.")
    return zone


def _tell_impossible(
    channel: Channel, table: TextTable, value: NDArray[np.float64], usable: NDArray[np.int64], faults: Faults
) -> None:
    if channel.kind != "rainfall":
        return
    below = usable[value[usable] < 0]
    texts = table.column(channel.column or "", faults).gather(below[:1].tolist()).to_list()
    faults.add_rows(
        table.file,
        table.rows[below].tolist(),
        lambda place: f"has {value[below[place]]:g} in column {channel.column}, and rain is never below zero",
        f"Mend the row; if it means 'no value' add it to missing in site.toml, e.g. missing = {texts}.",
    )


def _ordered(readings: Readings, said: list[str], file: str) -> Readings:
    order = np.argsort(readings.zone, kind="stable")
    same_zone = np.diff(readings.zone[order]) == 0
    late = order[1:][same_zone & (np.diff(readings.end_s[order]) < 0)]
    if late.size == 0:
        return readings.taken(order)
    first = int(readings.row[late].min())
    said.append(f"{file}: {late.size:,} rows stand after a later one, the first in row {first}; they were sorted.")
    return readings.taken(np.lexsort((readings.row, readings.end_s, readings.zone)))


def _once(readings: Readings, channel: Channel, faults: Faults, said: list[str]) -> Readings:
    new = np.ones(readings.value.size, bool)
    new[1:] = (np.diff(readings.zone) != 0) | (np.diff(readings.end_s) != 0)
    starts = np.flatnonzero(new)
    if starts.size == new.size:
        return readings
    sizes = np.diff(np.append(starts, new.size))
    low = np.minimum.reduceat(readings.value, starts)
    differ = np.maximum.reduceat(readings.value, starts) > low
    equal = ~differ & (sizes > 1)
    if equal.any() and channel.same_time != "sum":
        count, first = int((sizes[equal] - 1).sum()), int(readings.row[starts[equal] + 1].min())
        said.append(f"{channel.file}: {count:,} rows repeat another, the first in row {first}; they were dropped.")
    if differ.any():
        _tell_differing(readings, starts[differ], channel, faults, said)
    return replace(readings.taken(starts), value=_joined(readings.value, starts, sizes, channel.same_time))


def _tell_differing(
    readings: Readings, starts: NDArray[np.int64], channel: Channel, faults: Faults, said: list[str]
) -> None:
    if channel.same_time != "refuse":
        said.append(f"{channel.file}: {starts.size:,} times have several values; their {channel.same_time} counts.")
        return
    faults.add_rows(
        channel.file,
        readings.row[starts + 1].tolist(),
        lambda place: f"has the same time as row {readings.row[starts[place]]}, but not the same {channel.column}",
        "Remove the wrong row, or say with same_time = 'first', 'last', 'mean' or 'sum' what counts.",
    )


def _joined(
    value: NDArray[np.float64], starts: NDArray[np.int64], sizes: NDArray[np.int64], rule: str
) -> NDArray[np.float64]:
    if rule == "last":
        return value.take(starts + sizes - 1)
    if rule == "sum":
        return np.asarray(np.add.reduceat(value, starts), np.float64)
    if rule == "mean":
        return np.asarray(np.add.reduceat(value, starts) / sizes, np.float64)
    return value.take(starts)
