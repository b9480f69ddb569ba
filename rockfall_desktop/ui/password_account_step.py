"""The form of the password dialog for somebody who has an account on another station."""

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from rockfall_desktop.ui.buttons import push_button
from rockfall_desktop.ui.file_choice import ask_for_file
from rockfall_desktop.ui.password_steps import SecretEdit, Step
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme

FILES = "Account files (*.rockfall-account);;All files (*)"  # domain.account_file would load pydantic here


class AccountStep(Step):
    """Asks for an account file and its pass phrase."""

    heading = "Your account file sets this station up. You are its administrator, by name and pass phrase of the file."
    action = "Set up and open"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.file = QLineEdit()
        self.file.setObjectName("account_file")
        self.choose = push_button("Choose …", "choose_account_file")
        self.phrase = SecretEdit(theme, "account_file_pass_phrase")
        label = text_label("Account file", role="field")
        label.setBuddy(self.file)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        self._column.addWidget(label)
        self._column.addLayout(row)
        self._column.addSpacing(8)
        self._add("Its pass phrase", self.phrase)
        self._end_with("I have none: choose a name and a pass phrase", "use_no_account_file")
        self.file.textEdited.connect(self.edited)
        self.choose.clicked.connect(self._ask_file)

    @property
    def path(self) -> Path:
        """The file that is named."""
        return Path(self.file.text().strip())

    def begin(self) -> None:
        """Put the cursor where it is needed."""
        (self.phrase if self.file.text() else self.file).setFocus()

    def forget(self) -> None:
        """Keep no secret."""
        self.phrase.forget()

    def missing(self) -> str:
        """What is not filled in yet, as a sentence."""
        if not self.file.text().strip():
            return "Choose the account file; the other station exports it under Settings, Account."
        return "" if self.phrase.text() else "Type the pass phrase by which you sign in on the other station."

    def choose_file(self, path: Path) -> None:
        """Name a file."""
        self.file.setText(str(path))
        self.edited.emit()
        self.begin()

    def _ask_file(self) -> None:
        ask_for_file(self, "account_file_dialog", "Your account file", FILES, self.choose_file)
