"""The series that a model reads, for some steps of a site in a row.

Axes: n sample, p plane (one for the whole site, or one for each zone), t time (steps read), c channel, i input,
w step of a window.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.bundle import BundleModel, ChannelInput
from rockfall_desktop.judging.experience import beyond
from rockfall_desktop.judging.inputs import Scaling, drawn_in, network_series, read_as, tail_of
from rockfall_desktop.judging.readiness import Readiness, expected_channels, readiness, readings_in


@dataclass(frozen=True, eq=False)
class SeriesInputs:
    """What is read for the answers of steps in a row.

    Attributes:
        begin: step of the site at which the first window begins.
        history_steps: w.
        planes: float32 (p, t, c), transformed, NaN where nothing was known.
        outside: bool (p, t), whether a reading of any channel lies beyond what training saw.
        series: float32 (p, t, i), as the network reads it.
        time: float64 (t,), in steps since the site's first.
    """

    begin: int
    history_steps: int
    planes: NDArray[np.float32]
    outside: NDArray[np.bool_]
    series: NDArray[np.float32]
    time: NDArray[np.float64]

    def windows(self, zone: NDArray[np.int64], step: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
        """`x` (n, w, i) and `time` (n, w) of samples."""
        planes, length, inputs = self.series.shape
        starts = length - self.history_steps + 1
        own, across, along = self.series.strides
        windows = np.lib.stride_tricks.as_strided(
            self.series, (planes, starts, self.history_steps, inputs), (own, across, across, along), writeable=False
        )
        start = step - self.history_steps + 1 - self.begin
        times = np.lib.stride_tricks.sliding_window_view(self.time, self.history_steps)[start]
        x = windows[zone if planes > 1 else np.zeros_like(zone), start]
        return {"x": x, "time": (times - times[:, -1:]).astype(np.float32)}

    def beyond(self) -> NDArray[np.bool_]:
        """Whether windows hold any reading beyond experience, (p, s) with the first of s as for `readiness`."""
        return np.asarray(readings_in(self.outside[:, :, None], self.history_steps)[:, :, 0] > 0)

    def readiness(self, model: BundleModel, zone_ids: tuple[str, ...]) -> Readiness:
        """Whether enough was read, (p, s) with the first of s the first step that can be answered."""
        readings = readings_in(np.isfinite(self.planes), self.history_steps)
        expected = expected_channels(model.channels, zone_ids, len(self.planes))
        return readiness(readings, self.history_steps, model.channels, expected)


def series_inputs(
    arrays: SiteArrays, channels: tuple[ChannelArray, ...], model: BundleModel, first: int, last: int
) -> SeriesInputs:
    """Read what the answers of steps `first` to `last` rest on: the windows that end there, and nothing later.

    Args:
        arrays: the site.
        channels: those of the model, in its order.
        model: history, scaling and season.
        first: at least `history_steps` - 1.
        last: at least first.
    """
    begin = first - model.history_steps + 1
    zones = len(arrays.zone_ids) if any(channel.zoned for channel in channels) else 1
    outside = np.zeros((zones, last - begin + 1), np.bool_)
    planes_cpt = np.empty((len(channels), *outside.shape), np.float32)
    for place, (channel, known) in enumerate(zip(channels, model.channels, strict=True)):
        values = np.atleast_2d(read_as(tail_of(channel, begin, last)))
        outside |= beyond(values[:, 1:], known.lowest, known.highest) != 0
        planes_cpt[place] = drawn_in(channel.kind, values)[:, 1:]
    planes = planes_cpt.transpose(1, 2, 0)
    scaling = Scaling(model.scaling_mean, model.scaling_spread)
    season = arrays.day_of_year[begin : last + 1]
    time = (arrays.start_s[begin : last + 1] - arrays.start_s[0]) / arrays.step_s
    series = network_series(planes, scaling, season, season=model.config.season)
    return SeriesInputs(begin, model.history_steps, planes, outside, series, time)


class Outside(NamedTuple):
    """The newest reading of a channel in a window that lies beyond what training saw; (1,) or (z,) each.

    Attributes:
        side: int8, 1 above, -1 below, 0 where there is none.
        value: float32, what is read of it.
        step: int64, of the site.
    """

    side: NDArray[np.int8]
    value: NDArray[np.float32]
    step: NDArray[np.int64]


def newest_outside(channel: ChannelArray, known: ChannelInput, steps: int, last: int) -> Outside:
    """Look for it in the window of some steps up to one.

    Args:
        channel: the whole series.
        known: what training saw of it.
        steps: length of the window, at most `last` + 1.
        last: its last step.
    """
    first = last - steps + 1
    values = np.atleast_2d(read_as(tail_of(channel, first, last)))[:, 1:]
    side = beyond(values, known.lowest, known.highest)
    place = steps - 1 - np.argmax(side[:, ::-1] != 0, axis=1)
    rows = np.arange(len(values))
    return Outside(side[rows, place], values[rows, place], first + place)


def newest_step_read(channels: tuple[ChannelArray, ...], last: int) -> int:
    """Newest step up to one at which any channel has any reading; -1 where none has."""
    length, end = 64, last + 1
    while end > 0:
        begin = max(0, end - length)
        known = np.zeros(end - begin, np.bool_)
        for channel in channels:
            known |= np.isfinite(np.atleast_2d(channel.values)[:, begin:end]).any(axis=0)
        if known.any():
            return int(begin + np.flatnonzero(known)[-1])
        length, end = 4 * length, begin
    return -1
