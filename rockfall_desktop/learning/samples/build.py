"""From a site's arrays to samples by index.

Axes: p plane, t time (steps), n sample, w step of the window, i input, h horizon; r = p * t rows.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.domain.arrays import IncidentArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.report import BlockCount
from rockfall_desktop.judging.answers import answering, answers, occasions, precision_borders
from rockfall_desktop.judging.inputs import (
    chosen_channels,
    fit_scaling,
    input_names,
    network_series,
    transformed,
)
from rockfall_desktop.learning.samples.sample_set import MISSING, Block, SampleSet
from rockfall_desktop.learning.samples.split import Split, day_of, split_by_time


def build_samples(arrays: SiteArrays, config: TrainingConfig) -> SampleSet:
    """Split a site by time, scale on the training block, index every sample whose answer is known.

    Raises:
        WrongInput: for a channel that does not exist, a window that does not fit, a training block without incident.

    """
    channels = chosen_channels(arrays, config.temporal_features)
    steps, zones = len(arrays.start_s), len(arrays.zone_ids)
    split = split_by_time(config, arrays.local_date)
    planes = transformed(channels, zones, steps)
    scaling = fit_scaling(planes, slice(0, split.training[1] + 1))
    series = network_series(planes, scaling, arrays.day_of_year, season=config.season)
    known = answers(arrays.incidents, zones, arrays.recorded, config.horizon_steps, precision_borders(arrays))
    usable = (known >= 0).all(axis=2) & _anything_known(planes, config.window_steps, zones)
    spans = {"training": split.training, "validation": split.validation, "test": split.test}
    training, validation, test = (
        _block(name, span, known, usable, arrays, config, len(series)) for name, span in spans.items()
    )
    for block in (training, validation, test):
        _demand_samples(block.count)
    _demand_both_answers(training.count)
    return SampleSet(
        windows=_windows(series, config.window_steps),
        times=_times(arrays, len(series), config.window_steps),
        rasters=None,
        clouds=None,
        training=training,
        validation=validation,
        test=test,
        inputs=input_names(channels, season=config.season),
        channels=tuple(channel.name for channel in channels),
        scaling=scaling,
        month=torch.from_numpy(_months(arrays.local_date)),
        left_out=_left_out(split, known, usable, config),
    )


def _windows(series: NDArray[np.float32], window: int) -> torch.Tensor:
    planes, steps, inputs = series.shape
    flat = torch.from_numpy(series).reshape(planes * steps, inputs)
    return flat.as_strided((planes * steps - window + 1, window, inputs), (inputs, inputs, 1))


def _times(arrays: SiteArrays, planes: int, window: int) -> torch.Tensor:
    """Real time of each step of each window, in steps since the record's first; float64 view (r', w)."""
    time_t = (arrays.start_s - arrays.start_s[0]) / arrays.step_s
    flat = torch.from_numpy(np.tile(time_t, planes))
    return flat.as_strided((len(flat) - window + 1, window), (1, 1))


def _block(
    name: str,
    span: tuple[int, int],
    known: NDArray[np.int8],
    usable: NDArray[np.bool_],
    arrays: SiteArrays,
    config: TrainingConfig,
    planes: int,
) -> Block:
    first, last = span
    step, zone = np.nonzero(usable[:, first : last + 1].T)
    step = step + first
    rows = np.where(planes > 1, zone, 0) * len(arrays.start_s) + step - config.window_steps + 1
    targets = known[zone, step].astype(np.float32)
    falls = _picked(arrays.incidents, answering(arrays.incidents, config.horizon_steps[0], usable, first, last))
    count = BlockCount(
        name=name,
        start=day_of(arrays.local_date[first]),
        end=day_of(arrays.local_date[last]),
        samples=len(step),
        positives=tuple(int(number) for number in targets.sum(axis=0)),
        incidents=len(falls.zone),
        occasions=occasions(falls),
    )
    missing = torch.full((len(step),), MISSING)
    return Block(
        rows=torch.from_numpy(rows),
        targets=torch.from_numpy(targets),
        steps=torch.from_numpy(step),
        zones=torch.from_numpy(zone),
        rasters=missing,
        clouds=missing,
        count=count,
    )


def _picked(incidents: IncidentArray, keep: NDArray[np.bool_]) -> IncidentArray:
    return IncidentArray(
        incidents.zone[keep], incidents.first_step[keep], incidents.last_step[keep], incidents.volume_m3[keep]
    )


def _anything_known(planes: NDArray[np.float32], window: int, zones: int) -> NDArray[np.bool_]:
    """Whether the window that ends at a step holds any reading; bool (z, t). Season alone always counts."""
    if planes.shape[2] == 0:
        return np.ones((zones, planes.shape[1]), np.bool_)
    seen = np.cumsum(np.isfinite(planes).any(axis=2), axis=1)
    before = np.zeros_like(seen)
    before[:, window:] = seen[:, :-window]
    return np.broadcast_to(seen > before, (zones, planes.shape[1]))


def _left_out(
    split: Split, known: NDArray[np.int8], usable: NDArray[np.bool_], config: TrainingConfig
) -> dict[str, int]:
    zones, steps = usable.shape
    within = np.zeros(steps, np.bool_)
    for first, last in (split.training, split.validation, split.test):
        within[first : last + 1] = True
    undecided = (known < 0).any(axis=2)
    ends = config.window_steps - 1 + config.horizon_steps[-1]
    return {
        "window or horizon outside the record": zones * ends,
        "between two blocks": zones * max(0, int((~within).sum()) - ends),
        "answer left open by the record": int((undecided & within).sum()),
        "no reading in the window": int((~usable & ~undecided & within).sum()),
    }


def _demand_samples(count: BlockCount) -> None:
    if count.samples == 0:
        field = "train_until" if count.name == "training" else "validation_until"
        raise WrongInput(
            "A block is empty",
            f"{field}: the record answers no sample of the {count.name} block ({count.start} to {count.end}).",
            "Move the dates into the time in which incidents were recorded, or choose another horizon.",
        )


def _demand_both_answers(count: BlockCount) -> None:
    for positives in count.positives:
        if positives in (0, count.samples):
            what = "No incident falls" if positives == 0 else "Nothing but incidents falls"
            raise WrongInput(
                "The training block teaches nothing",
                f"train_until: {what} into the answers of the training block ({count.start} to {count.end}).",
                "Choose a later end of the training block, another horizon, or a site with more incidents.",
            )


def _months(local_date: NDArray[np.int32]) -> NDArray[np.int64]:
    return local_date.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
