"""From a site's arrays to the series that a network reads: transform, scale, value and mask, season.

Axes: p plane (one for the whole site, or one for each zone), t time (steps), c channel, i input.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import ALL_CHANNELS
from rockfall_desktop.domain.errors import WrongInput

_DAYS_OF_A_YEAR = 365.2425
_LARGEST_SCALED = 10.0
READ_AS_CHANGE = frozenset({"displacement", "crack_opening", "strain"})


@dataclass(frozen=True)
class Scaling:
    """Mean and spread of each transformed channel over the training block.

    Attributes:
        mean, spread: one number a channel; a channel without spread is divided by one.

    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]


def chosen_channels(arrays: SiteArrays, names: tuple[str, ...]) -> tuple[ChannelArray, ...]:
    """The channels that a configuration names, in the order of the site.

    Raises:
        WrongInput: naming the channel that the site does not have.

    """
    known = [channel.name for channel in arrays.channels]
    for name in names:
        if name != ALL_CHANNELS and name not in known:
            raise WrongInput(
                "Unknown channel",
                f"temporal_features: the site {arrays.name} has no channel {name!r}.",
                f"Choose among: {', '.join(known) or 'none'}.",
            )
    return tuple(c for c in arrays.channels if ALL_CHANNELS in names or c.name in names)


def transformed(channels: tuple[ChannelArray, ...], zones: int, steps: int) -> NDArray[np.float32]:
    """The channels as planes, skewed kinds drawn in; float32 (p, t, c), NaN where nothing was known.

    One plane stands for all zones when no channel is zoned; otherwise each zone has its own.
    """
    planes = zones if any(channel.zoned for channel in channels) else 1
    result = np.empty((planes, steps, len(channels)), np.float32)
    for column, channel in enumerate(channels):
        result[:, :, column] = drawn_in(channel.kind, read_as(channel))
    return result


def fit_scaling(planes: NDArray[np.float32], training_rows: slice) -> Scaling:
    """Mean and standard deviation of what was known in the training block's rows; planes (p, t, c)."""
    block = planes[:, training_rows].astype(np.float64)
    block = block.reshape(block.shape[0] * block.shape[1], block.shape[2])
    known = np.isfinite(block)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, block, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, block - mean, 0.0) ** 2).sum(axis=0) / count)
    return Scaling(tuple(mean.tolist()), tuple(np.where(spread > 1e-9, spread, 1.0).tolist()))


def network_series(
    planes: NDArray[np.float32], scaling: Scaling, day_of_year: NDArray[np.float32], *, season: bool
) -> NDArray[np.float32]:
    """The series that a network reads; float32 (p, t, i), no NaN.

    For each channel its scaled value (0 where unknown) and its mask (1 where known), then the season.
    """
    channels = planes.shape[2]
    result = np.empty((*planes.shape[:2], 2 * channels + 2 * season), np.float32)
    for column, (mean, spread) in enumerate(zip(scaling.mean, scaling.spread, strict=True)):
        values = planes[:, :, column]
        known = np.isfinite(values)
        scaled = (values - np.float32(mean)) / np.float32(spread)
        np.clip(scaled, -_LARGEST_SCALED, _LARGEST_SCALED, out=scaled)
        result[:, :, column] = np.where(known, scaled, np.float32(0))
        result[:, :, channels + column] = known
    if season:
        result[:, :, 2 * channels :] = _season(day_of_year)
    return result


def input_names(channels: tuple[ChannelArray, ...], *, season: bool) -> tuple[str, ...]:
    """Names of the network's inputs in the order of `network_series`."""
    names = [channel.name for channel in channels]
    known = [f"{name} known" for name in names]
    return (*names, *known, *(("season sine", "season cosine") if season else ()))


def read_as(channel: ChannelArray) -> NDArray[np.float32]:
    """What of a channel is looked at, in its unit: its readings, or the change of what only grows, like a displacement.

    A change is that since the last reading before, so that no movement is lost in a gap.
    """
    return _change(channel.values) if channel.kind in READ_AS_CHANGE else channel.values


def drawn_in(kind: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is looked at of a channel of a kind (`read_as`), heavy tails drawn in."""
    match kind:
        case "rainfall" | "rain_forecast" | "antecedent_rainfall" | "blast" | "inverse_velocity":
            return np.asarray(np.log1p(np.maximum(values, 0.0)), np.float32)
        case "velocity" | "acceleration" | "seismic" | "displacement" | "crack_opening" | "strain":
            return np.asarray(np.arcsinh(values), np.float32)
        case _:
            return values


def tail_of(channel: ChannelArray, first: int, last: int) -> ChannelArray:
    """Steps `first` to `last` of a channel behind one more step, which holds the newest reading before them.

    `transformed` and `read_as` give for those steps the very numbers of the whole series, in the time of the tail.
    """
    before = np.full((*channel.values.shape[:-1], 1), np.nan, np.float32)
    if channel.kind in READ_AS_CHANGE:
        before[..., 0] = _newest_before(channel.values, first)
    return replace(channel, values=np.concatenate((before, channel.values[..., first : last + 1]), axis=-1))


def _newest_before(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """The newest reading before a step, NaN where there is none; looks back in stretches that grow."""
    found = np.full(values.shape[:-1], np.nan, np.float32)
    length, end = 64, step
    while end > 0 and np.isnan(found).any():
        piece = values[..., max(0, end - length) : end]
        known = np.isfinite(piece)
        place = piece.shape[-1] - 1 - np.argmax(known[..., ::-1], axis=-1)
        newest = np.take_along_axis(piece, place[..., None], axis=-1)[..., 0]
        found = np.where(np.isnan(found), newest, found)
        length, end = 4 * length, end - length
    return found


def _change(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The change since the last reading before; NaN where nothing was read."""
    steps = np.arange(values.shape[-1])
    last_known = np.maximum.accumulate(np.where(np.isfinite(values), steps, -1), axis=-1)
    before = np.concatenate((np.full_like(last_known[..., :1], -1), last_known[..., :-1]), axis=-1)
    known_before = np.take_along_axis(values, np.maximum(before, 0), axis=-1)
    return np.asarray(values - np.where(before >= 0, known_before, np.float32(np.nan)), np.float32)


def _season(day_of_year: NDArray[np.float32]) -> NDArray[np.float32]:
    angle = 2 * np.pi * day_of_year.astype(np.float64) / _DAYS_OF_A_YEAR
    return np.stack((np.sin(angle), np.cos(angle)), axis=1).astype(np.float32)
