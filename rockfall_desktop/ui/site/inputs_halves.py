"""Two halves of a tab, one above the other, whose border can be moved."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

_UPPER, _LOWER = 6000, 5000
LEAST_HEIGHT = 150


def halves(upper: QWidget, lower: QWidget) -> QSplitter:
    """Both, the upper one a little higher, whatever height a plot inside would like to have."""
    split = QSplitter(Qt.Orientation.Vertical)
    split.setChildrenCollapsible(False)
    for widget in (upper, lower):
        widget.setMinimumHeight(LEAST_HEIGHT)
        split.addWidget(widget)
    split.setSizes([_UPPER, _LOWER])
    split.setStretchFactor(0, 6)
    split.setStretchFactor(1, 5)
    return split
