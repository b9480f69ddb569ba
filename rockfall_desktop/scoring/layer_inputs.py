"""The layers that a model reads, for some zones and steps of a site.

Axes: n sample, z zone, t time (steps that are answered), r row of a sight (zone, stretch of time), g group, s stack,
q set, c band, k class band, y row (north to south), x column, m point, f feature, v change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.layer_arrays import CloudLayer, RasterLayer, SiteLayers
from rockfall_desktop.judging.cloud_inputs import (
    CloudReading,
    cloud_epochs,
    common_features,
    network_clouds,
    raw_clouds,
)
from rockfall_desktop.judging.layer_kinds import chosen_layers
from rockfall_desktop.judging.layer_sight import Sight, look
from rockfall_desktop.judging.raster_groups import RasterGroup, raster_groups
from rockfall_desktop.judging.raster_inputs import RasterReading, empty_stacks, fill_stacks, raw_chips
from rockfall_desktop.scoring.matching import not_as_trained

_AT_ONCE = 64  # what a processor keeps near itself
Layer = TypeVar("Layer", RasterLayer, CloudLayer)


class Seen(NamedTuple):
    """What samples see of one kind of input.

    Attributes:
        arrays: of all stacks or sets, by the names of the zones' graph.
        place: int64 (n,), a sample's stack or set, -1 where it sees none.
        names: of the parts that are looked for, along g.
        unseen: bool (n, g), parts of which a sample sees nothing.
        unknown: bool (n,), whether a map shows a class there that training never saw.
    """

    arrays: dict[str, NDArray[Any]]
    place: NDArray[np.int64]
    names: tuple[str, ...]
    unseen: NDArray[np.bool_]
    unknown: NDArray[np.bool_]

    def picked(self, samples: slice) -> "Seen":
        """The same for some of the samples."""
        return self._replace(place=self.place[samples], unseen=self.unseen[samples], unknown=self.unknown[samples])


@dataclass(frozen=True, eq=False)
class RasterInputs:
    """Rasters and maps."""

    groups: tuple[RasterGroup, ...]
    reading: RasterReading
    sight: Sight

    def of(self, zone: NDArray[np.int64], step: NDArray[np.int64]) -> Seen:
        """`bands` float32 (s, c, y, x) and `classes` int64 (s, k, y, x) of samples; steps count along t."""
        row, row_s, stack_r = _stacks(self.sight, zone, step)
        bands, classes = empty_stacks(len(row_s), self.reading)
        unknown_s = np.zeros(len(row_s), np.bool_)
        for begin in range(0, len(row_s), _AT_ONCE):
            part = slice(begin, begin + _AT_ONCE)
            raw = raw_chips(self.groups, self.sight, row_s[part])
            fill_stacks(self.groups, raw, self.reading, bands[part], classes[part])
            maps = [chips[:, 0] for group, chips in zip(self.groups, raw, strict=True) if group.classes]
            for band, cells in enumerate(maps):
                unknown_s[part] |= (np.isfinite(cells) & (classes[part, band] == 0)).any(axis=(1, 2))
        place = stack_r[row]
        unknown = np.append(unknown_s, False)[place]
        names = tuple(group.name for group in self.groups)
        return Seen({"bands": bands, "classes": classes}, place, names, self.sight.epoch_rg[row] < 0, unknown)


@dataclass(frozen=True, eq=False)
class CloudInputs:
    """Point clouds."""

    layers: SiteLayers
    reading: CloudReading
    sight: Sight

    def of(self, zone: NDArray[np.int64], step: NDArray[np.int64]) -> Seen:
        """`points` float32 (q, m, f) and `changes` float32 (q, v) of samples; steps count along t."""
        row, row_q, set_r = _stacks(self.sight, zone, step)
        points, changes = network_clouds(raw_clouds((self.layers,), self.sight, row_q), self.reading)
        unseen = self.sight.epoch_rg[row] < 0
        return Seen(
            {"points": points, "changes": changes}, set_r[row], ("lidar",), unseen, np.zeros(len(row), np.bool_)
        )


def raster_inputs(
    layers: SiteLayers, name: str, config: TrainingConfig, reading: RasterReading, moment_s: NDArray[np.int64]
) -> RasterInputs:
    """The rasters that a model reads, as they are known at moments.

    Args:
        layers: of the site; what becomes known after the last moment is not looked at.
        name: of the site.
        config: of the training.
        reading: how the model reads rasters.
        moment_s: int64 (t,), when a sample of each step stands, not falling.

    Raises:
        WrongInput: when an input is missing, or has other bands or another grid than the model was trained on.
    """
    chosen = _chosen(layers, name, config, moment_s)
    own = {group.name: group for group in raster_groups((chosen,))}
    for wanted in reading.groups:
        found = own.get(wanted.name)
        if found is None:
            raise not_as_trained(f"There is no layer '{wanted.name}' that was known by then; the model reads one.")
        if found.bands != wanted.bands:
            raise not_as_trained(
                f"The bands of the layers '{wanted.name}' are not those that the model was trained on."
            )
        _demand_grid(wanted.name, [layer for site in found.layers for layer in site], reading)
    groups = tuple(own[wanted.name] for wanted in reading.groups)
    zones = len(layers.zone_ids)
    return RasterInputs(groups, reading, look([(tuple(group.epochs(0, zones) for group in groups), moment_s)]))


def cloud_inputs(
    layers: SiteLayers, name: str, config: TrainingConfig, reading: CloudReading, moment_s: NDArray[np.int64]
) -> CloudInputs:
    """The point clouds that a model reads, as they are known at moments; arguments as of `raster_inputs`.

    Raises:
        WrongInput: when there is none, a scan lacks a feature that the model reads, or has another number of points.
    """
    chosen = _chosen(layers, name, config, moment_s)
    if not chosen.clouds:
        raise not_as_trained("There is no scan that was known by then; the model reads one.")
    for lacking in set(reading.features) - set(common_features(chosen.clouds)):
        raise not_as_trained(f"A scan lacks '{lacking}' of its points, which the model reads.")
    if {layer.points.shape[1] for layer in chosen.clouds} != {reading.points}:
        raise not_as_trained(f"Sets of points have another size than the {reading.points:,} that the model reads.")
    sight = look([((cloud_epochs(chosen.clouds, len(layers.zone_ids)),), moment_s)])
    return CloudInputs(chosen, reading, sight)


def _chosen(layers: SiteLayers, name: str, config: TrainingConfig, moment_s: NDArray[np.int64]) -> SiteLayers:
    known = replace(layers, rasters=_known(layers.rasters, moment_s), clouds=_known(layers.clouds, moment_s))
    return chosen_layers(config, (known,), (name,))[0]


def _known(layers: tuple[Layer, ...], moment_s: NDArray[np.int64]) -> tuple[Layer, ...]:
    return tuple(one for one in layers if one.epoch.known_s is None or one.epoch.known_s <= moment_s[-1])


def _stacks(
    sight: Sight, zone: NDArray[np.int64], step: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row of the sight of each sample (n,), one row of each different stack (s,), and the stack of each row (r,).

    Where nothing is seen at all one empty stack stands in: graphs take no batch of none.
    """
    row = sight.rows(zone, step)
    wanted = np.zeros(len(sight.site_r), np.bool_)
    wanted[row] = True
    row_s, stack_r = sight.different(wanted)
    return row, row_s if len(row_s) else row[:1], stack_r


def _demand_grid(name: str, layers: Sequence[RasterLayer], reading: RasterReading) -> None:
    if any((layer.chips.shape[-1], layer.cell_m) != (reading.side, reading.cell_m) for layer in layers):
        raise not_as_trained(
            f"The chips of the layers '{name}' are not of {reading.side} cells of {reading.cell_m:g} m any more."
        )
