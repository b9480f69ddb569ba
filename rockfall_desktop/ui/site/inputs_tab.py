"""Which windows have which input, and what each block of the split holds, before anything is trained."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rockfall_desktop.domain.alignment import Alignment
from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.operations.alignment import align_site
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.charts.heat_map import HeatMap
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.inputs_form import InputsForm
from rockfall_desktop.ui.site.inputs_halves import halves
from rockfall_desktop.ui.site.inputs_words import (
    BLOCKS,
    CLASSES,
    INPUTS,
    block_rows,
    cell_words,
    heat_rows,
    input_rows,
    left_out_words,
)
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import ValueTable

ABOUT = "Share of the samples that have each input, over time. Layers go by their dates: the newest known counts."


class InputsTab(QWidget):
    """Counts in the background once it is looked at, and again when a field was edited."""

    title = "Inputs"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("site_inputs")
        self._seat = seat
        self._folder = ""
        self._ready = False
        self._found: Alignment | None = None
        self.form = InputsForm()
        self.about = ElidedLabel(ABOUT, role="muted", name="inputs_about")
        self.map = HeatMap(CLASSES, theme, "inputs_map")
        self.inputs = ValueTable(INPUTS, theme, "inputs_table")
        self.blocks = ValueTable(BLOCKS, theme, "inputs_blocks")
        self.told = text_label(role="muted", wrap=True, name="inputs_told")
        self._counting = LatestCall("inputs", self)
        self._arrange()
        self.form.edited.connect(self._ask)
        self.map.rows.hovered.connect(self._tell)
        self._counting.answered.connect(self._show)
        self._counting.refused.connect(self._refuse)

    def _arrange(self) -> None:
        panel = QFrame()
        panel.setProperty("role", "panel")
        above = QVBoxLayout(panel)
        above.setContentsMargins(12, 8, 12, 8)
        above.addWidget(self.about)
        above.addWidget(self.map, 1)
        blocks = QVBoxLayout()
        blocks.setSpacing(4)
        blocks.addWidget(self.blocks, 1)
        blocks.addWidget(self.told)
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.inputs, 1)
        row.addLayout(blocks, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addWidget(halves(panel, below), 1)

    def show_site(self, summary: SiteSummary) -> None:
        """Turn to a site; what was shown of another one goes."""
        self._counting.forget()
        self._folder, self._ready, self._found = summary.folder, False, None
        self.inputs.set_rows([])
        self.blocks.set_rows([])
        self.map.hide()
        self.told.setText("")
        self.about.setText("Reading the record …")

    def show_arrays(self, arrays: SiteArrays) -> None:  # noqa: ARG002 - the operation has them on its shelf
        """The site was read: its samples can be counted."""
        self._ready = True
        if self.isVisible():
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Count, if that was not done yet."""
        super().showEvent(event)
        if self._found is None:
            self._ask()

    def _ask(self) -> None:
        if not self._ready:
            return
        config, station = self.form.config(self._folder), self._seat.station
        if config is None:
            self._counting.forget()
            self._clear("")
            return
        try:
            session = self._seat.session
        except RockfallError as error:
            self._refuse(error)
            return
        self.about.setText("Counting the samples …")
        self._counting.ask(lambda: align_site(session, station=station, config=config))

    def _show(self, found: object) -> None:
        if not isinstance(found, Alignment):
            return
        self._found = found
        self.map.set_rows(heat_rows(found), found.edges_s)
        self.map.show()
        self.about.setText(ABOUT)
        self.inputs.set_rows(input_rows(found))
        self.blocks.set_rows(block_rows(found))
        self.told.setText(left_out_words(found))

    def _tell(self, row: int, place: int) -> None:
        if self._found is not None:
            self.about.setText(ABOUT if row < 0 else cell_words(self._found, row, place))

    def _refuse(self, problem: object) -> None:
        error = in_words(problem)
        self._clear(f"{error.message} {error.hint}")

    def _clear(self, words: str) -> None:
        """Show no numbers, and say why."""
        self._found = None
        self.map.hide()
        self.about.setText(words)
        self.inputs.set_rows([])
        self.blocks.set_rows([])
        self.told.setText("")
