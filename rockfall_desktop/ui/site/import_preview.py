"""Last step of the import: what would be read, on a chart and in words, before anything is written."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.import_preview import ImportPreview
from rockfall_desktop.ui.charts.channel_chart import ChannelChart
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable

TABS_HEIGHT, CHART_HEIGHT = 208, 160
CHANNELS = (Column("Channel"), Column("Kind", 110), Column("Unit", 64))
FAULTS = (Column("File", 130), Column("Row", 60, number=True), Column("What is wrong"), Column("What to do"))
MARKS = (
    Column("Channel"), Column("Mark", 100), Column("Steps", 76, number=True), Column("Rows", 70, number=True),
    Column("The network sees", 120),
)  # fmt: skip
NO_INCIDENT = ". Without an incident nothing can be learned from the site"
FILES = (Column("File in the site"), Column("From"))


class ResultStep(QWidget):
    """Channels, chart, faults, notes, marks, and the text of site.toml."""

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.verdict = text_label(role="section", wrap=True, name="import_verdict")
        self.channels = ValueTable(CHANNELS, theme, "import_channels")
        self.faults = ValueTable(FAULTS, theme, "import_faults")
        self.notes = ValueTable((Column("Noticed while reading"),), theme, "import_notes")
        self.marks = ValueTable(MARKS, theme, "import_marks")
        self.files = ValueTable(FILES, theme, "import_written")
        self.text = ValueTable((Column("site.toml"),), theme, "import_text")
        self.chart = ChannelChart(seat, theme)
        self.tabs = QTabWidget()
        self._preview: ImportPreview | None = None
        self._arrange()
        self.channels.chosen.connect(self._draw)

    def _arrange(self) -> None:
        self.tabs.setObjectName("import_tabs")
        tabs = (("Faults", self.faults), ("Notes", self.notes), ("Marks", self.marks), ("Files", self.files))
        for title, widget in (*tabs, ("site.toml", self.text)):
            self.tabs.addTab(widget, title)
        for table in (self.faults, self.notes):
            table.setWordWrap(True)
        panel = QFrame()
        panel.setProperty("role", "panel")
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(0, 8, 0, 0)
        inner.addWidget(self.chart)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(self.channels, 2)
        above.addWidget(panel, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.verdict)
        column.addLayout(above, 3)
        column.addWidget(self.tabs, 2)
        self.tabs.setMinimumHeight(TABS_HEIGHT)
        self.chart.setMinimumHeight(CHART_HEIGHT)

    def say(self, words: str) -> None:
        """Say what is being done, or why there is nothing to show."""
        self._preview = None
        self.verdict.setText(words)
        for table in (self.channels, self.faults, self.notes, self.marks, self.files, self.text):
            table.set_rows([])
        self.chart.say_why_empty(words)

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what would be read."""
        self._preview = preview
        self.verdict.setText(_verdict(preview))
        self._show_faults(preview)
        self.notes.set_rows([(Cell(note),) for note in preview.notes])
        self.notes.resizeRowsToContents()
        self.text.set_rows([(Cell(line),) for line in preview.text.splitlines()])
        self.files.set_rows(
            [(Cell(file.name), Cell(file.source if file.copied else "lies there", "muted")) for file in preview.files]
        )
        self._show_channels(preview)
        self.tabs.setCurrentIndex(0 if preview.faults else 1)
        for place, number in enumerate((len(preview.faults), len(preview.notes), len(self.marks.rows.keys))):
            self.tabs.setTabText(place, f"{('Faults', 'Notes', 'Marks')[place]} ({number})")

    def _show_faults(self, preview: ImportPreview) -> None:
        rows = [
            (Cell(f.file), Cell("" if f.row is None else str(f.row)), Cell(f.message), Cell(f.remedy, "muted"))
            for f in preview.faults
        ]
        self.faults.set_rows(rows)
        self.faults.resizeRowsToContents()

    def _show_channels(self, preview: ImportPreview) -> None:
        channels = preview.arrays.channels if preview.arrays is not None else ()
        rows = [(Cell(one.name, strong=True), Cell(one.kind.replace("_", " ")), Cell(one.unit)) for one in channels]
        self.channels.set_rows(rows, [one.name for one in channels])
        marks = [
            (Cell(one.name), Cell(mark.mark), Cell(f"{mark.steps:,}"), Cell(f"{mark.rows:,}" if mark.rows else ""),
             Cell("nothing" if mark.masked else "the value", "" if mark.masked else "warning"))
            for one in channels
            for mark in one.marks
        ]  # fmt: skip
        self.marks.set_rows(marks)
        if channels:
            self.channels.selectRow(0)
        else:
            self.chart.say_why_empty("A fault keeps the channels from being read." if preview.faults else "No channel.")

    def _draw(self, name: str) -> None:
        if self._preview is not None and self._preview.arrays is not None:
            self.chart.show_channel(self._preview.arrays, name)


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _verdict(preview: ImportPreview) -> str:
    if preview.faults:
        return f"{_many(len(preview.faults), 'fault')} to be mended first: go back, or mend the file and read it again"
    parts: list[str] = []
    if preview.arrays is not None:
        parts = [_many(len(preview.arrays.channels), "channel"), _many(int(preview.arrays.start_s.size), "step")]
        parts.append(_many(int(preview.arrays.incidents.zone.size), "incident"))
    if preview.layers is not None:
        parts.append(_many(len(preview.layers.rasters) + len(preview.layers.clouds), "layer"))
    nothing = preview.arrays is not None and not preview.arrays.incidents.zone.size
    return f"{', '.join(parts)}: nothing is written yet" + (NO_INCIDENT if nothing else "")
