"""Zones on the map: outlines, and ids where there is room."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from rockfall_desktop.domain.site_map import ZoneOutline
from rockfall_desktop.ui.theme import Tokens

MOST_CORNERS = 30_000
MOST_LABELS = 150
MOST_FINE = 400
MOST_DRAWN = 2000  # more zones in view than that are drawn as the rectangles around them
WIDE_PX = 7.0  # of a letter of an id, roughly
SMALLEST_PX = 3.0
BELOW_PX = 28.0  # the marks of incidents without coordinates stand at the centre
_LONGEST_ID = 18


@dataclass(frozen=True, eq=False)
class ZoneShapes:
    """Zones in the form in which they are drawn.

    Attributes:
        zones: those that have a border.
        rings: their borders; with very many corners each is thinned for the eye.
        boxes: float64 (z, 4), west, south, east, north of each.
        rectangles: the same to be drawn.
        words: their ids, long ones cut.
    """

    zones: tuple[ZoneOutline, ...]
    rings: list[list[QPolygonF]]
    boxes: NDArray[np.float64]
    rectangles: list[QRectF]
    words: list[str]


def zone_shapes(zones: tuple[ZoneOutline, ...]) -> ZoneShapes:
    """What is drawn of some zones; takes 0.1 ms a zone, so call it off the window's thread."""
    bordered = tuple(zone for zone in zones if zone.rings)
    stride = max(1, sum(len(ring) for zone in bordered for ring in zone.rings) // MOST_CORNERS)
    rings = [[_polygon(ring, stride) for ring in zone.rings] for zone in bordered]
    corners = [np.concatenate(zone.rings) for zone in bordered]
    boxes = np.array([[*every.min(axis=0), *every.max(axis=0)] for every in corners]).reshape(-1, 4)
    rectangles = [QRectF(west, south, east - west, north - south) for west, south, east, north in boxes.tolist()]
    return ZoneShapes(bordered, rings, boxes, rectangles, [_label(zone.id) for zone in bordered])


class ZoneMarks(pg.GraphicsObject):  # type: ignore[misc]
    """Draws the outlines that are in view."""

    def __init__(self) -> None:
        super().__init__()
        self._zones: tuple[ZoneOutline, ...] = ()
        self._rings: list[list[QPolygonF]] = []
        self._rectangles: list[QRectF] = []
        self._boxes: NDArray[np.float64] = np.zeros((0, 4))
        self._words: list[str] = []
        self._wide_px: list[float] = []
        self._chosen = -1
        self._hasty = False
        self._line, self._halo, self._ink = QColor(), QColor(), QColor()
        self._font = QFont()
        self._font.setPixelSize(11)

    def show_zones(self, shapes: ZoneShapes) -> None:
        """Show other zones."""
        self.prepareGeometryChange()
        self._chosen = -1
        self._zones, self._rings, self._boxes = shapes.zones, shapes.rings, shapes.boxes
        self._rectangles, self._words = shapes.rectangles, shapes.words
        self._wide_px = [WIDE_PX * len(words) + 10 for words in self._words]
        self.update()

    def dress(self, tokens: Tokens) -> None:
        """Take the colours in force."""
        self._line, self._halo, self._ink = QColor(tokens.accent), QColor(tokens.panel), QColor(tokens.text)
        self._halo.setAlpha(190)
        self.update()

    def hurry(self, *, hasty: bool) -> None:
        """Whether the map is being moved: then lines are drawn bare, and finely again when it rests."""
        if hasty != self._hasty:
            self._hasty = hasty
            self.update()

    def choose(self, zone_id: str) -> None:
        """Mark one zone, or none."""
        self._chosen = next((place for place, zone in enumerate(self._zones) if zone.id == zone_id), -1)
        self.update()

    def at(self, x: float, y: float) -> str:
        """Id of the first zone that holds a point, "" when none does."""
        west, south, east, north = self._boxes.T
        near = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north))
        point = QPointF(x, y)
        for place in near.tolist():
            crossed = sum(
                _exact(ring).containsPoint(point, Qt.FillRule.OddEvenFill) for ring in self._zones[place].rings
            )
            if crossed % 2:
                return self._zones[place].id
        return ""

    def boundingRect(self) -> QRectF:
        """Around all zones."""
        if not self._boxes.size:
            return QRectF()
        (west, south), (east, north) = self._boxes[:, :2].min(axis=0), self._boxes[:, 2:].max(axis=0)
        return QRectF(west, south, east - west, north - south)

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        """No say in what the map shows."""
        return None, None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """Draw what is in view and large enough to be seen."""
        to_px = painter.transform()
        seen = to_px.inverted()[0].mapRect(QRectF(painter.viewport()))
        west, south, east, north = self._boxes.T
        inside = (east >= seen.left()) & (west <= seen.right()) & (north >= seen.top()) & (south <= seen.bottom())
        large = np.maximum(east - west, north - south) * abs(to_px.m11()) >= SMALLEST_PX
        visible = np.flatnonzero(inside & large).tolist()
        few = sum(ring.size() for place in visible for ring in self._rings[place]) < MOST_FINE
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if few and not self._hasty:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter, visible, pg.mkPen(self._halo, width=3))
        if len(visible) > MOST_DRAWN:
            painter.setPen(pg.mkPen(self._line, width=1))
            painter.drawRects([self._rectangles[place] for place in visible])
        else:
            self._draw(painter, visible, pg.mkPen(self._line, width=1))
        if self._chosen in visible:
            self._draw(painter, [self._chosen], pg.mkPen(self._line, width=3))
        self._label(painter, to_px, visible)

    def _draw(self, painter: QPainter, places: list[int], pen: Any) -> None:
        painter.setPen(pen)
        for place in places:
            for ring in self._rings[place]:
                painter.drawPolyline(ring)

    def _label(self, painter: QPainter, to_px: QTransform, visible: list[int]) -> None:
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not self._hasty)
        painter.setFont(self._font)
        ratio = abs(to_px.m11())
        roomy = [place for place in visible if self._has_room(place, ratio)]
        for place in roomy[:MOST_LABELS]:
            wide, box = self._wide_px[place], self._boxes[place]
            middle = to_px.map(QPointF(*(self._zones[place].centre or (0.0, 0.0))))
            below = BELOW_PX if (box[3] - box[1]) * ratio > 3 * BELOW_PX else 0.0
            area = QRectF(middle.x() - wide / 2, middle.y() - 8 + below, wide, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._halo)
            painter.drawRoundedRect(area, 4, 4)
            painter.setPen(self._ink)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._words[place])
        painter.setTransform(to_px)

    def _has_room(self, place: int, ratio: float) -> bool:
        box = self._boxes[place]
        return self._zones[place].centre is not None and (box[2] - box[0]) * ratio >= self._wide_px[place]


def _label(zone_id: str) -> str:
    return zone_id if len(zone_id) <= _LONGEST_ID else f"{zone_id[:_LONGEST_ID]}…"


def _polygon(ring: NDArray[np.float64], stride: int) -> QPolygonF:
    thinned = ring if len(ring) <= 5 else ring[:: min(stride, len(ring) // 4)]
    return QPolygonF([QPointF(x, y) for x, y in thinned] + [QPointF(*ring[0])])


def _exact(ring: NDArray[np.float64]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in ring])
