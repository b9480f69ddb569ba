"""Counts the values that speak against a channel's unit while they go by.

Axes: r readings.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.kinds import KINDS, counts_events
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.series.wrong_unit import (
    DOUBTFUL_SHARE,
    FEWEST_DOUBTFUL,
    LOOKED_AT,
    counts_zeros,
    highest_of,
    way_to_own,
)

_MARGIN = 0.8
_FEWEST_FOR_SHARES = 10_000


class UnitTally:
    """Goes through a channel's readings piece by piece; none is held, all are looked at."""

    def __init__(self, channel: Channel) -> None:
        facts = KINDS[channel.kind]
        self._zeros = channel.valid_range is not None or counts_zeros(channel.kind)
        self._line: tuple[float, float] | None = (1.0, 0.0)
        self._possible = self._usual = channel.valid_range or (0.0, 0.0)
        self._most_outside = 0.5
        if channel.valid_range is None:
            self._line = None if counts_events(channel.kind, channel.unit) else way_to_own(channel, channel.unit)
            self._possible = (facts.lowest, highest_of(channel, duration_s(channel.interval or "0s")))
            self._usual = facts.usual
            self._most_outside = DOUBTFUL_SHARE
        self._safe = max(self._possible[0], self._usual[0]), min(self._possible[1], self._usual[1])
        self._readings = self._count = self._outside = self._below = self._above = 0

    def add(self, value: NDArray[np.float64]) -> None:
        """Add the next readings, float64 (r,), as written, at least one and none NaN."""
        self._readings += value.size
        if self._line is None:
            return
        times, plus = self._line
        self._count += value.size if self._zeros else int(np.count_nonzero(value))
        ends = sorted((float(value.min()) * times + plus, float(value.max()) * times + plus))
        if self._safe[0] <= ends[0] and ends[1] <= self._safe[1]:
            return
        own = (value if self._zeros else value[value != 0]) * times + plus
        self._outside += int(np.count_nonzero((own < self._possible[0]) | (own > self._possible[1])))
        self._below += int(np.count_nonzero(own < self._usual[0]))
        self._above += int(np.count_nonzero(own > self._usual[1]))

    def plain(self) -> bool:
        """Whether it is plain that `tell_wrong_unit` would note nothing, whichever of the readings it looks at."""
        against = max(self._outside, self._below, self._above)
        if not against:
            return True
        margin = 1.0
        if self._readings >= 2 * LOOKED_AT:  # it would look at some only
            margin = _MARGIN
            if self._count < _FEWEST_FOR_SHARES:
                return False
        few = self._outside < FEWEST_DOUBTFUL or self._outside <= margin * self._most_outside * self._count
        half = margin * (self._count - 1) / 2
        return few and self._outside <= half and self._below <= half and self._above <= half
