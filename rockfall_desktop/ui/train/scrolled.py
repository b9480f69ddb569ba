"""Parts below each other that scroll where the room does not do for all of them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class Yielding(QWidget):
    """Holds a part that takes the room that others leave, and asks for no more than its least height."""

    def __init__(self, part: QWidget, least: int) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(part)
        self.setMinimumHeight(least)

    def sizeHint(self) -> QSize:
        """The least height: what is above keeps all of its lines."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def hasHeightForWidth(self) -> bool:
        """Its height follows from no width."""
        return False


def scrolled(whole: Sequence[QWidget], yielding: Sequence[tuple[QWidget, int, int]], spacing: int) -> QScrollArea:
    """An area with parts of which no line is cut, and below them such as yield: each its least height and its share."""
    inner = QWidget()
    inner.setObjectName("scrolled")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for part in whole:
        column.addWidget(part)
    for part, least, share in yielding:
        column.addWidget(Yielding(part, least), share)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(inner)
    return area
