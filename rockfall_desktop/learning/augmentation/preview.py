"""Shows what the chosen augmentation makes of one training sample.

Axes: t step of the window, i input, y row, x column, m point.
"""

import numpy as np
import torch

from rockfall_desktop.domain.augmentation_preview import AugmentationPreview, Numbers
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.learning.augmentation.augment import Augment
from rockfall_desktop.learning.samples.sample_set import MISSING, SampleSet


def preview(samples: SampleSet, config: TrainingConfig, draw: int) -> AugmentationPreview:
    """One training sample before and after, the same for the same draw. Torch's generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw)
        block = samples.training
        number = _drawn(samples)
        augment = Augment(config.augmentation, len(samples.channels))
        return AugmentationPreview(
            zone=int(block.zones[number]),
            channels=samples.channels,
            windows=_windows(samples, int(block.rows[number]), augment),
            band=samples.rasters.names[0] if samples.rasters else "",
            chips=_chips(samples, int(block.rasters[number]), augment),
            points=_points(samples, int(block.clouds[number]), augment),
        )


def _drawn(samples: SampleSet) -> int:
    """A training sample, one that has every input where there is one."""
    block = samples.training
    complete = torch.ones(len(block.rows), dtype=torch.bool)
    if samples.rasters is not None:
        complete &= block.rasters != MISSING
    if samples.clouds is not None:
        complete &= block.clouds != MISSING
    choice = torch.nonzero(complete).flatten() if complete.any() else torch.arange(len(block.rows))
    return int(choice[torch.randint(len(choice), ())])


def _windows(samples: SampleSet, row: int, augment: Augment) -> tuple[Numbers, Numbers] | None:
    if not samples.channels or not samples.windows.shape[2]:
        return None
    before = samples.windows[row][None].clone()
    return _known(before, len(samples.channels)), _known(augment.series(before), len(samples.channels))


def _known(x_bti: torch.Tensor, channels: int) -> Numbers:
    value, known = x_bti[0, :, :channels], x_bti[0, :, channels : 2 * channels]
    return np.asarray(torch.where(known > 0, value, torch.nan).numpy())


def _chips(samples: SampleSet, stack: int, augment: Augment) -> tuple[Numbers, Numbers] | None:
    if samples.rasters is None or stack == MISSING:
        return None
    picked = torch.tensor([stack])
    after, _ = augment.rasters(samples.rasters, picked)
    return _seen(samples.rasters.bands[stack, 0]), _seen(after[0, 0])


def _seen(band_yx: torch.Tensor) -> Numbers:
    return np.asarray(torch.where(band_yx != 0, band_yx, torch.nan).numpy())


def _points(samples: SampleSet, stack: int, augment: Augment) -> tuple[Numbers, Numbers] | None:
    if samples.clouds is None or stack == MISSING:
        return None
    after = augment.clouds(samples.clouds, torch.tensor([stack]))
    return samples.clouds.points[stack, :, :3].numpy(), after[0, :, :3].numpy()
