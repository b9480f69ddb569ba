"""Values that the store's tests save: one job's life, event by event."""

import os
from datetime import UTC, date, datetime, timedelta

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCompleted,
    JobCreated,
    JobEvent,
    Level,
    LogLine,
    Phase,
    PhaseStarted,
    SamplesBuilt,
)
from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.report import BlockCount, PerformanceReport

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
USER = uuid7(1_700_000_000_000, b"0123456789")
KEY = bytes(range(32))
CANARY = "canary in a coal mine"


class Clock:
    """A clock that moves by one second each time it is looked at."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def new_id() -> str:
    return uuid7(1_700_000_000_001, os.urandom(10))


def created(job_id: str | None = None, *, user_id: str = USER, at: datetime = START) -> JobCreated:
    return JobCreated(
        at=at,
        job_id=job_id or new_id(),
        user_id=user_id,
        config=TrainingConfig(sites=(CANARY,)),
        site_id=new_id(),
        site_name=CANARY,
        simulated=True,
    )


def started(phase: Phase) -> PhaseStarted:
    return PhaseStarted(at=START, phase=phase)


def log_line(text: str = CANARY) -> LogLine:
    return LogLine(at=START, level=Level.INFO, text=text)


def block(name: str) -> BlockCount:
    return BlockCount(
        name=name,
        start=date(2020, 1, 1),
        end=date(2021, 1, 1),
        samples=400,
        positives=(20,),
        incidents=21,
        occasions=21,
    )  # fmt: skip


def samples_built() -> SamplesBuilt:
    blocks = (block("training"), block("validation"), block("test"))
    return SamplesBuilt(at=START, blocks=blocks, left_out={"open": 3}, channels=("rain",), parameters=1000)


def epoch(number: int) -> EpochFinished:
    metrics = TrainingMetrics(
        epoch=number, train_loss=0.5, validation_loss=0.4, pr_auc=0.3, roc_auc=0.8, ece=0.01, learning_rate=0.001,
        seconds=1.5, samples_per_second=900.0, best_epoch=number, patience_used=0, patience=8,
    )  # fmt: skip
    return EpochFinished(at=START, metrics=metrics)


def completed(job_id: str) -> JobCompleted:
    report = PerformanceReport(
        job_id=job_id, created_at=START, site_id=new_id(), site_name=CANARY, simulated=True,
        verdict="Better than climatology.", few_incidents=False, incidents_in_test=21, base_rate=0.05, pr_auc=0.3,
        roc_auc=0.8, brier=0.04, brier_skill=0.1, log_loss=0.2, ece=0.01, calibration_slope=0.9,
        observed_expected=1.1, accuracy=0.95, best_epoch=1, blocks=(block("test"),), left_out={}, scores=(),
        reliability=(),
    )  # fmt: skip
    return JobCompleted(at=START, report=report)


def up_to_fitting() -> tuple[JobEvent, ...]:
    """What follows the creation until the first epoch may come."""
    return (started(Phase.READING), started(Phase.SAMPLES), samples_built(), started(Phase.FITTING))
