"""Whether enough was read for an answer, beside what training was used to.

A single gap is no reason: training knew gaps, and the network reads a mask. It is one when

- a channel has no reading in the whole window, and training never saw it silent for so long, or
- of all readings that training would have led one to expect in the window less than half are there.

Axes: p plane (one for the whole site, or one for each zone), t time (steps), c channel; s step that is answered.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.bundle import ChannelInput

LEAST_SHARE = 0.5


class Readiness(NamedTuple):
    """What is known in the windows of steps.

    Attributes:
        share: float64 (p, s), readings in the window beside those to be expected.
        silent: bool (p, s, c), channels without any, that training never saw so.
    """

    share: NDArray[np.float64]
    silent: NDArray[np.bool_]

    @property
    def enough(self) -> NDArray[np.bool_]:
        """Whether steps can be answered; bool (p, s)."""
        return np.asarray((self.share >= LEAST_SHARE) & ~self.silent.any(axis=-1))


def readiness(
    readings: NDArray[np.int32], window_steps: int, channels: Sequence[ChannelInput], missed: NDArray[np.bool_]
) -> Readiness:
    """Whether the windows of steps hold enough.

    A channel that training never read is not missed. What the manifest does not tell of a channel counts against its
    gaps: then every step is expected to have a reading.

    Args:
        readings: (p, s, c), how many there are in the window of each step (`readings_in`).
        window_steps: steps that are read for one answer.
        channels: along c.
        missed: bool (p, c), whether a channel is to be expected in a plane at all (`expected_channels`).
    """
    usual = np.array([1.0 if one.known_share is None else one.known_share for one in channels]) * missed
    gap = np.array([one.longest_gap_steps or 0 for one in channels])
    expected = usual.sum(axis=1, keepdims=True) * window_steps
    found = (readings * missed[:, None]).sum(axis=2)
    share = np.where(expected > 0, found / np.where(expected > 0, expected, 1.0), 1.0)
    return Readiness(share, (readings == 0) & missed[:, None] & (gap < window_steps))


def readings_in(known: NDArray[np.bool_], window_steps: int) -> NDArray[np.int32]:
    """How many readings lie in the windows that end at each step but the first `window_steps` - 1; int32 (p, s, c).

    Args:
        known: (p, t, c), whether there is a reading.
        window_steps: at least 1 and at most t.
    """
    first = np.add.reduce(known[:, :window_steps], axis=1, keepdims=True, dtype=np.int32)
    came, went = known[:, window_steps:].astype(np.int8), known[:, :-window_steps]
    return np.concatenate((first, first + np.cumsum(came - went, axis=1, dtype=np.int32)), axis=1)


def expected_channels(channels: Sequence[ChannelInput], zone_ids: Sequence[str], planes: int) -> NDArray[np.bool_]:
    """Which channels are to be expected in which plane; bool (p, c).

    Some zones may have no instrument, and training knew them so: the bundle names them. In any other zone a channel
    without readings is missed, however little of the record is left.

    Args:
        channels: along c.
        zone_ids: of the site.
        planes: 1, or one for each zone.
    """
    expected = np.ones((planes, len(channels)), np.bool_)
    for column, channel in enumerate(channels):
        if channel.highest is None:
            expected[:, column] = False
        elif channel.zoned and channel.unread_zones:
            unread = frozenset(channel.unread_zones)
            expected[:, column] = [zone_id not in unread for zone_id in zone_ids]
    return expected
