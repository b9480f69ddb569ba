"""The forms of the password dialog: factory password, a user's first pass phrase, signing in."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.pass_phrase import PASS_PHRASE_MAXIMUM, PASS_PHRASE_MINIMUM
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.buttons import push_button
from rockfall_desktop.ui.name_choice import NameChoice
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.theme import Theme

NAME_LENGTH = 64


class SecretEdit(QLineEdit):
    """A line whose letters are hidden until the eye at its end is pressed."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setMaxLength(PASS_PHRASE_MAXIMUM)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._theme = theme
        self._eye = QAction("Show what is typed", self)
        self._eye.triggered.connect(self._turn)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        theme.changed.connect(self._draw)
        self._draw()

    def forget(self) -> None:
        """Empty the line and hide what comes next, undo included."""
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setText("")
        self._draw()

    def _turn(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._draw()

    def _draw(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self._eye.setIcon(icons.icon("eye" if hidden else "eye-off", self._theme.tokens.muted, 16))


class Step(QWidget):
    """One form.

    Signals:
        submitted: Enter was pressed in the last line.
        edited: something was typed.
        other_wanted: the other way in is wanted, where there are two.
    """

    submitted = Signal()
    edited = Signal()
    other_wanted = Signal()
    heading = ""
    action = "Unlock"

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def _add(self, title: str, line: QLineEdit) -> None:
        label = text_label(title, role="field")
        label.setBuddy(line)
        self._column.addWidget(label)
        self._column.addWidget(line)
        self._column.addSpacing(8)
        line.textEdited.connect(self.edited)
        line.returnPressed.connect(self.submitted)

    def _end_with(self, words: str, name: str) -> None:
        """Close the form with a link to the other way in."""
        link = push_button(words, name, "link")
        link.clicked.connect(self.other_wanted)
        self._column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch()

    def begin(self) -> None:
        """Put the cursor where it is needed."""

    def forget(self) -> None:
        """Keep no secret."""

    def missing(self) -> str:
        """What is not filled in yet, as a sentence; empty when all is."""
        return ""


class FactoryStep(Step):
    """Asks for the password that the program came with; it opens the set-up and nothing ever after."""

    heading = "First start. The factory password opens the set-up of your own pass phrase."
    action = "Continue"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.password = SecretEdit(theme, "factory_password")
        self._add("Factory password", self.password)
        self._column.addStretch()

    def begin(self) -> None:
        """Put the cursor where it is needed."""
        self.password.setFocus()

    def forget(self) -> None:
        """Keep no secret."""
        self.password.forget()

    def missing(self) -> str:
        """What is not filled in yet, as a sentence."""
        return "" if self.password.text() else "Type the factory password; it stands in the manual."


class SetUpStep(Step):
    """Asks for a name and, twice, for a pass phrase, and says while typing what is still missing."""

    heading = "Choose your name and a pass phrase. Nobody can recover it for you."
    action = "Set up and open"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setObjectName("new_name")
        self.name.setMaxLength(NAME_LENGTH)
        self.phrase = SecretEdit(theme, "new_pass_phrase")
        self.again = SecretEdit(theme, "new_pass_phrase_again")
        self._add("Name", self.name)
        self._add("Pass phrase", self.phrase)
        self._add("Pass phrase, once more", self.again)
        self.length = text_label(role="muted", wrap=True, name="hint_length")
        self.same = text_label(role="muted", wrap=True, name="hint_same")
        self._column.addWidget(self.length)
        self._column.addWidget(self.same)
        self._end_with("I have an account file", "use_account_file")
        self.edited.connect(self._hint)
        self._hint()

    def begin(self) -> None:
        """Put the cursor where it is needed."""
        self.name.setFocus()

    def forget(self) -> None:
        """Keep no secret."""
        self.phrase.forget()
        self.again.forget()
        self._hint()

    def missing(self) -> str:
        """What is not filled in yet, as a sentence."""
        if not self.name.text().strip():
            return "Type the name by which you will sign in."
        if len(self.phrase.text()) < PASS_PHRASE_MINIMUM:
            return f"The pass phrase needs at least {PASS_PHRASE_MINIMUM} characters."
        return "" if self.phrase.text() == self.again.text() else "The two pass phrases differ."

    def _hint(self) -> None:
        typed = len(self.phrase.text())
        enough = typed >= PASS_PHRASE_MINIMUM
        words = "long enough" if enough else f"at least {PASS_PHRASE_MINIMUM}; a short sentence is easiest to keep"
        self.length.setText(f"{typed} characters: {words}")
        set_role(self.length, "good" if enough else "muted")
        same = self.phrase.text() == self.again.text()
        again = self.again.text()
        self.same.setText("" if not again else ("both are the same" if same else "the two differ so far"))
        set_role(self.same, "good" if same else "muted")


class SignInStep(Step):
    """Asks for name and pass phrase."""

    heading = "Sign in to open this station."

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setObjectName("name")
        self.name.setMaxLength(NAME_LENGTH)
        self.phrase = SecretEdit(theme, "pass_phrase")
        self._add("Name", self.name)
        self._add("Pass phrase", self.phrase)
        self._column.addStretch()
        self.names = NameChoice(self.name, theme)
        self.names.chosen.connect(self.phrase.setFocus)
        self.name.returnPressed.disconnect(self.submitted)
        self.name.returnPressed.connect(self._go_on)

    def begin(self) -> None:
        """Put the cursor where it is needed."""
        (self.phrase if self.name.text() else self.name).setFocus()

    def forget(self) -> None:
        """Keep no secret."""
        self.phrase.forget()

    def _go_on(self) -> None:
        """Enter behind the name, or in the list of names, is no try as long as there is no pass phrase."""
        if self.phrase.text():
            self.submitted.emit()
        else:
            self.phrase.setFocus()

    def offer_names(self, names: Sequence[str]) -> None:
        """Fill in the name where there is only one; offer to choose among several."""
        self.names.offer(names)
        if len(names) == 1 and not self.name.text():
            self.name.setText(names[0])
            if not self.phrase.text():
                self.phrase.setFocus()

    def missing(self) -> str:
        """What is not filled in yet, as a sentence."""
        if not self.name.text().strip():
            return "Type your name."
        return "" if self.phrase.text() else "Type your pass phrase."
