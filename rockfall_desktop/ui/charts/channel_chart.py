"""One channel of a site over time, with its incidents as ticks."""

from datetime import UTC, datetime

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import three_digits

TICK_SHARE = 0.08
Points = NDArray[np.float64]


class DateAxis(pg.DateAxisItem):  # type: ignore[misc]
    """Days along the bottom, in UTC, as the site's steps are kept."""

    def __init__(self) -> None:
        super().__init__(orientation="bottom", utcOffset=0)


class ChannelChart(ChartFrame):
    """Draws a channel of one zone, or of the whole site; a gap is a gap."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Channel", "time (UTC)", "", theme, "chart_channel", DateAxis())
        self._curve = pg.PlotDataItem(connect="finite", skipFiniteCheck=False)
        self._ticks = pg.PlotCurveItem(connect="pairs")
        self._tick_time: Points = np.empty(0)
        self._tick_volume: Points = np.empty(0)
        self._line: Line | None = None
        self.lines = self._as_lines
        self.view.addItem(self._curve)
        self.view.addItem(self._ticks)
        self.dress()
        self.say_why_empty("Choose a channel to see its record.")

    def show_channel(self, arrays: SiteArrays, name: str, zone: int = 0) -> None:
        """Draw a channel; `zone` counts only where each zone has a series of its own."""
        channel = next((one for one in arrays.channels if one.name == name), None)
        if channel is None:
            self.say_why_empty(f"The site has no channel named {name}.")
            return
        y = np.asarray(channel.values[zone] if channel.zoned else channel.values, dtype=np.float64)
        if not np.isfinite(y).any():
            self.say_why_empty(f"{name} holds no value at all: every step is missing.")
            return
        x = arrays.start_s.astype(np.float64)
        self._line = (name, x, y)
        self._curve.setData(x, y)
        self._draw_ticks(arrays, zone if channel.zoned else None, y)
        self.title.setText(f"{name}, {arrays.zone_ids[zone]}" if channel.zoned else name)
        self.set_axis_title("left", f"{name} ({channel.unit})" if channel.unit else name)
        self.view.setXRange(float(x[0]), float(x[-1]), padding=0.02)
        self.view.enableAutoRange(axis="y")
        self.show_plot()

    def _draw_ticks(self, arrays: SiteArrays, zone: int | None, y: Points) -> None:
        incidents = arrays.incidents
        wanted = np.ones(incidents.zone.size, dtype=bool) if zone is None else incidents.zone == zone
        self._tick_time = arrays.start_s[np.maximum(incidents.first_step[wanted], 0)].astype(np.float64)
        self._tick_volume = incidents.volume_m3[wanted].astype(np.float64)
        low, high = float(np.nanmin(y)), float(np.nanmax(y))
        self.y_axis.start_at(0.0 if low >= 0 else -np.inf)
        foot = low - TICK_SHARE * max(high - low, 1e-9)
        self._ticks.setData(np.repeat(self._tick_time, 2), np.tile([foot, low], self._tick_time.size))

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if hasattr(self, "_curve"):
            self._curve.setPen(pg.mkPen(self.theme.tokens.series[0], width=1))
            self._ticks.setPen(pg.mkPen(QColor(self.theme.tokens.series[5]), width=1))

    def x_words(self, x: float) -> str:
        """The day and time at x."""
        try:
            return datetime.fromtimestamp(x, UTC).strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError, OSError):
            return ""

    def describe(self, x: float) -> str:
        """The value at x, and the incident that is near, if one is."""
        words = super().describe(x)
        if not self._tick_time.size:
            return words
        nearest = int(np.argmin(np.abs(self._tick_time - x)))
        near_s = 4 * float(self.view.vb.viewPixelSize()[0])
        if abs(self._tick_time[nearest] - x) > near_s:
            return words
        volume = self._tick_volume[nearest]
        size = f"{three_digits(float(volume))} m³" if np.isfinite(volume) else "volume unknown"
        return f"{words}   incident, {size}"

    def _as_lines(self) -> list[Line]:
        return [] if self._line is None else [self._line]
