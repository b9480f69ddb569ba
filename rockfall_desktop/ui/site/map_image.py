"""The picture under the map: the whole in few pixels, and over it the part that is looked at."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from rockfall_desktop.domain.site_map import Bounds, Pixels

LARGEST_SMOOTHED_PX = 3.0  # larger cells are shown as what they are


def as_image(rgba: Pixels) -> QImage:
    """Pixels, uint8 (y, x, 4), in the form that is drawn fastest; may be called in any thread."""
    pixels = np.ascontiguousarray(rgba)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def rectangle(bounds: Bounds) -> QRectF:
    """Bounds as a rectangle whose y goes north."""
    west, south, east, north = bounds
    return QRectF(west, south, east - west, north - south)


class MapImage(pg.GraphicsObject):  # type: ignore[misc]
    """Draws two pictures: the nearer one, and the whole wherever the nearer one does not reach."""

    def __init__(self) -> None:
        super().__init__()
        self._pictures: dict[str, tuple[QImage, Bounds]] = {}

    def show_picture(self, which: str, image: QImage, bounds: Bounds) -> None:
        """Put a picture in the place of the last one: "whole" or "near"."""
        self.prepareGeometryChange()
        self._pictures[which] = (image, bounds)
        self.informViewBoundsChanged()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.prepareGeometryChange()
        self._pictures.clear()
        self.update()

    @property
    def shown(self) -> dict[str, Bounds]:
        """What each picture covers."""
        return {which: bounds for which, (_, bounds) in self._pictures.items()}

    def boundingRect(self) -> QRectF:
        """Around both pictures."""
        around = QRectF()
        for _, bounds in self._pictures.values():
            around = around.united(rectangle(bounds))
        return around

    def dataBounds(self, *_: Any, **__: Any) -> tuple[None, None]:
        """No say in what the map shows."""
        return None, None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002
        """Draw with north up."""
        near = self._pictures.get("near")
        if "whole" in self._pictures:
            painter.save()
            if near is not None:
                view, held = painter.transform(), QRegion(painter.viewport())
                painter.resetTransform()
                inner = view.mapRect(rectangle(near[1])).toAlignedRect().adjusted(1, 1, -1, -1)
                painter.setClipRegion(held.subtracted(QRegion(inner)))
                painter.setTransform(view)
            self._draw(painter, *self._pictures["whole"])
            painter.restore()
        if near is not None:
            self._draw(painter, *near)

    @staticmethod
    def _draw(painter: QPainter, image: QImage, bounds: Bounds) -> None:
        west, south, east, north = bounds
        painter.save()
        painter.scale(1, -1)
        cell_px = (east - west) / image.width() * abs(painter.transform().m11())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, cell_px < LARGEST_SMOOTHED_PX)
        painter.drawImage(QRectF(west, -north, east - west, north - south), image)
        painter.restore()
