"""The line along the bottom: the site, whether what happened is kept here and at the office, what the machine gives."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.machine import machine_words, resident_bytes
from rockfall_desktop.ui.plain import ElidedLabel, button_text, plain_tip, set_role, text_label
from rockfall_desktop.ui.sync_words import headline, short_words, tone
from rockfall_desktop.ui.words import marked

HEIGHT = 28
LOOK_MS = 3000


class StatusLine(QFrame):
    """Site, store, sync, processors and memory.

    Signals:
        sync_wanted: the words of the sync were clicked.
    """

    sync_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status_line")
        self.setFixedHeight(HEIGHT)
        self.site = ElidedLabel("no site open", name="status_site")
        self.store = text_label("store: saved", name="status_store")
        self.sync = push_button("", "status_sync")
        self.sync.clicked.connect(self.sync_wanted)
        self.machine = text_label(name="status_machine")
        self.machine.setToolTip(plain_tip("Cores that a training takes, and memory that this program holds."))
        self.closing = text_label(role="warning", name="status_closing")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        for widget in (self.site, self.store, self.sync, self.machine):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch()
        row.addWidget(self.closing)
        self.closing.hide()
        self.show_sync(SyncState(condition=SyncCondition.OFF))
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

    def show_sync(self, state: SyncState) -> None:
        """Say how this station stands with the office; the whole sentence stands in the tooltip."""
        now = datetime.now(UTC)
        self.sync.setText(button_text(short_words(state, now)))
        self.sync.setToolTip(plain_tip(f"{headline(state, now)} {state.sentence}".strip()))
        set_role(self.sync, tone(state))

    def show_closing(self, words: str) -> None:
        """Say that the window closes by itself later; empty words: it does not."""
        self.closing.setText(words)
        self.closing.setVisible(bool(words))
