"""One channel of a site over time, with its incidents as ticks and a band of what is marked."""

from datetime import UTC, datetime

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.charts.channel_record import MARKED, MASKED, ChannelRecord, Drawn, prepared
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.charts.heat_header import opaque
from rockfall_desktop.ui.charts.saving import Line
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import three_digits

TITLE = "Channel"
TICK_SHARE, BAND_SHARE = 0.08, 0.05
ROOM_ABOVE = 0.04
AT_ONCE = 50_000
LONE_COLUMNS = 1.5
BAND_WORDS = "Band below the line: full height masked, half height marked only."


class DateAxis(pg.DateAxisItem):  # type: ignore[misc]
    """Days along the bottom, in UTC, as the site's steps are kept."""

    def __init__(self) -> None:
        super().__init__(orientation="bottom", utcOffset=0)


class ChannelChart(ChartFrame):
    """Draws a channel of one zone, or of the whole site; a gap is a gap.

    What is drawn is cut to the view and to the width of the screen, peaks kept, so that panning costs the same however
    long the record is.
    """

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__(TITLE, "time (UTC)", "", seat, theme, "chart_channel", DateAxis())
        self._curve = pg.PlotCurveItem(connect="finite", skipFiniteCheck=False)
        self._lone = pg.PlotCurveItem(connect="pairs")
        self._ticks = pg.PlotCurveItem(connect="pairs")
        self._band = pg.ImageItem(axisOrder="row-major")
        self._record: ChannelRecord | None = None
        self._wanted_view: tuple[float, float] | None = None
        self._preparing = LatestCall("channel record", self)
        self._legend = text_label(BAND_WORDS, role="muted", wrap=True, name="chart_channel_band")
        self._legend.hide()
        self.lines = self._as_lines
        for item in (self._band, self._curve, self._lone, self._ticks):
            self.view.addItem(item, ignoreBounds=True)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._legend)
        self._connect()
        self.dress()
        self.say_why_empty("Choose a channel to see its record.")

    def _connect(self) -> None:
        self._preparing.answered.connect(self._take)
        self._preparing.refused.connect(lambda problem: self.say_why_empty(in_words(problem).message))
        self.view.vb.sigXRangeChanged.connect(self._draw)
        self.view.vb.sigResized.connect(self._draw)

    def show_channel(self, arrays: SiteArrays, name: str, zone: int = 0) -> None:
        """Draw a channel; `zone` counts only where each zone has a series of its own."""
        self._wanted_view = None
        self._show(arrays, name, zone)

    def show_channel_at(self, arrays: SiteArrays, name: str, zone: int, view_s: tuple[float, float]) -> None:
        """Draw a channel between two moments, seconds since 1970."""
        self._wanted_view = view_s
        self._show(arrays, name, zone)

    def say_why_empty(self, words: str) -> None:
        """Put a sentence in the place of the record; one that is being made ready is not wanted any more."""
        self._preparing.forget()
        self._record = None
        self.title.setText(TITLE)
        self._legend.hide()
        super().say_why_empty(words)

    def _show(self, arrays: SiteArrays, name: str, zone: int) -> None:
        self._preparing.forget()
        place = next((place for place, one in enumerate(arrays.channels) if one.name == name), None)
        if place is None:
            self.say_why_empty(f"The site has no channel named {name}.")
        elif not arrays.start_s.size:
            self.say_why_empty("The site has no steps: nothing was measured over time.")
        elif arrays.start_s.size <= AT_ONCE:
            self._take(prepared(arrays, place, zone))
        else:
            self.say_why_empty("Drawing the record …")
            self._preparing.ask(lambda: prepared(arrays, place, zone))

    def _take(self, record: object) -> None:
        if not isinstance(record, ChannelRecord):
            return
        self._record = None
        if np.isnan(record.low):
            self.say_why_empty(f"{record.name} holds no value at all: every step is missing.")
            return
        self.title.setText(record.title)
        self.set_axis_title("left", record.y_title)
        self.y_axis.start_at(0.0 if record.low >= 0 else -np.inf)
        self._legend.setVisible(record.has_marks)
        self._record = record
        self.show_whole()
        if self._wanted_view is not None:
            self.view.setXRange(*self._wanted_view, padding=0)
        self._draw()
        self.show_plot()

    def show_whole(self) -> None:
        """Show the whole record."""
        if self._record is None:
            return
        low, high = self._record.low, self._record.high
        span = max(high - low, 1e-9)
        below = TICK_SHARE + (2 * BAND_SHARE if self._record.has_marks else 0.0)
        self.view.setYRange(low - (below + 0.02) * span, high + ROOM_ABOVE * span, padding=0)
        self.view.setXRange(float(self._record.x[0]), float(self._record.x[-1]), padding=0.02)

    def _draw(self) -> None:
        record = self._record
        if record is None:
            return
        first_s, last_s = self.view.vb.viewRange()[0]
        drawn = record.drawn(first_s, last_s, max(64, int(self.view.vb.width())))
        self._curve.setData(drawn.x, drawn.y)
        column_s = LONE_COLUMNS * (last_s - first_s) / max(64.0, self.view.vb.width())
        lone_x = np.stack((drawn.lone_x - column_s, drawn.lone_x + column_s), axis=1).ravel()
        self._lone.setData(lone_x, np.repeat(drawn.lone_y, 2))
        span = max(record.high - record.low, 1e-9)
        foot = record.low - TICK_SHARE * span
        self._ticks.setData(np.repeat(drawn.fall_x, 2), np.tile([foot, record.low], drawn.fall_x.size))
        self._draw_band(drawn, foot - 2 * BAND_SHARE * span, BAND_SHARE * span)

    def _draw_band(self, drawn: Drawn, bottom: float, height: float) -> None:
        self._band.setVisible(bool(drawn.band.size))
        if drawn.band.size:
            lanes = np.stack((drawn.band, np.where(drawn.band == MASKED, drawn.band, 0)))
            self._band.setImage(self._band_colours()[lanes], autoLevels=False)
            left, right = drawn.band_x
            self._band.setRect(QRectF(left, bottom, right - left, height))

    def _band_colours(self) -> NDArray[np.uint8]:
        table = np.zeros((3, 4), np.uint8)
        for kind, name in ((MARKED, self.theme.tokens.series[1]), (MASKED, self.theme.tokens.series[5])):
            table[kind] = opaque(QColor(name))
        return table

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        if hasattr(self, "_curve"):
            for item in (self._curve, self._lone):
                item.setPen(pg.mkPen(self.theme.tokens.series[0], width=1))
            self._ticks.setPen(pg.mkPen(QColor(self.theme.tokens.series[5]), width=1))
            self._draw()

    def x_words(self, x: float) -> str:
        """The day and time at x."""
        try:
            return datetime.fromtimestamp(x, UTC).strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError, OSError):
            return ""

    def describe(self, x: float) -> str:
        """The value at x, what is marked there, and the incident that is near, if one is."""
        if self._record is None:
            return ""
        words = "   ".join(part for part in (super().describe(x), self._record.mark_words(x)) if part)
        times = self._record.fall_time
        if not times.size:
            return words
        after = int(np.searchsorted(times, x))
        nearest = min((max(0, after - 1), min(after, times.size - 1)), key=lambda place: abs(times[place] - x))
        if abs(times[nearest] - x) > 4 * float(self.view.vb.viewPixelSize()[0]):
            return words
        volume = self._record.fall_volume[nearest]
        size = f"{three_digits(float(volume))} m³" if np.isfinite(volume) else "volume unknown"
        return f"{words}   incident, {size}"

    def _as_lines(self) -> list[Line]:
        return [] if self._record is None else [(self._record.name, self._record.x, self._record.y)]
