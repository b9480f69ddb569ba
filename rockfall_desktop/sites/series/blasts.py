"""Blasts as an input: how many fall into each step, and how many that are announced by then lie ahead.

Axes: r blasts, z zone, t time (steps).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import DAY_S, duration_s
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.domain.time_format import told_span_s
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.announced import AnnouncedRows, as_channel, possible_rows, span_ends_s


def on_steps(
    channel: Channel, rows: AnnouncedRows, clock: StepClock, zones: int, faults: Faults, notes: list[str]
) -> tuple[ChannelArray, ...]:
    """The blasts of each step, then those announced for each span ahead; missing before the first is known of any.

    From then on a step without a row counts 0: nobody writes down that there was no blast.

    Raises:
        Unreadable: when spans ahead are asked for and nothing says when a blast is announced, or rows differ.
    """
    value, possible, unit = possible_rows(channel, rows, np.zeros(rows.value.size, np.int64), notes)
    rows = replace(rows, value=value).taken(np.flatnonzero(possible))
    words = _words(channel, rows, faults, notes)
    count, now_s = zones if channel.scope == "zone" else 1, clock.edges_s[1:]
    unknown = slice(0, int(np.searchsorted(now_s, words.known_s.min(initial=now_s[-1] + 1), "left")))
    found = [_happened(words, clock, count)]
    ends_s = [span_ends_s(clock, span) for span in channel.ahead]
    when = words.moment_s, words.known_s
    found += [announced(words.zone, words.change(), when, (now_s, until_s), count) for until_s in ends_s]
    for values in found:
        values[:, unknown] = np.nan
    notes.append(f"Channel '{channel.name}': from its first row on, steps without a blast written count as 0.")
    outside = int(((words.moment_s <= clock.edges_s[0]) | (words.moment_s > clock.edges_s[-1]))[words.first()].sum())
    if outside:
        notes.append(
            f"Channel '{channel.name}': {outside:,} blasts lie outside the record and are in none of its steps."
        )
    names = (channel.name, *channel.ahead_names)
    return tuple(as_channel(channel, name, unit, values) for name, values in zip(names, found, strict=True))


def announced(
    zone: NDArray[np.int32],
    number: NDArray[np.float64],
    when: tuple[Seconds, Seconds],
    span: tuple[Seconds, Seconds],
    zones: int,
) -> NDArray[np.float32]:
    """The sum of what is known at each moment to come after it, up to another one; float32 (z, t).

    Args:
        zone: int32 (r,).
        number: float64 (r,), 1 for a blast that is only counted.
        when: moment of each blast and from when on it was known, int64 (r,) both.
        span: now and until when, int64 (t,) both, growing.
        zones: how many there are.
    """
    moment_s, known_s = when
    now_s, until_s = span
    first = np.maximum(np.searchsorted(until_s, moment_s, "left"), np.searchsorted(now_s, known_s, "left"))
    end = np.searchsorted(now_s, moment_s, "left")
    seen = first < end
    change = np.zeros((zones, now_s.size + 1))
    np.add.at(change, (zone[seen], first[seen]), number[seen])
    np.subtract.at(change, (zone[seen], end[seen]), number[seen])
    return np.cumsum(change, axis=1)[:, :-1].astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Words:
    """What was said of each blast, by blast and from when on it was known.

    Attributes:
        zone: int32 (r,).
        moment_s: int64 (r,), when the blast is over, at the latest.
        known_s: int64 (r,), growing within a blast: the newest counts.
        value: float64 (r,).
        new: bool (r,), whether this is the first word about a blast.
    """

    zone: NDArray[np.int32]
    moment_s: Seconds
    known_s: Seconds
    value: NDArray[np.float64]
    new: NDArray[np.bool_]

    def first(self) -> NDArray[np.int64]:
        """The first word about each blast."""
        return np.flatnonzero(self.new)

    def change(self) -> NDArray[np.float64]:
        """By how much each word changes the number of its blast, float64 (r,)."""
        return np.where(self.new, self.value, np.diff(self.value, prepend=0.0))


def _happened(words: _Words, clock: StepClock, zones: int) -> NDArray[np.float32]:
    """The sum of the blasts of each step, float32 (z, t), each in the step that knows of it, as it was known then."""
    first = words.first()
    step = clock.step_that_ends_with(np.maximum(words.moment_s, words.known_s)[first])
    inside = (step >= 0) & (step < clock.count)
    end_s = clock.edges_s[np.clip(step, 0, clock.count - 1) + 1]
    said = words.known_s <= np.repeat(end_s, np.diff(np.append(first, words.new.size)))
    newest = first + np.add.reduceat(said, first, dtype=np.int64) - 1 if first.size else first
    values = np.zeros((zones, clock.count))
    np.add.at(values, (words.zone[first][inside], step[inside]), words.value[newest][inside])
    return values.astype(np.float32)


def _over_s(channel: Channel, rows: AnnouncedRows) -> Seconds:
    """When each blast has happened for certain: at its time, or when the hour or day is over that alone is written."""
    if channel.stamp == "end":
        return rows.moment_s()
    if channel.interval is not None:
        return rows.moment_s(duration_s(channel.interval))
    if not channel.time_format:
        days = rows.clock_s % DAY_S == 0
        return np.where(days, rows.moment_s(DAY_S), rows.moment_s() + 1)
    told_s = told_span_s(channel.time_format)
    return rows.moment_s(told_s) if told_s >= 3600 else rows.moment_s() + 1


def _known_s(channel: Channel, rows: AnnouncedRows, moment_s: Seconds, faults: Faults) -> Seconds:
    """From when on each blast is known: announced before, or told after it happened."""
    if rows.known_s is not None:
        return rows.known_s
    if channel.announced is not None:
        return moment_s - duration_s(channel.announced) + duration_s(channel.delay)
    if channel.ahead:
        message = f"channel '{channel.name}' asks for blasts ahead and does not say when they are announced"
        faults.stop("site.toml", None, message, "Name the column: issued = '...', or say announced = '1d'.")
    return moment_s + duration_s(channel.delay)


def _words(channel: Channel, rows: AnnouncedRows, faults: Faults, notes: list[str]) -> _Words:
    """What was said of each blast: one number for each announcement; with same_time = sum each row is a blast."""
    rows = replace(rows, known_s=_known_s(channel, rows, _over_s(channel, rows), faults))
    assert rows.known_s is not None  # noqa: S101
    rows = rows.taken(np.lexsort((rows.record, rows.known_s, rows.clock_s, rows.zone)))
    if channel.same_time == "sum":
        return _as_words(channel, rows, np.ones(rows.value.size, bool))
    rows, again = _one_a_time(channel, rows, faults)
    new = _differs(rows.zone, rows.clock_s)
    kept = new.copy()
    kept[1:] |= np.diff(rows.value) != 0
    again += int((~kept).sum())
    if again:
        notes.append(
            f"Channel '{channel.name}': {again:,} rows repeat zone, time and number of another; they were "
            "dropped (same_time = 'sum' adds them up)."
        )
    changed = int((kept & ~new).sum())
    if changed:
        told = f"Channel '{channel.name}': {changed:,} rows change what was announced of a blast before; "
        notes.append(told + "at each step the newest that is known counts.")
    return _as_words(channel, rows.taken(np.flatnonzero(kept)), new[kept])


def _one_a_time(channel: Channel, rows: AnnouncedRows, faults: Faults) -> tuple[AnnouncedRows, int]:
    """One row for each blast and announcement, by same_time, and how many equal ones were dropped."""
    assert rows.known_s is not None  # noqa: S101
    first = np.flatnonzero(_differs(rows.zone, rows.clock_s, rows.known_s))
    if first.size == rows.value.size:
        return rows, 0
    sizes = np.diff(np.append(first, rows.value.size))
    differ = np.maximum.reduceat(rows.value, first) > np.minimum.reduceat(rows.value, first)
    if differ.any() and channel.same_time == "refuse":
        file, row = rows.origin.place(int(rows.record[first[differ] + 1].min()))
        message = f"has another number for a blast of '{channel.name}' at the same time as a row before"
        remedy = "Remove the wrong row, or say with same_time = 'first', 'last', 'mean' or 'sum' what counts."
        faults.stop(file, row, message, remedy)
    value = rows.value[first]
    if channel.same_time == "last":
        value = rows.value[first + sizes - 1]
    elif channel.same_time == "mean":
        value = np.add.reduceat(rows.value, first) / sizes
    return replace(rows.taken(first), value=value), int((sizes - 1)[~differ].sum())


def _as_words(channel: Channel, rows: AnnouncedRows, new: NDArray[np.bool_]) -> _Words:
    assert rows.known_s is not None  # noqa: S101
    return _Words(rows.zone, _over_s(channel, rows), rows.known_s, rows.value, new)


def _differs(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Which rows differ from the one before in any of some columns, bool (r,); the first always."""
    new = np.ones(columns[0].size, bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return new
