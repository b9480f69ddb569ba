"""The layers of a site over time, and in a table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.domain.site_map import MapLayer, SiteMap
from rockfall_desktop.domain.time_zone import clock_of
from rockfall_desktop.operations.site_layers import read_site_layers
from rockfall_desktop.operations.site_map import read_site_map
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.plain import text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.time_line import TimeLine
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.value_table import Cell, Column, ValueTable
from rockfall_desktop.ui.words import percent

COLUMNS = (
    Column("Layer", 150), Column("Kind", 112), Column("Acquired", 104),
    Column("Known from", 142, tip="End of the day on which it was acquired, and its delay, by the site's clock."),
    Column("Zones with data", 120, number=True, tip="Share of the zones for which it holds any data."),
    Column("Notes"),
)  # fmt: skip
CUTTING = "Cutting the layers for the zones …"
NOT_CUT = "not cut"


class LayerTab(QWidget):
    """Reads the facts first, then cuts the layers for the zones as a training would, and says what was noticed."""

    title = "Layers"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("layer_tab")
        self._seat = seat
        self._folder: Path | None = None
        self._stale = False
        self._found: SiteMap | None = None
        self._arrays: SiteArrays | None = None
        self.line = TimeLine(seat, theme)
        self.table = ValueTable(COLUMNS, theme, "layer_table")
        self.told = text_label(role="muted", wrap=True, name="layer_told")
        words = "Elevation, drone imagery, point clouds and geological maps stand in site.toml as [[layer]]."
        self.empty = EmptyState("site", "The site names no layer", words, (), theme, "layer_empty")
        self._reading, self._cutting = LatestCall("layer facts", self), LatestCall("layers", self)
        self._arrange()
        self._reading.answered.connect(self._show_facts)
        self._reading.refused.connect(self._refuse)
        self._cutting.answered.connect(self._show_cut)
        self._cutting.refused.connect(self._refuse_cut)

    def _arrange(self) -> None:
        self.panel = QFrame()
        self.panel.setProperty("role", "panel")
        inside = QVBoxLayout(self.panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.panel, 3)
        column.addWidget(self.told)
        column.addWidget(self.table, 2)
        column.addWidget(self.empty, 5)
        self.empty.hide()

    def show_site(self, summary: SiteSummary) -> None:
        """Turn to a site; its layers are read when the tab is looked at."""
        for call in (self._reading, self._cutting):
            call.forget()
        self._folder, self._stale = Path(summary.folder), True
        self._found, self._arrays = None, None
        self.table.set_rows(())
        self._show_some(there=True)
        self.line.say_why_empty("Reading the layers …")
        self._tell("")
        if self.isVisible():
            self._ask()

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Take the record's span and the times of the incidents."""
        self._arrays = arrays
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the layers of a site that was opened meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._ask()

    def _ask(self) -> None:
        if self._folder is None or not self._seat.occupied:
            return
        self._stale = False
        folder, station = self._folder, self._seat.station
        self._reading.ask(lambda: read_site_map(folder, station=station))

    def _show_facts(self, found: object) -> None:
        if not isinstance(found, SiteMap) or self._folder is None:
            return
        self._found = found
        self._show_some(there=bool(found.layers))
        self._show_rows(found, {}, ())
        self._draw()
        if found.layers:
            folder, station = self._folder, self._seat.station
            self._tell(CUTTING)
            self._cutting.ask(lambda: read_site_layers(folder, station=station))

    def _show_cut(self, cut: object) -> None:
        if isinstance(cut, SiteLayers) and self._found is not None:
            self._show_rows(self._found, shares_with_data(cut), cut.notes)
            others = [note for note in cut.notes if not any(_is_of(note, layer.name) for layer in self._found.layers)]
            self._tell(" ".join(others[:5]))

    def _refuse_cut(self, problem: object) -> None:
        self._refuse(problem)
        if self._found is not None:
            self._show_rows(self._found, {}, (), waiting=NOT_CUT)

    def _show_rows(self, found: SiteMap, shares: dict[str, float], notes: Sequence[str], *, waiting: str = "…") -> None:
        rows = []
        for layer in found.layers:
            own = " ".join(note for note in notes if _is_of(note, layer.name))
            share = shares.get(layer.name)
            some = waiting if share is None else percent(share)
            rows.append((
                Cell(layer.name, strong=True),
                Cell(layer.kind.replace("_", " ")),
                Cell(str(layer.acquired) if layer.acquired else "timeless"),
                Cell(_known(layer, found.time_zone)),
                Cell(some, "warning" if share is not None and share < 1 else ""),
                Cell(layer.fault or own or layer.size, "danger" if layer.fault else "" if own else "muted"),
            ))  # fmt: skip
        self.table.set_rows(rows, [layer.name for layer in found.layers])

    def _draw(self) -> None:
        found, arrays = self._found, self._arrays
        if found is None or not found.layers:
            return
        record: list[float] = []
        times = found.incidents.start_s.astype(np.float64)
        if arrays is not None and arrays.start_s.size:
            record = [float(arrays.start_s[0]), float(arrays.start_s[-1])]
            times = incident_times(arrays)
        self.line.show_layers(found.layers, times, record)

    def _show_some(self, *, there: bool) -> None:
        for widget in (self.panel, self.table):
            widget.setVisible(there)
        self.empty.setVisible(not there)

    def _refuse(self, problem: object) -> None:
        told = in_words(problem)
        self._tell(f"{told.message} {told.hint}")
        if self._found is None:
            self.line.say_why_empty(told.message)

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))


def shares_with_data(cut: SiteLayers) -> dict[str, float]:
    """Of each layer the share of zones for which it holds any data, 0 to 1."""
    shares = {
        raster.name: float(np.isfinite(raster.chips).reshape(len(raster.chips), -1).any(axis=1).mean())
        for raster in cut.rasters
    }
    return shares | {cloud.name: float((cloud.count > 0).mean()) for cloud in cut.clouds}


def incident_times(arrays: SiteArrays) -> NDArray[np.float64]:
    """Starts of the first steps in which the incidents may have happened, (i,), seconds since 1970 UTC."""
    return np.asarray(arrays.start_s[np.maximum(arrays.incidents.first_step, 0)], np.float64)


def _is_of(note: str, name: str) -> bool:
    return f"'{name}'" in note


def _known(layer: MapLayer, time_zone: str) -> str:
    if layer.known_s is None:
        return "always"
    return datetime.fromtimestamp(layer.known_s, UTC).astimezone(clock_of(time_zone)).strftime("%Y-%m-%d %H:%M")
