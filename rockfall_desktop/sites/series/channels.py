"""Puts the readings of a channel onto the site's steps, each where it was known, and marks what is doubtful.

Axes: z zone, t time, r readings.
"""

import math
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
from rockfall_desktop.sites.series.spacing import usual_spacing_s, zone_spans
from rockfall_desktop.sites.series.units import OwnUnit, own_unit

_PIECE = 16_384
"""Readings that are looked at together: what is computed from them stays in the processor's memory."""


@dataclass(eq=False)
class _Series:
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
    own = own_unit(channel, spacing_s, clock.step_s, readings.value.size, notes)
    counting.tell_uneven_rate(channel, readings, own, notes)
    series = _Series(np.full(shape, np.nan, np.float32), np.full(shape, np.uint8(Mark.GAP), np.uint8))
    for zone, begin, end in zone_spans(readings.zone, shape[0]):
        _fill(series, zone, channel, readings, own, clock, slice(begin, end))
        counting.mark_stale(series.quality[zone], int(readings.end_s[end - 1]), int(spacing_s[zone]), clock)
    _mask_drift(series, channel, clock)
    delay = math.ceil(duration_s(channel.delay) / clock.step_s)
    steps.later(series.values, delay, np.nan)
    steps.later(series.quality, delay, int(Mark.GAP))
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
        f"Rows are mostly {length} apart: set interval = '{length}', or what a value stands for, so that it is not "
        "known before it is over; or stamp = 'end' if each value is a reading of that moment."
    )
    faults.add(*readings.first_place(early), message, remedy)


def _fill(
    series: _Series, zone: int, channel: Channel, readings: Readings, own: OwnUnit, clock: StepClock, span: slice
) -> None:
    judge = ZoneJudge(channel, range_of(channel, own), clock.step_s)
    for piece, step in _pieces(readings, clock, span):
        written = readings.value[piece]
        value = written * own.factor[zone] + own.offset
        verdict = judge.judge(written, value, readings.end_s[piece])
        places, joined, count = steps.resample(step, value, verdict.masked, channel.resampling)
        series.values[zone, places] = joined
        series.quality[zone, places] = 0
        if channel.resampling == "sum":
            series.sizes.update(dict(zip(*np.unique(count, return_counts=True), strict=True)))
        _note_marks(series, zone, verdict, readings, step, piece)


def _pieces(readings: Readings, clock: StepClock, span: slice) -> Iterator[tuple[slice, NDArray[np.int64]]]:
    """Neighbouring readings and the step of each; the readings of one step stay together."""
    begin, size = int(span.start), _PIECE
    while begin < span.stop:
        end = min(begin + size, int(span.stop))
        step = clock.step_that_ends_with(readings.end_s[begin:end])
        if end < span.stop:
            whole = int(np.searchsorted(step, step[-1], "left"))
            if whole == 0:
                size *= 2
                continue
            step, end = step[:whole], begin + whole
        yield slice(begin, end), step
        begin, size = end, _PIECE


def _note_marks(
    series: _Series, zone: int, verdict: Verdict, readings: Readings, step: NDArray[np.int64], piece: slice
) -> None:
    given = None if readings.marks is None else readings.marks[piece]
    for mark in (verdict.mark, given):
        if mark is not None and mark.any():
            marked = np.flatnonzero(mark)
            np.bitwise_or.at(series.quality[zone], step[marked], mark[marked])
    if verdict.mark is not None:
        for bit in (Mark.FLAT, Mark.SPIKE, Mark.OUT_OF_RANGE):
            series.rows[bit] += int(np.count_nonzero(verdict.mark & bit))
    if verdict.first >= 0 and series.first_impossible < 0:
        series.first_impossible = piece.start + verdict.first


def _mask_drift(series: _Series, channel: Channel, clock: StepClock) -> None:
    if not KINDS[channel.kind].drifts:
        return
    starts = week_starts(clock.edges_s)
    for values, quality in zip(series.values, series.quality, strict=True):
        drift = find_drift(values, starts)
        if drift is not None:
            quality[drift & (quality & np.uint8(Mark.GAP) == 0)] |= np.uint8(Mark.DRIFT)
            if "drift" in channel.mask:
                values[drift] = np.nan
