"""From a channel's unit as written to the unit of its kind.

Axes: z zone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s, length_text
from rockfall_desktop.domain.kinds import KINDS, counts_events, rate_mm_h, unit_line
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds


@dataclass(frozen=True, eq=False)
class OwnUnit:
    """How the numbers of a channel become those of its kind.

    Attributes:
        unit: the unit that they have afterwards.
        known: whether the unit as written is one of the kind, so that ranges can be checked.
        factor: float64 (z,), one for each zone; value = factor * written + offset.
        offset: added to it.
        interval_s: int64 (z,), length of the interval of each value of a rate; None where the unit is no rate.
    """

    unit: str
    known: bool
    factor: NDArray[np.float64]
    offset: float
    interval_s: Seconds | None


def own_unit(channel: Channel, spacing_s: Seconds, step_s: int, values: int, notes: list[str]) -> OwnUnit:
    """The way to the kind's own unit, told in the notes where it changes numbers.

    A rate of rain becomes an amount with `interval`, or with the usual time between the readings of the zone.

    Args:
        channel: as in site.toml.
        spacing_s: int64 (z,), usual time between readings, 0 where it cannot be told.
        step_s: length of a step, for a zone with one reading when no other tells its spacing.
        values: how many numbers there are.
        notes: where it is told.
    """
    facts = KINDS[channel.kind]
    rate = rate_mm_h(channel.kind, channel.unit)
    if rate is not None:
        return _of_rate(channel, rate, spacing_s, step_s, values, notes)
    line = unit_line(channel.kind, channel.unit)
    same = np.ones(spacing_s.size)
    if line is None:
        if facts.units:
            known = ", ".join(facts.units)
            notes.append(
                f"Channel '{channel.name}': its unit '{channel.unit}' is none that the program knows for "
                f"{facts.title} ({known}), so its numbers are used as written and their range is not checked."
            )
        return OwnUnit(channel.unit, known=False, factor=same, offset=0.0, interval_s=None)
    unit = channel.unit if counts_events(channel.kind, channel.unit) else facts.unit
    if line != (1.0, 0.0):
        notes.append(f"Channel '{channel.name}': {values:,} values were converted from {channel.unit} to {unit}.")
    return OwnUnit(unit, known=True, factor=same * line[0], offset=line[1], interval_s=None)


def _of_rate(channel: Channel, rate: float, spacing_s: Seconds, step_s: int, values: int, notes: list[str]) -> OwnUnit:
    if channel.interval is not None:
        interval_s = np.full(spacing_s.size, duration_s(channel.interval), np.int64)
    else:
        interval_s = np.where(spacing_s > 0, spacing_s, spacing_s.max(initial=0) or step_s)
    lengths = [length_text(int(length)) for length in np.unique(interval_s)[:3]]
    source = "interval" if channel.interval is not None else "the usual time between rows"
    notes.append(
        f"Channel '{channel.name}': {values:,} values were converted from {channel.unit} to mm; each was taken to "
        f"last {' or '.join(lengths)} ({source})."
    )
    unit = KINDS[channel.kind].unit
    return OwnUnit(unit, known=True, factor=rate * interval_s / 3600, offset=0.0, interval_s=interval_s)
