"""Samples by index: one tensor holds the series, a sample is the number of the row where its window starts.

Axes: r row of the series (plane after plane, site after site), n sample, w step of the window, i input, h horizon;
s stack or set, c band, k class band, y row (north to south), x column, m point, f feature, v change.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch

from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.judging.cloud_inputs import CloudReading
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.raster_inputs import RasterReading
from rockfall_desktop.judging.reading_content import reading_content
from rockfall_desktop.learning.networks.shapes import CloudShape, InputShapes, RasterShape

MISSING = -1


@dataclass(frozen=True, eq=False)
class Block:
    """The samples of one block of the split, site after site, each in the order of time, then zone.

    Steps and zones count over all sites: those of the second site begin where the first one's end.

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

    def only(self, picked: torch.Tensor | slice) -> "Block":
        """Some of the samples, by their numbers within the block; `count` stays that of the whole."""
        names = ("rows", "targets", "steps", "zones", "rasters", "clouds")
        return replace(self, **{name: getattr(self, name)[picked] for name in names})


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
        reading: all of that as plain values, by which the same is read again; None for stacks that were made up.

    """

    bands: torch.Tensor
    classes: torch.Tensor
    names: tuple[str, ...]
    class_names: tuple[tuple[str, ...], ...]
    scaling: Scaling
    aspect: tuple[int, int] | None
    reading: RasterReading | None = None

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
        reading: all of that as plain values, by which the same is read again; None for sets that were made up.

    """

    points: torch.Tensor
    changes: torch.Tensor
    features: tuple[str, ...]
    change_names: tuple[str, ...]
    reading: CloudReading | None = None

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
        scalings: of the channels, one for each site, the same where it is shared; from the training block alone.
        month: int64 (t,), calendar month of each step, 0 to 11; 0 for a site without time.
        left_out: samples left out, by reason.
        zone_names: of all sites; with several each bears its site's name.
        calibration: the block for fitting a calibration; None where none is cut.
        cross_fitted_because: why a calibration that is asked for has no block of its own; empty with one or without
            calibration.
        notes: what of the layers is not read, one sentence each.
        cautions: what a reader of the scores must know of how samples were put together, one sentence each.
        site_of_step: int64 (t,), which site each step is of; None for one site.

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
    scalings: tuple[Scaling, ...]
    month: torch.Tensor
    left_out: dict[str, int]
    zone_names: tuple[str, ...]
    calibration: Block | None = None
    cross_fitted_because: str = ""
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    site_of_step: torch.Tensor | None = None

    @property
    def cross_fitted(self) -> bool:
        """Whether a calibration is asked for and has no block of its own."""
        return bool(self.cross_fitted_because)

    @property
    def blocks(self) -> tuple[BlockCount, ...]:
        """What each block holds, in the order of time."""
        between = () if self.calibration is None else (self.calibration.count,)
        return (self.training.count, self.validation.count, *between, self.test.count)

    @property
    def layer_inputs(self) -> tuple[str, ...]:
        """Names of what is read of layers: bands, classes, point features, values of a change."""
        rasters, clouds = self.rasters, self.clouds
        classes = [f"class {name}" for names in rasters.class_names for name in names] if rasters else []
        points = [f"point {name}" for name in clouds.features] if clouds else []
        bands, changes = rasters.names if rasters else (), clouds.change_names if clouds else ()
        return (*bands, *classes, *points, *changes)

    @property
    def layer_content(self) -> dict[str, Any]:
        """How layers are read, for a file (`judging.reading_content`)."""
        rasters = None if self.rasters is None else self.rasters.reading
        return reading_content(rasters, None if self.clouds is None else self.clouds.reading)

    @property
    def shapes(self) -> InputShapes:
        """What a network must know of its inputs."""
        return InputShapes(
            len(self.inputs),
            self.rasters.shape if self.rasters is not None else None,
            self.clouds.shape if self.clouds is not None else None,
        )
