"""Which values no slope can show.

Axes: r readings.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.kinds import KINDS, RAIN_POWER, counts_events, largest_rain_mm
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.units import OwnUnit

RAIN = ("rainfall", "rain_forecast")
_SHORTEST_S = 60


@dataclass(frozen=True)
class Range:
    """What the values of a channel can be.

    Attributes:
        lowest, highest: in the unit as written where `said`, else in the kind's own.
        said: whether site.toml says it.
        by_interval: whether rain is bounded by the time that each value lasts, or that since the reading before.
    """

    lowest: float
    highest: float
    said: bool
    by_interval: bool

    def outside(
        self, written: NDArray[np.float64], value: NDArray[np.float64], gap_s: Seconds | None
    ) -> NDArray[np.bool_] | None:
        """Which values lie outside, bool (r,); None when none does.

        Args:
            written: float64 (r,), as in the file.
            value: float64 (r,), in the kind's own unit.
            gap_s: int64 (r,), how long each lasts or the time since the reading before, where `by_interval`.
        """
        looked = written if self.said else value
        if self.by_interval and gap_s is not None and looked.max() > largest_rain_mm(_SHORTEST_S / 3600):
            hours = np.maximum(gap_s, _SHORTEST_S) / 3600
            found = (looked < self.lowest) | (looked > np.minimum(self.highest, largest_rain_mm(1) * hours**RAIN_POWER))
        elif looked.min() >= self.lowest and looked.max() <= self.highest:
            return None
        else:
            found = (looked < self.lowest) | (looked > self.highest)
        return found if found.any() else None


def range_of(channel: Channel, own: OwnUnit) -> Range:
    """What site.toml says, else what the kind can show; for rain no more than ever fell in its interval."""
    if channel.valid_range is not None:
        return Range(*channel.valid_range, said=True, by_interval=False)
    if not own.known:
        return Range(float("-inf"), float("inf"), said=False, by_interval=False)
    if counts_events(channel.kind, channel.unit):
        return Range(0.0, float("inf"), said=False, by_interval=False)
    facts = KINDS[channel.kind]
    if channel.kind not in RAIN:
        return Range(facts.lowest, facts.highest, said=False, by_interval=False)
    interval_s = duration_s(channel.interval) if channel.interval is not None else 0
    highest = largest_rain_mm(interval_s / 3600) if interval_s else facts.highest
    return Range(facts.lowest, min(facts.highest, highest), said=False, by_interval=not interval_s)
