"""A chart as picture, drawing or table."""

import csv
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from rockfall_desktop.domain.errors import WrongInput

Line = tuple[str, NDArray[np.float64], NDArray[np.float64] | NDArray[np.float32]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}")


def as_png(widget: QWidget) -> bytes:
    """What the widget shows, as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())


def as_svg(widget: QWidget) -> bytes:
    """What the widget shows, as SVG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(buffer)
    size = QSize(widget.width(), widget.height())
    drawing.setSize(size)
    drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
    painter = QPainter(drawing)
    try:
        QWidget.render(widget, painter, QPoint())  # a graphics view has another `render` that draws its scene only
    finally:
        painter.end()
    return bytes(buffer.data().data())


def as_csv(x_title: str, lines: Sequence[Line]) -> bytes:
    """The points as a table in long form: line, x, y; names cannot run as formulas in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", _harmless(x_title), "value"])
    for name, x, y in lines:
        writer.writerows([_harmless(name), repr(float(a)), _number(float(b))] for a, b in zip(x, y, strict=True))
    return text.getvalue().encode()


def as_file(ending: str, widget: QWidget, x_title: str, lines: Sequence[Line]) -> bytes:
    """What belongs into a file of that ending: .png, .svg or .csv.

    Raises:
        WrongInput: at another ending.
    """
    match ending.lower():
        case ".png":
            return as_png(widget)
        case ".svg":
            return as_svg(widget)
        case ".csv":
            return as_csv(x_title, lines)
        case _:
            raise WrongInput("The file was not saved", "Its name ends in none of .png, .svg, .csv.", "Choose one.")


def _harmless(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name


def _number(value: float) -> str:
    return repr(value) if np.isfinite(value) else ""
