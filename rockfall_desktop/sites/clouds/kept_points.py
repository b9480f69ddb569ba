"""Reads the points of a layer into a sample for each zone.

Axes: z zone, p point of a piece, k point kept, f number of a point.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.clouds.cloud_file import NORMALS, CloudFile, Piece
from rockfall_desktop.sites.clouds.left_out import FIELDS, LeftOut
from rockfall_desktop.sites.clouds.library_faults import told_once
from rockfall_desktop.sites.clouds.own_crs import height_factor, own_crs
from rockfall_desktop.sites.clouds.reservoir import Reservoir
from rockfall_desktop.sites.clouds.zone_index import ZoneIndex
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.coordinates import (
    Extent,
    demand_overlap,
    layer_crs,
    note_accuracy,
    site_crs,
    to_system,
    transformed,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Kept:
    """Some points of each zone, every point of it with equal chance.

    Attributes:
        features: names along f: x, y, z in metres and the site's crs, then intensity from 0 to 1, nx, ny, nz.
        values: float64 (k, f), zone after zone, each zone's in random order.
        begin: int64 (z + 1,), where each zone begins in k.
        count: int64 (z,), points of the file in each zone.
    """

    features: tuple[str, ...]
    values: Floats
    begin: NDArray[np.int64]
    count: NDArray[np.int64]

    def of_zone(self, zone: int) -> Floats:
        """The points of a zone, float64 (k of the zone, f)."""
        return self.values[self.begin[zone] : self.begin[zone + 1]]


def keep_points(layer: Layer, ground: Ground, index: ZoneIndex, capacity: int) -> Kept:
    """Read a layer once and keep at most `capacity` points of each zone.

    Raises:
        Unreadable: when the file cannot be used or no point lies in a zone; the fault is noted.
    """
    return _Reading(layer, ground, index).kept(capacity)


class _Reading:
    def __init__(self, layer: Layer, ground: Ground, index: ZoneIndex) -> None:
        path = ground.folder.path_of(layer.file)
        self._layer, self._ground, self._index = layer, ground, index
        self._file = CloudFile(path, ground.faults, layer.file)
        self._crs = layer_crs(layer, own_crs(self._file, path), ground)
        self._way: Transformer | None = to_system(self._crs, site_crs(ground))
        self._factor = height_factor(self._crs)
        self._features = ("x", "y", "z", "intensity", *(NORMALS if self._file.has(NORMALS) else ()))
        self._lowest, self._highest = np.full(2, np.inf), np.full(2, -np.inf)
        self._blank = self._lost = 0
        self._left_out = LeftOut()

    def kept(self, capacity: int) -> Kept:
        reservoir = Reservoir(len(self._ground.zone_ids), capacity, len(self._features))
        for piece in self._file.pieces((*self._features[3:], *FIELDS)):
            for which, zone in self._in_zones(piece):
                reservoir.offer(zone, partial(self._numbers, piece, which))
        self._demand_points(reservoir)
        values, begin = reservoir.kept()
        self._tell(reservoir)
        if not values[:, 3].any():
            values = np.delete(values, 3, axis=1)
            self._features = tuple(name for name in self._features if name != "intensity")
        return Kept(self._features, values, begin, reservoir.count)

    def _in_zones(self, piece: Piece) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        x, y = piece.axis(0), piece.axis(1)
        self._lowest = np.minimum(self._lowest, (x.min(), y.min()))
        self._highest = np.maximum(self._highest, (x.max(), y.max()))
        if self._way is not None:
            x, y = transformed(self._way, x, y)
            self._lost += int((~(np.isfinite(x) & np.isfinite(y))).sum())
        for which, zone in self._index.pieces(x, y):
            with told_once(self._ground.faults, self._layer.file):
                counts = self._left_out.counting(piece, which, self._layer.ground_classes, self._factor)
            yield which[counts], zone[counts]

    def _numbers(self, piece: Piece, offered: NDArray[np.int64], chosen: NDArray[np.int64]) -> Floats:
        which = offered[chosen]
        values = np.empty((which.size, len(self._features)))
        x, y = piece.axis(0, which), piece.axis(1, which)
        if self._way is not None:
            x, y = transformed(self._way, x, y)
        values[:, 0], values[:, 1], values[:, 2] = x, y, piece.axis(2, which) * self._factor
        with told_once(self._ground.faults, self._layer.file):
            for place, name in enumerate(self._features[3:], 3):
                written = piece.field(name)
                largest = np.iinfo(written.dtype).max if name == "intensity" else 1.0
                values[:, place] = written[which] / largest
        blank = ~np.isfinite(values)
        self._blank += int(blank.any(axis=1).sum())
        values[blank] = 0.0
        return values

    def _demand_points(self, reservoir: Reservoir) -> None:
        """A layer of which no zone has a point is a fault that shows where both lie."""
        if reservoir.count.any():
            return
        if left := self._left_out.count:
            message = f"has no point in any zone but {left:,} that are withheld, noise or at a height that no slope has"
            self._ground.faults.stop(self._layer.file, None, message, "Correct those marks and heights, and export it.")
        if self._layer.ground_classes:
            wanted = ", ".join(map(str, self._layer.ground_classes))
            message = f"has no point of class {wanted} in any zone"
            self._ground.faults.stop(self._layer.file, None, message, "Correct ground_classes, or leave it out.")
        extent = Extent(*map(float, (*self._lowest, *self._highest)))
        here = demand_overlap(self._layer, extent, self._crs, self._ground)
        message = f"has no point in any zone: it covers {here.told('m')}"
        self._ground.faults.stop(self._layer.file, None, message, "Check the zones and the layer's crs.")

    def _tell(self, reservoir: Reservoir) -> None:
        name, notes = f"Layer '{self._layer.name}'", self._ground.notes
        bare = int((reservoir.count == 0).sum())
        if bare:
            notes.append(f"{name}: {bare:,} of {reservoir.count.size:,} zones have no point.")
        notes.extend(self._left_out.told(self._layer.name))
        if self._lost:
            notes.append(f"{name}: {self._lost:,} points have no place in the site's coordinate system; left out.")
        if self._blank:
            notes.append(f"{name}: {self._blank:,} points of those looked at have normals that are no numbers; 0.")
        if self._factor != 1.0:
            notes.append(f"{name}: heights are in another unit than metres; multiplied with {self._factor:.6g}.")
        note_accuracy(self._layer, self._crs, self._extent_here(), self._ground)

    def _extent_here(self) -> Extent:
        extent = Extent(*map(float, (*self._lowest, *self._highest)))
        return demand_overlap(self._layer, extent, self._crs, self._ground)
