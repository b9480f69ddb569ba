"""Reads rows about the future: forecasts and blasts, each with the time from which on it was known.

Axes: r rows, t time (steps), s spans.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import DAY_S, duration_s
from rockfall_desktop.domain.quality import WORDS, Mark, MarkCount
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.domain.time_format import told_span_s
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds, to_local, to_utc
from rockfall_desktop.sites.series.ranges import range_of
from rockfall_desktop.sites.series.units import own_unit
from rockfall_desktop.sites.tables.convert import Times, read_numbers, read_times
from rockfall_desktop.sites.tables.origin import Origin
from rockfall_desktop.sites.tables.table import TableReader, TextTable
from rockfall_desktop.sites.zones import Zones

AHEAD_KINDS = ("rain_forecast", "blast")


@dataclass(frozen=True, eq=False)
class AnnouncedRows:
    """The usable rows of a forecast or a list of blasts, as they stand in the files.

    Attributes:
        zone: int32 (r,), index of the zone; 0 for a channel of the whole site.
        clock_s: int64 (r,), time that the row is about, as its clock shows it.
        time_zone: IANA name of that clock.
        known_s: int64 (r,), seconds since 1970 UTC from which on the row was known; None where no column says.
        value: float64 (r,), never NaN, as written; 1 where no column is named.
        record: int64 (r,), place of each among the records of the table.
        origin: file and line of the records.
    """

    zone: NDArray[np.int32]
    clock_s: Seconds
    time_zone: str
    known_s: Seconds | None
    value: NDArray[np.float64]
    record: NDArray[np.int64]
    origin: Origin

    def taken(self, order: NDArray[np.int64]) -> "AnnouncedRows":
        """Some of the rows, in the order given."""
        return replace(
            self,
            zone=self.zone[order],
            clock_s=self.clock_s[order],
            known_s=None if self.known_s is None else self.known_s[order],
            value=self.value[order],
            record=self.record[order],
        )

    def moment_s(self, shift_s: int | Seconds = 0) -> Seconds:
        """Seconds since 1970 UTC of the rows' times, moved by a span (or one for each); whole days by the calendar."""
        days_s = np.where(np.asarray(shift_s) % DAY_S == 0, shift_s, 0)
        return to_utc(self.clock_s + days_s, self.time_zone, "earliest")[0] + (shift_s - days_s)


def read_announced(
    channel: Channel, reader: TableReader, zones: Zones, time_zone: str, faults: Faults, notes: list[str]
) -> AnnouncedRows:
    """The rows of a channel that have a number and a zone.

    Raises:
        Unreadable: when the table, a column or the times cannot be used, or no row is left.
    """
    table = reader.table(channel)
    said: list[str] = []
    before = faults.count
    times = read_times(table, channel, time_zone, faults, said)
    known_s = None
    if channel.issued is not None:
        issued = channel.model_copy(update={"time": channel.issued})
        known_s = _issued_s(read_times(table, issued, time_zone, faults, said), channel) + duration_s(channel.delay)
    parts = [_part(times, known_s, table, zone, value) for zone, value in _values(channel, table, zones, faults, said)]
    notes += [f"Channel '{channel.name}': {text}" for text in dict.fromkeys(said)]
    rows = parts[0] if len(parts) == 1 else _joined(parts)
    if faults.count > before:
        faults.halt()
    if rows.value.size == 0:
        remedy = "Check column, missing and zone_column in site.toml."
        faults.stop(channel.file, None, f"holds no row for channel '{channel.name}'", remedy)
    return rows


def _issued_s(times: Times, channel: Channel) -> Seconds:
    """When each row was issued; of an issue that tells its day only the end of that day."""
    told = channel.time_format
    day_only = told_span_s(told) >= DAY_S if told else not (times.clock_s % DAY_S).any()
    return times.end_s(DAY_S if day_only else 0)


def span_ends_s(clock: StepClock, span: str) -> Seconds:
    """The moment a span after the end of each step, int64 (t,); whole days go by the calendar."""
    ends, length_s = clock.edges_s[1:], duration_s(span)
    if length_s % DAY_S:
        return ends + length_s
    return to_utc(to_local(ends, clock.time_zone) + length_s, clock.time_zone, "latest")[0]


def as_channel(channel: Channel, name: str, unit: str, values: NDArray[np.float32]) -> ChannelArray:
    """A channel of values float32 (z, t), its missing steps marked."""
    missing = np.isnan(values)
    quality = np.where(missing, np.uint8(Mark.GAP), np.uint8(0))
    count = int(missing.sum())
    marks = (MarkCount(mark=WORDS[Mark.GAP], steps=count, masked=True),) if count else ()
    zoned = channel.scope == "zone"
    if not zoned:
        values, quality = values[0], quality[0]
    return ChannelArray(name, channel.kind, unit, zoned, values, quality, marks)


def possible_rows(
    channel: Channel, rows: AnnouncedRows, length_s: Seconds, notes: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], str]:
    """The numbers in the kind's own unit, which of them can be, and that unit; those that cannot are counted.

    Args:
        channel: as in site.toml.
        rows: as in the files.
        length_s: int64 (r,), length of the interval that each row is about.
        notes: where it is told.
    """
    own = own_unit(channel, np.zeros(int(rows.zone.max(initial=0)) + 1, np.int64), rows.value.size, notes)
    value = rows.value * own.factor[rows.zone] + own.offset
    if own.by_gap:
        value *= length_s / 3600
    outside = range_of(channel, own).outside(rows.value, value, length_s) if value.size else None
    if outside is None:
        return value, np.ones(value.size, bool), own.unit
    file, row = rows.origin.place(int(rows.record[outside].min()))
    notes.append(
        f"Channel '{channel.name}': {int(outside.sum()):,} numbers are impossible, the first in {file}, row {row}; "
        "their rows are left out."
    )
    return value, ~outside, own.unit


def _values(
    channel: Channel, table: TextTable, zones: Zones, faults: Faults, said: list[str]
) -> list[tuple[NDArray[np.int32], NDArray[np.float64]]]:
    """Zone and number of each record: once, or once for each column of a wide table."""
    size = table.frame.height
    if channel.zone_columns:
        found = []
        for name, column in channel.zone_columns.items():
            if name not in zones.ids:
                message = f"zone_columns of channel '{channel.name}' names '{name}', which is none of the site's zones"
                faults.stop("site.toml", None, message, "Correct the zone's id.")
            numbers = read_numbers(table, column, channel, faults, said)
            found.append((np.full(size, zones.ids.index(name), np.int32), numbers))
        return found
    value = np.ones(size) if channel.column is None else read_numbers(table, channel.column, channel, faults, said)
    if channel.zone_column is None:
        return [(np.zeros(size, np.int32), value)]
    zone = zones.by_id(table.column(channel.zone_column, faults))
    lost = int((zone < 0).sum())
    if lost:
        said.append(f"{channel.file}: {lost:,} rows left out, their zone is none of the site's.")
    return [(zone, value)]


def _part(
    times: Times, known_s: Seconds | None, table: TextTable, zone: NDArray[np.int32], value: NDArray[np.float64]
) -> AnnouncedRows:
    record = np.arange(value.size, dtype=np.int64)
    rows = AnnouncedRows(zone, times.clock_s, times.time_zone, known_s, value, record, table.origin)
    return rows.taken(np.flatnonzero(~np.isnan(value) & (zone >= 0)))


def _joined(parts: list[AnnouncedRows]) -> AnnouncedRows:
    known = [part.known_s for part in parts if part.known_s is not None]
    return replace(
        parts[0],
        zone=np.concatenate([part.zone for part in parts]),
        clock_s=np.concatenate([part.clock_s for part in parts]),
        known_s=np.concatenate(known) if known else None,
        value=np.concatenate([part.value for part in parts]),
        record=np.concatenate([part.record for part in parts]),
    )
