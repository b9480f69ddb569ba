"""A card for deployments that lost to another station's: it stays until somebody has decided."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from rockfall_desktop.operations.lost_deployments import LostDeployment
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.deployments.history_detail import NOT_CARRIED
from rockfall_desktop.ui.plain import text_label

ONE = "A deployment lost to another station's and waits for your decision"
SEVERAL = "{} deployments lost to those of other stations and wait for your decision, the newest first"


class LostCard(QFrame):
    """The newest of them with its two answers; the next one follows when it is decided.

    Signals:
        show_wanted, again_wanted, leave_wanted: of the one that is told, as its id.
    """

    show_wanted = Signal(str)
    again_wanted = Signal(str)
    leave_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lost_card")
        self.setProperty("role", "card_danger")
        self._deployment_id = ""
        self.title = text_label(role="section", wrap=True, name="lost_title")
        self.words = text_label(wrap=True, name="lost_words")
        self.words.setMinimumWidth(1)  # a word without an end never widens the window
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_it = push_button("Show it", "lost_show")
        self.again = push_button("Deploy again …", "lost_again")
        self.leave = push_button("Leave it", "lost_leave")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button, wanted in (
            (self.show_it, self.show_wanted), (self.again, self.again_wanted), (self.leave, self.leave_wanted),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, wanted=wanted: wanted.emit(self._deployment_id))
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(buttons)
        self.hide()

    def show_lost(
        self,
        lost: tuple[LostDeployment, ...],
        *,
        administrator: bool = True,
        revoked: frozenset[str] = frozenset(),
    ) -> None:
        """Tell the newest of them; none: hide.

        Args:
            lost: what waits.
            administrator: whether who looks may decide against a report.
            revoked: ids of deployments whose model counts for nothing: to be made anew from their jobs.
        """
        carried = administrator or not lost or not lost[0].deployment.against
        self.setVisible(bool(lost))
        self._deployment_id = lost[0].deployment.deployment_id if lost else ""
        self.title.setText(ONE if len(lost) == 1 else SEVERAL.format(len(lost)))
        self.words.setText(" ".join(([lost[0].sentence] if lost else []) + ([] if carried else [NOT_CARRIED])))
        self.again.setEnabled(carried and self._deployment_id not in revoked)
