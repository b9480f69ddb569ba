"""From the arrays of one or several sites to samples by index.

Axes: t time (steps of all sites).
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.judging.inputs import input_names
from rockfall_desktop.learning.samples.blocks import left_out, pooled_block, site_block, starts_of
from rockfall_desktop.learning.samples.cautions import cautions
from rockfall_desktop.learning.samples.layers import LayerInputs, layer_inputs
from rockfall_desktop.learning.samples.pooling import (
    demand_alike,
    fit_scalings,
    pooled_series,
    shared_channels,
    times_of,
    windows_of,
)
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput, SitePart, timed_part
from rockfall_desktop.learning.samples.split import Split, can_calibrate
from rockfall_desktop.learning.samples.static import static_part

FEWEST_TO_CALIBRATE = 30
_TOO_SHORT = "the record is too short for it"


def build_samples(arrays: SiteArrays, config: TrainingConfig, layers: SiteLayers | None = None) -> SampleSet:
    """The samples of one site; see `build_pooled`."""
    return build_pooled((SiteInput(arrays, layers),), config)


def build_pooled(sites: Sequence[SiteInput], config: TrainingConfig) -> SampleSet:
    """Split each site, scale on the training block, index every sample whose answer is known.

    Raises:
        WrongInput: for sites that do not fit together, a channel or layer that does not exist, a window or batch that
            does not fit, a training block without incident.

    """
    parts, spatial, blocks, splits, because = _demanded(sites, config)
    season = config.season and _reads_series(config)
    scalings = fit_scalings(parts, splits, config)
    windows = windows_of(pooled_series(parts, scalings, season=season), config.history_steps)
    samples = SampleSet(
        windows=windows,
        times=times_of(parts, windows),
        rasters=None,
        clouds=None,
        training=blocks["training"],
        validation=blocks["validation"],
        test=blocks["test"],
        inputs=input_names(parts[0].channels, season=season),
        channels=tuple(channel.name for channel in parts[0].channels),
        scalings=scalings,
        month=torch.from_numpy(np.concatenate([_months(part) for part in parts])),
        left_out=_left_out(parts, splits, config),
        zone_names=_zone_names(sites),
        calibration=blocks.get("calibration"),
        cross_fitted_because=because,
        cautions=cautions(parts, blocks, config),
        site_of_step=_site_of_step(parts),
    )
    return samples if spatial is None else spatial.fill(samples)


def training_samples(sites: Sequence[SiteInput], config: TrainingConfig) -> int:
    """How many samples the training block holds; what `build_pooled` refuses is refused without building anything.

    Raises:
        WrongInput: as `build_pooled`.
    """
    return _demanded(sites, config).blocks["training"].count.samples


class _Demanded(NamedTuple):
    """Blocks that can be learned from and judged on, and what they were cut from."""

    parts: tuple[SitePart, ...]
    spatial: LayerInputs | None
    blocks: dict[str, Block]
    splits: tuple[Split, ...]
    because: str


def _demanded(sites: Sequence[SiteInput], config: TrainingConfig) -> _Demanded:
    parts = _parts(sites, config)
    spatial = layer_inputs(parts, config)
    if spatial is not None and not _reads_series(config):
        parts = spatial.those_that_see(parts)
    blocks, splits, because = _cut(parts, config)
    for block in blocks.values():
        _demand_samples(block.count)
    _demand_both_answers(blocks["training"].count)
    _demand_a_batch(blocks["training"].count, config)
    return _Demanded(parts, spatial, blocks, splits, because)


def _parts(sites: Sequence[SiteInput], config: TrainingConfig) -> tuple[SitePart, ...]:
    arrays = [site.arrays for site in sites]
    demand_alike(arrays)
    if arrays[0].labels is not None:
        return tuple(static_part(site, place, config) for place, site in enumerate(sites))
    names = config.temporal_features if _reads_series(config) else ()
    chosen = shared_channels(arrays, names)
    return tuple(
        timed_part(site, channels, place, config)
        for place, (site, channels) in enumerate(zip(sites, chosen, strict=True))
    )


def _reads_series(config: TrainingConfig) -> bool:
    return config.temporal_network != "none"


def _cut(parts: Sequence[SitePart], config: TrainingConfig) -> tuple[dict[str, Block], tuple[Split, ...], str]:
    """Blocks by name, splits by site, and why a calibration has to do without a block of its own, empty if it has not.

    A calibration block is cut only where the blocks after training hold enough different incidents, and its own of
    either answer; how they fall is not looked at.
    """
    blocks, splits = _cut_with(parts, config, calibrated=False)
    if config.calibration == "none":
        return blocks, splits, ""
    outside = blocks["validation"].count.occasions + blocks["test"].count.occasions
    timed = all(part.local_date is not None for part in parts)
    reasons = {
        "labels have no time": not timed,
        "no date for it": not can_calibrate(config),
        "too few incidents": outside < FEWEST_TO_CALIBRATE,
    }
    because = next((reason for reason, holds in reasons.items() if holds), "")
    if because:
        return blocks, splits, because
    try:
        with_block, with_splits = _cut_with(parts, config, calibrated=True)
    except WrongInput:
        if config.calibration_until is not None:
            raise
        return blocks, splits, _TOO_SHORT
    because = _unfit(with_block, config)
    return (blocks, splits, because) if because else (with_block, with_splits, "")


def _unfit(blocks: dict[str, Block], config: TrainingConfig) -> str:
    """Why blocks with one for the calibration cannot serve; empty where they can."""
    if config.calibration_until is None and not all(block.count.samples for block in blocks.values()):
        return _TOO_SHORT
    count = blocks["calibration"].count
    alike = any(positives in (0, count.samples) for positives in count.positives)
    return "its answers would all be alike" if alike else ""


def _cut_with(
    parts: Sequence[SitePart], config: TrainingConfig, *, calibrated: bool
) -> tuple[dict[str, Block], tuple[Split, ...]]:
    starts, splits = starts_of(parts), tuple(part.split(config, calibrated=calibrated) for part in parts)
    blocks = {}
    for name in splits[0].spans:
        own = [site_block(part, name, split.spans[name], config) for part, split in zip(parts, splits, strict=True)]
        blocks[name] = pooled_block(own, starts)
    return blocks, splits


def _site_of_step(parts: Sequence[SitePart]) -> torch.Tensor | None:
    steps = torch.tensor([part.steps for part in parts])
    return torch.arange(len(parts)).repeat_interleave(steps) if len(parts) > 1 else None


def _left_out(parts: Sequence[SitePart], splits: Sequence[Split], config: TrainingConfig) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part, split in zip(parts, splits, strict=True):
        total.update(left_out(part, split, config))
    return dict(total)


def _zone_names(sites: Sequence[SiteInput]) -> tuple[str, ...]:
    if len(sites) == 1:
        return sites[0].arrays.zone_ids
    return tuple(f"{site.arrays.name}: {zone}" for site in sites for zone in site.arrays.zone_ids)


def _demand_samples(count: BlockCount) -> None:
    if count.samples == 0 and count.start is None:
        message = f"zone_fold: no zone of the {count.name} block has a label."
        raise WrongInput("A block is empty", message, "Choose fewer folds, or label more zones.")
    if count.samples == 0:
        field = "train_until" if count.name == "training" else "validation_until"
        raise WrongInput(
            "A block is empty",
            f"{field}: the record answers no sample of the {count.name} block{_between(count)}.",
            "Move the dates into the time in which incidents were recorded, or choose another horizon.",
        )


def _demand_both_answers(count: BlockCount) -> None:
    for positives in count.positives:
        if positives in (0, count.samples) and count.start is None:
            what = "No zone" if positives == 0 else "Every zone"
            raise WrongInput(
                "The training block teaches nothing",
                f"zone_folds: {what} of the training block is labelled 1.",
                "Choose other folds, or a site with zones of either label.",
            )
        if positives in (0, count.samples):
            what = "No incident falls" if positives == 0 else "Nothing but incidents falls"
            raise WrongInput(
                "The training block teaches nothing",
                f"train_until: {what} into the answers of the training block{_between(count)}.",
                "Choose a later end of the training block, another horizon, or a site with more incidents.",
            )


def _demand_a_batch(count: BlockCount, config: TrainingConfig) -> None:
    if config.batch_size > count.samples:
        raise WrongInput(
            "The batch is larger than the training block",
            f"batch_size: {config.batch_size:,} samples make a batch, and the training block has {count.samples:,}.",
            f"Give {count.samples:,} or less.",
        )


def _between(count: BlockCount) -> str:
    return "" if count.start is None else f" ({count.start} to {count.end})"


def _months(part: SitePart) -> NDArray[np.int64]:
    if part.local_date is None:
        return np.zeros(part.steps, np.int64)
    return part.local_date.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
