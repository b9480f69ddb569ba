"""Drawn icons: one SVG each, recoloured to the tokens in force."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from rockfall_desktop.packed import resource

SCALES = (1, 2, 3)
NAMES = (
    "cancelled", "completed", "deployments", "eye", "eye-off", "failed", "interrupted", "jobs", "level-green",
    "level-grey", "level-orange", "level-red", "level-yellow", "not-shown", "queued", "rockfall", "running", "settings",
    "site", "train", "watch",
)  # fmt: skip


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """An icon as pixels, `size` wide and high in device-independent pixels.

    Raises:
        FileNotFoundError: when there is no icon of that name.
    """
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


@cache
def icon(name: str, colour: str, size: int = 20) -> QIcon:
    """An icon sharp at 100, 200 and 300 %, in its own colours also where its row is chosen."""
    result = QIcon()
    for scale in SCALES:
        picture = pixmap(name, colour, size, scale)
        result.addPixmap(picture)
        result.addPixmap(picture, QIcon.Mode.Selected)
    return result


def program_icon() -> QIcon:
    """The icon of the program itself, in its own colours."""
    result = QIcon()
    for size in (16, 32, 48, 128, 256):
        result.addPixmap(pixmap("rockfall", "#1F5FBF", size))
    return result
