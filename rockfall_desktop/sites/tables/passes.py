"""Tells the two passes of an hour that the clock goes through twice, where the order of the rows proves which is which.

Axes: r records, in the order of their file.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.instants import Seconds, clock_changes


def first_passes(clock_s: Seconds, time_zone: str, zone: NDArray[np.int32] | None) -> NDArray[np.int64]:
    """The records of first passes, int64 (n,): those of a zone before its times jump back once within the hour.

    Nothing is told where the times of a zone do not rise before and after the jump, or other rows stand between.

    Args:
        clock_s: int64 (r,), what the clock showed.
        time_zone: IANA name of that clock.
        zone: int32 (r,), index of the zone; None where all records are of one.
    """
    changes = clock_changes(time_zone)
    before, after = changes.offset_s[:-1], changes.offset_s[1:]
    found: list[NDArray[np.int64]] = []
    if clock_s.size:
        near = (changes.moment_s + before > clock_s.min()) & (changes.moment_s + after <= clock_s.max())
        for change in np.flatnonzero((after < before) & near).tolist():
            begin_s, end_s = changes.moment_s[change] + after[change], changes.moment_s[change] + before[change]
            inside = np.flatnonzero((clock_s >= begin_s) & (clock_s < end_s))
            zones = np.zeros(inside.size, np.int32) if zone is None else zone[inside]
            found += [_before_jump(clock_s, zone, inside[zones == own]) for own in np.unique(zones).tolist()]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _before_jump(clock_s: Seconds, zone: NDArray[np.int32] | None, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of one zone's records in a repeated hour that stand before the one jump back."""
    jump = np.flatnonzero(np.diff(clock_s[own]) <= 0)
    between = slice(int(own[0]), int(own[-1]) + 1)
    together = own[-1] - own[0] + 1 if zone is None else np.count_nonzero(zone[between] == zone[own[0]])
    if jump.size != 1 or together != own.size:
        return np.zeros(0, np.int64)
    return own[: int(jump[0]) + 1]
