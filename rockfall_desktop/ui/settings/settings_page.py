"""The Settings page: a tab each for the office, the sync with it, the keys of stations, and the own account."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_tab import AccountTab
from rockfall_desktop.ui.settings.keys_tab import KeysTab
from rockfall_desktop.ui.settings.office_tab import OfficeTab
from rockfall_desktop.ui.settings.sync_tab import SyncTab
from rockfall_desktop.ui.syncing import Syncing
from rockfall_desktop.ui.theme import Theme


class SettingsPage(QWidget):
    """Arranges the tabs.

    Signals:
        office_saved: another office is in force.
    """

    office_saved = Signal()
    title = "Settings"

    def __init__(self, seat: Seat, syncing: Syncing, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.office, self.sync, self.keys = OfficeTab(seat, theme), SyncTab(seat, syncing, theme), KeysTab(seat, theme)
        self.account = AccountTab(seat, theme)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("settings_tabs")
        for tab in (self.office, self.sync, self.keys, self.account):
            self.tabs.addTab(tab, tab.title)
        self.office.saved.connect(self.office_saved)
        syncing.moved.connect(lambda _: self.keys.look_again())
        seat.left.connect(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 24, 16)
        column.addWidget(self.tabs)

    def turn_to_sync(self) -> None:
        """Show the tab Sync."""
        self.tabs.setCurrentWidget(self.sync)

    def forget(self) -> None:
        """Hold nothing of the one who was signed in: at every lock, because a password may be typed here."""
        for tab in (self.office, self.sync, self.keys, self.account):
            tab.forget()
