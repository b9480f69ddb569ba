"""The map itself: picture, zones and incidents in one view that is moved with the pointer; north is up."""

from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from rockfall_desktop.domain.site_map import Bounds, SiteMap
from rockfall_desktop.ui.charts.picture_saving import PictureSaving
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.map_image import MapImage, rectangle
from rockfall_desktop.ui.site.map_incidents import IncidentMarks
from rockfall_desktop.ui.site.map_scale import ScaleBar
from rockfall_desktop.ui.site.map_zones import ZoneMarks, ZoneShapes
from rockfall_desktop.ui.theme import Theme

PAUSE_MS = 70
_EDGE_PX = 12
_AROUND_ONE_PLACE = 50.0
_STEP = 0.1  # of what is in view
_ZOOMS: dict[int, float] = {Qt.Key.Key_Plus.value: 0.8, Qt.Key.Key_Equal.value: 0.8, Qt.Key.Key_Minus.value: 1.25}
_MOVES: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left.value: (-1, 0), Qt.Key.Key_Right.value: (1, 0),
    Qt.Key.Key_Down.value: (0, -1), Qt.Key.Key_Up.value: (0, 1),
}  # fmt: skip


class MapView(QWidget):
    """Shows what it is given.

    Signals:
        moved: another part is looked at, once the hand has rested for a moment.
        pointed: x, y and words for what is under the pointer; words of a zone that was clicked come by `told` too.
        left: the pointer is gone.
        saving_told: that the picture could not be saved, as a RockfallError; None when it could.
    """

    moved = Signal()
    pointed = Signal(float, float, str)
    clicked = Signal(str)
    left = Signal()
    saving_told = Signal(object)

    def __init__(self, seat: Seat, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("map_view")
        self._theme = theme
        self._map: SiteMap | None = None
        self.canvas = pg.GraphicsView()
        self.box = pg.ViewBox(lockAspect=True, enableMenu=False)
        self.canvas.setCentralItem(self.box)
        self.image, self.zones, self.incidents = MapImage(), ZoneMarks(), IncidentMarks()
        self._bar = ScaleBar(theme, self.canvas)
        self._saving = PictureSaving(seat, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._arrange()
        theme.changed.connect(self.dress)
        self.dress()

    def _arrange(self) -> None:
        for item in (self.image, self.zones, self.incidents):
            self.box.addItem(item, ignoreBounds=True)
        self.canvas.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(self._open_menu)
        self.canvas.setAccessibleName("Map of the site")
        self.canvas.setAccessibleDescription("Arrows move the map, + and - zoom, Home shows the whole site.")
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.canvas)
        self._pause.timeout.connect(self._rest)
        self._saving.told.connect(self.saving_told)
        self.box.sigRangeChanged.connect(self._on_range)
        scene = self.canvas.scene()
        for action in scene.contextMenu:  # pyqtgraph's own export: ours takes its place
            action.setEnabled(False)
        scene.sigMouseMoved.connect(self._on_pointer)
        scene.sigMouseClicked.connect(self._on_click)
        self.canvas.installEventFilter(self)

    def dress(self) -> None:
        """Take the colours in force."""
        tokens = self._theme.tokens
        self.canvas.setBackground(tokens.panel)
        self.zones.dress(tokens)
        self.incidents.dress(tokens)
        self._bar.update()

    def show_map(self, found: SiteMap, shapes: ZoneShapes, *, whole: bool = True) -> None:
        """Show the zones and incidents of a site, all of it in view or what was in view before; pictures follow."""
        self._map = found
        if whole:
            self.image.clear()
        self.zones.show_zones(shapes)
        self.incidents.show_incidents(found)
        if whole:
            self.show_whole()

    @property
    def whole(self) -> Bounds | None:
        """What there is to see; None when nothing has a place."""
        if self._map is None or self._map.extent is None:
            return None
        west, south, east, north = self._map.extent
        if east - west > 0 and north - south > 0:
            return self._map.extent
        around = _AROUND_ONE_PLACE
        return west - around, south - around, east + around, north + around

    @property
    def seen(self) -> Bounds:
        """What is in view."""
        (west, east), (south, north) = self.box.viewRange()
        return float(west), float(south), float(east), float(north)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the view in the screen's own pixels."""
        ratio = self.canvas.devicePixelRatioF()
        return max(1, round(self.canvas.width() * ratio)), max(1, round(self.canvas.height() * ratio))

    def show_whole(self) -> None:
        """Bring all of the site into view."""
        if self.whole is not None:
            self.box.setRange(rectangle(self.whole), padding=0.04)

    def save(self, path: Path) -> None:
        """Save what is in view as PNG."""
        self._saving.save(path, self.canvas)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        """Keep the scale in its corner, notice when the pointer leaves, and take the keys that move the map."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(event.key())
        if event.type() == QEvent.Type.Resize:
            self._bar.move(_EDGE_PX, self.canvas.height() - self._bar.height() - _EDGE_PX)
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        return False

    def _take_key(self, key: int) -> bool:
        west, south, east, north = self.seen
        if key == Qt.Key.Key_Home:
            self.show_whole()
        elif key in _ZOOMS:
            self.box.scaleBy((_ZOOMS[key], _ZOOMS[key]))
        elif key in _MOVES:
            across, up = _MOVES[key]
            self.box.translateBy(x=across * _STEP * (east - west), y=up * _STEP * (north - south))
        else:
            return False
        return True

    def _on_range(self) -> None:
        self._bar.show_scale(float(self.box.viewPixelSize()[0]), self._map.unit if self._map else "m")
        self.zones.hurry(hasty=True)
        self._pause.start()

    def _rest(self) -> None:
        self.zones.hurry(hasty=False)
        self.moved.emit()

    def _on_pointer(self, at: QPointF) -> None:
        if self._map is None or not self.box.sceneBoundingRect().contains(at):
            return
        point = self.box.mapSceneToView(at)
        x, y = float(point.x()), float(point.y())
        x_px, y_px = (float(one) for one in self.box.viewPixelSize())
        self.pointed.emit(x, y, self.incidents.words_at(x, y, x_px, y_px))

    def _on_click(self, click: Any) -> None:
        if self._map is None or click.button() != Qt.MouseButton.LeftButton:
            return
        if click.double():
            self.show_whole()
            return
        point = self.box.mapSceneToView(click.scenePos())
        zone_id = self.zones.at(float(point.x()), float(point.y()))
        self.zones.choose(zone_id)
        self.clicked.emit(zone_id)

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        save, whole = QAction("Save as PNG …", menu), QAction("Show the whole site", menu)
        save.triggered.connect(lambda: self._saving.ask_where("site_map", "png", self.save))
        whole.triggered.connect(self.show_whole)
        menu.addActions([save, whole])
        menu.popup(self.canvas.mapToGlobal(at))
