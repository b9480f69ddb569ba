"""The station's own fingerprint, to be read to others, and its key as a file."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rockfall_desktop.domain.station_key import StationKey
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.words import NOTHING

WHAT = "Read this to whoever is to trust what this station signs. It is no secret."


class OwnKeyPanel(QFrame):
    """Name, fingerprint in groups, copy, export, import.

    Signals:
        copy_wanted: with the fingerprint as it is shown.
        export_wanted, import_wanted, renew_wanted: the buttons.
    """

    copy_wanted = Signal(str)
    export_wanted = Signal()
    import_wanted = Signal()
    renew_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.name = ElidedLabel(role="section", name="own_key_name")
        self.fingerprint = text_label(NOTHING, wrap=True, name="own_key_fingerprint")
        self.fingerprint.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = push_button("Copy the fingerprint", "own_key_copy")
        self.export = push_button("Save the key to a file …", "own_key_export")
        self.read = push_button("Read another station's key file …", "key_import")
        self.renew = push_button("Renew the key …", "own_key_renew", "danger")
        wanted = (self.export, self.export_wanted), (self.read, self.import_wanted), (self.renew, self.renew_wanted)
        for button, signal in wanted:
            button.clicked.connect(signal)
        self.copy.clicked.connect(lambda: self.copy_wanted.emit(self.fingerprint.text()))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy, self.export, self.read):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.renew)
        self.renew.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for label in (self.name, self.fingerprint, text_label(WHAT, role="muted", wrap=True)):
            column.addWidget(label)
        column.addLayout(buttons)

    def let_renew(self, *, allowed: bool) -> None:
        """Offer a new key to an administrator alone."""
        self.renew.setVisible(allowed)

    def show_key(self, key: StationKey | None) -> None:
        """Show the own key; None takes it away."""
        self.name.setText("This station" if key is None else f"This station: {key.station_name}")
        self.fingerprint.setText(NOTHING if key is None else key.spoken)
        self.copy.setEnabled(key is not None)
