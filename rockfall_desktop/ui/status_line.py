"""The line along the bottom: which site, whether what happened is kept, what is taken of the machine."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.machine import machine_words, resident_bytes
from rockfall_desktop.ui.plain import ElidedLabel, plain_tip, set_role, text_label
from rockfall_desktop.ui.words import marked

HEIGHT = 28
LOOK_MS = 3000


class StatusLine(QFrame):
    """Site, store, processors and memory."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status_line")
        self.setFixedHeight(HEIGHT)
        self.site = ElidedLabel("no site open", name="status_site")
        self.store = text_label("store: saved", name="status_store")
        self.machine = text_label(name="status_machine")
        self.machine.setToolTip(plain_tip("Cores that a training takes, and memory that this program holds."))
        self.closing = text_label(role="warning", name="status_closing")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        for widget in (self.site, self.store, self.machine):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        row.addWidget(self.closing)
        self.closing.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the machine every few seconds while the line is seen."""
        super().showEvent(event)
        self._look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not kept fresh."""
        super().hideEvent(event)
        self._timer.stop()

    def _look(self) -> None:
        self.machine.setText(machine_words(resident_bytes()))

    def show_site(self, summary: SiteSummary) -> None:
        """Name the site that is open."""
        self.site.setText(marked(summary.name, simulated=summary.simulated))

    def show_store(self, *, saved: bool) -> None:
        """Say whether the last thing that happened is kept."""
        self.store.setText("store: saved" if saved else "store: not saved, see the message")
        set_role(self.store, "" if saved else "danger")

    def show_closing(self, words: str) -> None:
        """Say that the window closes by itself later; empty words: it does not."""
        self.closing.setText(words)
        self.closing.setVisible(bool(words))
