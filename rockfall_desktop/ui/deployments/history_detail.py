"""Everything about one deployment, and what can be done with it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.deployment import Deed
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.deployments.history_rows import DEEDS, OF_OLD, Entry
from rockfall_desktop.ui.plain import set_role, text_label
from rockfall_desktop.ui.words import count, marked, moment

HEIGHT, LEAST_HEIGHT = 268, 140
KEY_WORDS = {
    KeyState.OWN: "this station's own key",
    KeyState.SEEN: "known, not trusted here",
    KeyState.TRUSTED: "trusted here",
    KeyState.REVOKED: "revoked here",
}
NOT_CARRIED = "Its report spoke against it: only an administrator may make it the active one."
FACTS = ("Deed", "Deployed", "Reason", "Against", "Signed by", "Bundle", "Job")


class HistoryDetail(QFrame):
    """The panel under the table.

    Signals:
        roll_back_wanted, again_wanted, export_wanted: of the deployment that is shown, as its id.
    """

    roll_back_wanted = Signal(str)
    again_wanted = Signal(str)
    export_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deployment_detail")
        self.setProperty("role", "panel")
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setMaximumHeight(HEIGHT)
        self.entry: Entry | None = None
        self.title = text_label(role="section", wrap=True, name="deployment_title")
        self.state = text_label(wrap=True, name="deployment_state")
        self.facts = {name: text_label(wrap=True, name=f"deployment_{name.lower()}") for name in FACTS}
        self.roll_back = push_button("Roll back to it …", "deployment_roll_back")
        self.again = push_button("Deploy again …", "deployment_again")
        self.export = push_button("Export to a file …", "deployment_export")
        self.why_not = text_label(role="muted", wrap=True, name="deployment_why_not")
        self._arrange()
        self.roll_back.clicked.connect(lambda: self._want(self.roll_back_wanted.emit))
        self.again.clicked.connect(lambda: self._want(self.again_wanted.emit))
        self.export.clicked.connect(lambda: self._want(self.export_wanted.emit))

    def sizeHint(self) -> QSize:
        """As high as all it has to say; the cards above may take some of that from it."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (name, label) in enumerate(self.facts.items()):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(text_label(name, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        inner = QWidget()
        inner.setObjectName("scrolled")
        facts = QVBoxLayout(inner)
        facts.setContentsMargins(0, 0, 8, 0)
        facts.addLayout(grid)
        facts.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.title)
        left.addWidget(self.state)
        left.addWidget(area, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(24)
        line.addLayout(left, 1)
        line.addLayout(self._buttons())

    def _buttons(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        for button in (self.roll_back, self.again, self.export):
            button.setFixedWidth(190)
            right.addWidget(button)
        self.why_not.setFixedWidth(190)
        right.addWidget(self.why_not)
        right.addStretch()
        return right

    def show_entry(self, entry: Entry | None, *, administrator: bool = True) -> None:
        """Turn to a deployment; None: to none.

        Args:
            entry: which.
            administrator: whether who looks may decide against a report.
        """
        self.entry = entry
        self.setVisible(entry is not None)
        if entry is None:
            for label in (self.title, self.state, *self.facts.values()):
                label.setText("")
            return
        one, state = entry.deployment, entry.state
        self.title.setText(f"{marked(one.site_name, simulated=one.simulated)}, {_numbered(entry)}")
        self.state.setText(f"{state.word[:1].upper()}{state.word[1:]}. {state.sentence}")
        set_role(self.state, state.tone if state.tone != "muted" else "")
        for name, words in _facts(entry).items():
            self.facts[name].setText(words)
        self._let(entry, administrator)

    def _let(self, entry: Entry, administrator: bool) -> None:  # noqa: FBT001 - of one of two kinds of people
        """Offer what can be done; what cannot says why."""
        one = entry.deployment
        lost = one.accepted is False
        why_not = ""
        if not one.bundle_sha256:
            why_not = "It was made before there were bundles. Deploy its job again."
        elif entry.revoked:
            why_not = "A key that signed it was revoked. Deploy another model."
        self.export.setEnabled(not why_not)
        if not why_not and one.against and not administrator:
            why_not = NOT_CARRIED
        self.roll_back.setVisible(not lost)
        self.again.setVisible(lost)
        self.roll_back.setEnabled(not why_not and not one.active)
        self.again.setEnabled(not why_not)
        self.why_not.setText(why_not or ("" if lost or not one.active else "It is the active one."))

    def _want(self, emit: object) -> None:
        if self.entry is not None and callable(emit):
            emit(self.entry.deployment.deployment_id)


def key_words(key_id: str, key: StationKey | None) -> str:
    """Whose signature it is, with the whole fingerprint in groups and what it is worth here."""
    if not key_id:
        return OF_OLD
    if key is None:
        return f"a key that is not known here: {spoken(key_id)}"
    return f"{key.station_name}, {KEY_WORDS[key.state]}: {key.spoken}"


def spoken(fingerprint: str) -> str:
    """A fingerprint in groups of four."""
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))


def _numbered(entry: Entry) -> str:
    if entry.deployment.version is not None:
        return f"version {entry.version}"
    return entry.version if entry.own else f"version {entry.version}"


def _facts(entry: Entry) -> dict[str, str]:
    one = entry.deployment
    source = f", the model of deployment {one.source_id}" if one.deed is not Deed.DEPLOY and one.source_id else ""
    size = f"{count(one.bundle_bytes)} bytes, SHA-256 {one.bundle_sha256}" if one.bundle_sha256 else "none"
    return {
        "Deed": f"{DEEDS[one.deed]}{source}; number {one.epoch} in the site's chain of decisions",
        "Deployed": f"{moment(one.deployed_at)} by {one.deployed_by_name}, {entry.station}",
        "Reason": one.reason or "none was given",
        "Against": "\n".join(one.against) or "nothing: its report showed everything, or was not asked then",
        "Signed by": key_words(one.key_id, entry.key),
        "Bundle": size,
        "Job": one.job_id,
    }
