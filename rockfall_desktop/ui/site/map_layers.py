"""Beside the map: which layers are on, and what the colours and marks mean."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QCheckBox, QFrame, QListWidget, QListWidgetItem, QVBoxLayout

from rockfall_desktop.domain.site_map import LegendEntry, MapLayer, SiteMap
from rockfall_desktop.ui.plain import plain_tip, text_label
from rockfall_desktop.ui.site.map_incidents import volume_words
from rockfall_desktop.ui.words import count

WIDTH = 272
_ROW = 44
_SWATCH = 12
_UNDER = ("elevation", "lidar", "drone_imagery", "geology")  # from below to above
_FIRST_CHOICE = ("drone_imagery", "elevation", "lidar", "geology")


class MapLayers(QFrame):
    """Signals: changed: other layers are on. marks: whether zones and incidents are shown."""

    changed = Signal()
    marks = Signal(bool, bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("map_layers")
        self.setProperty("role", "panel")
        self.setFixedWidth(WIDTH)
        self._layers: tuple[MapLayer, ...] = ()
        self.list = QListWidget()
        self.list.setObjectName("map_layer_list")
        self.list.setAccessibleName("Layers on the map")
        self.legend = QListWidget()
        self.legend.setObjectName("map_legend")
        self.legend.setAccessibleName("Colours of the geological map")
        self.legend.setIconSize(QSize(_SWATCH, _SWATCH))
        self.legend.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.none = text_label(role="muted", wrap=True, name="map_no_layer")
        self.zones, self.incidents = QCheckBox("Zones"), QCheckBox("Incidents")
        self.key = text_label(role="muted", wrap=True, name="map_key")
        self.legend_title = text_label("Geology", role="field")
        self._arrange()
        self.list.itemChanged.connect(self.changed)
        for box in (self.zones, self.incidents):
            box.toggled.connect(lambda _: self.marks.emit(self.zones.isChecked(), self.incidents.isChecked()))

    def _arrange(self) -> None:
        for box, name in ((self.zones, "map_zones"), (self.incidents, "map_incidents")):
            box.setObjectName(name)
            box.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(text_label("Layers", role="field"))
        column.addWidget(self.list)
        column.addWidget(self.none)
        column.addWidget(self.zones)
        column.addWidget(self.incidents)
        column.addWidget(self.key)
        column.addWidget(self.legend_title)
        column.addWidget(self.legend, 1)
        column.addStretch()
        self.show_legend(())

    def show_map(self, found: SiteMap) -> None:
        """List the layers of a site; the newest picture of the ground is on."""
        kept = {layer.name for layer in self.wanted()} if self._layers == found.layers else {_first(found.layers)}
        self._layers = found.layers
        self.list.blockSignals(True)  # noqa: FBT003 - Qt's signature
        self.list.clear()
        for layer in found.layers:
            self.list.addItem(_item(layer, on=layer.name in kept))
        self.list.blockSignals(False)  # noqa: FBT003
        self.list.setVisible(bool(found.layers))
        self.list.setFixedHeight(min(len(found.layers), 5) * _ROW + 12)
        self.none.setVisible(not found.layers)
        crs = "" if found.crs else " and no coordinate system"
        self.none.setText(f"The site names no layer{crs}: zones and incidents are drawn on their own.")
        self.key.setText(_key(found))
        self.show_legend(())

    def forget(self) -> None:
        """Show no layer of any site."""
        self._layers = ()
        self.list.clear()
        self.list.hide()
        self.none.hide()
        self.key.setText("")
        self.show_legend(())

    def wanted(self) -> tuple[MapLayer, ...]:
        """The layers that are on, the lowest first."""
        rows = [self.list.item(row) for row in range(self.list.count())]
        on = [
            layer
            for item, layer in zip(rows, self._layers, strict=True)
            if not layer.fault and item.checkState() is Qt.CheckState.Checked
        ]
        return tuple(sorted(on, key=lambda layer: _UNDER.index(layer.kind)))

    def show_legend(self, entries: Sequence[LegendEntry]) -> None:
        """Say which colour stands for which class."""
        self.legend.clear()
        for widget in (self.legend, self.legend_title):
            widget.setVisible(bool(entries))
        for entry in entries:
            item = QListWidgetItem(_swatch(entry.colour), entry.name or "without a name")
            item.setToolTip(plain_tip(entry.name))
            self.legend.addItem(item)


def _item(layer: MapLayer, *, on: bool) -> QListWidgetItem:
    when = str(layer.acquired) if layer.acquired else "timeless"
    item = QListWidgetItem(f"{layer.name}\n{layer.kind.replace('_', ' ')}, {when}")
    item.setSizeHint(QSize(0, _ROW))
    item.setToolTip(plain_tip(layer.fault or f"{layer.file}: {layer.size}"))
    if layer.fault:
        item.setText(f"{layer.name}\ncannot be drawn")
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable)
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    return item


def _first(layers: Sequence[MapLayer]) -> str:
    """Of the kind that shows the ground best the newest that can be drawn."""
    for kind in _FIRST_CHOICE:
        found = [layer for layer in layers if layer.kind == kind and not layer.fault]
        if found:
            return max(found, key=lambda layer: str(layer.acquired or "")).name
    return ""


def _key(found: SiteMap) -> str:
    placed = found.incidents
    if not placed.x.size and placed.unplaced and found.by_rule:
        return f"{count(placed.unplaced)} by the rule, without a place."
    if not placed.x.size:
        return "No incident that counts has a place." if placed.unplaced else "No incident counts."
    words = [f"{count(placed.x.size)} incidents that count, the area of a mark grows with the volume"]
    known = placed.volume_m3[np.isfinite(placed.volume_m3)]
    if known.size:
        words[0] += f" (largest {volume_words(float(known.max()))})"
    if known.size < placed.volume_m3.size:
        words.append("hollow: volume unknown")
    if placed.estimated.any():
        words.append("diamond: at the centre of its zone, for want of coordinates")
    if placed.unplaced:
        words.append(f"{count(placed.unplaced)} more have no place")
    return "; ".join(words) + "."


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
