"""Runs a training to its end, for tests."""

import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import torch

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, JobEvent
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints
from rockfall_desktop.learning.fitting.fit import Fitted, fit
from rockfall_desktop.learning.gathering import Encoded, gather
from rockfall_desktop.learning.networks.batch import Batch
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import Block, SampleSet
from tests.small_site import small_site

Result = TypeVar("Result")


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def small_config(**changes: Any) -> TrainingConfig:
    defaults = {"sites": ("a",), "window_steps": 8, "width": 8, "epochs": 3, "batch_size": 64}
    return TrainingConfig.model_validate(defaults | changes)


def drain(generator: Generator[JobEvent, None, Result]) -> tuple[list[JobEvent], Result]:
    events = []
    while True:
        try:
            events.append(next(generator))
        except StopIteration as end:
            return events, end.value


def start(
    folder: Path, config: TrainingConfig, control: Control | None = None, samples: SampleSet | None = None
) -> Generator[Any, None, Fitted]:
    samples = samples or build_samples(small_site(), config)
    return fit(samples, config, Checkpoints(folder, time.monotonic), control or Control(), now)


def epochs(events: list[JobEvent]) -> list[TrainingMetrics]:
    return [event.metrics for event in events if isinstance(event, EpochFinished)]


def whole(samples: SampleSet, block: Block) -> Batch:
    """Every sample of a block at once, for a network without spatial parts."""
    return gather(samples, block, torch.arange(len(block.rows)), Encoded())


def windows_only(x_bti: torch.Tensor) -> Batch:
    """Evenly read windows as a batch."""
    size, steps, _ = x_bti.shape
    return Batch(size, x_bti, torch.arange(1.0 - steps, 1.0).expand(size, steps))
