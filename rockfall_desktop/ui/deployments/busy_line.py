"""Says what is being done and for how long already."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from rockfall_desktop.ui.plain import text_label

LOOK_MS = 500


class BusyLine(QWidget):
    """Words, seconds and a bar without an end; hidden while nothing is done."""

    def __init__(self, name: str, clock_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.setObjectName(name)
        self._clock_s = clock_s
        self._said, self._since_s = "", 0.0
        self.words = text_label(role="muted", wrap=True, name=f"{name}_words")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(bar)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._tell)
        self.hide()

    def begin(self, words: str) -> None:
        """Something is done from now on."""
        self._said, self._since_s = words, self._clock_s()
        self._tell()
        self._timer.start()
        self.show()

    def end(self) -> None:
        """It is over."""
        self._timer.stop()
        self.hide()

    def _tell(self) -> None:
        self.words.setText(f"{self._said} {self._clock_s() - self._since_s:.0f} s")
