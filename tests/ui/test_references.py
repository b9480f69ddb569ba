"""PySide6 6.12.0 lost a reference with every signal and paint and killed the interpreter; the bound keeps it out."""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


class Teller(QObject):
    said = Signal(object)
    done = Signal()


class Painted(QWidget):
    paints = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self.paints += 1
        QPainter(self).end()


def counts() -> tuple[int, int, int]:
    return sys.getrefcount(None), sys.getrefcount(True), sys.getrefcount(False)


def test_that_100_000_signals_lose_no_reference() -> None:
    teller, heard = Teller(), [0]

    def hear(*_: object) -> None:
        heard[0] += 1

    teller.said.connect(hear)
    teller.done.connect(hear)
    before = counts()
    for _ in range(50_000):
        teller.said.emit(None)
        teller.done.emit()
    after = counts()
    assert heard[0] == 100_000
    assert all(b - a < 1000 for a, b in zip(after, before, strict=True)), (before, after)


def test_that_10_000_paints_lose_no_reference(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.resize(20, 20)
    with qtbot.waitExposed(widget):
        widget.show()
    first = widget.paints
    before = counts()
    for _ in range(10_000):
        widget.repaint()
    after = counts()
    assert widget.paints - first == 10_000
    assert all(b - a < 1000 for a, b in zip(after, before, strict=True)), (before, after)
