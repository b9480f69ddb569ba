"""What an account file says of itself, before anything of it is taken."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QGridLayout, QWidget

from rockfall_desktop.domain.account_file import AccountFile, OpenedAccount
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role
from rockfall_desktop.ui.deployments.history_detail import KEY_WORDS, spoken
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.words import moment

ROLES = {Role.ENGINEER: "engineer", Role.ADMIN: "administrator"}
FACTS = ("Account", "User id", "From", "Made", "Signed by", "That key")
COUNTS = frozenset({KeyState.OWN, KeyState.TRUSTED})


class AccountFacts(QWidget):
    """A line for each thing that a person should know."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.facts = {one: text_label(wrap=True, name=f"account_fact_{place}") for place, one in enumerate(FACTS)}
        for row, (title, label) in enumerate(self.facts.items()):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text_label(title, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        self.facts["Signed by"].setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))

    def show_account(self, opened: OpenedAccount | None) -> None:
        """Show what a file says; None takes it away."""
        lines = ("",) * len(FACTS) if opened is None else _lines(opened.account, opened.key_state)
        for label, words in zip(self.facts.values(), lines, strict=True):
            label.setText(words)
        self.setVisible(opened is not None)


def why_not(opened: OpenedAccount) -> str:
    """Why an account cannot be taken in, and what to do; empty when it can."""
    station = opened.account.station_name
    if opened.key_state in COUNTS:
        return ""
    if opened.key_state is KeyState.REVOKED:
        return "The key that signed this file was revoked on this station: it cannot be taken in."
    return (
        f"The key that signed this file is not trusted here, and anybody could write one with this name. Have the "
        f"people at {station} read their fingerprint to you, compare all of it, trust it under Keys, and look again."
    )


def _lines(account: AccountFile, state: KeyState | None) -> tuple[str, ...]:
    known = "never seen here" if state is None else KEY_WORDS[state]
    return (
        f"{account.name}, {ROLES[account.role]} there; what that is here, you decide",
        account.user_id,
        account.station_name,
        f"{moment(account.exported_at)}, by that station's clock",
        spoken(account.key_id),
        known,
    )
