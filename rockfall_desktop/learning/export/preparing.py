"""Samples of a block as the graphs take them.

Axes: n sample, t step of the window, i input.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet


def prepare(samples: SampleSet, block: Block, picked: torch.Tensor) -> Prepared:
    """Picked samples of a block, int64 (n,) numbers within it, with all stacks and sets of the site."""
    series: dict[str, NDArray[np.float32]] = {}
    zones: dict[str, NDArray[np.generic]] = {}
    stacks: dict[str, NDArray[np.int64]] = {}
    if samples.windows.shape[2]:
        rows = block.rows[picked]
        times = samples.times[rows]
        series["x"] = samples.windows[rows].numpy()
        series["time"] = (times - times[:, -1:]).to(torch.float32).numpy()
    if (rasters := samples.rasters) is not None:
        zones |= {"bands": rasters.bands.numpy(), "classes": rasters.classes.numpy()}
        stacks["raster"] = block.rasters[picked].numpy()
    if (clouds := samples.clouds) is not None:
        zones |= {"points": clouds.points.numpy(), "changes": clouds.changes.numpy()}
        stacks["cloud"] = block.clouds[picked].numpy()
    return Prepared(len(picked), series, zones, stacks)
