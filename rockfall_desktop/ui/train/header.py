"""The head of the monitor: the one line that is read in one glance."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.words import NOTHING, count, duration, three_digits

FACTS = (
    ("member", "Member"),
    ("epoch", "Epoch"),
    ("eta", "ETA"),
    ("best", "PR-AUC, best epoch"),
    ("patience", "Patience"),
    ("pace", "Samples/s"),
)


class MonitorHeader(QWidget):
    """Which job, what it is doing, and the facts.

    Member of an ensemble, epochs done, ETA, PR-AUC of the best epoch, patience, pace.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("monitor_header")
        self.title = ElidedLabel(role="section", name="monitor_title")
        self.badge = text_label("simulated", role="badge", name="monitor_simulated")
        self.phase = text_label(role="muted", name="monitor_phase")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.facts = {key: text_label(NOTHING, role="number", name=f"fact_{key}") for key, _ in FACTS}
        self._pairs: dict[str, QWidget] = {}
        self._arrange()
        self._pairs["member"].hide()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.badge)
        head.addStretch()
        head.addWidget(self.phase)
        facts = QHBoxLayout()
        facts.setSpacing(24)
        for key, words in FACTS:
            pair = QWidget()
            column = QVBoxLayout(pair)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(text_label(words, role="muted"))
            column.addWidget(self.facts[key])
            facts.addWidget(pair)
            self._pairs[key] = pair
        facts.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addLayout(facts)
        column.addWidget(self.bar)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def begin(self, title: str, *, simulated: bool) -> None:
        """Turn to a job of which nothing is known yet."""
        self.title.setText(title)
        self.badge.setVisible(simulated)
        self.say("queued")
        self.bar.setValue(0)
        for label in self.facts.values():
            label.setText(NOTHING)
        self._pairs["member"].hide()

    def show_place(self, place: tuple[int, int], epoch: int, total: int) -> None:
        """Show how far the training is.

        Args:
            place: number of the member and how many there are; a single one is not told.
            epoch: its epochs that are done.
            total: its epochs at most.
        """
        self.facts["epoch"].setText(f"{epoch}/{total}")
        self.facts["member"].setText(f"{place[0]}/{place[1]}")
        self._pairs["member"].setVisible(place[1] > 1)

    def say(self, words: str) -> None:
        """What the job is doing."""
        self.phase.setText(words)

    def show_epoch(self, metrics: TrainingMetrics, best: tuple[float, int] | None) -> None:
        """Show an epoch; `best` is the PR-AUC of the best epoch with the number of that epoch."""
        self.facts["best"].setText(NOTHING if best is None else f"{three_digits(best[0])} @{best[1]}")
        self.facts["patience"].setText(f"{metrics.patience_used}/{metrics.patience}")
        self.facts["pace"].setText(count(round(metrics.samples_per_second)))

    def show_eta(self, seconds: float | None) -> None:
        """Show how long it still takes at most."""
        self.facts["eta"].setText(duration(seconds))

    def show_progress(self, share: float) -> None:
        """Show how much is done, 0 to 1."""
        self.bar.setValue(round(1000 * share))
