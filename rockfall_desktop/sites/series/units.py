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
        by_gap: whether a value is a rate of which nobody says how long it lasts: `factor` is that of an hour then.
    """

    unit: str
    known: bool
    factor: NDArray[np.float64]
    offset: float
    by_gap: bool = False

    def of(self, zone: int, written: NDArray[np.float64]) -> NDArray[np.float64]:
        """The numbers of a zone, float64 (r,), in the unit of the kind; the same array where nothing changes them."""
        if self.factor[zone] == 1 and not self.offset:
            return written
        return np.asarray(written * self.factor[zone] + self.offset, np.float64)


def own_unit(channel: Channel, spacing_s: Seconds, values: int, notes: list[str]) -> OwnUnit:
    """The way to the kind's own unit, told in the notes where it changes numbers.

    A rate of rain becomes an amount with `interval`, or with the time that each value is found to last.

    Args:
        channel: as in site.toml.
        spacing_s: int64 (z,), usual time between readings, 0 where it cannot be told; for the notes only.
        values: how many numbers there are.
        notes: where it is told.
    """
    facts = KINDS[channel.kind]
    same = np.ones(spacing_s.size)
    rate = rate_mm_h(channel.kind, channel.unit)
    if rate is not None:
        return _of_rate(channel, same * rate, spacing_s, values, notes)
    line = unit_line(channel.kind, channel.unit)
    if line is None:
        if facts.units:
            known = ", ".join(facts.units)
            notes.append(
                f"Channel '{channel.name}': its unit '{channel.unit}' is none that the program knows for "
                f"{facts.title} ({known}), so its numbers are used as written and their range is not checked."
            )
        return OwnUnit(channel.unit, known=False, factor=same, offset=0.0)
    unit = channel.unit if counts_events(channel.kind, channel.unit) else facts.unit
    if line != (1.0, 0.0):
        notes.append(f"Channel '{channel.name}': {values:,} values were converted from {channel.unit} to {unit}.")
    return OwnUnit(unit, known=True, factor=same * line[0], offset=line[1])


def _of_rate(channel: Channel, rate: NDArray[np.float64], spacing_s: Seconds, values: int, notes: list[str]) -> OwnUnit:
    if channel.interval is not None:
        hours = duration_s(channel.interval) / 3600
        last = f"{length_text(duration_s(channel.interval))} (interval)"
    else:
        hours = 1.0
        usual = " or ".join(length_text(int(length)) for length in np.unique(spacing_s[spacing_s > 0])[:3])
        last = (f"{usual}, " if usual else "") + "as the rows before it are apart"
    notes.append(
        f"Channel '{channel.name}': {values:,} values were converted from {channel.unit} to mm; each was taken to "
        f"last {last}."
    )
    unit = KINDS[channel.kind].unit
    return OwnUnit(unit, known=True, factor=rate * hours, offset=0.0, by_gap=channel.interval is None)
