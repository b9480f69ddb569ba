"""One channel made ready to be drawn: whatever takes long is done here, where no window waits.

Axes: t time (steps), i incident, b bin that is drawn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.quality import WORDS, Mark
from rockfall_desktop.ui.charts.peaks import Cut, Pyramid, cut

GOOD, MARKED, MASKED = 0, 1, 2
LONGEST_Y = 24  # letters of a name along a chart as high as the smallest, beside which the unit has room
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is drawn of a view.

    Attributes:
        x, y: the line, NaN where it breaks.
        lone_x, lone_y: values without a neighbour, which a line cannot show.
        fall_x: where incidents stand.
        band: uint8 (b,), GOOD, MARKED or MASKED from `band_x[0]` to `band_x[1]`; empty where nothing is marked.
    """

    x: Points
    y: Points
    lone_x: Points
    lone_y: Points
    fall_x: Points
    band: NDArray[np.uint8]
    band_x: tuple[float, float]


class ChannelRecord:
    """A channel of one zone, or of the whole site, with its incidents and marks.

    Attributes:
        name, title, y_title: as they stand in the chart.
        x, y: float64 and float32 (t,), start of each step in seconds since 1970 and the value, NaN in a gap.
        low, high: lowest and highest value, NaN where there is none.
        fall_time, fall_volume: (i,), in the order of time; NaN where the volume is unknown.
        quality: uint8 (t,), marks; None where nothing was judged.
    """

    def __init__(self, arrays: SiteArrays, place: int, zone: int) -> None:
        channel = arrays.channels[place]
        self.name = channel.name
        self.title = f"{channel.name}, {arrays.zone_ids[zone]}" if channel.zoned else channel.name
        short = channel.name if len(channel.name) <= LONGEST_Y else f"{channel.name[: LONGEST_Y - 1]}…"
        self.y_title = f"{short} ({channel.unit})" if channel.unit else short
        self.x = arrays.start_s.astype(np.float64)
        self.y = channel.values[zone] if channel.zoned else channel.values
        self.quality = None if channel.quality is None else channel.quality[zone] if channel.zoned else channel.quality
        self._step_s = float(arrays.step_s)
        self._lows, self._highs = Pyramid(self.y, np.fmin), Pyramid(self.y, np.fmax)
        whole = Cut(len(arrays.start_s).bit_length(), 0, 1)
        self.low, self.high = float(self._lows.of(whole)[0]), float(self._highs.of(whole)[0])
        self._take_incidents(arrays, zone if channel.zoned else None)
        classes = None if self.quality is None else _classes(self.quality, self.y)
        self._band = Pyramid(classes, np.maximum) if classes is not None and classes.any() else None

    def _take_incidents(self, arrays: SiteArrays, zone: int | None) -> None:
        falls = arrays.incidents
        wanted = np.ones(falls.zone.size, np.bool_) if zone is None else falls.zone == zone
        step = np.maximum(falls.first_step[wanted], 0)
        order = np.argsort(step, kind="stable")
        self.fall_time = self.x[step[order]]
        self.fall_volume = falls.volume_m3[wanted][order].astype(np.float64)
        happened = np.zeros(self.x.size, np.bool_)
        happened[step] = True
        self._falls = Pyramid(happened, np.logical_or)

    @property
    def has_marks(self) -> bool:
        """Whether any step is marked."""
        return self._band is not None

    def drawn(self, first_s: float, last_s: float, columns: int) -> Drawn:
        """What a view of so many columns shows between two moments."""
        first, last = np.searchsorted(self.x, (first_s, last_s)).tolist()
        part = cut(first - 1, last, self.x.size, columns)
        starts = self.x[part.first * part.steps : part.last * part.steps : part.steps]
        low, high = self._lows.of(part), self._highs.of(part)
        x, y = (starts, low) if part.level == 0 else (np.repeat(starts, 2), np.stack((low, high), axis=1).ravel())
        there = np.isfinite(low)
        lone = there & ~np.concatenate(([False], there[:-1])) & ~np.concatenate((there[1:], [False]))
        end = float(starts[-1]) + part.steps * self._step_s
        return Drawn(
            x=x,
            y=y.astype(np.float64),
            lone_x=starts[lone],
            lone_y=high[lone].astype(np.float64),
            fall_x=starts[self._falls.of(part)] if part.level else self.fall_time[_within(self.fall_time, starts)],
            band=np.zeros(0, np.uint8) if self._band is None else self._band.of(part),
            band_x=(float(starts[0]), end),
        )

    def mark_words(self, moment_s: float) -> str:
        """What is marked in the step that holds a moment; empty when nothing is, or nothing was judged."""
        place = int(np.searchsorted(self.x, moment_s, "right")) - 1
        if self.quality is None or not 0 <= place < self.x.size:
            return ""
        bits = int(self.quality[place])
        words = [word for mark, word in WORDS.items() if bits & mark and mark is not Mark.GAP]
        if not words:
            return ""
        return ("masked: " if np.isnan(self.y[place]) else "marked: ") + ", ".join(words)


def prepared(arrays: SiteArrays, place: int, zone: int) -> ChannelRecord:
    """A channel ready to be drawn; slow for millions of steps.

    Args:
        arrays: the site.
        place: of the channel among its channels.
        zone: index of the zone, which counts only where each zone has a series of its own.
    """
    return ChannelRecord(arrays, place, zone)


def _classes(quality: NDArray[np.uint8], values: NDArray[np.float32]) -> NDArray[np.uint8]:
    marked = (quality & ~np.uint8(Mark.GAP)) != 0
    return np.where(marked, np.where(np.isnan(values), np.uint8(MASKED), np.uint8(MARKED)), np.uint8(GOOD))


def _within(times: Points, starts: Points) -> slice:
    first, last = np.searchsorted(times, (starts[0], starts[-1] + 1.0)).tolist()
    return slice(first, last)
