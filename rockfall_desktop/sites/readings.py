"""The readings of one channel: number, zone and time of each, ordered, equal ones dropped."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.convert import Times, read_numbers, read_times
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.table import TableReader, TextTable
from rockfall_desktop.sites.zones import Zones


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of one channel, by zone and within it by time.

    Attributes:
        zone: int32 (r,), index of the zone; 0 for a channel of the whole site.
        end_s: int64 (r,), seconds since 1970 UTC of the end of each reading's interval.
        value: float64 (r,), never NaN.
        row: int64 (r,), line in the file.
    """

    zone: NDArray[np.int32]
    end_s: Seconds
    value: NDArray[np.float64]
    row: NDArray[np.int64]

    def taken(self, order: NDArray[np.int64]) -> "Readings":
        """Some of the readings, in the order given."""
        return Readings(self.zone[order], self.end_s[order], self.value[order], self.row[order])


def read_readings(
    channel: Channel, reader: TableReader, zones: Zones, step_s: int, time_zone: str, faults: Faults, notes: list[str]
) -> Readings:
    """All readings of a channel.

    Raises:
        Unreadable: when the table, a column or the times cannot be used, or no number is left.
    """
    table = reader.table(channel)
    before = faults.count
    said: list[str] = []
    times = read_times(table, channel, time_zone, faults, said)
    value = read_numbers(table, channel.column, channel, faults, said)
    zone = _zone_of(channel, table, zones, faults, said)
    end_s = _ends(channel, times, table, step_s, faults)
    usable = np.flatnonzero(~np.isnan(value) & (zone >= 0))
    if usable.size == 0 and faults.count > before:
        faults.halt()
    if usable.size == 0:
        remedy = "Check column, missing and zone_column in site.toml."
        faults.stop(table.file, None, f"holds no number for channel '{channel.name}'", remedy)
    readings = Readings(zone, end_s, value, table.rows).taken(usable)
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


def _ends(channel: Channel, times: Times, table: TextTable, step_s: int, faults: Faults) -> Seconds:
    if channel.stamp == "end":
        return times.end_s()
    if channel.interval is not None:
        return times.end_s(duration_s(channel.interval))
    starts = times.end_s()
    gaps = np.diff(np.unique(starts))
    if gaps.size and np.median(gaps) > 1.05 * step_s:
        remedy = (
            "Set interval to the time that a value stands for, so that it is not known before it is over; "
            "or stamp = 'end' if each value is a reading of that moment."
        )
        hours = np.median(gaps) / 3600
        message = f"has values of '{channel.name}' mostly {hours:g} h apart, more than a step of the site"
        faults.add(table.file, None, message, remedy)
    return starts + 1  # the step that holds the start is the one that ends with the second after it


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
