"""Puts the readings of a channel onto the site's steps, each where it was known.

Axes: z zone, t time.
"""

import math

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.domain.duration import duration_s, length_text
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.series.readings import Readings


def on_steps(channel: Channel, readings: Readings, clock: StepClock, zones: int, notes: list[str]) -> ChannelArray:
    """The channel as an array of shape (t,) or (z, t): row k holds what was known at the end of step k."""
    zoned = channel.scope == "zone"
    step = clock.step_that_ends_with(readings.end_s)
    cell = readings.zone.astype(np.int64) * clock.count + step
    series = resample(cell, readings.value, (zones if zoned else 1) * clock.count, channel.resampling)
    if channel.resampling == "sum":
        _tell_thin_steps(channel, cell, notes)
    values = later(series.reshape(-1, clock.count), math.ceil(duration_s(channel.delay) / clock.step_s))
    return ChannelArray(channel.name, channel.kind, channel.unit, zoned, values if zoned else values[0])


def tell_early(channel: Channel, readings: Readings, clock: StepClock, faults: Faults) -> None:
    """Note a fault when a value would stand in a step that ends before the value's interval does."""
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
    faults.add(channel.file, int(readings.row[early].min()), message, remedy)


def resample(cell: NDArray[np.int64], value: NDArray[np.float64], cells: int, rule: str) -> NDArray[np.float32]:
    """One number for each cell from the readings in it, NaN where there is none.

    Args:
        cell: int64 (r,), cell of each reading; within a cell the readings stand in time order.
        value: float64 (r,).
        cells: how many cells there are.
        rule: sum, mean, last or max.

    Returns:
        float32 (cells,).
    """
    result = np.full(cells, np.nan, np.float64)
    if rule == "last":
        result[cell] = value
    elif rule == "max":
        np.fmax.at(result, cell, value)
    else:
        count = np.bincount(cell, minlength=cells)
        total = np.bincount(cell, weights=value, minlength=cells)
        filled = count > 0
        result[filled] = total[filled] / (count[filled] if rule == "mean" else 1)
    return result.astype(np.float32)


def later(values: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """The values (z, t) moved to later steps; what was before the record stays NaN."""
    if steps == 0:
        return values
    moved = np.full_like(values, np.nan)
    moved[:, steps:] = values[:, : max(0, values.shape[1] - steps)]
    return moved


def _tell_thin_steps(channel: Channel, cell: NDArray[np.int64], notes: list[str]) -> None:
    count = np.bincount(cell)
    count = count[count > 0]
    usual = float(np.median(count))
    thin = int((count < usual).sum())
    if usual > 1 and thin:
        notes.append(
            f"Channel '{channel.name}': {thin:,} of {count.size:,} sums are made of fewer than "
            f"the usual {usual:g} values, so they may be too small."
        )
