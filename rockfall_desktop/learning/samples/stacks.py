"""From rasters to stacks of chips: each different one once, however many samples see it.

Axes: r row of a sight (site, zone, stretch of time), s stack.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.judging.layer_sight import Sight
from rockfall_desktop.judging.raster_groups import RasterGroup
from rockfall_desktop.judging.raster_inputs import fit_reading, network_rasters, raw_chips
from rockfall_desktop.learning.samples.sample_set import RasterStacks


def raster_stacks(
    groups: Sequence[RasterGroup], sight: Sight, seen_r: NDArray[np.bool_], training_r: NDArray[np.bool_]
) -> tuple[RasterStacks, NDArray[np.int64], list[str]]:
    """Every stack that a sample sees, scaled by those that training samples see.

    Args:
        groups: the raster inputs.
        sight: what each zone sees in each stretch of time, along g the groups.
        seen_r: whether any sample sees a row.
        training_r: whether a training sample does; at least one does.

    Returns:
        The stacks, the stack of each row, int64 (r,), -1 for none, and notes.
    """
    row_s, stack_r = sight.different(seen_r)
    training_s = np.zeros(len(row_s), np.bool_)
    training_s[stack_r[training_r & (stack_r >= 0)]] = True
    raw = raw_chips(groups, sight, row_s)
    cell_m = next(layer.cell_m for group in groups for site in group.layers for layer in site)
    reading = fit_reading(groups, raw, training_s, cell_m)
    bands, classes = network_rasters(groups, raw, reading)
    stacks = RasterStacks(
        bands=torch.from_numpy(bands),
        classes=torch.from_numpy(classes),
        names=reading.names,
        class_names=reading.class_names,
        scaling=reading.scaling,
        aspect=reading.aspect,
        reading=reading,
    )
    return stacks, stack_r, _unknown_classes(groups, raw, training_s)


def _unknown_classes(
    groups: Sequence[RasterGroup], raw: Sequence[NDArray[np.float32]], training_s: NDArray[np.bool_]
) -> list[str]:
    notes = []
    for group, chips in zip(groups, raw, strict=True):
        if group.classes and not training_s.all():
            learned, seen = (np.unique(part[np.isfinite(part)]) for part in (chips[training_s], chips))
            names = [group.classes[int(place)] for place in np.setdiff1d(seen, learned)]
            if names:
                told = f"{len(names)} classes that no training sample sees count as unknown"
                notes.append(f"Layers '{group.name}': {told}: {', '.join(names[:10])}.")
    return notes
