"""The fields of the office's address and its password, which is never shown once it is kept."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.office import OfficeAddress, OfficeSettings, SecretPlace
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.file_choice import ask_for_file
from rockfall_desktop.ui.password_steps import SecretEdit
from rockfall_desktop.ui.settings.field_line import FieldLine
from rockfall_desktop.ui.theme import Theme

WIDTH = 560
DOOR = ("hosts", "user", "tls", "ca_file")
OTHER_DOOR = "The kept password was given for another address, user or encryption: type the password again."


class OfficeForm(QWidget):
    """What a person types.

    Signals:
        edited: a field was changed by the person.
    """

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMaximumWidth(WIDTH)
        self.hosts, self.replica_set = _line("office_hosts", 500), _line("office_replica_set", 100)
        self.database, self.user = _line("office_database", 38), _line("office_user", 100)
        self.ca_file = _line("office_ca_file", 1000)
        self.password = SecretEdit(theme, "office_password")
        self.tls = QCheckBox("Encrypt the connection (TLS)")
        self.tls.setObjectName("office_tls")
        self.choose = push_button("Choose …", "office_choose_ca")
        self.rows = self._rows()
        self._kept = OfficeSettings(address=OfficeAddress(), secret=SecretPlace.NOWHERE, secret_words="")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for row in self.rows.values():
            column.addWidget(row)
        for line in self._lines():
            line.textEdited.connect(self._note_edit)
        self.tls.clicked.connect(self._note_edit)
        self.choose.clicked.connect(self._ask_file)
        self.show_settings(self._kept)

    def _rows(self) -> dict[str, FieldLine]:
        return {
            "hosts": FieldLine("Hosts", self.hosts, "host:port, several with commas. Empty: no office."),
            "replica_set": FieldLine("Replica set", self.replica_set, ""),
            "database": FieldLine("Database", self.database, ""),
            "user": FieldLine("User", self.user, "This station's own user of the MongoDB, not yours."),
            "password": FieldLine("Password", self.password, ""),
            "tls": FieldLine("", self.tls, "Demanded for any host but this machine."),
            "ca_file": FieldLine("Authority", self.ca_file, "PEM file of the office's own certificate authority. "
                                 "Empty: those that this computer trusts.", self.choose),
        }  # fmt: skip

    def _lines(self) -> tuple[QLineEdit, ...]:
        return (self.hosts, self.replica_set, self.database, self.user, self.password, self.ca_file)

    @property
    def values(self) -> dict[str, object]:
        """What is typed, by the fields of OfficeAddress."""
        return {
            "hosts": self.hosts.text(), "replica_set": self.replica_set.text(), "database": self.database.text(),
            "user": self.user.text(), "tls": self.tls.isChecked(), "ca_file": self.ca_file.text(),
        }  # fmt: skip

    @property
    def saved_values(self) -> dict[str, object]:
        """What was saved last, whatever is typed."""
        return self._kept.address.model_dump()

    @property
    def typed_password(self) -> str | None:
        """The password that was typed; None when none was."""
        return self.password.text() or None

    def show_settings(self, settings: OfficeSettings) -> None:
        """Show what is saved; the password's line is empty."""
        self._kept = settings
        address = settings.address
        for line, text in (
            (self.hosts, address.hosts), (self.replica_set, address.replica_set), (self.database, address.database),
            (self.user, address.user), (self.ca_file, address.ca_file),
        ):  # fmt: skip
            line.setText(text)
            line.setCursorPosition(0)
        self.tls.setChecked(address.tls)
        self.password.forget()
        self._tell_of_password()
        self.show_faults({})

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Say what is wrong, each in its place; the first one gets the focus."""
        for name, row in self.rows.items():
            row.show_fault(faults.get(name, ""))
        first = next((row.editor for name, row in self.rows.items() if name in faults), None)
        if first is not None:
            first.setFocus()

    def let_change(self, *, allowed: bool) -> None:
        """Let the fields be changed, or only be read."""
        for line in self._lines():
            line.setEnabled(allowed)
        self.rows["password"].setVisible(allowed)
        self.tls.setEnabled(allowed)
        self.choose.setVisible(allowed)

    def take_file(self, path: Path) -> None:
        """Take a file as the authority's."""
        self.ca_file.setText(str(path))
        self._note_edit()

    def _note_edit(self) -> None:
        self._tell_of_password()
        self.edited.emit()

    def _tell_of_password(self) -> None:
        kept = self._kept.secret is not SecretPlace.NOWHERE
        before = self._kept.address.model_dump()
        other = kept and any(self.values[name] != before[name] for name in DOOR)
        self.password.setPlaceholderText("kept; type to replace it" if kept and not other else "")
        self.rows["password"].set_note(OTHER_DOOR if other else self._kept.secret_words)

    def _ask_file(self) -> None:
        files = "Certificates (*.pem *.crt *.cer);;All files (*)"
        ask_for_file(self, "office_ca_dialog", "Certificate authority of the office", files, self.take_file)


def _line(name: str, longest: int) -> QLineEdit:
    line = QLineEdit()
    line.setObjectName(name)
    line.setMaxLength(longest)
    return line
