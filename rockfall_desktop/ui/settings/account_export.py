"""Who is signed in, and their account as a file for another computer."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from rockfall_desktop.domain.account_file import SUFFIX
from rockfall_desktop.domain.user import User
from rockfall_desktop.operations.accounts import export_account
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.file_choice import ask_for_target
from rockfall_desktop.ui.password_steps import SecretEdit
from rockfall_desktop.ui.plain import ElidedLabel, set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_facts import ROLES
from rockfall_desktop.ui.settings.field_line import FieldLine
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.words import moment

FILES = f"Account files (*{SUFFIX});;All files (*)"
WHAT = "With this file you are the same person on another computer: there you see what you trained here."
NOTE = "The one by which you sign in; the file opens with it too."
EMPTY = "Type your pass phrase first."
CHECKING = "Checking the pass phrase and writing the file \N{HORIZONTAL ELLIPSIS}"


class AccountExport(QFrame):
    """Name, role and id; a line for the own pass phrase and a button that asks where to."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._seat = seat
        self.name = ElidedLabel(role="section", name="account_name")
        self.role = text_label(wrap=True, name="account_role")
        self.user_id = text_label(role="muted", wrap=True, name="account_user_id")
        self.user_id.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.phrase = SecretEdit(theme, "account_own_phrase")
        self.line = FieldLine("Pass phrase", self.phrase, NOTE)
        self.export = push_button("Export account file …", "account_export")
        self.words = text_label(wrap=True, name="account_export_words")
        self.card = FaultCard("account_export_card")
        self._writing = LatestCall("export an account", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        for widget in (self.name, self.role, self.user_id):
            column.addWidget(widget)
        column.addSpacing(12)
        column.addWidget(text_label("Your account file", role="section"))
        column.addWidget(text_label(WHAT, role="muted", wrap=True))
        column.addWidget(self.line)
        column.addSpacing(4)
        column.addWidget(self.export, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.words)
        column.addWidget(self.card)
        column.addStretch()
        self._connect()

    def _connect(self) -> None:
        self.export.clicked.connect(self._ask_target)
        self.phrase.returnPressed.connect(self._ask_target)
        self.phrase.textEdited.connect(lambda _: self.line.show_fault(""))
        self._writing.answered.connect(lambda _: self._written())
        self._writing.refused.connect(self._refused)
        self._path = Path()
        self._say("")

    def show_user(self, user: User | None) -> None:
        """Show who is signed in; None takes it away."""
        self.name.setText("" if user is None else user.name)
        self.role.setText("" if user is None else f"{ROLES[user.role].capitalize()} on this station since "
                          f"{moment(user.created_at)}")  # fmt: skip
        self.user_id.setText("" if user is None else f"User id {user.user_id}")

    def save(self, path: Path) -> None:
        """Write the file; the file dialog has asked already whether one that is there may be replaced."""
        if not self._seat.occupied:
            return
        session, station, phrase = self._seat.session, self._seat.station, self.phrase.text()
        self.phrase.forget()
        self._path = path
        self.card.hide()
        self._say(CHECKING, "muted")
        self.export.setEnabled(False)
        self._writing.ask(
            lambda: export_account(session, station=station, path=path, pass_phrase=phrase, overwrite=True)
        )

    def forget(self) -> None:
        """Hold nothing of the one who was signed in, the pass phrase least of all."""
        self._writing.forget()
        self.phrase.forget()
        self.line.show_fault("")
        self.card.hide()
        self._say("")
        self.export.setEnabled(True)
        self.show_user(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is typed here is not left standing behind another page."""
        super().hideEvent(event)
        self.phrase.forget()

    def _ask_target(self) -> None:
        if not self.phrase.text():
            self.line.show_fault(EMPTY)
            return
        first = f"{_file_name(self.name.text())}{SUFFIX}"
        ask_for_target(
            self, "account_export_dialog", "Export the account file", FILES, self.save, suffix=SUFFIX, first=first
        )

    def _written(self) -> None:
        self.export.setEnabled(True)
        self._say(f"Exported to {self._path}. Take it to the other computer and set it up there with the file, or have "
                  "an administrator take it in.", "good")  # fmt: skip

    def _refused(self, problem: object) -> None:
        self.export.setEnabled(True)
        self._say("")
        self.card.show_error(in_words(problem))

    def _say(self, words: str, role: str = "") -> None:
        self.words.setText(words)
        set_role(self.words, role)
        self.words.setVisible(bool(words))


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name) or "account"
