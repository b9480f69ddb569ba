"""The map of a site: pictures of its layers, zones, incidents."""

from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.site import SiteSummary
from rockfall_desktop.domain.site_map import Bounds, MapLayer, SiteMap
from rockfall_desktop.operations.site_map import read_site_map
from rockfall_desktop.ui.background import LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.plain import ElidedLabel, text_label
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.map_layers import MapLayers
from rockfall_desktop.ui.site.map_pictures import WHOLE_PX, Drawn, MapPictures, widened
from rockfall_desktop.ui.site.map_view import MapView
from rockfall_desktop.ui.site.map_zones import ZoneShapes, zone_shapes
from rockfall_desktop.ui.theme import Theme

READING = "Reading the map …"
NOTHING = (
    "The site is one zone without borders, no incident has coordinates and no layer can be drawn: there is no map."
)


class MapTab(QWidget):
    """Reads the map when it is looked at, and draws what is in view in the background."""

    title = "Map"

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("map_tab")
        self._seat = seat
        self._folder: Path | None = None
        self._stale = self._undrawn = False
        self._unit, self._crs = "m", ""
        self._whole_next = True
        self._ready: set[str] = set()
        self._refused: dict[str, str] = {}
        self.view, self.layers = MapView(seat, theme), MapLayers()
        self.words = text_label(role="muted", wrap=True, name="map_words")
        self.told = text_label(role="warning", wrap=True, name="map_told")
        self.pointed = ElidedLabel(role="muted", name="map_pointed")
        self.place = text_label(role="muted", name="map_place")
        self.pictures = MapPictures(seat, self)
        self._reading = LatestCall("site map", self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.stack = QStackedWidget()
        self.words.setContentsMargins(48, 0, 48, 0)
        panel = QFrame()
        panel.setProperty("role", "panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.view)
        for widget in (self.words, panel):
            self.stack.addWidget(widget)
        self._panel = panel
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.pointed, 1)
        foot.addWidget(self.place)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.told)
        left.addWidget(self.stack, 1)
        left.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 12, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(self.layers)
        self._say("")

    def _connect(self) -> None:
        self._reading.answered.connect(self._show_map)
        self._reading.refused.connect(self._refuse)
        self.layers.changed.connect(self._draw_all)
        self.layers.marks.connect(self._show_marks)
        self.view.moved.connect(self._draw_near)
        self.view.pointed.connect(self._point)
        self.view.clicked.connect(lambda zone: self.pointed.setText(f"Zone {zone}" if zone else ""))
        self.view.left.connect(lambda: self.place.setText(""))
        self.view.saving_told.connect(self._tell_of_saving)
        self.pictures.drawn.connect(self._show_picture)
        self.pictures.preparing.connect(self._say)
        self.pictures.prepared.connect(self._use)
        self.pictures.refused.connect(self._give_up)

    def _tell_of_saving(self, problem: RockfallError | None) -> None:
        self._say(f"{problem.title}. {problem.message} {problem.hint}" if problem else "")

    def show_site(self, summary: SiteSummary) -> None:
        """Turn to a site; its map is read when the tab is looked at."""
        self.pictures.forget()
        self._reading.forget()
        folder = Path(summary.folder)
        if folder != self._folder:
            self._forget()
        self._folder, self._stale = folder, True
        if self.isVisible():
            self._ask()

    def _forget(self) -> None:
        self._ready, self._refused, self._whole_next = set(), {}, True
        self.layers.forget()
        self.view.image.clear()
        self._say("")
        self._say_why_empty(READING)

    def show_arrays(self, arrays: SiteArrays) -> None:
        """Nothing: a map has its own reading."""

    def showEvent(self, event: QShowEvent) -> None:
        """Read the map of a site that was opened meanwhile."""
        super().showEvent(event)
        if self._stale:
            self._ask()
        elif self._undrawn:
            self._draw_all()

    def _ask(self) -> None:
        if self._folder is None or not self._seat.occupied:
            return
        self._stale = False
        folder, station = self._folder, self._seat.station

        def read() -> tuple[SiteMap, ZoneShapes]:
            found = read_site_map(folder, station=station)
            _ = found.extent  # worked out here, and not in the window's thread
            return found, zone_shapes(found.zones)

        self._reading.ask(read)

    def _show_map(self, read: tuple[SiteMap, ZoneShapes]) -> None:
        found, shapes = read
        self._unit, self._crs = found.unit, found.crs or "local coordinates"
        self.layers.show_map(found)
        self._refused = {layer.name: f"Layer '{layer.name}': {layer.fault}" for layer in found.layers if layer.fault}
        self._say("")
        if found.extent is None:
            self._say_why_empty(NOTHING)
            return
        self.stack.setCurrentWidget(self._panel)
        self.view.show_map(found, shapes, whole=self._whole_next)
        self._whole_next = False
        self._draw_all()

    def _refuse(self, problem: object) -> None:
        told = in_words(problem)
        self._say_why_empty(f"{told.message} {told.hint}")

    def _drawable(self) -> list[MapLayer]:
        """The layers that are on and can be drawn; the first that must be prepared is."""
        wanted = [layer for layer in self.layers.wanted() if layer.name not in self._refused]
        waiting = [layer for layer in wanted if layer.needs_overview and layer.name not in self._ready]
        if waiting and self._folder is not None:
            self.pictures.prepare(self._folder, waiting[0])
        return [layer for layer in wanted if layer not in waiting]

    def _draw_all(self) -> None:
        """Draw the whole and what is in view: other layers are on."""
        self._undrawn = False
        self._draw("whole")
        self._draw_near()

    def _draw_near(self) -> None:
        self._draw("near")

    def _draw(self, which: str) -> None:
        whole, folder = self.view.whole, self._folder
        if whole is None or folder is None:
            return
        if not self._seat.occupied or not self.isVisible():
            self._undrawn = True
            return
        layers = self._drawable()
        if not layers:
            self.view.image.clear()
            self.layers.show_legend(())
            return
        if which == "whole":
            wide, high = whole[2] - whole[0], whole[3] - whole[1]
            scale = WHOLE_PX / max(wide, high)
            bounds: Bounds = whole
            size_px = (max(1, round(wide * scale)), max(1, round(high * scale)))
        else:
            bounds, size_px = widened(self.view.seen, self.view.size_px)
        self.pictures.ask(which, folder, layers, bounds, size_px)

    def _show_picture(self, drawn: object) -> None:
        if not isinstance(drawn, Drawn):
            return
        if drawn.image is not None:
            self.view.image.show_picture(drawn.which, drawn.image, drawn.bounds)
        self.layers.show_legend(drawn.legend)
        if not self.pictures.at_work:
            self._say(" ".join(drawn.faults))

    def _use(self, name: str) -> None:
        self._ready.add(name)
        self._draw_all()

    def _give_up(self, name: str, why: str) -> None:
        if name:
            self._refused[name] = why
        self._draw_all()
        self._say(why)

    def _show_marks(self, zones: bool, incidents: bool) -> None:  # noqa: FBT001 - of a signal
        self.view.zones.setVisible(zones)
        self.view.incidents.setVisible(incidents)

    def _point(self, x: float, y: float, words: str) -> None:
        digits = 5 if self._unit == "°" else 0 if self.view.box.viewPixelSize()[0] >= 0.5 else 2
        self.place.setText(f"x {x:,.{digits}f}   y {y:,.{digits}f}   {self._crs}")
        if words or not self.pointed.text().startswith("Zone "):
            self.pointed.setText(words)

    def _say(self, words: str) -> None:
        faults = [] if words else list(self._refused.values())
        self.told.setText(words or " ".join(faults[:3]))
        self.told.setVisible(bool(self.told.text()))

    def _say_why_empty(self, words: str) -> None:
        self.words.setText(words)
        self.stack.setCurrentWidget(self.words)
