"""How good the readings are: a map of channels over time, a table of what is marked, and the record at a click."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.judging.quality_bins import CLASSES, QualityMap, quality_map
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.charts.channel_chart import ChannelChart
from rockfall_desktop.ui.charts.heat_header import HeatClass
from rockfall_desktop.ui.charts.heat_map import HeatMap
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.inputs_halves import halves
from rockfall_desktop.ui.site.quality_words import cell_words, heat_rows, mark_rows
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Column, ValueTable

MARKS = (
    Column("Channel"), Column("Mark", 120), Column("Steps", 84, number=True, tip="Steps (and zones) with the mark."),
    Column("Rows", 76, number=True, tip="Rows of the files, where the mark is about rows."), Column("Masked", 72),
)  # fmt: skip
COLOURS = ("series:5", "series:1", "series:0", "muted")
BINS = 240
AROUND = 8
ABOUT = "Height of a bar: share of the steps. Hover for the counts, click for the record."


class QualityTab(QWidget):
    """Shows what was marked while reading; it counts in the background once it is looked at."""

    title = "Quality"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_quality")
        classes = [HeatClass(words, colour) for (words, _), colour in zip(CLASSES, COLOURS, strict=True)]
        self.map = HeatMap(classes, theme, "quality_map")
        self.about = ElidedLabel(ABOUT, role="muted", name="quality_about")
        self.empty = text_label("", role="muted", wrap=True, name="quality_empty")
        self.marks = ValueTable(MARKS, theme, "quality_marks")
        self.chart = ChannelChart(seat, theme)
        self._arrays: SiteArrays | None = None
        self._found: QualityMap | None = None
        self._asked = False
        self._counting = LatestCall("quality map", self)
        self._arrange()
        self._counting.answered.connect(self._show_map)
        self._counting.refused.connect(lambda problem: self._say(in_words(problem).message))
        self.map.rows.hovered.connect(self._tell)
        self.map.rows.chosen.connect(self._show_record)
        self.marks.chosen.connect(self._show_channel)

    def _arrange(self) -> None:
        panel = QFrame()
        panel.setProperty("role", "panel")
        above = QVBoxLayout(panel)
        above.setContentsMargins(12, 8, 12, 8)
        above.addWidget(self.about)
        above.addWidget(self.empty)
        above.addWidget(self.map, 1)
        record = QFrame()
        record.setProperty("role", "panel")
        QHBoxLayout(record).addWidget(self.chart)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.marks, 5)
        row.addWidget(record, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.addWidget(halves(panel, below))

    def show_site(self, summary: SiteSummary) -> None:  # noqa: ARG002 - every tab is shown the same way
        """Turn to a site; what was shown of another one goes."""
        self._arrays, self._found = None, None
        self._counting.forget()
        self.marks.set_rows([])
        self._say("Reading the record …")
        self.chart.say_why_empty("Click a bar to see the record there.")

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Take the numbers."""
        self._arrays, self._asked = arrays, False
        rows, keys = mark_rows(arrays)
        self.marks.set_rows(rows, keys)
        if self.isVisible():
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Count what is marked, if that was not done yet."""
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        arrays = self._arrays
        if arrays is not None and not self._asked:
            self._asked = True
            self._say("Counting the marks …")
            self._counting.ask(lambda: quality_map(arrays, BINS))

    def _say(self, words: str) -> None:
        self.empty.setText(words)
        self.empty.setVisible(bool(words))
        self.map.setVisible(not words)
        self.about.setVisible(not words)

    def _show_map(self, found: object) -> None:
        if not isinstance(found, QualityMap):
            return
        self._found = found
        if not found.rows or self._arrays is None or not len(self._arrays.start_s):
            self._say("The site has no channel: nothing was measured over time.")
            self.chart.say_why_empty("There is no record.")
            return
        self.map.set_rows(heat_rows(found), found.edges_s)
        self._say("")
        self._tell(-1, -1)

    def _tell(self, row: int, place: int) -> None:
        if self._found is None:
            return
        if row < 0:
            left = self._found.left_out
            more = f" {left:,} rows of zones with fewer marks are not shown." if left else ""
            self.about.setText(ABOUT + more)
            return
        self.about.setText(cell_words(self._found, row, place))

    def _show_record(self, row: int, place: int) -> None:
        if self._found is None or self._arrays is None:
            return
        chosen = self._found.rows[row]
        begin, end = self.map.rows.bin_span_s(place)
        around = AROUND * (end - begin)
        self.chart.show_channel_at(self._arrays, chosen.channel, chosen.zone or 0, (begin - around, end + around))

    def _show_channel(self, key: str) -> None:
        if self._arrays is not None:
            self.chart.show_channel(self._arrays, key.partition("\n")[2])
