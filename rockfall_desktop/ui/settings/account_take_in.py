"""The panel with which an administrator lets somebody in who has an account on another station."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.user import Role, User
from rockfall_desktop.ui.card import FaultCard, push_button
from rockfall_desktop.ui.file_choice import ask_for_file
from rockfall_desktop.ui.password_steps import NAME_LENGTH, SecretEdit
from rockfall_desktop.ui.plain import ElidedLabel, set_role, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.settings.account_export import FILES
from rockfall_desktop.ui.settings.account_facts import ROLES, AccountFacts, why_not
from rockfall_desktop.ui.settings.account_taking import AccountTaking, Looked, Wanted
from rockfall_desktop.ui.settings.field_line import FieldLine
from rockfall_desktop.ui.theme import Theme

WHAT = "Somebody who has an account on another station brings its file and types its pass phrase here."
OPENING = "Opening the file \N{HORIZONTAL ELLIPSIS}"
TAKING = "Checking both pass phrases \N{HORIZONTAL ELLIPSIS}"
MISSING = "Type it first."


class AccountTakeIn(QFrame):
    """Choose, look, decide, take: each step is shown when the one before it is done.

    Signals:
        taken: somebody more can sign in here.
    """

    taken = Signal()

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._path: Path | None = None
        self._looked: Looked | None = None
        self.taking = AccountTaking(seat, self)
        self.choose, self.file = push_button("Choose a file …", "account_choose"), ElidedLabel(name="account_file_name")
        self.phrase, self.own_phrase = SecretEdit(theme, "account_file_phrase"), SecretEdit(theme, "account_admin")
        self.name, self.role = QLineEdit(), QComboBox()
        self.name.setObjectName("account_new_name")
        self.name.setMaxLength(NAME_LENGTH)
        self.role.setObjectName("account_new_role")
        for role, words in ROLES.items():
            self.role.addItem(words, role)
        self.look, self.take = push_button("Look at it", "account_look"), push_button("Take it in", "account_take",
                                                                                      "main")  # fmt: skip
        self.opening, self.deciding, self.facts = QWidget(), QWidget(), AccountFacts()
        self.barred = text_label(role="warning", wrap=True, name="account_barred")
        self.words, self.card = text_label(wrap=True, name="account_take_words"), FaultCard("account_take_card")
        self.lines = {
            "phrase": FieldLine("Its pass phrase", self.phrase, "Its user types it; it is kept nowhere."),
            "name": FieldLine("Name here", self.name, ""),
            "role": FieldLine("Role here", self.role, "What they may do there counts for nothing here."),
            "own": FieldLine("Your pass phrase", self.own_phrase, "Once more: it opens the key of this store."),
        }
        self._arrange()
        self._connect()
        self.forget()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.choose)
        head.addWidget(self.file, 1)
        _stack(self.opening, self.lines["phrase"], self.look)
        _stack(self.deciding, self.lines["name"], self.lines["role"], self.lines["own"], self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(text_label("Take an account in", role="section"))
        column.addWidget(text_label(WHAT, role="muted", wrap=True))
        column.addLayout(head)
        for widget in (self.opening, self.facts, self.barred, self.deciding, self.words, self.card):
            column.addWidget(widget)
        column.addStretch()

    def _connect(self) -> None:
        self.choose.clicked.connect(self._ask_source)
        self.look.clicked.connect(self._look)
        self.phrase.returnPressed.connect(self._look)
        self.take.clicked.connect(self._take)
        self.own_phrase.returnPressed.connect(self._take)
        self.phrase.textEdited.connect(lambda _: self._show_looked(None))
        self.taking.looked.connect(self._show_looked)
        self.taking.taken.connect(self._taken)
        self.taking.refused.connect(self._refused)

    def choose_file(self, path: Path) -> None:
        """Turn to a file, of which nothing is known yet."""
        self.forget()
        self._path = path
        self.file.setText(str(path))
        self.opening.show()
        self.phrase.setFocus()

    def forget(self) -> None:
        """Hold nothing that was typed or found, the pass phrases least of all."""
        self.taking.forget()
        self._path = None
        self.file.setText("No file is chosen.")
        self.phrase.forget()
        self.opening.hide()
        self._show_looked(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is typed here is not left standing behind another page."""
        super().hideEvent(event)
        self.phrase.forget()
        self.own_phrase.forget()
        if not self.taking.busy:
            self._show_looked(None)

    def _show_looked(self, looked: Looked | None) -> None:
        """Say whose it is; only what a trusted key signed can be taken."""
        self._looked = looked
        self._say("")
        self.card.hide()
        self.own_phrase.forget()
        for line in self.lines.values():
            line.show_fault("")
        opened = None if looked is None else looked.opened
        barred = "" if opened is None else why_not(opened)
        self.facts.show_account(opened)
        self.barred.setText(barred)
        self.barred.setVisible(bool(barred))
        self.name.setText("" if opened is None else opened.account.name)
        self.role.setCurrentIndex(self.role.findData(Role.ENGINEER))
        self.deciding.setVisible(opened is not None and not barred)

    def _look(self) -> None:
        if self._path is None or self.taking.busy:
            return
        if not self.phrase.text():
            self.lines["phrase"].show_fault(MISSING)
            return
        self._show_looked(None)
        self._say(OPENING, busy=True)
        self.taking.look(self._path, self.phrase.text())

    def _take(self) -> None:
        if self._looked is None or self.taking.busy:
            return
        missing = [key for key, text in (("phrase", self.phrase.text()), ("name", self.name.text().strip()),
                                         ("own", self.own_phrase.text())) if not text]  # fmt: skip
        for key in missing:
            self.lines[key].show_fault(MISSING)
        if missing:
            return
        role, name = Role(self.role.currentData()), self.name.text().strip()
        wanted = Wanted(self.phrase.text(), self.own_phrase.text(), role, name)
        self.own_phrase.forget()
        self.card.hide()
        self._say(TAKING, busy=True)
        self.taking.take(self._looked, wanted)

    def _taken(self, user: User) -> None:
        self.forget()
        self._say(f"{user.name} can sign in here now, with the pass phrase of the file.", "good")
        self.taken.emit()

    def _refused(self, error: RockfallError) -> None:
        self._say("")
        self.card.show_error(error)

    def _say(self, words: str, role: str = "muted", *, busy: bool = False) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        set_role(self.words, role)
        for widget in (self.choose, self.look, self.take, self.phrase):
            widget.setEnabled(not busy)

    def _ask_source(self) -> None:
        ask_for_file(self, "account_import_dialog", "Another station's account file", FILES, self.choose_file)


def _stack(box: QWidget, *parts: QWidget) -> None:
    """Lines below each other, and the button of the last."""
    inside = QVBoxLayout(box)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(8)
    for part in parts[:-1]:
        inside.addWidget(part)
    inside.addWidget(parts[-1], 0, Qt.AlignmentFlag.AlignLeft)
