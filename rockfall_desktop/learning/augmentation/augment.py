"""What a training's settings name, applied to a batch."""

import torch

from rockfall_desktop.learning.augmentation.chips import turn_chips
from rockfall_desktop.learning.augmentation.points import drop_points, jitter_points, turn_points
from rockfall_desktop.learning.augmentation.series import channel_dropout, jitter, scaling, time_masking
from rockfall_desktop.learning.samples.sample_set import CloudStacks, RasterStacks

_SERIES = {"jitter": jitter, "scaling": scaling, "time_masking": time_masking, "channel_dropout": channel_dropout}


class Augment:
    """Changes training input as chosen; with nothing chosen it gives back what it got and draws nothing.

    It draws from torch's own generator, whose state a checkpoint keeps.
    """

    def __init__(self, chosen: tuple[str, ...], channels: int) -> None:
        self._chosen, self._channels = chosen, channels

    def series(self, x_bti: torch.Tensor) -> torch.Tensor:
        """Windows or chunks, changed; (b, t, i)."""
        if self._channels:
            for name, change in _SERIES.items():
                if name in self._chosen:
                    x_bti = change(x_bti, self._channels)
        return x_bti

    def rasters(self, stacks: RasterStacks, picked_u: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Bands and classes of picked stacks, changed."""
        bands, classes = stacks.bands[picked_u], stacks.classes[picked_u]
        if "turn_chips" in self._chosen:
            return turn_chips(bands, classes, stacks.aspect, stacks.scaling)
        return bands, classes

    def clouds(self, sets: CloudStacks, picked_u: torch.Tensor) -> torch.Tensor:
        """Points of picked sets, changed."""
        points = sets.points[picked_u]
        if "turn_points" in self._chosen:
            points = turn_points(points, sets.features)
        if "jitter_points" in self._chosen:
            points = jitter_points(points)
        return drop_points(points) if "drop_points" in self._chosen else points


NO_CHANGE = Augment((), 0)
