"""The line along the bottom: which site, whether what happened is kept, what the machine has."""

import os

from PySide6.QtWidgets import QFrame, QHBoxLayout

from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.plain import ElidedLabel, set_role, text_label
from rockfall_desktop.ui.words import marked

HEIGHT = 28


class StatusLine(QFrame):
    """Site, store, processors."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status_line")
        self.setFixedHeight(HEIGHT)
        self.site = ElidedLabel("no site open", name="status_site")
        self.store = text_label("store: saved", name="status_store")
        cores = os.cpu_count() or 1
        self.machine = text_label(f"{cores} CPU core{'s' if cores > 1 else ''}", name="status_machine")
        self.closing = text_label(role="warning", name="status_closing")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        for widget in (self.site, self.store, self.machine):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.closing)
        self.closing.hide()

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
