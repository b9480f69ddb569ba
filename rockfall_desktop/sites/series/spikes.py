"""Finds single readings far from those before them.

Axes: r readings of one zone, in the order of time; k candidates; w the readings before a candidate.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import Seconds

Floats = NDArray[np.float64]
_THRESHOLD = 10.0
_NEIGHBOURS = 7
_CHANGES = 64
_FEWEST_CHANGES = 8
_LONGEST = 4
_MAD_TO_SIGMA = 1.4826
_CONTEXT = _CHANGES + _LONGEST + 1
_GROUP = 8  # a power of two


class Spikes:
    """Goes through a zone's readings piece by piece; each is judged by itself and those before it.

    A Hampel identifier that looks back only (Hampel 1974; Davies and Gather 1993; Pearson 2002). The level before a
    jump is the median of the 7 readings before it, their spread 1.4826 times the median absolute deviation, but at
    least the mean size of those of the 64 changes before the jump that are not zero, of which there must be 8 (a
    sensor that shows few digits has a spread of 0). A reading is a spike when it comes by a jump of more than 10 such
    changes, or within 3 readings of one, lies more than 10 spreads from the level before it, and follows those 7
    readings without a gap of more than four times their usual distance.
    """

    def __init__(self) -> None:
        self._value = np.zeros(0, np.float64)
        self._end_s = np.zeros(0, np.int64)

    def find(self, value: Floats, end_s: Seconds) -> NDArray[np.bool_] | None:
        """Which readings are spikes, bool (r,); None when there is none.

        Args:
            value: float64 (r,), the next readings of the zone.
            end_s: int64 (r,).
        """
        known = self._value.size
        whole, before_s = np.concatenate((self._value, value)), self._end_s
        self._value, self._end_s = whole[-_CONTEXT:].copy(), _last(before_s, end_s)
        jump, usual = _jumps(whole, max(_NEIGHBOURS, known - _LONGEST + 1))
        if jump.size == 0:
            return None
        moment = np.concatenate((before_s, end_s))
        before = jump[:, None] - 1 - np.arange(_NEIGHBOURS)
        level = np.median(whole[before], axis=1)
        spread = _MAD_TO_SIGMA * np.median(np.abs(whole[before] - level[:, None]), axis=1)
        bound = _THRESHOLD * np.maximum(spread, usual)
        pace_s = (moment[jump - 1] - moment[jump - _NEIGHBOURS]) / (_NEIGHBOURS - 1)
        found = np.zeros(whole.size, bool)
        for later in range(_LONGEST):
            place = jump + later
            there = place < whole.size
            at = place[there]
            near = moment[at] - moment[jump[there] - 1] <= 4 * (later + 1) * pace_s[there]
            found[at] |= near & (np.abs(whole[at] - level[there]) > bound[there])
        return found[known:] if found[known:].any() else None


def _last(before_s: Seconds, end_s: Seconds) -> Seconds:
    """The times that have to be known of the readings before the next piece."""
    if end_s.size >= _CONTEXT:
        return end_s[-_CONTEXT:].copy()
    return np.concatenate((before_s, end_s))[-_CONTEXT:]


def _jumps(value: Floats, first: int) -> tuple[NDArray[np.int64], Floats]:
    """The readings from `first` on that come by a jump, int64 (k,), and the usual change before each, float64 (k,)."""
    behind = _CHANGES + 1  # from here on 64 changes stand before each, so that the quick look may do
    if first >= behind or value.size <= 2 * behind:
        return _jumps_from(value, first)
    early, late = _jumps_from(value[:behind], first), _jumps_from(value, behind)
    return np.concatenate((early[0], late[0])), np.concatenate((early[1], late[1]))


def _jumps_from(value: Floats, first: int) -> tuple[NDArray[np.int64], Floats]:
    if value.size <= max(first, _FEWEST_CHANGES + 1):
        return np.zeros(0, np.int64), np.zeros(0)
    change = np.diff(value)
    np.abs(change, out=change)
    if first > _CHANGES and _calm(change):
        return np.zeros(0, np.int64), np.zeros(0)
    moved = change > 0
    number = _before(moved.astype(np.float64))[first - 1 :] if not moved.all() else np.float64(_CHANGES)
    before = _before(change)[first - 1 :]
    rounding = 1e-9 * change.sum()  # a running sum is good for a first choice only
    likely = change[first - 1 :] * number > 0.99 * _THRESHOLD * before - rounding
    jump = np.flatnonzero(likely & (number >= _FEWEST_CHANGES)) + first
    place = jump[:, None] - 2 - np.arange(_CHANGES)
    window = np.where(place >= 0, change[np.maximum(place, 0)], 0.0)
    count = np.count_nonzero(window, axis=1)
    usual = window.sum(axis=1) / np.maximum(count, 1)
    sure = (count >= _FEWEST_CHANGES) & (change[jump - 1] > _THRESHOLD * usual)
    return jump[sure], usual[sure]


def _calm(change: Floats) -> bool:
    """Whether it is plain that none of the changes after the first 64 is a jump; float64 (r - 1,).

    Changes are looked at in groups of 8: the 7 groups before one are among the 64 changes before each of it.
    """
    groups = change.size // _GROUP
    sums = largest = change[: groups * _GROUP]
    for _ in range(_GROUP.bit_length() - 1):  # halved again and again, which is faster than by groups
        sums, largest = sums[::2] + sums[1::2], np.maximum(largest[::2], largest[1::2])
    total = np.cumsum(np.concatenate(([0.0], sums)))
    behind = _CHANGES // _GROUP - 1
    before = total[behind:] - total[:-behind]  # of the groups from `behind` on, and of what is left after the last
    largest = np.append(largest[behind:], change[groups * _GROUP :].max(initial=0.0))
    rounding = 1e-9 * total[-1]
    return bool((largest[1:] * _CHANGES <= 0.99 * _THRESHOLD * before[1:] - rounding).all())


def _before(change: Floats) -> Floats:
    """The sum of the 64 changes before each one, float64 (r - 1,)."""
    total = np.concatenate((np.zeros(_CHANGES + 1), np.cumsum(change)))
    return np.asarray(total[_CHANGES:-1] - total[: -_CHANGES - 1], np.float64)
