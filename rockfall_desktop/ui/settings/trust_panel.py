"""A line into which the whole fingerprint of another station goes before its signatures count."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import set_role, text_label

WHAT = "Have the other station's people read their fingerprint to you and type all of it. The list below is no proof."
READ_ONLY = "Only an administrator of this station trusts or revokes keys."


class TrustPanel(QWidget):
    """Trust by the whole fingerprint; revoke what is chosen in the list.

    Signals:
        trusted: with what was typed.
        revoke_wanted: the button.
    """

    trusted = Signal(str)
    revoke_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._may_decide = self._may_revoke = False
        self.waits = False
        self.fingerprint = QLineEdit()
        self.fingerprint.setObjectName("trust_fingerprint")
        self.fingerprint.setPlaceholderText("64 digits, 0 to 9 and a to f; spaces do not matter")
        self.fingerprint.setMaxLength(200)
        self.give = push_button("Trust this key", "trust_key")
        self.revoke = push_button("Revoke …", "revoke_key", "danger")
        self.note = text_label(WHAT, role="muted", wrap=True, name="trust_note")
        title = text_label("Other stations", role="section")
        label = text_label("Fingerprint", role="field")
        label.setBuddy(self.fingerprint)
        self.fingerprint.setAccessibleName("Fingerprint of another station")
        self.line = QWidget()
        row = QHBoxLayout(self.line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.fingerprint, 1)
        for button in (self.give, self.revoke):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (title, self.line, self.note):
            column.addWidget(widget)
        self.give.clicked.connect(self._give)
        self.fingerprint.returnPressed.connect(self._give)
        self.fingerprint.textEdited.connect(lambda _: self.show_fault(""))
        self.revoke.clicked.connect(self.revoke_wanted)

    def let_decide(self, *, allowed: bool) -> None:
        """Offer the decisions to an administrator alone; others read why not."""
        self._may_decide = allowed
        self.line.setVisible(allowed)
        self.show_fault("")
        self.let_revoke(allowed=self._may_revoke)

    def let_revoke(self, *, allowed: bool) -> None:
        """Whether a key is chosen that can be revoked."""
        self._may_revoke = allowed
        self.revoke.setEnabled(allowed and self._may_decide)

    def show_fault(self, words: str) -> None:
        """Say what is wrong with what was typed; empty words: nothing."""
        self.waits = False
        self.note.setText(words or (WHAT if self._may_decide else READ_ONLY))
        set_role(self.note, "danger" if words else "muted")

    def clear(self) -> None:
        """Nothing is typed and nothing is wrong."""
        self.fingerprint.clear()
        self.show_fault("")

    def _give(self) -> None:
        self.show_fault("")
        self.waits = True
        self.trusted.emit(self.fingerprint.text())
