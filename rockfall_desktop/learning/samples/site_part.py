"""One site of a training, before anything is scaled: what it measured, what its record answers, who is held out.

Axes: p plane, t time (steps), z zone, c channel, h horizon.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.judging.answers import answers, precision_borders
from rockfall_desktop.judging.inputs import transformed
from rockfall_desktop.learning.samples.split import Split, split_by_time
from rockfall_desktop.learning.samples.zone_folds import fold_of_zones


class SiteInput(NamedTuple):
    """What was read of a site; layers only where some are asked for."""

    arrays: SiteArrays
    layers: SiteLayers | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What reading it left to be told."""
        return self.arrays.notes + (self.layers.notes if self.layers is not None else ())


@dataclass(frozen=True, eq=False)
class SitePart:
    """A site, ready to be cut into blocks.

    Attributes:
        site: what was read.
        channels: those that are read, in the same order for all sites.
        planes: float32 (p, t, c), transformed, NaN where nothing was known; c may be 0.
        known: int8 (z, t, h), answers of the record, -1 where left open.
        usable: bool (z, t), all answers known and something in the window.
        incidents: those that count, on the same steps.
        fold: int64 (z,), fold of each zone; 0 in the view of time.
        moment_s: int64 (t,), when a sample of each step stands.
        local_date: int32 (t,), day of each step; None for a site without time.
        day_of_year: float32 (t,).
        time_t: float64 (t,), time of each step from the first, in steps.
        window_steps: steps that are read, of the configuration; 1 for a site without time.

    """

    site: SiteInput
    channels: tuple[ChannelArray, ...]
    planes: NDArray[np.float32]
    known: NDArray[np.int8]
    usable: NDArray[np.bool_]
    incidents: IncidentArray
    fold: NDArray[np.int64]
    moment_s: NDArray[np.int64]
    local_date: NDArray[np.int32] | None
    day_of_year: NDArray[np.float32]
    time_t: NDArray[np.float64]
    window_steps: int

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return int(self.known.shape[1])

    @property
    def zones(self) -> int:
        """How many zones it has."""
        return int(self.known.shape[0])

    def split(self, config: TrainingConfig, *, calibrated: bool) -> Split:
        """Its blocks of time; one step that is in every block where there is no time.

        Raises:
            WrongInput: as `split_by_time`.

        """
        if self.local_date is None:
            return Split((0, 0), (0, 0), (0, 0))
        return split_by_time(config, self.local_date, calibrated=calibrated)


def timed_part(site: SiteInput, channels: tuple[ChannelArray, ...], place: int, config: TrainingConfig) -> SitePart:
    """A site whose answers are incidents in time; `place` is which of the configuration's sites it is.

    Raises:
        WrongInput: when it has no steps, or its incidents are too coarse for them.

    """
    arrays = site.arrays
    zones, steps = len(arrays.zone_ids), len(arrays.start_s)
    if not steps:
        raise WrongInput(
            "Nothing was measured over time",
            f"sites: {arrays.name} has no steps, and its zones have no labels.",
            "Add a channel to site.toml, or name the label_column of the zones' file.",
        )
    split_by_time(config, arrays.local_date)
    planes = transformed(channels, zones, steps)
    known = answers(arrays.incidents, zones, arrays.recorded, config.horizon_steps, precision_borders(arrays))
    return SitePart(
        site=site,
        channels=channels,
        planes=planes,
        known=known,
        usable=(known >= 0).all(axis=2) & _anything_known(planes, config.history_steps, zones),
        incidents=arrays.incidents,
        fold=fold_of_zones(arrays, place, config),
        moment_s=sample_moments(arrays),
        local_date=arrays.local_date,
        day_of_year=arrays.day_of_year,
        time_t=(arrays.start_s - arrays.start_s[0]) / arrays.step_s,
        window_steps=config.history_steps,
    )


def _anything_known(planes: NDArray[np.float32], window: int, zones: int) -> NDArray[np.bool_]:
    """Whether the window that ends at a step holds any reading; bool (z, t). Without channels it always counts."""
    if planes.shape[2] == 0:
        return np.ones((zones, planes.shape[1]), np.bool_)
    seen = np.cumsum(np.isfinite(planes).any(axis=2), axis=1)
    before = np.zeros_like(seen)
    before[:, window:] = seen[:, :-window]
    return np.broadcast_to(seen > before, (zones, planes.shape[1]))
