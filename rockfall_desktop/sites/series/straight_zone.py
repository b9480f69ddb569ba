"""One zone of a channel whose readings come in the order of time, piece by piece.

Axes: r readings.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.site_table import Channel
from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series import channels, counting
from rockfall_desktop.sites.series.gaps import GapRuns
from rockfall_desktop.sites.series.judge import ZoneJudge
from rockfall_desktop.sites.series.ranges import range_of
from rockfall_desktop.sites.series.units import OwnUnit

_HELD = channels.PIECE
_MOST_RUNS = 100_000


class Irregular(Exception):
    """Something is not as it mostly is: the channel has to be read the thorough way."""


class StraightZone:
    """Holds a few thousand readings, then judges them and puts them onto their steps.

    Attributes:
        first_impossible: record and written value of the first reading that cannot be; None where there is none.
    """

    def __init__(self, series: channels.Series, zone: int, channel: Channel, own: OwnUnit, clock: StepClock) -> None:
        self._series, self._zone, self._channel, self._own, self._clock = series, zone, channel, own, clock
        self._judge = ZoneJudge(channel, range_of(channel, own), clock.step_s)
        self._gaps = GapRuns()
        self._held: list[tuple[Seconds, NDArray[np.float64], NDArray[np.int32]]] = []
        self._count = 0
        self._last_s: int | None = None
        self.first_impossible: tuple[int, float] | None = None

    def add(self, end_s: Seconds, value: NDArray[np.float64], record: NDArray[np.int32]) -> None:
        """Add the next readings (r,), at least one.

        Raises:
            Irregular: when those held are not in the order of time, or their spacing changes all the time.
        """
        self._held.append((end_s, value, record))
        self._count += end_s.size
        if self._count >= _HELD:
            self._put(whole=False)

    def finish(self) -> None:
        """Put what is held onto its steps and mark those that are too old; nothing can be added any more.

        Raises:
            Irregular: as `add`.
        """
        self._put(whole=True)
        if self._last_s is not None:
            quality = self._series.quality[self._zone]
            counting.mark_stale(quality, self._last_s, self._gaps.usual_s(), self._clock)

    def _put(self, *, whole: bool) -> None:
        """Put the held readings onto their steps; the last step may go on and waits until `whole`."""
        if not self._held:
            return
        parts = zip(*self._held, strict=True) if len(self._held) > 1 else None
        end_s, value, record = map(np.concatenate, parts) if parts else self._held[0]
        if (end_s[1:] <= end_s[:-1]).any() or (self._last_s is not None and end_s[0] <= self._last_s):
            raise Irregular
        cut = end_s.size
        if not whole:
            last = int(self._clock.step_that_ends_with(end_s[-1:])[0])
            cut = int(np.searchsorted(end_s, self._clock.edges_s[last], "right"))
        if cut:
            self._gaps.add(end_s[:cut])
            if self._gaps.runs > _MOST_RUNS:
                raise Irregular
        for piece, step in channels.pieces(end_s, self._clock, slice(0, cut)):
            own = value[piece] * self._own.factor[self._zone] + self._own.offset
            verdict = self._judge.judge(value[piece], own, end_s[piece])
            channels.put(self._series, self._zone, self._channel, step, own, verdict)
            if verdict.first >= 0 and self.first_impossible is None:
                place = piece.start + verdict.first
                self.first_impossible = (int(record[place]), float(value[place]))
            self._last_s = int(end_s[piece.stop - 1])
        self._held = [(end_s[cut:].copy(), value[cut:].copy(), record[cut:].copy())] if cut < end_s.size else []
        self._count = end_s.size - cut
