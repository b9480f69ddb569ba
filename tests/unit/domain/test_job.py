"""A job is the fold of its events."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.events import (
    EpochFinished,
    Failure,
    JobCancelled,
    JobCompleted,
    JobCreated,
    JobEvent,
    JobFailed,
    JobInterrupted,
    JobResumed,
    Level,
    LogLine,
    Phase,
    PhaseStarted,
    SamplesBuilt,
    StepProgress,
    StopRequested,
    Tick,
    event_from_json,
    event_to_json,
    is_stored,
)
from rockfall_desktop.domain.identifiers import uuid7
from rockfall_desktop.domain.job import ImpossibleEvent, Status, TrainingJob, eta_seconds
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.report import BlockCount, PerformanceReport

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CONFIG = TrainingConfig(sites=("pit",), epochs=4)
CREATED = JobCreated(at=AT, job_id="j", user_id="u", config=CONFIG, site_id="s", site_name="Pit", simulated=False)
BLOCK = BlockCount(name="test", start=AT.date(), end=AT.date(), samples=2, positives=(1,), incidents=1, occasions=1)


def metrics(epoch: int) -> TrainingMetrics:
    return TrainingMetrics(
        epoch=epoch, train_loss=0.5, validation_loss=0.4, pr_auc=None, roc_auc=0.7, ece=0.1, learning_rate=0.001,
        seconds=1.0, samples_per_second=10.0, best_epoch=1, patience_used=epoch - 1, patience=8,
    )  # fmt: skip


def report() -> PerformanceReport:
    headline: dict[str, Any] = dict.fromkeys(
        ("pr_auc", "roc_auc", "brier", "brier_skill", "log_loss", "ece", "calibration_slope", "observed_expected",
         "accuracy"), 0.5,
    )  # fmt: skip
    return PerformanceReport(
        job_id="j", created_at=AT, site_id="s", site_name="Pit", simulated=False, verdict="v", few_incidents=False,
        incidents_in_test=12, base_rate=0.1, best_epoch=1, blocks=(BLOCK,), left_out={}, scores=(), reliability=(),
        **headline,
    )  # fmt: skip


EVENTS: tuple[JobEvent, ...] = (
    CREATED,
    PhaseStarted(at=AT, phase=Phase.READING),
    SamplesBuilt(at=AT, blocks=(BLOCK,), left_out={"x": 1}, channels=("rain",), parameters=3),
    EpochFinished(at=AT, metrics=metrics(1)),
    LogLine(at=AT, level=Level.INFO, text="<b>plain</b>"),
    StopRequested(at=AT, request=Request.STOP_EARLY, user_id="u"),
    JobCompleted(at=AT, report=report()),
    JobFailed(at=AT, failure=Failure(title="t", message="m", hint="h", where="fitting")),
    JobCancelled(at=AT),
    JobInterrupted(at=AT),
    JobResumed(at=AT, member=1, epoch=1),
    StepProgress(at=AT, epoch=1, step=2, steps=3, samples_per_second=4.0),
    Tick(at=AT),
)


def fold(*events: JobEvent) -> TrainingJob:
    job = TrainingJob.created(CREATED)
    for event in events:
        job = job.apply(event)
    return job


def phases(*names: Phase) -> list[JobEvent]:
    return [PhaseStarted(at=AT, phase=name) for name in names]


FITTING = phases(Phase.READING, Phase.SAMPLES, Phase.FITTING)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_that_every_event_survives_the_way_through_json(event: JobEvent) -> None:
    assert event_from_json(event_to_json(event)) == event


def test_that_only_ticks_and_steps_are_not_stored() -> None:
    assert {event.kind for event in EVENTS if not is_stored(event)} == {"tick", "step_progress"}


def test_that_a_job_tells_its_first_event_again_whatever_happened_since() -> None:
    assert fold(*FITTING, JobCancelled(at=AT)).first_event() == CREATED


def test_that_a_job_runs_from_queued_to_completed() -> None:
    assert TrainingJob.created(CREATED).status is Status.QUEUED
    assert fold(*FITTING[:1]).status is Status.PREPARING
    training = fold(*FITTING, EpochFinished(at=AT, metrics=metrics(1)))
    assert (training.status, training.current_epoch, training.progress) == (Status.TRAINING, 1, 25.0)
    done = training.apply(PhaseStarted(at=AT, phase=Phase.EVALUATING)).apply(JobCompleted(at=AT, report=report()))
    assert (done.status, done.progress) == (Status.COMPLETED, 100.0)
    assert done.performance_summary is not None
    assert done.performance_summary["incidents_in_test"] == 12


@pytest.mark.parametrize(
    "events",
    [
        [CREATED],
        phases(Phase.FITTING),
        [EpochFinished(at=AT, metrics=metrics(1))],
        [*FITTING, EpochFinished(at=AT, metrics=metrics(2))],
        [JobCompleted(at=AT, report=report())],
        [JobCancelled(at=AT), PhaseStarted(at=AT, phase=Phase.READING)],
        [JobFailed(at=AT, failure=EVENTS[7].failure), JobCancelled(at=AT)],  # type: ignore[union-attr]
        [JobCancelled(at=AT), StopRequested(at=AT, request=Request.CANCEL, user_id="u")],
    ],
)
def test_that_an_impossible_event_raises(events: list[JobEvent]) -> None:
    with pytest.raises(ImpossibleEvent):
        fold(*events)


@given(st.lists(st.sampled_from(EVENTS[1:]), max_size=30))
def test_that_no_order_of_events_but_a_resume_brings_an_ended_job_back(events: list[JobEvent]) -> None:
    job = TrainingJob.created(CREATED)
    for event in events:
        before = job
        try:
            job = job.apply(event)
        except ImpossibleEvent:
            continue
        assert before.status.active or job == before or after_the_end(before.status, event)


def after_the_end(status: Status, event: JobEvent) -> bool:
    """What may still happen: an interrupted or failed job goes on, an interrupted one is discarded."""
    if status is Status.INTERRUPTED:
        return isinstance(event, JobResumed | JobCancelled)
    return status is Status.FAILED and isinstance(event, JobResumed)


THREE = CREATED.model_copy(update={"config": CONFIG.model_copy(update={"members": 3})})


def three_members(*events: JobEvent) -> TrainingJob:
    job = TrainingJob.created(THREE)
    for event in (*FITTING, *events):
        job = job.apply(event)
    return job


def done(member: int, epoch: int) -> EpochFinished:
    return EpochFinished(at=AT, metrics=metrics(epoch).model_copy(update={"member": member, "best_epoch": 1}))


def test_that_progress_and_remaining_time_count_the_epochs_of_all_members() -> None:
    job = three_members(done(1, 1), done(1, 2), done(2, 1))
    assert (job.member, job.current_epoch, job.epochs_left) == (2, 1, 7)
    assert job.progress == pytest.approx(100 * 5 / 12)
    assert eta_seconds(job, AT + timedelta(seconds=30)) == pytest.approx(70)


@pytest.mark.parametrize("events", [[done(2, 1)], [done(1, 1), done(3, 1)], [done(1, 1), done(2, 2)]])
def test_that_members_come_in_their_order(events: list[JobEvent]) -> None:
    with pytest.raises(ImpossibleEvent):
        three_members(*events)


@pytest.mark.parametrize("end", [JobInterrupted(at=AT), EVENTS[7]], ids=["interrupted", "failed"])
def test_that_a_resumed_job_stands_where_its_checkpoint_stood(end: JobEvent) -> None:
    stopped = three_members(done(1, 1), done(1, 2), done(2, 1), StopRequested(
        at=AT, request=Request.STOP_EARLY, user_id="u"), end)  # fmt: skip
    job = stopped.apply(JobResumed(at=AT, member=1, epoch=1))
    assert (job.status, job.phase, job.member, job.current_epoch) == (Status.QUEUED, None, 1, 1)
    assert (job.requested, job.failure, job.finished_at, job.last_metrics) == (Request.GO_ON, None, None, None)
    for event in (*FITTING, done(1, 2), done(2, 1)):
        job = job.apply(event)
    assert (job.member, job.current_epoch, job.epochs_since_fitting) == (2, 1, 2)


@pytest.mark.parametrize(
    "events",
    [[done(1, 1)], [JobCancelled(at=AT)], [done(1, 1), JobInterrupted(at=AT), JobResumed(at=AT, member=1, epoch=2)]],
)
def test_that_only_what_was_interrupted_or_failed_is_resumed_and_never_beyond_what_was_done(
    events: list[JobEvent],
) -> None:
    with pytest.raises(ImpossibleEvent):
        three_members(*events, JobResumed(at=AT, member=1, epoch=1))


def test_that_an_interrupted_job_can_be_discarded() -> None:
    assert fold(*FITTING, JobInterrupted(at=AT), JobCancelled(at=AT)).status is Status.CANCELLED


def test_that_a_cancel_is_not_weakened_by_a_later_stop_early() -> None:
    cancel = StopRequested(at=AT, request=Request.CANCEL, user_id="u")
    early = StopRequested(at=AT, request=Request.STOP_EARLY, user_id="u")
    assert fold(cancel, early).requested is Request.CANCEL


def test_that_the_remaining_time_follows_the_mean_pace() -> None:
    job = fold(*FITTING, EpochFinished(at=AT, metrics=metrics(1)))
    assert eta_seconds(job, AT + timedelta(seconds=10)) == pytest.approx(30)
    assert eta_seconds(fold(*FITTING), AT) is None


def test_that_identifiers_sort_by_time_and_say_their_version() -> None:
    early, late = uuid7(1_000, b"\xff" * 10), uuid7(1_001, b"\x00" * 10)
    assert early < late
    assert early[14] == "7"
    assert early[19] in "89ab"
    with pytest.raises(ValueError, match="ten random bytes"):
        uuid7(1, b"")
