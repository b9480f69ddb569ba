"""Sites without time: each zone is one sample, answered by a label of the zones' file, seen through layers alone.

Axes: z zone, n sample, s stack or set, f feature.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import UNLABELLED, IncidentArray
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.learning.samples.sample_set import MISSING, Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput, SitePart
from rockfall_desktop.learning.samples.zone_folds import fold_of_zones

_ALWAYS = np.iinfo(np.int64).max


def static_part(site: SiteInput, place: int, config: TrainingConfig) -> SitePart:
    """A site of labels: one step at which every layer is known, its answer the label.

    Raises:
        WrongInput: naming the field of a configuration that asks for time.

    """
    arrays = site.arrays
    labels = arrays.labels
    if labels is None:
        raise ValueError("a site of labels has labels")
    _demand_no_time(arrays.name, config)
    yes = np.flatnonzero(labels == 1).astype(np.int32)
    then = np.ones(len(yes), np.int64)
    return SitePart(
        site=site,
        channels=(),
        planes=np.zeros((1, 1, 0), np.float32),
        known=labels[:, None, None],
        usable=labels[:, None] != UNLABELLED,
        incidents=IncidentArray(yes, then, then, np.full(len(yes), np.nan, np.float32)),
        fold=fold_of_zones(arrays, place, config),
        moment_s=np.array([_ALWAYS], np.int64),
        local_date=None,
        day_of_year=np.zeros(1, np.float32),
        time_t=np.zeros(1),
        window_steps=1,
    )


def static_features(samples: SampleSet, block: Block) -> NDArray[np.float32]:
    """What layers show at the middle of each sample's zone, for models without a network; float32 (n, f).

    Of every band and mask the middle cell (of an even side the mean of the four), of every class whether it is there,
    of a cloud the change; 0 where a sample has no such input. Baselines of a network without series stand on this.
    """
    parts = [torch.zeros(len(block.rows), 0)]
    if samples.rasters is not None:
        low, high = _middle(samples.rasters.bands.shape[-1])
        around_sc = samples.rasters.bands[:, :, low:high, low:high].mean(dim=(2, 3))
        parts.append(_of_samples(around_sc, block.rasters))
        for band, names in enumerate(samples.rasters.class_names):
            class_s = samples.rasters.classes[:, band, low, low]
            there_sk = torch.nn.functional.one_hot(class_s, len(names) + 1)[:, 1:].to(torch.float32)
            parts.append(_of_samples(there_sk, block.rasters))
    if samples.clouds is not None:
        parts.append(_of_samples(samples.clouds.changes, block.clouds))
    return torch.cat(parts, dim=1).numpy()


def _of_samples(numbers_sf: torch.Tensor, stack_n: torch.Tensor) -> torch.Tensor:
    """Rows of samples' stacks, 0 for a sample without one."""
    return numbers_sf[stack_n.clamp(min=0)] * (stack_n != MISSING)[:, None]


def _middle(side: int) -> tuple[int, int]:
    """First and behind the last of the one or two cells around the middle of a side."""
    return (side - 1) // 2, side // 2 + 1


def _demand_no_time(name: str, config: TrainingConfig) -> None:
    wrong = {
        "temporal_network": config.temporal_network != "none",
        "view": config.view == "time",
        "horizon_steps": len(config.horizon_steps) > 1,
    }
    remedy = {
        "temporal_network": "Choose 'none' and a network that reads layers.",
        "view": "Choose 'zones': there is no time to be cut.",
        "horizon_steps": "Give one horizon; a label has no time that it is about.",
    }
    for field in (field for field, holds in wrong.items() if holds):
        raise WrongInput(
            "Labels have no time",
            f"{field}: {name} answers by a label of each zone, without time.",
            remedy[field],
        )
