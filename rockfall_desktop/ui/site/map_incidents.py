"""Incidents on the map: marks whose area grows with the volume, and words for those under the pointer."""

from datetime import UTC, datetime

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from rockfall_desktop.domain.duration import DAY_S
from rockfall_desktop.domain.site_map import PlacedIncidents, SiteMap
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.ui.theme import Tokens
from rockfall_desktop.ui.words import count

LARGEST_PX, SMALLEST_PX, UNKNOWN_PX = 36.0, 6.0, 9.0
_SIZES = 12  # so that the marks share few drawings
_REACH_PX = 4.0


def volume_words(volume_m3: float) -> str:
    """A volume in three digits, large ones with their thousands apart; NaN: unknown."""
    if not np.isfinite(volume_m3):
        return "volume unknown"
    if volume_m3 < 100:
        return f"{volume_m3:.3g} m³"
    return f"{float(f'{volume_m3:.3g}'):,.0f} m³"


def sizes_px(volume_m3: NDArray[np.float32]) -> NDArray[np.float64]:
    """Widths of the marks, (i,): the area grows with the volume, the largest is 36 px, none is below 6 px."""
    known = np.isfinite(volume_m3)
    largest = float(volume_m3[known].max(initial=0.0))
    exact = LARGEST_PX * np.sqrt(np.where(known, volume_m3, 0) / max(largest, 1e-9))
    step = (LARGEST_PX - SMALLEST_PX) / _SIZES
    rounded = SMALLEST_PX + step * np.round((np.maximum(exact, SMALLEST_PX) - SMALLEST_PX) / step)
    return np.where(known, rounded, UNKNOWN_PX)


class IncidentMarks(pg.ScatterPlotItem):  # type: ignore[misc]
    """A circle at an incident's own place, a diamond at the centre of its zone; hollow where the volume is unknown."""

    def __init__(self) -> None:
        super().__init__(pxMode=True)
        self._map: SiteMap | None = None
        self._sizes: NDArray[np.float64] = np.zeros(0)
        self._tokens: Tokens | None = None

    @property
    def placed(self) -> PlacedIncidents | None:
        """What is shown."""
        return self._map.incidents if self._map else None

    def show_incidents(self, found: SiteMap) -> None:
        """Show other incidents."""
        self._map = found
        self._sizes = sizes_px(found.incidents.volume_m3)
        self._draw()

    def dress(self, tokens: Tokens) -> None:
        """Take the colours in force."""
        self._tokens = tokens
        self._draw()

    def _draw(self) -> None:
        if self._map is None or self._tokens is None:
            return
        placed = self._map.incidents
        line, fill = QColor(self._tokens.text), QColor(self._tokens.series[5])
        fill.setAlpha(130)
        clear, solid = pg.mkBrush(None), pg.mkBrush(fill)
        order = np.argsort(-self._sizes, kind="stable")  # small ones on top
        known = np.isfinite(placed.volume_m3[order])
        self.setData(
            x=placed.x[order],
            y=placed.y[order],
            size=self._sizes[order],
            symbol=np.where(placed.estimated[order], "d", "o").tolist(),
            pen=pg.mkPen(line, width=1),
            brush=[solid if one else clear for one in known],
        )

    def words_at(self, x: float, y: float, x_px: float, y_px: float) -> str:
        """Of the marks under a point: date, zone and volume of the only one, or how many there are.

        Args:
            x: in the site's crs.
            y: in the site's crs.
            x_px: width of a pixel in units of the crs.
            y_px: height of a pixel.
        """
        if self._map is None or not self._sizes.size or not self.isVisible():
            return ""
        placed = self._map.incidents
        away = np.hypot((placed.x - x) / x_px, (placed.y - y) / y_px)
        near = np.flatnonzero(away <= np.maximum(self._sizes / 2, _REACH_PX))
        if not near.size:
            return ""
        if near.size == 1:
            return self._words(int(near[0]))
        volumes = placed.volume_m3[near]
        newest = int(near[np.argmax(placed.start_s[near])])
        words = f"{count(near.size)} incidents here, the newest: {self._words(newest)}"
        if np.isfinite(volumes).any():
            words += f"; the largest {volume_words(float(np.nanmax(volumes)))}"
        return words

    def _words(self, place: int) -> str:
        found = self._map
        if found is None:
            return ""
        placed = found.incidents
        at = datetime.fromtimestamp(int(placed.start_s[place]), UTC).astimezone(clock_of(found.time_zone))
        date = at.strftime("%Y-%m-%d" if placed.precision_s >= DAY_S else "%Y-%m-%d %H:%M")
        zone = found.zones[placed.zone[place]].id if placed.zone[place] >= 0 else "no zone"
        volume = float(placed.volume_m3[place])
        size = volume_words(volume)
        return f"{date}, {zone}, {size}" + (", place within its zone unknown" if placed.estimated[place] else "")
