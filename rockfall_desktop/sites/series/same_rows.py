"""What the times of held readings tell, worked out once for all columns of a table that have the same.

Axes: r readings, in the order of time.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.clock import StepClock
from rockfall_desktop.sites.instants import Seconds
from rockfall_desktop.sites.series import channels
from rockfall_desktop.sites.series.gaps import gap_runs


class Irregular(Exception):
    """Something is not as it mostly is: the channel has to be read the thorough way."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Held readings by their times.

    Attributes:
        end_s: int64 (r,).
        record: int32 (r,).
        cut: how many of them can go onto their steps; the last step may go on.
        gaps: those before them, as `gap_runs` tells them.
        pieces: readings that are looked at together, the step of each, and whether each has one of its own.
        rest: end_s and record of those that have to wait.
    """

    end_s: Seconds
    record: NDArray[np.int32]
    cut: int
    gaps: tuple[NDArray[np.int64], NDArray[np.int64]]
    pieces: list[tuple[slice, NDArray[np.int64], bool]]
    rest: tuple[Seconds, NDArray[np.int32]]


class SameRows:
    """Remembers the last rows that were asked for: neighbouring columns mostly ask for the very same."""

    def __init__(self, clock: StepClock) -> None:
        self._clock = clock
        self._held: list[tuple[Seconds, NDArray[np.int32]]] = []
        self._last_s: int | None = None
        self._whole = False
        self._rows: Rows | None = None

    def rows(self, held: list[tuple[Seconds, NDArray[np.int32]]], last_s: int | None, *, whole: bool) -> Rows:
        """The rows of some parts, each end_s and record; those asked for with the same arrays are not made again.

        Args:
            held: the parts, at least one; their arrays are never changed.
            last_s: end of the reading before; None: there is none.
            whole: whether the last step is over, too.

        Raises:
            Irregular: when they are not in the order of time.
        """
        same = len(held) == len(self._held) and all(
            one is other for one, other in zip(chain(*held), chain(*self._held), strict=True)
        )
        if self._rows is None or not same or (last_s, whole) != (self._last_s, self._whole):
            self._rows = None  # so that no two are held
            self._rows = self._made(held, last_s, whole=whole)
            self._held, self._last_s, self._whole = held, last_s, whole
        return self._rows

    def _made(self, held: list[tuple[Seconds, NDArray[np.int32]]], last_s: int | None, *, whole: bool) -> Rows:
        end_s = held[0][0] if len(held) == 1 else np.concatenate([part[0] for part in held])
        record = held[0][1] if len(held) == 1 else np.concatenate([part[1] for part in held])
        if (end_s[1:] <= end_s[:-1]).any() or (last_s is not None and end_s[0] <= last_s):
            raise Irregular
        cut = end_s.size
        if not whole:
            last = int(self._clock.step_that_ends_with(end_s[-1:])[0])
            cut = int(np.searchsorted(end_s, self._clock.edges_s[last], "right"))
        none = np.zeros(0, np.int64)
        gaps = gap_runs(end_s[:cut], last_s) if cut else (none, none)
        pieces = [
            (piece, step, channels.one_each(step)) for piece, step in channels.pieces(end_s, self._clock, slice(0, cut))
        ]
        return Rows(end_s, record, cut, gaps, pieces, (end_s[cut:].copy(), record[cut:].copy()))
