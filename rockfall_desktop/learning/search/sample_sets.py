"""The samples of a search: one set for each look-back, all judged on the same validation samples, without a test block.

Axes: n sample of the validation block.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.domain.search import SearchPlan
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput

_Look = tuple[int, int]


class SampleSets:
    """Samples of every look-back that a plan may ask for.

    A longer window leaves other samples out of the validation block than a shorter one; only those that all of them
    hold are judged by, else a trial could win by having the easier ones. The test block is taken away before anything
    is trained: what is not there cannot be looked at. With layers, which are large, one set is held at a time.
    """

    def __init__(
        self, sites: Sequence[SiteInput], plan: SearchPlan, control: Control, now: Callable[[], datetime]
    ) -> None:
        self._sites, self._plan, self._control, self._now = sites, plan, control, now
        self._held: dict[_Look, SampleSet] = {}
        self._faults: dict[_Look, WrongInput] = {}
        self._common: NDArray[np.int64] | None = None

    def prepare(self) -> Generator[Tick, None, None]:
        """Build each set once and find the validation samples that all of them hold.

        Raises:
            Cancelled: as soon as a cancel is seen.
            WrongInput: when no look-back fits the record, or no validation sample is common to all.
        """
        keys = []
        for look, config in self._looks().items():
            try:
                samples = yield from self._build(config)
            except WrongInput as fault:
                self._faults[look] = fault
                continue
            keys.append(_keys(samples.validation))
            self._keep(look, samples)
        if not keys:
            raise next(iter(self._faults.values()))
        self._common = reduce(np.intersect1d, keys)
        if not len(self._common):
            raise WrongInput(
                "The windows leave nothing to compare them by",
                "window_steps: no validation sample is there for the shortest and the longest window alike.",
                "Do not vary the window, or choose a smaller one.",
            )

    def of(self, config: TrainingConfig) -> Generator[Tick, None, SampleSet]:
        """The samples of a trial.

        Raises:
            Cancelled: as soon as a cancel is seen.
            WrongInput: when its window or batch does not fit the record.
        """
        look = _look(config)
        if look in self._faults:
            raise self._faults[look]
        if look not in self._held:
            samples = yield from self._build(config)
            self._keep(look, samples)
        samples = self._held[look]
        if config.batch_size > (most := samples.training.count.samples):
            message = f"batch_size: {config.batch_size:,} samples make a batch, and the training block has {most:,}."
            raise WrongInput("The batch is larger than the training block", message, f"Give {most:,} or less.")
        return samples if self._common is None else _without_test(samples, self._common)

    def _looks(self) -> dict[_Look, TrainingConfig]:
        """A configuration for each different look-back, the form's own first."""
        base, choices = self._plan.config, {one.name: one.choices for one in self._plan.dimensions}
        networks = choices.get("temporal_network", (base.temporal_network,))
        changed = [
            base.model_copy(update={"window_steps": steps, "temporal_network": network})
            for steps in choices.get("window_steps", (base.window_steps,))
            for network in networks
        ]
        return {_look(config): config for config in changed}

    def _build(self, config: TrainingConfig) -> Generator[Tick, None, SampleSet]:
        any_batch = config.model_copy(update={"batch_size": 1})
        return (yield from run_aside(lambda: build_pooled(self._sites, any_batch), self._control, self._now))

    def _keep(self, look: _Look, samples: SampleSet) -> None:
        if self._plan.config.spatial_features:
            self._held.clear()
        self._held[look] = samples


def _look(config: TrainingConfig) -> _Look:
    return config.window_steps, config.history_steps


def _keys(block: Block) -> NDArray[np.int64]:
    """One number for each pair of step and zone, int64 (n,)."""
    keys: NDArray[np.int64] = (block.steps.numpy() << 32) + block.zones.numpy()
    return keys


def _without_test(samples: SampleSet, common: NDArray[np.int64]) -> SampleSet:
    kept = torch.from_numpy(np.flatnonzero(np.isin(_keys(samples.validation), common)))
    nothing = torch.zeros(0, dtype=torch.int64)
    return replace(
        samples,
        validation=_picked(samples.validation, kept),
        test=_picked(samples.test, nothing),
        calibration=None,
    )


def _picked(block: Block, kept: torch.Tensor) -> Block:
    targets = block.targets[kept]
    positives = tuple(int(number) for number in targets.sum(dim=0))
    return replace(
        block,
        rows=block.rows[kept],
        targets=targets,
        steps=block.steps[kept],
        zones=block.zones[kept],
        rasters=block.rasters[kept],
        clouds=block.clouds[kept],
        count=block.count.model_copy(update={"samples": len(kept), "positives": positives}),
    )
