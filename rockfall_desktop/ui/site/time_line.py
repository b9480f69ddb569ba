"""When each layer is the newest of its kind that is known, and when rockfalls happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from rockfall_desktop.domain.layer_arrays import Epoch
from rockfall_desktop.domain.site_map import MapLayer
from rockfall_desktop.judging.alignment import newest_known
from rockfall_desktop.ui.charts.channel_chart import DateAxis
from rockfall_desktop.ui.charts.frame import ChartFrame
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme

BAR = 0.62  # of a lane
FEWEST_LANES = 4  # one layer alone is no wall of colour
_MARGIN = 0.03
_YEAR_S = 365.25 * 86_400
_FIRST_S, _LAST_S = -2_208_988_800.0, 7_258_118_400.0  # 1900 and 2200: what a date axis can write
KINDS = ("drone_imagery", "elevation", "lidar", "geology")


@dataclass(frozen=True)
class Bar:
    """A layer on the time line.

    Attributes:
        name: of the layer.
        lane: from the top, 0 first.
        first_s, last_s: seconds since 1970 UTC between which it is the newest of its kind that is known; infinite
            where there is no end.
    """

    name: str
    lane: int
    first_s: float
    last_s: float


def bars(layers: Sequence[MapLayer]) -> tuple[tuple[Bar, ...], tuple[str, ...]]:
    """The bars of some layers, and a word for each lane: one for the epochs of a kind, one for each timeless layer."""
    found: list[Bar] = []
    lanes: list[str] = []
    for kind in KINDS:
        dated = [layer for layer in layers if layer.kind == kind and layer.known_s is not None]
        found += _newest(dated, len(lanes))
        lanes += [kind.replace("_", " ")] * bool(dated)
        for layer in layers:
            if layer.kind == kind and layer.known_s is None:
                found.append(Bar(layer.name, len(lanes), float("-inf"), float("inf")))
                lanes.append(f"{kind.replace('_', ' ')}, timeless")
    return tuple(found), tuple(lanes)


def _newest(layers: Sequence[MapLayer], lane: int) -> list[Bar]:
    """A bar for each epoch while it is the newest that is known; one that never is has no length."""
    epochs = [Epoch(layer.acquired.toordinal() if layer.acquired else None, layer.known_s) for layer in layers]
    moments = sorted({epoch.known_s for epoch in epochs if epoch.known_s is not None})
    seen = newest_known(epochs, np.array(moments, np.int64)).tolist()
    ends = [*map(float, moments[1:]), float("inf")]
    found = []
    for place, (layer, epoch) in enumerate(zip(layers, epochs, strict=True)):
        spans = [(float(at), end) for at, end, newest in zip(moments, ends, seen, strict=True) if newest == place]
        at = float(epoch.known_s or 0)
        first, last = (spans[0][0], spans[-1][1]) if spans else (at, at)
        found.append(Bar(layer.name, lane, first, last))
    return found


class _Bars(pg.GraphicsObject):  # type: ignore[misc]
    """Draws the bars, with the names of the layers where there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        self._span = (0.0, 1.0)
        self._font = QFont()
        self._font.setPixelSize(11)

    def show_bars(self, found: tuple[Bar, ...], span: tuple[float, float]) -> None:
        self.prepareGeometryChange()
        self._bars, self._span = found, span
        self.update()

    def boundingRect(self) -> QRectF:
        lanes = max((bar.lane for bar in self._bars), default=0) + 1
        return QRectF(self._span[0], -lanes, self._span[1] - self._span[0], lanes)

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        return None, None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        tokens, to_px = self._theme.tokens, painter.transform()
        line, fill = QColor(tokens.series[0]), QColor(tokens.series[0])
        fill.setAlpha(70)
        painter.resetTransform()
        painter.setFont(self._font)
        for bar in self._bars:
            first, last = max(bar.first_s, self._span[0]), min(bar.last_s, self._span[1])
            area = to_px.mapRect(QRectF(first, -bar.lane - 0.5 - BAR / 2, max(last - first, 0.0), BAR))
            painter.setPen(pg.mkPen(line, width=1))
            painter.setBrush(fill)
            painter.drawRect(area)
            painter.setPen(QColor(tokens.text))
            seen = area.intersected(QRectF(painter.viewport())).adjusted(6, 0, -6, 0)
            if seen.width() > 24:
                words = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(seen.width()))
                painter.drawText(seen, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.setTransform(to_px)


class TimeLine(ChartFrame):
    """A lane for each kind, and a lane of ticks for the incidents below."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__("Which layer is known when", "time (UTC)", "", seat, theme, "layer_time_line", DateAxis())
        self._bars = _Bars(theme)
        self._found: tuple[Bar, ...] = ()
        self._ticks = pg.PlotCurveItem(connect="pairs")
        self._times: NDArray[np.float64] = np.zeros(0)
        self.view.addItem(self._bars, ignoreBounds=True)
        self.view.addItem(self._ticks, ignoreBounds=True)
        self.dress()
        self.say_why_empty("The site names no layer.")

    def show_layers(self, layers: Sequence[MapLayer], times_s: NDArray[np.float64], record: Sequence[float]) -> None:
        """Draw layers and the times of incidents (i,), over the span of both and of the record's ends."""
        self._found, lanes = bars(layers)
        if not self._found:
            self.say_why_empty("The site names no layer.")
            return
        self._times = np.sort(times_s)
        known = [bar.first_s for bar in self._found if np.isfinite(bar.first_s)]
        first_s, last_s = _span([*known, *record, *self._times[[0, -1] if self._times.size else []].tolist()])
        self._bars.show_bars(self._found, (first_s, last_s))
        depth = len(lanes) + bool(self._times.size)
        top, foot = -len(lanes) - 0.25, -len(lanes) - 0.75
        self._ticks.setData(np.repeat(self._times, 2), np.tile([foot, top], self._times.size))
        words = [*lanes, *(["incidents"] if self._times.size else [])]
        self.y_axis.setTicks([[(-place - 0.5, word) for place, word in enumerate(words)]])
        self.view.setYRange(-max(depth, FEWEST_LANES), 0, padding=0.02)
        self.view.setXRange(first_s, last_s, padding=0.0)
        self.show_plot()

    def dress(self) -> None:
        """Take the colours in force."""
        super().dress()
        self.view.getAxis("left").setGrid(False)
        if hasattr(self, "_ticks"):
            self._ticks.setPen(pg.mkPen(QColor(self.theme.tokens.series[5]), width=1))
            self._bars.update()

    def x_words(self, x: float) -> str:
        """The day at x."""
        return datetime.fromtimestamp(float(np.clip(x, _FIRST_S, _LAST_S)), UTC).strftime("%Y-%m-%d")

    def describe(self, x: float) -> str:
        """Which layers are known at x, and the newest incident before it."""
        known = [bar.name for bar in self._found if bar.first_s <= x < bar.last_s]
        return ", ".join(known) if known else "no layer is known yet"

    def show_whole(self) -> None:
        """Undo zooming and moving."""
        first_s, last_s = self._bars.boundingRect().left(), self._bars.boundingRect().right()
        self.view.setXRange(first_s, last_s, padding=0.0)


def _span(times: Sequence[float]) -> tuple[float, float]:
    """Around some times, a year at least."""
    if not times:
        return 0.0, _YEAR_S
    first, last = min(times), max(times)
    margin = max(_MARGIN * (last - first), (_YEAR_S - (last - first)) / 2)
    return max(first - margin, _FIRST_S), min(last + margin, _LAST_S)
