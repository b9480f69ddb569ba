"""One zone of the Watch page in full: its level, every horizon, why it is grey, what lies beyond experience."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import SiteScore, ZoneScore
from rockfall_desktop.ui import icons
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ROW_HEIGHT, Cell, Column, ValueTable
from rockfall_desktop.ui.watch.watch_rows import LATE
from rockfall_desktop.ui.watch.watch_words import SINGLE, SPREAD_TIP, spread_words
from rockfall_desktop.ui.words import three_digits

WIDTH, ICON, HEAD = 328, 24, 34
HORIZONS = (
    Column("Within", 58), Column("Level", 80), Column("Probability", 84, number=True),
    Column("\N{PLUS-MINUS SIGN}", 0, number=True, tip=SPREAD_TIP),
)  # fmt: skip
NEVER_SAFE = "Grey is never safe: nothing is known."


class ZoneDetail(QFrame):
    """The panel beside the table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("zone_detail")
        self.setProperty("role", "panel")
        self.setFixedWidth(WIDTH)
        self._theme = theme
        self._zone: ZoneScore | None = None
        self._picture = QLabel()
        self.name = text_label(role="section", wrap=True, name="zone_name")
        self.level = text_label(role="section", name="zone_level")
        self.reason = text_label(wrap=True, name="zone_reason")
        self.horizons = ValueTable(HORIZONS, theme, "zone_horizons")
        self.beyond = text_label(role="warning", wrap=True, name="zone_beyond")
        self.missing = text_label(role="muted", wrap=True, name="zone_missing")
        self.late = text_label(LATE, role="muted", wrap=True, name="zone_late")
        self.doubt = text_label(role="muted", wrap=True, name="zone_doubt")
        self._arrange()
        theme.changed.connect(self._draw)

    def _arrange(self) -> None:
        self.horizons.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.name, 1)
        head.addWidget(self.level, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.reason, self.horizons, self.beyond, self.missing, self.late, self.doubt):
            column.addWidget(widget)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(area)

    def show_zone(self, zone: ZoneScore | None, score: SiteScore | None) -> None:
        """Turn to a zone; None: to none."""
        self._zone = zone
        self.setVisible(zone is not None)
        if zone is None or score is None:
            return
        self.name.setText(zone.name)
        self.level.setText(zone.level.value)
        self._say(self.reason, f"{zone.reason} {NEVER_SAFE}" if zone.reason else "")
        beyond = [one for one in zone.beyond if one not in zone.reason]
        self._say(self.beyond, "\n".join(("Beyond experience:", *beyond)) if beyond else "")
        self._say(self.missing, f"No value now: {', '.join(zone.missing)}." if zone.missing else "")
        rows = [
            (
                Cell(horizon_words(one.horizon_steps, score.step_seconds)),
                Cell(one.level.value, icon=f"level-{one.level}"),
                Cell(three_digits(one.probability), strong=True),
                Cell(spread_words(one.spread), "muted"),
            )
            for one in zone.horizons
        ]
        self.horizons.set_rows(rows)
        self.horizons.setVisible(bool(rows))
        self.horizons.setFixedHeight(HEAD + ROW_HEIGHT * len(rows) + 4)
        self.late.setVisible(zone.level not in {Level.GREY, Level.GREEN})
        self._say(self.doubt, doubt_words(zone))
        self._draw()

    def _say(self, label: QLabel, words: str) -> None:
        label.setText(words)
        label.setVisible(bool(words))

    def _draw(self) -> None:
        if self._zone is not None:
            icon, colour = f"level-{self._zone.level}", self._theme.tokens.text
            self._picture.setPixmap(icons.pixmap(icon, colour, ICON, self.devicePixelRatioF()))


def doubt_words(zone: ZoneScore) -> str:
    """Of the first horizon what the networks agree is chance and what not; a single one knows neither."""
    first = zone.horizons[0] if zone.horizons else None
    if first is None or first.epistemic is None:
        return "" if first is None else SINGLE
    return (
        f"Doubt at the shortest horizon (nats): {three_digits(first.aleatoric)} is chance that more training "
        f"would not take away, {three_digits(first.epistemic)} is disagreement between networks and draws."
    )
