"""Counts and tells what was found in a channel.

Axes: z zone, t time, r readings.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.kinds import KINDS
from rockfall_desktop.domain.quality import WORDS, Mark, MarkCount, masked_marks
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.series.ranges import RAIN, range_of
from rockfall_desktop.sites.series.readings import Readings
from rockfall_desktop.sites.series.units import OwnUnit

_TOO_OLD = 10
_PIECE = 262_144


def mark_stale(quality: NDArray[np.uint8], last_s: int, spacing_s: int, clock: StepClock) -> None:
    """Mark the steps (t,) at the record's end whose newest reading is older than ten times the usual spacing.

    Args:
        quality: uint8 (t,), of one zone; changed in place.
        last_s: end of the zone's last reading.
        spacing_s: usual time between its readings; at least a step counts.
        clock: the site's steps.
    """
    oldest_s = last_s + _TOO_OLD * max(spacing_s, clock.step_s)
    quality[int(np.searchsorted(clock.edges_s[1:], oldest_s, "right")) :] |= np.uint8(Mark.STALE)


def count_marks(
    quality: NDArray[np.uint8], rows: Counter[Mark], readings: Readings, channel: Channel
) -> tuple[MarkCount, ...]:
    """Every mark that a channel bears, with its steps and rows."""
    codes = np.arange(256)
    steps = np.zeros(256, np.int64)
    flat = quality.reshape(-1)
    for begin in range(0, flat.size, _PIECE):  # counting makes eight bytes of each
        steps += np.bincount(flat[begin : begin + _PIECE], minlength=256)
    told = Counter(readings.row_counts) + rows
    masked = masked_marks(channel.mask)
    return tuple(
        MarkCount(mark=word, steps=int(steps[codes & mark > 0].sum()), rows=told[mark], masked=bool(mark & masked))
        for mark, word in WORDS.items()
        if steps[codes & mark > 0].any() or told[mark]
    )


def tell_impossible(
    channel: Channel, readings: Readings, own: OwnUnit, count: int, first: int, notes: list[str]
) -> None:
    """Say how many values lie outside what can be, and where the first one stands."""
    if not count:
        return
    possible = range_of(channel, own)
    unit = channel.unit if possible.said else own.unit
    what = "valid_range says" if possible.said else f"{KINDS[channel.kind].title} can be"
    why = f"outside what {what} ({possible.lowest:g} to {possible.highest:,.6g} {unit})"
    if channel.kind in RAIN and not possible.said:
        why = "more than ever fell anywhere in that time, or below zero"
    file, row = readings.place(first)
    words = "value is" if count == 1 else "values are"
    notes.append(
        f"Channel '{channel.name}': {count:,} {words} {why}, the first {readings.value[first]:g} in {file}, row {row}; "
        "counted as missing."
    )


def tell_uneven_rate(channel: Channel, readings: Readings, own: OwnUnit, notes: list[str]) -> None:
    """Say which values of a rate could not be made an amount, or perhaps with a wrong length."""
    if not own.by_gap:
        return
    same = readings.zone[1:] == readings.zone[:-1]
    firsts = readings.value.size - int(same.sum())
    gap_s = np.diff(readings.end_s)
    before_s, gap_s = gap_s[:-1][same[1:] & same[:-1]], gap_s[1:][same[1:] & same[:-1]]
    odd = int(((gap_s > 1.5 * before_s) | (gap_s < before_s / 1.5)).sum())
    told = f"Channel '{channel.name}': the first row {'of each zone ' if firsts > 1 else ''}has none before it that "
    notes.append(told + "tells how long its value lasts, and is left out; interval says how long a value lasts.")
    if odd:
        notes.append(
            f"Channel '{channel.name}': {odd:,} of {readings.value.size:,} rows are not as far from the one before as "
            "usual, so their amounts may be too small or too large; interval says how long a value lasts."
        )


def tell_thin_steps(channel: Channel, sizes: Counter[int], notes: list[str]) -> None:
    """Say how many sums are made of fewer values than usual; sizes: how many steps have how many readings."""
    steps = sum(sizes.values())
    ordered = sorted(sizes.items())
    total = np.cumsum([count for _, count in ordered])
    size = [number for number, _ in ordered]
    middle = [size[int(np.searchsorted(total, place, "right"))] for place in ((steps - 1) // 2, steps // 2)]
    usual = sum(middle) / 2
    thin = sum(count for number, count in ordered if number < usual)
    if usual > 1 and thin:
        notes.append(
            f"Channel '{channel.name}': {thin:,} of {steps:,} sums are made of fewer than "
            f"the usual {usual:g} values, so they may be too small."
        )
