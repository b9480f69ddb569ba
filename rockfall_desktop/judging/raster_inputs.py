"""From chips to the bands that a network reads: transform, scale, value and mask, classes by number.

Axes: s stack, b band of a group, c band of a stack, k class band, y row (north to south), x column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.layer_sight import Sight
from rockfall_desktop.judging.raster_groups import FAULTS, RasterGroup

ASPECT = ("aspect_sine", "aspect_cosine")
LARGEST_SCALED = 10.0
_FLAT = 1e-9

Chips = NDArray[np.float32]


@dataclass(frozen=True)
class GroupReading:
    """How a network reads one raster input; plain values, so that a file can hold it.

    Attributes:
        name: as in `RasterGroup`.
        bands: what was measured, each with its mean and spread over the chips that training samples see.
        classes: names of the classes that training samples see, number one first; others count as unknown.
        mean, spread: along bands.
    """

    name: str
    bands: tuple[str, ...]
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class RasterReading:
    """How a network reads rasters.

    Attributes:
        groups: its inputs, in order.
        side: cells along a side of a chip.
        cell_m: side of a cell.
    """

    groups: tuple[GroupReading, ...]
    side: int
    cell_m: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names along c: of each group what was measured, then its mask."""
        return tuple(name for group in self.groups for name in (*_prefixed(group), f"{group.name} known"))

    @property
    def scaling(self) -> Scaling:
        """Along c; masks keep mean 0 and spread 1."""
        mean = tuple(number for group in self.groups for number in (*group.mean, 0.0))
        spread = tuple(number for group in self.groups for number in (*group.spread, 1.0))
        return Scaling(mean, spread)

    @property
    def class_names(self) -> tuple[tuple[str, ...], ...]:
        """Of each class band along k."""
        return tuple(group.classes for group in self.groups if not group.bands)

    @property
    def aspect(self) -> tuple[int, int] | None:
        """Places of aspect's sine and cosine along c."""
        wanted = tuple(f"elevation {name}" for name in ASPECT)
        names = self.names
        return (names.index(wanted[0]), names.index(wanted[1])) if set(wanted) <= set(names) else None


def _prefixed(group: GroupReading) -> tuple[str, ...]:
    return tuple(f"{group.name} {band}" for band in group.bands)


def raw_chips(groups: Sequence[RasterGroup], sight: Sight, row_s: NDArray[np.int64]) -> tuple[Chips, ...]:
    """What rows of a sight see, of each group float32 (s, b, y, x), NaN where nothing is known.

    Distances are drawn in (log1p). Classes are numbers of `RasterGroup.classes`.
    """
    return tuple(_raw(group, number, sight, row_s) for number, group in enumerate(groups))


def _raw(group: RasterGroup, number: int, sight: Sight, row_s: NDArray[np.int64]) -> Chips:
    shape = next(layer.chips.shape[1:] for site in group.layers for layer in site)
    found = np.full((len(row_s), *shape), np.nan, np.float32)
    for site, layers in enumerate(group.layers):
        for epoch, layer in enumerate(layers):
            sees = (sight.site_r[row_s] == site) & (sight.epoch_rg[row_s, number] == epoch)
            chips = layer.chips[sight.zone_r[row_s[sees]]]
            seen = _renumbered(chips, layer.classes, group.classes) if group.classes else chips
            if sees.all():
                found = seen
            else:
                found[sees] = seen
    return np.log1p(found) if group.name.startswith(f"geology {FAULTS}") else found


def _renumbered(chips: Chips, own: tuple[str, ...], known: tuple[str, ...]) -> Chips:
    """Numbers of `own` as numbers of `known`; NaN for a name that is not among them."""
    to = np.array([known.index(name) if name in known else np.nan for name in (*own,)] + [np.nan], np.float32)
    places = np.where(np.isfinite(chips), chips, len(own)).astype(np.int64)
    return np.asarray(to[places], np.float32)


def fit_reading(
    groups: Sequence[RasterGroup], raw: Sequence[Chips], training_s: NDArray[np.bool_], cell_m: float
) -> RasterReading:
    """Scale by the stacks that training samples see, and by no other; aspect stays as it is, to turn with a picture."""
    readings = []
    for group, chips in zip(groups, raw, strict=True):
        if group.classes:
            seen = np.unique(chips[training_s])
            known = tuple(group.classes[int(place)] for place in seen[np.isfinite(seen)])
            readings.append(GroupReading(group.name, (), known, (), ()))
            continue
        fitted = [
            (0.0, 1.0) if band in ASPECT else mean_and_spread(chips[training_s, place])
            for place, band in enumerate(group.bands)
        ]
        mean, spread = zip(*fitted, strict=True)
        readings.append(GroupReading(group.name, group.bands, (), mean, spread))
    return RasterReading(tuple(readings), raw[0].shape[-1], cell_m)


def mean_and_spread(values: NDArray[np.float32]) -> tuple[float, float]:
    """Over what is known; a spread of one where all is the same or nothing is known."""
    known = values[np.isfinite(values)].astype(np.float64)
    if not len(known):
        return 0.0, 1.0
    spread = float(known.std())
    return float(known.mean()), spread if spread > _FLAT else 1.0


def network_rasters(
    groups: Sequence[RasterGroup], raw: Sequence[Chips], reading: RasterReading
) -> tuple[Chips, NDArray[np.int64]]:
    """What a network reads: bands float32 (s, c, y, x) without NaN, and classes int64 (s, k, y, x).

    Of each group its scaled bands, 0 where unknown, and a mask, 1 where all of it is known; a class is its number plus
    one, 0 where unknown or never seen in training.
    """
    bands, classes = empty_stacks(len(raw[0]), reading)
    fill_stacks(groups, raw, reading, bands, classes)
    return bands, classes


def empty_stacks(stacks: int, reading: RasterReading) -> tuple[Chips, NDArray[np.int64]]:
    """Room for `fill_stacks`."""
    bands = np.empty((stacks, len(reading.names), reading.side, reading.side), np.float32)
    return bands, np.empty((stacks, len(reading.class_names), reading.side, reading.side), np.int64)


def fill_stacks(
    groups: Sequence[RasterGroup],
    raw: Sequence[Chips],
    reading: RasterReading,
    bands: Chips,
    classes: NDArray[np.int64],
) -> None:
    """Write what `network_rasters` gives into `bands` and `classes`, or some stacks of them."""
    c = k = 0
    for group, chips, its in zip(groups, raw, reading.groups, strict=True):
        known = np.isfinite(chips)
        if group.classes:
            numbers = _renumbered(chips, group.classes, its.classes)[:, 0]
            classes[:, k] = np.where(np.isfinite(numbers), numbers + 1, 0)
            k += 1
        if its.bands:
            _scale_into(bands[:, c : c + len(its.bands)], chips, known, its)
            c += len(its.bands)
        bands[:, c] = known.all(axis=1)
        c += 1


def _scale_into(bands: Chips, chips: Chips, known: NDArray[np.bool_], reading: GroupReading) -> None:
    """What `scaled` gives for each band, all at once and without a copy."""
    mean, spread = (np.array(numbers, np.float32)[:, None, None] for numbers in (reading.mean, reading.spread))
    np.subtract(chips, mean, out=bands)
    bands /= spread
    np.clip(bands, -LARGEST_SCALED, LARGEST_SCALED, out=bands)
    np.copyto(bands, np.float32(0), where=~known)


def scaled(values: NDArray[np.float32], mean: float, spread: float) -> NDArray[np.float32]:
    """Bounded to ten spreads on either side of the mean; 0 where unknown."""
    result = (values - np.float32(mean)) / np.float32(spread)
    np.nan_to_num(result, copy=False, nan=0.0)
    return np.asarray(np.clip(result, -LARGEST_SCALED, LARGEST_SCALED), np.float32)
