"""Reads the point clouds of a site: a set of points for each zone, and what changed since the epoch before."""

from dataclasses import replace
from datetime import date

from rockfall_desktop.domain.layer_arrays import CloudLayer
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.clouds.change import CHANGE_NAMES, change_between
from rockfall_desktop.sites.clouds.kept_points import Kept, keep_points
from rockfall_desktop.sites.clouds.sets import make_sets, presample
from rockfall_desktop.sites.clouds.zone_index import ZoneIndex
from rockfall_desktop.sites.faults import Unreadable
from rockfall_desktop.sites.ground import Ground

COMPARED_POINTS = 1_000_000
"""Points of an epoch that are kept to tell the change, shared out evenly among the zones."""
_DAYS_HELD = 3


def read_cloud_layers(layers: tuple[Layer, ...], ground: Ground) -> tuple[CloudLayer, ...]:
    """Read point clouds, each file once and in pieces.

    A change is told against the newest earlier day of survey that was known by then; all files of that day together.
    It rests on at most a million points of an epoch, of each zone as many, chosen with equal chance.

    Args:
        layers: layers of kind lidar.
        ground: the site.

    Returns:
        One cloud for each layer, in the order given.

    Raises:
        Unreadable: when any of them cannot be used; every fault is noted, also of those after the first.
    """
    return _Epochs(layers, ground).read()


class _Epochs:
    def __init__(self, layers: tuple[Layer, ...], ground: Ground) -> None:
        self._layers = layers
        self._ground = ground
        self._days = sorted({layer.acquired for layer in layers if layer.acquired is not None})
        self._earlier: dict[date, list[tuple[Layer, Kept]]] = {}

    def read(self) -> tuple[CloudLayer, ...]:
        index = ZoneIndex(self._ground.outlines)
        found: dict[int, CloudLayer] = {}
        for place in sorted(range(len(self._layers)), key=self._when):
            try:
                found[place] = self._read_one(self._layers[place], index)
            except Unreadable:
                continue
        if len(found) < len(self._layers):
            self._ground.faults.halt()
        return tuple(found[place] for place in range(len(self._layers)))

    def _when(self, place: int) -> date:
        return self._layers[place].acquired or date.min

    def _read_one(self, layer: Layer, index: ZoneIndex) -> CloudLayer:
        wanted = self._ground.clouds
        capacity = presample(wanted.points, wanted.sampling)
        day = layer.acquired if len(self._days) > 1 else None
        if day is not None:
            capacity = max(capacity, COMPARED_POINTS // len(self._ground.zone_ids))
        kept = keep_points(layer, self._ground, index, capacity)
        made = make_sets(kept.values, kept.begin, wanted.points, wanted.sampling)
        cloud = CloudLayer(
            name=layer.name,
            kind=layer.kind,
            features=kept.features,
            points=made.points,
            count=kept.count,
            centre_m=made.centre_m,
            scale_m=made.scale_m,
            change=None,
            change_names=(),
            epoch=self._ground.epoch(layer),
        )
        self._tell_thinning(layer, kept, capacity, day)
        return cloud if day is None else self._with_change(cloud, layer, day, kept)

    def _tell_thinning(self, layer: Layer, kept: Kept, capacity: int, day: date | None) -> None:
        thinned = int((kept.count > capacity).sum())
        if thinned and day is not None:
            told = f"Layer '{layer.name}': of {thinned:,} zones {capacity:,} points each, by chance, tell the change."
            self._ground.notes.append(told)

    def _with_change(self, cloud: CloudLayer, layer: Layer, day: date, kept: Kept) -> CloudLayer:
        before = self._before(layer, day)
        self._earlier.setdefault(day, []).append((layer, kept))
        for old in sorted(self._earlier)[:-_DAYS_HELD]:
            del self._earlier[old]
        if not before:
            return cloud
        change = change_between(before, kept, layer.name, self._ground.notes)
        return replace(cloud, change=change, change_names=CHANGE_NAMES)

    def _before(self, layer: Layer, day: date) -> tuple[Kept, ...]:
        """Points of the newest earlier day that was known when this layer is."""
        own_s = self._ground.known_s(layer) or 0
        for earlier in sorted((other for other in self._earlier if other < day), reverse=True):
            known = [kept for one, kept in self._earlier[earlier] if (self._ground.known_s(one) or 0) <= own_s]
            if known:
                return tuple(known)
            self._ground.notes.append(f"Layer '{layer.name}': the scan of {earlier} was known later; not compared.")
        return ()
