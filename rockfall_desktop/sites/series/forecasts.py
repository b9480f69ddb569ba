"""Forecast rain as an input: at each step the sum over the time ahead, as the newest issue known by then has it.

Axes: r rows, j runs of rows without a gap, z zone, t time (steps), p pairs of run and step.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import duration_s, length_text
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.announced import AnnouncedRows, as_channel, possible_rows, span_ends_s

_PAIRS = 4_000_000


@dataclass(frozen=True, eq=False)
class Forecast:
    """The rows of a forecast by zone, issue and time.

    Attributes:
        zone: int32 (r,).
        known_s: int64 (r,), from when on the row's issue was known.
        start_s, end_s: int64 (r,), the interval that a row is about.
        amount_mm: float64 (r,).
        unit: of the amounts.
    """

    zone: NDArray[np.int32]
    known_s: Seconds
    start_s: Seconds
    end_s: Seconds
    amount_mm: NDArray[np.float64]
    unit: str


def forecast_of(channel: Channel, rows: AnnouncedRows, faults: Faults, notes: list[str]) -> Forecast:
    """The forecast that rows make up: in millimetres, each about its interval, impossible ones left out and counted.

    Raises:
        Unreadable: when no column tells the issue, or the interval cannot be told, or intervals of an issue overlap.
    """
    if rows.known_s is None:
        message = f"channel '{channel.name}' is a forecast and does not say when each row was issued"
        faults.stop("site.toml", None, message, "Name the column: issued = '...'.")
    rows = _once(channel, _in_order(rows, rows.known_s), faults, notes)
    length_s = _length_s(channel, rows, faults, notes)
    amount_mm, possible, unit = possible_rows(channel, rows, length_s, notes)
    kept = np.flatnonzero(possible & (length_s > 0))
    rows, length_s, amount_mm = rows.taken(kept), length_s[kept], amount_mm[kept]
    known_s = rows.known_s if rows.known_s is not None else np.zeros(0, np.int64)
    back_s = length_s if channel.stamp == "end" else np.zeros_like(length_s)
    start_s, end_s = rows.moment_s(-back_s), rows.moment_s(length_s - back_s)
    forecast = Forecast(rows.zone, known_s, start_s, end_s, amount_mm, unit)
    _tell_overlaps(rows, forecast, faults)
    return forecast


def on_steps(channel: Channel, forecast: Forecast, clock: StepClock, zones: int) -> tuple[ChannelArray, ...]:
    """A channel for each span ahead; row k holds what was forecast at the end of step k for the span after it.

    The newest issue counts that is known by then and covers the whole span; missing where none does. An interval that
    lies partly in the span counts by its share.
    """
    rows, now_s = zones if channel.scope == "zone" else 1, clock.edges_s[1:]
    return tuple(
        as_channel(channel, name, forecast.unit, span_sums(forecast, now_s, span_ends_s(clock, span), rows))
        for name, span in zip(channel.ahead_names, channel.ahead, strict=True)
    )


def span_sums(forecast: Forecast, now_s: Seconds, until_s: Seconds, zones: int) -> NDArray[np.float32]:
    """What falls from each moment to another one after it by the newest issue known; float32 (z, t), NaN where none.

    Args:
        forecast: its rows by zone, issue and time.
        now_s: int64 (t,), growing.
        until_s: int64 (t,), growing.
        zones: how many there are.
    """
    values = np.full((zones, now_s.size), np.nan, np.float32)
    if forecast.zone.size == 0:
        return values
    begin, end = _runs(forecast)
    known_s = np.maximum(forecast.known_s[begin], forecast.start_s[begin])
    first = np.searchsorted(now_s, known_s, "left")
    count = np.maximum(np.searchsorted(until_s, forecast.end_s[end - 1], "right") - first, 0)
    borders = np.flatnonzero(np.diff(np.cumsum(count) // _PAIRS)) + 1
    total = _Running(forecast, begin)
    for low, high in pairwise([0, *borders.tolist(), begin.size]):
        run = np.repeat(np.arange(low, high), count[low:high])
        within = np.arange(run.size) - np.repeat(np.cumsum(count[low:high]) - count[low:high], count[low:high])
        step = first[run] + within
        # issues follow each other, so that the newest is written last
        values[forecast.zone[begin[run]], step] = total.at(run, until_s[step]) - total.at(run, now_s[step])
    return values


class _Running:
    """How much fell since the first row, at any moment inside a run."""

    def __init__(self, forecast: Forecast, begin: NDArray[np.int64]) -> None:
        self._forecast = forecast
        self._before = np.cumsum(forecast.amount_mm) - forecast.amount_mm
        self._zero_s = int(forecast.start_s.min())
        self._wide = int(forecast.end_s.max()) - self._zero_s + 1
        run = np.repeat(np.arange(begin.size), np.diff(np.append(begin, forecast.zone.size)))
        self._key = run * self._wide + forecast.start_s - self._zero_s

    def at(self, run: NDArray[np.int64], moment_s: Seconds) -> NDArray[np.float64]:
        """The sum (p,) up to a moment in each of some runs (p,)."""
        row = np.searchsorted(self._key, run * self._wide + moment_s - self._zero_s, "right") - 1
        start_s, end_s = self._forecast.start_s[row], self._forecast.end_s[row]
        share = np.minimum((moment_s - start_s) / (end_s - start_s), 1.0)
        return np.asarray(self._before[row] + share * self._forecast.amount_mm[row], np.float64)


def _in_order(rows: AnnouncedRows, known_s: Seconds) -> AnnouncedRows:
    return rows.taken(np.lexsort((rows.record, rows.clock_s, known_s, rows.zone)))


def _new_issue(zone: NDArray[np.int32], known_s: Seconds | None) -> NDArray[np.bool_]:
    """Whether a row is the first of its issue and zone, bool (r,)."""
    new = np.ones(zone.size, bool)
    if known_s is not None:
        new[1:] = (zone[1:] != zone[:-1]) | (known_s[1:] != known_s[:-1])
    return new


def _length_s(channel: Channel, rows: AnnouncedRows, faults: Faults, notes: list[str]) -> Seconds:
    """The length of each row's interval, int64 (r,): as said, else the usual time between the rows of its own issue.

    0 for an issue of one row, which does not tell it.
    """
    if channel.interval is not None:
        return np.full(rows.value.size, duration_s(channel.interval), np.int64)
    new = _new_issue(rows.zone, rows.known_s)
    issue = np.cumsum(new) - 1
    inside = np.flatnonzero(~new)
    order = np.lexsort((np.diff(rows.clock_s)[inside - 1], issue[inside]))
    gap = np.diff(rows.clock_s)[inside - 1][order]
    count = np.bincount(issue[inside], minlength=int(issue[-1]) + 1)
    usual = np.zeros(count.size, np.int64)
    several = np.flatnonzero(count)
    usual[several] = gap[(np.cumsum(count) - count + count // 2)[several]]
    if not several.size:
        message = f"channel '{channel.name}' has one row in each issue, so nobody knows how long it is about"
        faults.stop("site.toml", None, message, "Write stamp = 'start' and interval = '1d', or what a row stands for.")
    if several.size < count.size:
        notes.append(
            f"Channel '{channel.name}': {count.size - several.size:,} issues have one row, so that nobody knows how "
            "long it is about; they are left out (interval says it)."
        )
    return np.asarray(usual[issue], np.int64)


def _once(channel: Channel, rows: AnnouncedRows, faults: Faults, notes: list[str]) -> AnnouncedRows:
    new = _new_issue(rows.zone, rows.known_s)
    new[1:] |= rows.clock_s[1:] != rows.clock_s[:-1]
    first = np.flatnonzero(new)
    if first.size == new.size:
        return rows
    differ = np.maximum.reduceat(rows.value, first) > np.minimum.reduceat(rows.value, first)
    if differ.any() and channel.same_time not in ("first", "last"):
        file, row = rows.origin.place(int(rows.record[first[differ] + 1].min()))
        message = "has another amount for the same issue and time as a row before"
        faults.stop(file, row, message, "Remove the wrong row, or say same_time = 'first' or 'last'.")
    notes.append(f"Channel '{channel.name}': {new.size - first.size:,} rows repeat another of their issue; one counts.")
    return rows.taken(np.append(first[1:], new.size) - 1 if channel.same_time == "last" else first)


def _tell_overlaps(rows: AnnouncedRows, forecast: Forecast, faults: Faults) -> None:
    over = (forecast.start_s[1:] < forecast.end_s[:-1]) & ~_new_issue(forecast.zone, forecast.known_s)[1:]
    if over.any():
        first = int(rows.record[1:][over].argmin())
        file, row = rows.origin.place(int(rows.record[1:][over][first]))
        length = length_text(int((forecast.end_s - forecast.start_s)[1:][over][first]))
        message = f"is about an interval of {length} that overlaps the one before it in the same issue"
        remedy = "Rows of one issue must follow each other: make a channel for each spacing, or set interval."
        faults.stop(file, row, message, remedy)


def _runs(forecast: Forecast) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one after the last row of each run of one issue without a gap, int64 (j,) both."""
    new = _new_issue(forecast.zone, forecast.known_s)
    new[1:] |= forecast.start_s[1:] != forecast.end_s[:-1]
    begin = np.flatnonzero(new)
    return begin, np.append(begin[1:], new.size)
