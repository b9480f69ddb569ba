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
from rockfall_desktop.sites.series.same_rows import Irregular, SameRows
from rockfall_desktop.sites.series.units import OwnUnit

_HELD = channels.PIECE
_MOST_RUNS = 100_000


class StraightZone:
    """Holds a few thousand readings, then judges them and puts them onto their steps.

    Attributes:
        first_impossible: record and written value of the first reading that cannot be; None where there is none.
    """

    def __init__(
        self, series: channels.Series, zone: int, channel: Channel, own: OwnUnit, clock: StepClock, same: SameRows
    ) -> None:
        self._series, self._zone, self._channel, self._own, self._clock = series, zone, channel, own, clock
        self._same = same
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
        rows = self._same.rows([(end_s, record) for end_s, _, record in self._held], self._last_s, whole=whole)
        value = self._held[0][1] if len(self._held) == 1 else np.concatenate([part[1] for part in self._held])
        self._gaps.add(*rows.gaps)
        if self._gaps.runs > _MOST_RUNS:
            raise Irregular
        for piece, step, one_each in rows.pieces:
            own = self._own.of(self._zone, value[piece])
            verdict = self._judge.judge(value[piece], own, rows.end_s[piece])
            channels.put(self._series, self._zone, self._channel, step, own, verdict, alone=one_each)
            if verdict.first >= 0 and self.first_impossible is None:
                place = piece.start + verdict.first
                self.first_impossible = (int(rows.record[place]), float(value[place]))
            self._last_s = int(rows.end_s[piece.stop - 1])
        end_s, record = rows.rest
        self._held = [(end_s, value[rows.cut :].copy(), record)] if end_s.size else []
        self._count = end_s.size
