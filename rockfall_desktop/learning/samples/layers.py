"""The spatial input of samples: which stack and which set each of them sees.

Axes: z zone, t time (steps), r row of a sight (site, zone, stretch of time), g group.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.judging.cloud_inputs import cloud_epochs
from rockfall_desktop.judging.layer_kinds import chosen_layers
from rockfall_desktop.judging.layer_sight import Sight, look
from rockfall_desktop.judging.raster_groups import raster_groups
from rockfall_desktop.learning.samples.clouds import cloud_stacks
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SitePart
from rockfall_desktop.learning.samples.stacks import raster_stacks

Blocks = dict[str, Block]


def layer_inputs(parts: Sequence[SitePart], config: TrainingConfig) -> "LayerInputs | None":
    """The layers that a configuration reads at its sites; None where it reads none.

    Raises:
        WrongInput: as `LayerInputs`.
    """
    if not config.spatial_features:
        return None
    layers = [part.site.layers for part in parts]
    read = [one for one in layers if one is not None]
    if len(read) < len(parts):
        raise ValueError("layers are asked for and were not read")
    return LayerInputs(read, [part.moment_s for part in parts], [part.site.arrays.name for part in parts], config)


class LayerInputs:
    """The layers of one or several sites as input of samples, whose zones and steps count over all sites."""

    def __init__(
        self,
        layers: Sequence[SiteLayers],
        moments: Sequence[NDArray[np.int64]],
        names: Sequence[str],
        config: TrainingConfig,
    ) -> None:
        """Choose the layers that a configuration reads, and see which of them each zone sees when.

        Args:
            layers: of each site.
            moments: of each site when a sample of each step stands, int64 (t,), not falling.
            names: of each site.
            config: `spatial_features` and the networks.

        Raises:
            WrongInput: when a site lacks what is asked for, or layers do not fit together.
        """
        self._sites = chosen_layers(config, layers, names)
        self._groups = raster_groups(self._sites)
        zones = [len(site.zone_ids) for site in self._sites]
        self._first_zone, self._first_step = (
            np.cumsum([0, *counts]) for counts in (zones, [len(moment_s) for moment_s in moments])
        )
        of_rasters = [
            tuple(group.epochs(number, zones[number]) for group in self._groups) for number in range(len(zones))
        ]
        of_clouds = [(cloud_epochs(site.clouds, len(site.zone_ids)),) for site in self._sites]
        clouds = any(site.clouds for site in self._sites)
        self._raster_sight = look(list(zip(of_rasters, moments, strict=True))) if self._groups else None
        self._cloud_sight = look(list(zip(of_clouds, moments, strict=True))) if clouds else None

    def anything_known(self, site: int) -> NDArray[np.bool_]:
        """Whether a zone of a site sees any layer at a step; bool (z, t)."""
        zones, steps = (np.arange(*list(pairwise(first))[site]) for first in (self._first_zone, self._first_step))
        known = np.zeros((len(zones), len(steps)), np.bool_)
        for sight in (self._raster_sight, self._cloud_sight):
            if sight is not None:
                sees_r = np.any(sight.epoch_rg >= 0, axis=1)
                for place, zone in enumerate(zones):
                    known[place] |= sees_r[sight.rows(np.full(len(steps), zone), steps)]
        return known

    def those_that_see(self, parts: Sequence[SitePart]) -> tuple[SitePart, ...]:
        """The sites without the samples that see no layer at all: a network without series has nothing else."""
        return tuple(
            replace(part, usable=part.usable & self.anything_known(number)) for number, part in enumerate(parts)
        )

    def fill(self, samples: SampleSet) -> SampleSet:
        """The same samples, each with its stack and its set.

        Raises:
            WrongInput: when no training sample sees one of the inputs.
        """
        samples = self._with_rasters(samples) if self._raster_sight is not None else samples
        return self._with_clouds(samples) if self._cloud_sight is not None else samples

    def _with_rasters(self, samples: SampleSet) -> SampleSet:
        sight, blocks = self._raster_sight, _blocks(samples)
        assert sight is not None  # noqa: S101 - asked only where there is one
        seen_r, training_r = _seen(sight, blocks)
        _demand_learned(sight, training_r, [group.name for group in self._groups])
        rasters, stack_r, notes = raster_stacks(self._groups, sight, seen_r, training_r)
        for number, group in enumerate(self._groups):
            notes += _unseen(sight, seen_r, number, [[layer.name for layer in site] for site in group.layers])
        filled = {name: replace(block, rasters=_placed(sight, block, stack_r)) for name, block in blocks.items()}
        return replace(_with_blocks(samples, filled), rasters=rasters, notes=(*samples.notes, *notes))

    def _with_clouds(self, samples: SampleSet) -> SampleSet:
        sight, blocks = self._cloud_sight, _blocks(samples)
        assert sight is not None  # noqa: S101 - asked only where there is one
        seen_r, training_r = _seen(sight, blocks)
        _demand_learned(sight, training_r, ["lidar"])
        clouds, set_r, notes = cloud_stacks(self._sites, sight, seen_r, training_r)
        notes += _unseen(sight, seen_r, 0, [[layer.name for layer in site.clouds] for site in self._sites])
        filled = {name: replace(block, clouds=_placed(sight, block, set_r)) for name, block in blocks.items()}
        return replace(_with_blocks(samples, filled), clouds=clouds, notes=(*samples.notes, *notes))


def _blocks(samples: SampleSet) -> Blocks:
    blocks = {"training": samples.training, "validation": samples.validation, "test": samples.test}
    return blocks if samples.calibration is None else {**blocks, "calibration": samples.calibration}


def _with_blocks(samples: SampleSet, blocks: Blocks) -> SampleSet:
    return replace(
        samples,
        training=blocks["training"],
        validation=blocks["validation"],
        test=blocks["test"],
        calibration=blocks.get("calibration"),
    )


def _rows(sight: Sight, block: Block) -> NDArray[np.int64]:
    return sight.rows(block.zones.numpy(), block.steps.numpy())


def _seen(sight: Sight, blocks: Blocks) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows any sample sees, and which a training sample does; bool (r,) each."""
    seen_r, training_r = np.zeros((2, len(sight.site_r)), np.bool_)
    training_r[_rows(sight, blocks["training"])] = True
    for block in blocks.values():
        seen_r[_rows(sight, block)] = True
    return seen_r, training_r


def _placed(sight: Sight, block: Block, stack_r: NDArray[np.int64]) -> torch.Tensor:
    return torch.from_numpy(stack_r[_rows(sight, block)])


def _demand_learned(sight: Sight, training_r: NDArray[np.bool_], names: Sequence[str]) -> None:
    for group, name in enumerate(names):
        if not (sight.epoch_rg[training_r, group] >= 0).any():
            raise WrongInput(
                "Nothing is learned from a layer",
                f"spatial_features: no training sample sees the layers '{name}': they became known after train_until.",
                "Move train_until past their first survey, or leave their kind out.",
            )


def _unseen(sight: Sight, seen_r: NDArray[np.bool_], group: int, names: Sequence[Sequence[str]]) -> list[str]:
    """What no sample sees: surveyed after the record, or shadowed by a newer one wherever it shows something."""
    notes = []
    for site, layers in enumerate(names):
        seen = set(sight.epoch_rg[seen_r & (sight.site_r == site), group].tolist())
        notes += [
            f"Layer '{layer}' is seen by no sample: it became known too late, or newer ones show all of its zones."
            for place, layer in enumerate(layers)
            if place not in seen
        ]
    return notes
