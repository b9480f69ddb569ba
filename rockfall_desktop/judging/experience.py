"""What training saw of each channel: how far its readings went, how full it was, how long it was silent.

Axes: z zone, t time (steps); s series (one for the whole site, or one for each zone).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray
from rockfall_desktop.judging.inputs import read_as

MARGIN = 0.05


class Experience(NamedTuple):
    """What a channel was like in the training block.

    Attributes:
        lowest, highest: reading, in the channel's unit; of what is read as its change, the change. None where nothing
            was read.
        known_share: share of its steps with a reading, of zones that have one at all, 0 to 1.
        longest_gap_steps: longest run of steps without a reading, of any zone that has one at all.
    """

    lowest: float | None
    highest: float | None
    known_share: float
    longest_gap_steps: int


def experience(channel: ChannelArray, last_step: int, zones: NDArray[np.bool_] | None = None) -> Experience:
    """What a training saw of a channel.

    Args:
        channel: the whole series, on the site's steps.
        last_step: last step of the training block.
        zones: bool (z,), zones that are learned from; None for all. A channel of the whole site has no zones.
    """
    values = read_as(channel)
    if channel.zoned and zones is not None:
        values = values[zones]
    values_st = np.atleast_2d(values)[:, : last_step + 1]
    known_st = np.isfinite(values_st)
    if not known_st.any():
        return Experience(None, None, 0.0, known_st.shape[1])
    seen = values_st[known_st]
    return Experience(
        float(seen.min()), float(seen.max()), float(known_st[known_st.any(axis=1)].mean()), _longest_gap(known_st)
    )


def unread_zones(channel: ChannelArray, last_step: int, learned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Zones without any reading of a channel in the training block, bool (z,), where training learned from such a zone.

    Args:
        channel: the whole series, on the site's steps.
        last_step: last step of the training block.
        learned: bool (z,), zones that are learned from.
    """
    if not channel.zoned:
        return np.zeros(len(learned), np.bool_)
    unread = np.asarray(~np.isfinite(channel.values[:, : last_step + 1]).any(axis=1))
    return unread if (unread & learned).any() else np.zeros_like(unread)


def beyond(values: NDArray[np.float32], lowest: float | None, highest: float | None) -> NDArray[np.int8]:
    """Where readings lie outside of what training saw: 1 above, -1 below, 0 within or not known; shape of values.

    A twentieth of the range on either side still counts as within. Where training read nothing, every reading is above.
    """
    if lowest is None or highest is None:
        return np.isfinite(values).astype(np.int8)
    margin = MARGIN * (highest - lowest)
    return (values > highest + margin).astype(np.int8) - (values < lowest - margin).astype(np.int8)


def _longest_gap(known_st: NDArray[np.bool_]) -> int:
    """Longest run without a reading in any series that has some, also before its first and behind its last."""
    steps = np.arange(known_st.shape[1])
    last_st = np.maximum.accumulate(np.where(known_st, steps, -1), axis=1)[known_st.any(axis=1)]
    return int((steps - last_st).max())
