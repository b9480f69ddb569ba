"""Samples by index: one tensor holds the series, a sample is the number of the row where its window starts.

Axes: r row of the series (plane after plane, site after site), n sample, w step of the window, i input, h horizon;
s stack or set, c band, k class band, y row (north to south), x column, m point, f feature, v change.
"""

from dataclasses import dataclass

import torch

from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape

MISSING = -1


@dataclass(frozen=True, eq=False)
class Block:
    """The samples of one block of the split, in the order of time, then zone.

    Attributes:
        rows: int64 (n,), row of `SampleSet.windows` that is the sample's window.
        targets: float32 (n, h), 1 where an incident answers.
        steps: int64 (n,), step at whose end the sample stands.
        zones: int64 (n,), index of its zone.
        rasters: int64 (n,), its stack in `SampleSet.rasters`, -1 where no raster was known; all -1 without rasters.
        clouds: int64 (n,), its set in `SampleSet.clouds`, -1 where no cloud was known; all -1 without clouds.
        count: what the block holds.

    """

    rows: torch.Tensor
    targets: torch.Tensor
    steps: torch.Tensor
    zones: torch.Tensor
    rasters: torch.Tensor
    clouds: torch.Tensor
    count: BlockCount


@dataclass(frozen=True, eq=False)
class RasterStacks:
    """Every different stack of chips that some sample sees: one for each zone and choice of epochs.

    Attributes:
        bands: float32 (s, c, y, x), scaled by training samples alone, 0 where unknown; masks (1 known) are bands too.
        classes: int64 (s, k, y, x), class of a geological map plus one, 0 where unknown; k may be 0.
        names: along c.
        class_names: for each class band the names of its classes.
        scaling: of each band along c; masks keep mean 0 and spread 1.
        aspect: places along c of aspect's sine and cosine, which turn with the picture; None without elevation.

    """

    bands: torch.Tensor
    classes: torch.Tensor
    names: tuple[str, ...]
    class_names: tuple[tuple[str, ...], ...]
    scaling: Scaling
    aspect: tuple[int, int] | None

    @property
    def shape(self) -> RasterShape:
        """What a network must know of it."""
        counts = tuple(len(names) for names in self.class_names)
        return RasterShape(self.bands.shape[1], counts, self.bands.shape[-1])


@dataclass(frozen=True, eq=False)
class CloudStacks:
    """Every different point set that some sample sees: one for each zone and epoch.

    Attributes:
        points: float32 (s, m, f), centred and scaled; f begins with x, y, z.
        changes: float32 (s, v), change since the epoch before, scaled, 0 where untold, masks last; v may be 0.
        features, change_names: along f and v.

    """

    points: torch.Tensor
    changes: torch.Tensor
    features: tuple[str, ...]
    change_names: tuple[str, ...]

    @property
    def shape(self) -> CloudShape:
        """What a network must know of it."""
        return CloudShape(self.points.shape[2], self.points.shape[1], self.changes.shape[1])


@dataclass(frozen=True, eq=False)
class SampleSet:
    """All samples of a training.

    Attributes:
        windows: float32 view (r', w, i) of the series: a window is a row, nothing is copied; i is 0 without series.
        times: float64 view (r', w), real time of each step of a window, in steps of the site.
        rasters, clouds: spatial input; None where none is asked for.
        training, validation, test: the blocks.
        inputs: names along i.
        channels: names of the channels that are read.
        scaling: fitted on the training block alone.
        month: int64 (t,), calendar month of each step, 0 to 11.
        left_out: samples left out, by reason.

    """

    windows: torch.Tensor
    times: torch.Tensor
    rasters: RasterStacks | None
    clouds: CloudStacks | None
    training: Block
    validation: Block
    test: Block
    inputs: tuple[str, ...]
    channels: tuple[str, ...]
    scaling: Scaling
    month: torch.Tensor
    left_out: dict[str, int]

    @property
    def blocks(self) -> tuple[BlockCount, ...]:
        """What each block holds."""
        return self.training.count, self.validation.count, self.test.count

    @property
    def shapes(self) -> InputShapes:
        """What a network must know of its inputs."""
        return InputShapes(
            len(self.inputs),
            self.rasters.shape if self.rasters is not None else None,
            self.clouds.shape if self.clouds is not None else None,
        )
