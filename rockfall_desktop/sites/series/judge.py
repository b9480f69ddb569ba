"""Judges the readings of one zone, piece by piece, each by itself and those before it.

Axes: r readings of a piece, in the order of time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.kinds import KINDS, counts_events
from rockfall_desktop.domain.quality import Mark, masked_marks
from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series.ranges import Range
from rockfall_desktop.sites.series.spikes import Spikes
from rockfall_desktop.sites.series.stuck import FlatLine


@dataclass(frozen=True, eq=False)
class Verdict:
    """What was found in a piece.

    Attributes:
        mark: uint8 (r,), marks of `Mark`; None where every reading is good.
        masked: bool (r,), which readings count as missing; None where none does.
        impossible: how many lie outside the range.
        first: place of the first of those in the piece, -1 when there is none.
    """

    mark: NDArray[np.uint8] | None
    masked: NDArray[np.bool_] | None
    impossible: int = 0
    first: int = -1


class ZoneJudge:
    """Keeps what has to be known of the readings before a piece."""

    def __init__(self, channel: Channel, possible: Range, first_gap_s: int) -> None:
        facts = KINDS[channel.kind]
        counts = counts_events(channel.kind, channel.unit)
        self._possible = possible
        self._masked = int(masked_marks(channel.mask))
        self._spikes = Spikes() if facts.spikes and not counts else None
        self._flat = None
        if facts.flat_after_s is not None and not counts:
            self._flat = FlatLine(facts.flat_after_s, rests_at_zero=facts.rests_at_zero)
        self._gap_s = first_gap_s
        self._last_s: int | None = None

    def judge(
        self, written: NDArray[np.float64], value: NDArray[np.float64], end_s: Seconds, lasts_s: Seconds | None = None
    ) -> Verdict:
        """The marks of the next readings; an impossible one is no neighbour for the others.

        Args:
            written: float64 (r,), as in the file.
            value: float64 (r,), in the kind's own unit.
            end_s: int64 (r,), end of each reading's interval.
            lasts_s: int64 (r,), its length where it is known; None: at most the time since the reading before.
        """
        outside = self._possible.outside(written, value, self._gaps(end_s) if lasts_s is None else lasts_s)
        if outside is None:
            mark = self._doubts(value, end_s)
            return Verdict(mark, self._to_mask(mark))
        mark = np.where(outside, np.uint8(Mark.OUT_OF_RANGE), np.uint8(0))
        inside = ~outside
        if inside.any():
            doubts = self._doubts(value[inside], end_s[inside])
            if doubts is not None:
                mark[inside] = doubts
        return Verdict(mark, self._to_mask(mark), int(outside.sum()), int(outside.argmax()))

    def _gaps(self, end_s: Seconds) -> Seconds | None:
        if not self._possible.by_interval:
            return None
        gap_s = np.empty(end_s.size, np.int64)
        gap_s[0] = self._gap_s if self._last_s is None else end_s[0] - self._last_s
        np.subtract(end_s[1:], end_s[:-1], out=gap_s[1:])
        self._last_s = int(end_s[-1])
        return gap_s

    def _doubts(self, value: NDArray[np.float64], end_s: Seconds) -> NDArray[np.uint8] | None:
        mark: NDArray[np.uint8] | None = None
        for judge, bit in ((self._flat, Mark.FLAT), (self._spikes, Mark.SPIKE)):
            found = judge.find(value, end_s) if judge is not None else None
            if found is not None:
                mark = np.zeros(value.size, np.uint8) if mark is None else mark
                mark[found] |= np.uint8(bit)
        return mark

    def _to_mask(self, mark: NDArray[np.uint8] | None) -> NDArray[np.bool_] | None:
        if mark is None:
            return None
        masked = (mark & self._masked) > 0
        return masked if masked.any() else None
