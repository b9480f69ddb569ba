"""What a site holds: its facts in numbers, its channels, a picture of one, and what was noticed while reading."""

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.ui.charts.channel_chart import ChannelChart
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import NOTHING, count, percent

CHANNELS = (
    Column("Channel"), Column("Kind", 116), Column("Unit", 64), Column("Scope", 92),
    Column("Missing", 84, number=True, tip="Share of steps (and zones) without a value."),
)  # fmt: skip
FACTS = ("Zones", "Channels", "Incidents", "Steps", "Record")
MUCH_MISSING = 0.2
ZONE_LETTERS = 14


class OverviewTab(QWidget):
    """Facts, channel table, chart and notes of one site."""

    title = "Overview"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_overview")
        self.facts = {key: text_label(role="number", name=f"site_{key.lower()}") for key in FACTS}
        self.channels = ValueTable(CHANNELS, theme, "channel_table")
        self.notes = ValueTable((Column("Noticed while reading"),), theme, "note_table")
        self.chart = ChannelChart(seat, theme)
        self._zones = QComboBox()
        self._zones.setObjectName("chart_zone")
        self._zones.setAccessibleName("Zone of the chart")
        self._zones.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._zones.setMinimumContentsLength(ZONE_LETTERS)
        self._arrays: SiteArrays | None = None
        self._folder, self._channel = "", ""
        self._arrange()
        self.channels.chosen.connect(self._show_channel)
        self._zones.activated.connect(lambda: self._show_channel(self._channel))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._fact_row())
        middle = QHBoxLayout()
        middle.setSpacing(12)
        self._tables = QTabWidget()
        self._tables.setObjectName("overview_tables")
        self._tables.addTab(self.channels, "Channels")
        self._tables.addTab(self.notes, "Notes")
        middle.addWidget(self._tables, 5)
        middle.addWidget(self._chart_panel(), 6)
        column.addLayout(middle, 1)

    def _fact_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(24)
        for key, label in self.facts.items():
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(text_label(key, role="muted"))
            pair.addWidget(label)
            row.addLayout(pair)
        row.addStretch()
        return row

    def _chart_panel(self) -> QFrame:
        panel = QFrame()
        panel.setProperty("role", "panel")
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 8, 0, 0)
        choice = QHBoxLayout()
        choice.setContentsMargins(12, 0, 12, 0)
        choice.addWidget(text_label("Incidents stand as ticks along the bottom", role="muted"))
        choice.addStretch()
        choice.addWidget(self._zones)
        column.addLayout(choice)
        column.addWidget(self.chart, 1)
        return panel

    def show_site(self, summary: SiteSummary) -> None:
        """Show what a site holds; its numbers follow by `show_arrays`."""
        record = f"{summary.first_date} to {summary.last_date}" if summary.steps else NOTHING
        values = (
            count(summary.zones), count(len(summary.channels)), count(summary.incidents), count(summary.steps), record
        )  # fmt: skip
        for label, words in zip(self.facts.values(), values, strict=True):
            label.setText(words)
        rows = [
            (
                Cell(c.name), Cell(c.kind.replace("_", " ")), Cell(c.unit),
                Cell("per zone" if c.zoned else "whole site"),
                Cell(percent(c.missing_share), "warning" if c.missing_share > MUCH_MISSING else ""),
            )
            for c in summary.channels
        ]  # fmt: skip
        self.channels.set_rows(rows, [channel.name for channel in summary.channels])
        self.notes.set_rows([(Cell(note),) for note in summary.notes])
        self._tables.setTabText(1, f"Notes ({len(summary.notes)})" if summary.notes else "Notes")
        if summary.folder != self._folder:
            self._folder, self._channel = summary.folder, ""
            self._zones.clear()
        self._arrays = None
        self._zones.hide()
        self.chart.say_why_empty("Reading the record …")

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Take the numbers and draw the channel that was chosen before the site was read anew, or the first."""
        self._arrays = arrays
        zone = self._zones.currentText()
        self._zones.clear()
        self._zones.addItems(list(arrays.zone_ids))
        self._zones.setCurrentIndex(max(0, self._zones.findText(zone)))
        names = [channel.name for channel in arrays.channels]
        if names:
            wanted = self._channel if self._channel in names else names[0]
            self.channels.selectRow(names.index(wanted))
            self._show_channel(wanted)
        else:
            self.chart.say_why_empty("The site has no channel: nothing was measured over time.")

    def _show_channel(self, name: str) -> None:
        self._channel = name
        if self._arrays is None:
            return
        zoned = any(channel.name == name and channel.zoned for channel in self._arrays.channels)
        self._zones.setVisible(zoned)
        self.chart.show_channel(self._arrays, name, max(0, self._zones.currentIndex()))
