"""The head of the Watch page: which site and model, how fresh, how many zones of each level, what to be wary of."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.site_score import SiteScore
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import ElidedLabel, set_role, text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.watch.watch_words import ORDER, level_counts, model_words, newest_words, record_ended
from rockfall_desktop.ui.words import marked, moment

ICON = 18


class WatchHead(QFrame):
    """Shows one SiteScore, and says by itself when it is not of now.

    Signals:
        as_of_wanted: the newest moment of the record is to be looked at.
        now_wanted: back to now.
    """

    as_of_wanted = Signal()
    now_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("watch_head")
        self.setProperty("role", "panel")
        self._theme = theme
        self.name = ElidedLabel(role="section", name="watch_name")
        self.when = text_label(role="badge", name="watch_when")
        self.model, self.newest = text_label(wrap=True, name="watch_model"), text_label(wrap=True, name="watch_newest")
        self.reason = text_label(role="danger", wrap=True, name="watch_reason")
        self.cautions = text_label(role="warning", wrap=True, name="watch_cautions")
        self.as_of = push_button("Look at its newest moment", "watch_as_of")
        self.back = push_button("Back to now", "watch_now")
        self._pictures = {level: QLabel() for level in ORDER}
        self.counts = {level: text_label(name=f"watch_count_{level}") for level in ORDER}
        self._arrange()
        self.as_of.clicked.connect(self.as_of_wanted)
        self.back.clicked.connect(self.now_wanted)
        theme.changed.connect(self._draw)
        self._draw()

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.name)
        first.addWidget(self.when)
        first.addStretch()
        for level in ORDER:
            pair = QHBoxLayout()
            pair.setSpacing(4)
            pair.addWidget(self._pictures[level])
            pair.addWidget(self.counts[level])
            first.addLayout(pair)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        for title, label, stretch in (("Model", self.model, 3), ("Newest reading", self.newest, 2)):
            facts.addWidget(text_label(title, role="muted"), 0, Qt.AlignmentFlag.AlignVCenter)
            facts.addWidget(label, stretch)
        facts.addWidget(self.as_of)
        facts.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(facts)
        column.addWidget(self.reason)
        column.addWidget(self.cautions)

    def show_score(self, score: SiteScore, deployment: Deployment | None, now: datetime, at: datetime | None) -> None:
        """Show a score; `at`: the moment of the past that it is of."""
        self.name.setText(marked(score.site_name, simulated=score.simulated))
        self.when.setText(f"as of {moment(at)}, not now" if at is not None else "")
        self.when.setVisible(at is not None)
        self.model.setText(model_words(score, deployment))
        self.reason.setText(score.reason)
        self.reason.setVisible(bool(score.reason))
        self.cautions.setText("\n".join(score.cautions))
        self.cautions.setVisible(bool(score.cautions))
        for level, words in level_counts(score):
            self.counts[level].setText(words)
            set_role(self.counts[level], "muted" if words.startswith("0 ") else "field")
        self.back.setVisible(at is not None)
        self.tell_age(score, now, at)

    def tell_age(self, score: SiteScore, now: datetime, at: datetime | None) -> None:
        """Say how old the newest reading is by now."""
        old = at is None and record_ended(score, now)
        self.newest.setText(newest_words(score, now, as_of=at is not None))
        set_role(self.newest, "danger" if old else "")
        self.as_of.setVisible(old)
        if score.newest is not None:
            self.as_of.setText(f"Look at {moment(score.newest)} instead")

    def _draw(self) -> None:
        for level, label in self._pictures.items():
            picture = icons.pixmap(f"level-{level}", self._theme.tokens.text, ICON, self.devicePixelRatioF())
            label.setPixmap(picture)
