"""Blasts as an input: how many fall into each step, and how many that are announced by then lie ahead.

Axes: r blasts, z zone, t time (steps).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.site_table import Channel
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
        Unreadable: when spans ahead are asked for and nothing says when a blast is announced.
    """
    rows = _once(channel, rows, notes)
    value, possible, unit = possible_rows(channel, rows, np.zeros(rows.value.size, np.int64), notes)
    rows = replace(rows, value=value).taken(np.flatnonzero(possible))
    moment_s = rows.moment_s() + (1 if channel.stamp == "start" else 0)
    known_s = _known_s(channel, rows, moment_s, faults)
    count, now_s = zones if channel.scope == "zone" else 1, clock.edges_s[1:]
    unknown = slice(0, int(np.searchsorted(now_s, known_s.min(initial=now_s[-1] + 1), "left")))
    found = [_happened(rows, np.maximum(moment_s, known_s), clock, count)]
    ends_s = [span_ends_s(clock, span) for span in channel.ahead]
    found += [announced(rows.zone, rows.value, (moment_s, known_s), (now_s, until_s), count) for until_s in ends_s]
    for values in found:
        values[:, unknown] = np.nan
    notes.append(f"Channel '{channel.name}': from its first row on, steps without a blast written count as 0.")
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


def _happened(rows: AnnouncedRows, seen_s: Seconds, clock: StepClock, zones: int) -> NDArray[np.float32]:
    """The sum of the blasts of each step, float32 (z, t), each in the step that knows of it."""
    step = clock.step_that_ends_with(seen_s)
    inside = (step >= 0) & (step < clock.count)
    values = np.zeros((zones, clock.count))
    np.add.at(values, (rows.zone[inside], step[inside]), rows.value[inside])
    return values.astype(np.float32)


def _known_s(channel: Channel, rows: AnnouncedRows, moment_s: Seconds, faults: Faults) -> Seconds:
    """From when on each blast is known: announced before, or told after it happened."""
    if rows.known_s is not None:
        return rows.known_s
    if channel.announced is not None:
        return moment_s - duration_s(channel.announced)
    if channel.ahead:
        message = f"channel '{channel.name}' asks for blasts ahead and does not say when they are announced"
        faults.stop("site.toml", None, message, "Name the column: issued = '...', or say announced = '1d'.")
    return moment_s + duration_s(channel.delay)


def _once(channel: Channel, rows: AnnouncedRows, notes: list[str]) -> AnnouncedRows:
    """Without rows that repeat zone, time and number; of several announcements the first counts."""
    known_s = rows.known_s if rows.known_s is not None else rows.clock_s
    ordered = rows.taken(np.lexsort((known_s, rows.value, rows.clock_s, rows.zone)))
    if channel.same_time == "sum":
        return ordered
    new = np.ones(ordered.value.size, bool)
    new[1:] = (np.diff(ordered.zone) != 0) | (np.diff(ordered.clock_s) != 0) | (np.diff(ordered.value) != 0)
    if not new.all():
        notes.append(
            f"Channel '{channel.name}': {int((~new).sum()):,} rows repeat zone, time and number of another; they were "
            "dropped (same_time = 'sum' adds them up)."
        )
    return ordered.taken(np.flatnonzero(new))
