"""The readings of one channel: number, zone and time of each, ordered, equal ones dropped.

Axes: r readings.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import DAY_S, duration_s
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.columns import ChannelColumns, SharedTables
from rockfall_desktop.sites.series.intervals import own_lengths, said_ends, told_by_spacing
from rockfall_desktop.sites.series.spacing import zone_spans
from rockfall_desktop.sites.tables.origin import Origin
from rockfall_desktop.sites.tables.passes import first_passes
from rockfall_desktop.sites.tables.times import Times, check_clock


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of one channel, by zone and within it by time.

    Attributes:
        zone: int32 (r,), index of the zone; 0 for a channel of the whole site.
        end_s: int64 (r,), seconds since 1970 UTC of the end of each reading's interval; with stamp = start and no
            interval given a second after its start, so that it belongs to the step that holds the start.
        over_s: int64 (r,), the same as far as the spacing of the rows tells: later than end_s where none is given.
        value: float64 (r,), never NaN, in the unit of the file.
        record: int32 (r,), place of each reading among the records of its table.
        origin: file and line of the records.
        marks: uint8 (r,), Mark.DUPLICATE where rows of the same time were dropped or joined, Mark.DISORDER where the
            row stood after a later one; None where there are none.
        row_counts: mark to how many rows it is about.
    """

    zone: NDArray[np.int32]
    end_s: Seconds
    over_s: Seconds
    value: NDArray[np.float64]
    record: NDArray[np.int32]
    origin: Origin
    marks: NDArray[np.uint8] | None = None
    row_counts: dict[Mark, int] = field(default_factory=dict)

    def place(self, index: int) -> tuple[str, int]:
        """File and line of a reading."""
        return self.origin.place(int(self.record[index]))

    def first_place(self, indices: NDArray[np.int64]) -> tuple[str, int]:
        """File and line of the one that was read first among some readings."""
        return self.origin.place(int(self.record[indices].min()))

    def taken(self, order: NDArray[np.int64]) -> "Readings":
        """Some of the readings, in the order given."""
        end_s = self.end_s[order]
        return replace(
            self,
            zone=self.zone[order],
            end_s=end_s,
            over_s=end_s if self.over_s is self.end_s else self.over_s[order],
            value=self.value[order],
            record=self.record[order],
            marks=None if self.marks is None else self.marks[order],
        )


def read_readings(channel: Channel, tables: SharedTables, faults: Faults, notes: list[str]) -> Readings:
    """All readings of a channel.

    Raises:
        Unreadable: when the table, a column or the times cannot be used, or no number is left.
    """
    before = faults.count
    columns = tables.columns(channel)
    said: list[str] = []
    check_clock(columns.times, channel.file, columns.origin, faults, said)
    said += columns.said
    first = first_passes(columns.times.clock_s, columns.times.time_zone, columns.zone)
    if channel.interval is not None and duration_s(channel.interval) % DAY_S == 0:
        first = first[:0]  # whole days end by the calendar, after either pass
    readings = _usable(channel, columns, first)
    if first.size:
        said.append(
            f"{channel.file}: {first.size:,} rows of such an hour stand before its second pass, and are of the first."
        )
    if told_by_spacing(channel) and faults.count == before:  # a number that cannot be read leaves a gap of its own
        readings = _over_later(readings, columns.times, first)
    if readings.value.size == 0 and faults.count > before:
        faults.halt()
    if readings.value.size == 0:
        remedy = "Check column, missing and zone_column in site.toml."
        faults.stop(channel.file, None, f"holds no number for channel '{channel.name}'", remedy)
    _tell_impossible(channel, readings, tables, faults)
    once = _once(_ordered(readings, said, channel.file), channel, faults, said)
    notes += [f"Channel '{channel.name}': {text}" for text in said]
    return once


def _usable(channel: Channel, columns: ChannelColumns, first: NDArray[np.int64]) -> Readings:
    """The readings that have a number and a zone, those of each column one after the other."""
    end_s = said_ends(channel, columns.times)
    end_s[first] -= _hours_between(columns.times, first)
    parts: list[Readings] = []
    for place, value in columns.values.items():
        usable = ~np.isnan(value)
        if columns.zone is not None:
            usable &= columns.zone >= 0
        record = np.flatnonzero(usable).astype(np.int32)
        whole = record.size == value.size
        ends = end_s if whole else end_s[record]
        if columns.zone is None:
            zone = np.full(record.size, max(place, 0), np.int32)
        else:
            zone = columns.zone if whole else columns.zone[record]
        parts.append(Readings(zone, ends, ends, value if whole else value[record], record, columns.origin))
    return parts[0] if len(parts) == 1 else _stacked(parts)


def _hours_between(times: Times, first: NDArray[np.int64]) -> Seconds:
    """How long before the second pass the first one was, int64 (n,), of records in a repeated hour."""
    passes = Times(times.clock_s[first], times.time_zone)
    return np.asarray(passes.end_s() - passes.start_s(), np.int64)


def _over_later(readings: Readings, times: Times, first: NDArray[np.int64]) -> Readings:
    """The readings, each over when the spacing of its zone's own numbers tells that it is."""
    clock_s = times.clock_s[readings.record]
    over_s = Times(clock_s, times.time_zone).end_s(own_lengths(clock_s, readings.zone))
    if first.size:
        early = np.isin(readings.record, first)
        over_s[early] -= _hours_between(times, readings.record[early].astype(np.int64))
    return replace(readings, over_s=np.maximum(readings.end_s, over_s, out=over_s))


def _stacked(parts: list[Readings]) -> Readings:
    end_s = np.concatenate([part.end_s for part in parts])
    return Readings(
        np.concatenate([part.zone for part in parts]),
        end_s,
        end_s,
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.record for part in parts]),
        parts[0].origin,
    )


def _tell_impossible(channel: Channel, readings: Readings, tables: SharedTables, faults: Faults) -> None:
    if channel.kind != "rainfall" or channel.valid_range is not None:
        return
    below = np.flatnonzero(readings.value < 0)
    if below.size == 0:
        return
    value, column = readings.value, channel.column or "its column"
    first = int(readings.record[below].min())
    marker = tables.text_at(channel, first) if channel.column else f"{value[below[0]]:g}"
    readings.origin.tell(
        faults,
        readings.record[below].astype(np.int64),
        lambda nth: f"has {value[below[nth]]:g} in column {column}, and rain is never below zero",
        f"Mend the row; if it means 'no value' add it to missing in site.toml, e.g. missing = ['{marker}'].",
    )


def _ordered(readings: Readings, said: list[str], file: str) -> Readings:
    """The readings by zone and time; those that stood after a later one of their zone are marked."""
    zone = readings.zone
    if (zone[1:] < zone[:-1]).any():
        small = zone.astype(np.int16) if int(zone.max()) < np.iinfo(np.int16).max else zone  # sorts faster
        readings = readings.taken(np.argsort(small, kind="stable"))
        zone = readings.zone
    if not ((readings.end_s[1:] < readings.end_s[:-1]) & (zone[1:] == zone[:-1])).any():
        return readings
    late = np.flatnonzero(_after_later(readings))
    file, first = readings.first_place(late)
    said.append(f"{file}: {late.size:,} rows stand after a later one, the first in row {first}; they were sorted.")
    marks = np.zeros(zone.size, np.uint8)
    marks[late] = Mark.DISORDER
    readings = replace(readings, marks=marks, row_counts={Mark.DISORDER: int(late.size)})
    return readings.taken(np.lexsort((readings.record, readings.end_s, readings.zone)))


def _after_later(readings: Readings) -> NDArray[np.bool_]:
    """Which readings, by zone and within it in the order of the file, stand after a later one; bool (r,)."""
    late = np.zeros(readings.zone.size, bool)
    for _, begin, end in zone_spans(readings.zone, int(readings.zone[-1]) + 1):
        own = readings.end_s[begin:end]
        late[begin:end] = own < np.maximum.accumulate(own)
    return late


def _once(readings: Readings, channel: Channel, faults: Faults, said: list[str]) -> Readings:
    """One reading for each zone and time; that which stands for several is marked."""
    again = (readings.zone[1:] == readings.zone[:-1]) & (readings.end_s[1:] == readings.end_s[:-1])
    if not again.any():
        return readings
    starts = np.flatnonzero(np.concatenate([[True], ~again]))
    sizes = np.diff(np.append(starts, readings.value.size))
    differ = np.maximum.reduceat(readings.value, starts) > np.minimum.reduceat(readings.value, starts)
    equal = ~differ & (sizes > 1)
    counts = dict(readings.row_counts)
    if equal.any() and channel.same_time != "sum":
        count = int((sizes[equal] - 1).sum())
        counts[Mark.DUPLICATE] = count
        file, first = readings.first_place(starts[equal] + 1)
        said.append(f"{file}: {count:,} rows repeat another, the first in row {first}; they were dropped.")
    if differ.any():
        counts[Mark.DUPLICATE] = counts.get(Mark.DUPLICATE, 0) + int((sizes[differ] - 1).sum())
        _tell_differing(readings, starts[differ], channel, faults, said)
    marks = np.zeros(starts.size, np.uint8)
    if readings.marks is not None:
        marks |= np.bitwise_or.reduceat(readings.marks, starts)
    marks[(sizes > 1) & (differ if channel.same_time == "sum" else True)] |= np.uint8(Mark.DUPLICATE)
    value = _joined(readings.value, starts, sizes, channel.same_time)
    return replace(readings.taken(starts), value=value, marks=marks, row_counts=counts)


def _tell_differing(
    readings: Readings, starts: NDArray[np.int64], channel: Channel, faults: Faults, said: list[str]
) -> None:
    if channel.same_time != "refuse":
        said.append(f"{channel.file}: {starts.size:,} times have several values; their {channel.same_time} counts.")
        return

    def message(nth: int) -> str:
        (file, row), own = readings.place(int(starts[nth])), readings.place(int(starts[nth]) + 1)[0]
        where = f"row {row}" if file == own else f"row {row} of {file}"
        return f"has the same time as {where}, but not the same {channel.column or 'value'}"

    remedy = "Remove the wrong row, or say with same_time = 'first', 'last', 'mean' or 'sum' what counts."
    readings.origin.tell(faults, readings.record[starts + 1].astype(np.int64), message, remedy)


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
