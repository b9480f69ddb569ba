"""What a bundle from a file says of itself, before anything of it is taken."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from rockfall_desktop.domain.bundle import Manifest
from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.ui.deployments.history_detail import KEY_WORDS, spoken
from rockfall_desktop.ui.deployments.history_rows import DEEDS
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.words import count, marked, moment, three_digits

ACTIVE = "It becomes the active one for its site on this station, past this station's own gate."
REVOKED = "The key that signed it was revoked on this station. It is shown and cannot be taken."
NOT_YOU = "Only an administrator may take a bundle from a file: it becomes active without this station's gate. Ask one."


def why_not(key_state: KeyState, *, administrator: bool) -> str:
    """Why a bundle cannot be taken by who is signed in; empty when it can."""
    if key_state is KeyState.REVOKED:
        return REVOKED
    return "" if administrator else NOT_YOU


class BundleFacts(QWidget):
    """A line for each thing that a person should know."""

    def __init__(self, manifest: Manifest, key_state: KeyState) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, words) in enumerate(bundle_lines(manifest, key_state)):
            grid.addWidget(text_label(name, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            label = text_label(words, wrap=True, name=f"bundle_{name.lower().replace(' ', '_')}")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 1)


def bundle_lines(manifest: Manifest, key_state: KeyState) -> tuple[tuple[str, str], ...]:
    """Names and words, in the order in which they matter."""
    one, origin, model = manifest.deployment, manifest.provenance, manifest.model
    size = sum(file.size for file in manifest.files)
    files = "1 file" if len(manifest.files) == 1 else f"{len(manifest.files)} files"
    return (
        ("Site", marked(one.site_name, simulated=one.simulated)),
        ("Signed by", f"{origin.station_name}, {KEY_WORDS[key_state]}: {spoken(manifest.key_id)}"),
        ("Deployed", f"{moment(one.deployed_at)} by {one.deployed_by_name} ({DEEDS[one.deed]}, number {one.epoch})"),
        ("Model", f"{network_name(model.config, model.members)}, trained {moment(origin.trained_at)}"),
        ("Reads", ", ".join(f"{one.name} ({one.unit})" for one in model.channels) or "layers alone"),
        ("Levels", "\n".join(level_words(rule, model.step_seconds) for rule in model.levels)),
        ("Reason", one.reason or "none was given"),
        ("Against", "\n".join(one.against) or "nothing"),
        ("Holds", f"{files}, {count(size)} bytes, program {origin.program_version}"),
    )


def level_words(rule: LevelRule, step_seconds: int) -> str:
    """A rule in one line."""
    numbers = ", ".join(f"{name} from {three_digits(getattr(rule, name))}" for name in ("yellow", "orange", "red"))
    return f"within {horizon_words(rule.horizon_steps, step_seconds)}: {numbers}"
