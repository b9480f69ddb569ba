"""Runs a training to its end, for tests."""

import time
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, JobEvent
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.learning.checkpoints import Checkpoints
from rockfall_desktop.learning.fit import Fitted, fit
from rockfall_desktop.learning.samples import SampleSet, build_samples
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
