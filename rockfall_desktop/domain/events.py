"""Everything that can happen to a job, as frozen values with a JSON round trip."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.report import BlockCount, PerformanceReport
from rockfall_desktop.domain.value import Value


class Phase(StrEnum):
    """What a running job is doing."""

    READING = "reading"
    SAMPLES = "samples"
    FITTING = "fitting"
    EVALUATING = "evaluating"


class Level(StrEnum):
    """How loud a log line is."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Failure(Value):
    """What a failure card says."""

    title: str = Field(description="What happened, in a few words.")
    message: str = Field(description="What and where, one sentence.")
    hint: str = Field(description="What to do next.")
    where: str = Field(description="Phase in which it happened.")
    detail: str = Field(default="", description="Traceback for a fault of the program's own; empty otherwise.")


class _Event(Value):
    at: datetime = Field(description="When it happened, UTC.")


class JobCreated(_Event):
    """The job exists and waits."""

    kind: Literal["job_created"] = Field(default="job_created", description="Discriminator.")
    job_id: str = Field(description="UUIDv7, made on this station.")
    user_id: str = Field(description="Who asked for it.")
    config: TrainingConfig = Field(description="What was asked for.")
    site_id: str = Field(description="Site that it learns from.")
    site_name: str = Field(description="Name of the site; of several their names together.")
    site_names: tuple[str, ...] = Field(default=(), description="Name of each site; empty in jobs of old.")
    site_ids: tuple[str, ...] = Field(default=(), description="Id of each site; empty in jobs of old.")
    simulated: bool = Field(description="Whether the site's records are made up.")
    start_files: dict[str, str] = Field(default={}, description="SHA-256 of what it begins with, by name of the file.")


class PhaseStarted(_Event):
    """The job turned to its next phase."""

    kind: Literal["phase_started"] = Field(default="phase_started", description="Discriminator.")
    phase: Phase = Field(description="What the job is doing now.")


class SamplesBuilt(_Event):
    """The samples stand: what each block holds and how large the network is."""

    kind: Literal["samples_built"] = Field(default="samples_built", description="Discriminator.")
    blocks: tuple[BlockCount, ...] = Field(description="The time split.")
    left_out: dict[str, int] = Field(description="Samples left out, by reason.")
    channels: tuple[str, ...] = Field(description="Inputs of the network, in their order.")
    layers: tuple[str, ...] = Field(default=(), description="What the network reads of layers: bands, classes, points.")
    parameters: int = Field(ge=0, description="Trainable numbers of the network.")


class EpochFinished(_Event):
    """One epoch is done."""

    kind: Literal["epoch_finished"] = Field(default="epoch_finished", description="Discriminator.")
    metrics: TrainingMetrics = Field(description="The epoch in numbers.")


class LogLine(_Event):
    """A line for the log."""

    kind: Literal["log_line"] = Field(default="log_line", description="Discriminator.")
    level: Level = Field(description="How loud.")
    text: str = Field(max_length=4000, description="Plain text.")


class StopRequested(_Event):
    """Somebody asked the job to stop early or to cancel."""

    kind: Literal["stop_requested"] = Field(default="stop_requested", description="Discriminator.")
    request: Request = Field(description="What was asked for.")
    user_id: str = Field(description="Who asked.")


class JobCompleted(_Event):
    """The job ended with a judged model."""

    kind: Literal["job_completed"] = Field(default="job_completed", description="Discriminator.")
    report: PerformanceReport = Field(description="The judgement.")
    model_files: dict[str, str] = Field(
        default={}, description="SHA-256 of each file of the judged model, by name; none in jobs of old."
    )


class JobFailed(_Event):
    """The job ended without a model, and why."""

    kind: Literal["job_failed"] = Field(default="job_failed", description="Discriminator.")
    failure: Failure = Field(description="What the failure card says.")


class JobCancelled(_Event):
    """The job ended because somebody wanted it to."""

    kind: Literal["job_cancelled"] = Field(default="job_cancelled", description="Discriminator.")


class JobInterrupted(_Event):
    """The process that ran the job is gone."""

    kind: Literal["job_interrupted"] = Field(default="job_interrupted", description="Discriminator.")


class JobResumed(_Event):
    """A job that had been interrupted or had failed goes on, from where its last checkpoint stood."""

    kind: Literal["job_resumed"] = Field(default="job_resumed", description="Discriminator.")
    member: int = Field(ge=1, description="Network of the ensemble that is trained on.")
    epoch: int = Field(ge=0, description="Its epochs that stay; later ones and later members are done again.")


class StepProgress(_Event):
    """How far the epoch is. Shown, never stored."""

    kind: Literal["step_progress"] = Field(default="step_progress", description="Discriminator.")
    member: int = Field(default=1, ge=1, description="Which network of the ensemble, from 1.")
    epoch: int = Field(ge=1, description="Running epoch.")
    step: int = Field(ge=0, description="Steps done in it.")
    steps: int = Field(ge=1, description="Steps of an epoch.")
    samples_per_second: float = Field(ge=0, description="Training samples per second since the epoch began.")


class Tick(_Event):
    """The job is alive and busy with one long call. Shown, never stored."""

    kind: Literal["tick"] = Field(default="tick", description="Discriminator.")


class Rung(StrEnum):
    """How firmly the process of a job was told to end."""

    ASKED = "asked"
    TERMINATED = "terminated"
    KILLED = "killed"


class StopClimbed(_Event):
    """The process of a job is told to end, more firmly than before. Shown, never stored: the log says it too."""

    kind: Literal["stop_climbed"] = Field(default="stop_climbed", description="Discriminator.")
    rung: Rung = Field(description="How firmly.")


StoredEvent = (
    JobCreated | PhaseStarted | SamplesBuilt | EpochFinished | LogLine | StopRequested
    | JobCompleted | JobFailed | JobCancelled | JobInterrupted | JobResumed
)  # fmt: skip
PassingEvent = StepProgress | Tick | StopClimbed
JobEvent = StoredEvent | PassingEvent

_ADAPTER: TypeAdapter[JobEvent] = TypeAdapter(
    Annotated[JobEvent, Field(discriminator="kind")], config={"defer_build": True}
)


def event_to_json(event: JobEvent) -> str:
    """One line of JSON for an event."""
    return event.model_dump_json()


def event_from_json(text: str | bytes) -> JobEvent:
    """The event that a line of JSON stands for.

    Raises:
        pydantic.ValidationError: when the line is no event of this version.

    """
    return _ADAPTER.validate_json(text)


def is_stored(event: JobEvent) -> bool:
    """Whether an event belongs into the store (ticks, step progress and rungs do not)."""
    return not isinstance(event, PassingEvent)
