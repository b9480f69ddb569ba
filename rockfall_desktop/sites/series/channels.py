"""Puts the readings of a channel onto the site's steps, each where it was known, and marks what is doubtful.

Axes: z zone, t time, r readings.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import duration_s, length_text
from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.quality import Mark
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.series import counting, steps
from rockfall_desktop.sites.series.drift import find_drift, week_starts
from rockfall_desktop.sites.series.judge import Verdict, ZoneJudge
from rockfall_desktop.sites.series.ranges import range_of
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.series.spacing import rows_before_s, usual_spacing_s, zone_spans
from rockfall_desktop.sites.series.units import OwnUnit, own_unit

PIECE = 16_384
"""Readings that are looked at together: what is computed from them stays in the processor's memory."""


@dataclass(eq=False)
class Series:
    """A channel while it is filled; values float32 (z, t), quality uint8 (z, t)."""

    values: NDArray[np.float32]
    quality: NDArray[np.uint8]
    rows: Counter[Mark] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)
    first_impossible: int = -1


def on_steps(channel: Channel, readings: Readings, clock: StepClock, zones: int, notes: list[str]) -> ChannelArray:
    """The channel as an array of shape (t,) or (z, t): row k holds what was known at the end of step k."""
    zoned = channel.scope == "zone"
    shape = (zones if zoned else 1, clock.count)
    spacing_s = usual_spacing_s(readings.zone, readings.end_s, shape[0])
    own = own_unit(channel, spacing_s, readings.value.size, notes)
    counting.tell_uneven_rate(channel, readings, own, notes)
    series = empty_series(shape)
    for zone, begin, end in zone_spans(readings.zone, shape[0]):
        _fill(series, zone, channel, readings, own, clock, slice(begin, end))
        counting.mark_stale(series.quality[zone], int(readings.end_s[end - 1]), int(spacing_s[zone]), clock)
    return finished(series, channel, readings, own, clock, notes)


def empty_series(shape: tuple[int, int]) -> Series:
    """A channel before its first reading, shape (z, t)."""
    return Series(np.full(shape, np.nan, np.float32), np.full(shape, np.uint8(Mark.GAP), np.uint8))


def finished(
    series: Series, channel: Channel, readings: Readings, own: OwnUnit, clock: StepClock, notes: list[str]
) -> ChannelArray:
    """The channel whose readings all stand on the steps; of the readings only the first impossible one is asked."""
    zoned = channel.scope == "zone"
    _mask_drift(series, channel, clock)
    steps.later(series.values, series.quality, clock.edges_s, duration_s(channel.delay), channel.resampling)
    counting.tell_impossible(channel, readings, own, series.rows[Mark.OUT_OF_RANGE], series.first_impossible, notes)
    if channel.resampling == "sum":
        counting.tell_thin_steps(channel, series.sizes, notes)
    marks = counting.count_marks(series.quality, series.rows, readings, channel)
    values, quality = (series.values, series.quality) if zoned else (series.values[0], series.quality[0])
    return ChannelArray(channel.name, channel.kind, own.unit, zoned, values, quality, marks)


def tell_early(channel: Channel, readings: Readings, clock: StepClock, faults: Faults) -> None:
    """Note a fault when a value would stand in a step that ends before the value's interval does."""
    if readings.over_s is readings.end_s:
        return
    step_end_s = clock.edges_s[clock.step_that_ends_with(readings.end_s) + 1]
    early = np.flatnonzero(readings.over_s > step_end_s)
    if early.size == 0:
        return
    lengths = readings.over_s[early] - readings.end_s[early] + 1  # end_s is a second after the start here
    length = length_text(int(np.sort(lengths)[early.size // 2]))
    message = f"has a value of '{channel.name}' that starts here and is not over when its step ends"
    remedy = (
        f"Such rows are mostly {length} apart: set interval = '{length}', or what a value stands for, so that it is "
        "not known before it is over; or stamp = 'end' if each value is a reading of that moment."
    )
    faults.add(*readings.first_place(early), message, remedy)


def _fill(
    series: Series, zone: int, channel: Channel, readings: Readings, own: OwnUnit, clock: StepClock, span: slice
) -> None:
    judge = ZoneJudge(channel, range_of(channel, own), clock.step_s)
    begin = int(span.start)
    lasts_s = rows_before_s(readings.end_s[span]) if own.by_gap else None
    for piece, step in pieces(readings.end_s, clock, slice(begin + own.by_gap, span.stop)):
        written = readings.value[piece]
        value = own.of(zone, written)
        length_s = None
        if lasts_s is not None:
            length_s = lasts_s[piece.start - begin : piece.stop - begin]
            value = value * (length_s / 3600)
        verdict = judge.judge(written, value, readings.end_s[piece], length_s)
        put(series, zone, channel, step, value, verdict)
        given = None if readings.marks is None else readings.marks[piece]
        _add_marks(series, zone, step, given)
        if verdict.first >= 0 and series.first_impossible < 0:
            series.first_impossible = piece.start + verdict.first


def put(
    series: Series,
    zone: int,
    channel: Channel,
    step: NDArray[np.int64],
    value: NDArray[np.float64],
    verdict: Verdict,
    *,
    alone: bool | None = None,
) -> None:
    """Put neighbouring readings (r,) of a zone onto their steps, with what was found of them; alone: `one_each`."""
    if verdict.masked is None and (one_each(step) if alone is None else alone):
        own = slice(int(step[0]), int(step[0]) + step.size)
        series.values[zone, own] = value
        series.quality[zone, own] = 0
        series.sizes[1] += step.size if channel.resampling == "sum" else 0
    else:
        places, joined, count = steps.resample(step, value, verdict.masked, channel.resampling)
        series.values[zone, places] = joined
        series.quality[zone, places] = 0
        if channel.resampling == "sum":
            series.sizes.update(dict(zip(*np.unique(count, return_counts=True), strict=True)))
    _add_marks(series, zone, step, verdict.mark)
    if verdict.mark is not None:
        for bit in (Mark.FLAT, Mark.SPIKE, Mark.OUT_OF_RANGE):
            series.rows[bit] += int(np.count_nonzero(verdict.mark & bit))


def one_each(step: NDArray[np.int64]) -> bool:
    """Whether readings (r,) follow each other step by step, one on each."""
    return bool((step[1:] - step[:-1] == 1).all())


def pieces(end_s: NDArray[np.int64], clock: StepClock, span: slice) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Neighbouring readings and the step of each; the readings of one step stay together."""
    begin, size = int(span.start), PIECE
    while begin < span.stop:
        end = min(begin + size, int(span.stop))
        step = clock.step_that_ends_with(end_s[begin:end])
        if end < span.stop:
            whole = int(np.searchsorted(step, step[-1], "left"))
            if whole == 0:
                size *= 2
                continue
            step, end = step[:whole], begin + whole
        yield slice(begin, end), step
        begin, size = end, PIECE


def _add_marks(series: Series, zone: int, step: NDArray[np.int64], mark: NDArray[np.uint8] | None) -> None:
    if mark is not None and mark.any():
        marked = np.flatnonzero(mark)
        np.bitwise_or.at(series.quality[zone], step[marked], mark[marked])


def _mask_drift(series: Series, channel: Channel, clock: StepClock) -> None:
    if not KINDS[channel.kind].drifts:
        return
    starts = week_starts(clock.edges_s)
    for values, quality in zip(series.values, series.quality, strict=True):
        drift = find_drift(values, starts)
        if drift is not None:
            quality[drift & (quality & np.uint8(Mark.GAP) == 0)] |= np.uint8(Mark.DRIFT)
            if "drift" in channel.mask:
                values[drift] = np.nan
