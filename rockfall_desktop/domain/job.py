"""A job is the fold of its events; `apply` is the only place where a status changes."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

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
    LogLine,
    PassingEvent,
    Phase,
    PhaseStarted,
    SamplesBuilt,
    StopRequested,
)
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.report import headline
from rockfall_desktop.domain.value import Value


class Status(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    PREPARING = "preparing"
    TRAINING = "training"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether a process should be holding the job's lock."""
        return self in {Status.QUEUED, Status.PREPARING, Status.TRAINING}

    @property
    def resumable(self) -> bool:
        """Whether the job may go on: nobody wanted its end, and it has no result."""
        return self in {Status.INTERRUPTED, Status.FAILED}


class ImpossibleEvent(ValueError):
    """An event that cannot follow what happened before: a fault of the program."""


class TrainingJob(Value):
    """One training run as far as its events tell; counters only, never growing lists."""

    job_id: str = Field(description="UUIDv7.")
    user_id: str = Field(description="Who asked for it.")
    config: TrainingConfig = Field(description="What was asked for.")
    site_id: str = Field(description="Site that it learns from.")
    site_name: str = Field(description="Name of the site; of several their names together.")
    site_names: tuple[str, ...] = Field(default=(), description="Name of each site; empty in jobs of old.")
    site_ids: tuple[str, ...] = Field(default=(), description="Id of each site; empty in jobs of old.")
    simulated: bool = Field(description="Whether the site's records are made up.")
    start_files: dict[str, str] = Field(default={}, description="SHA-256 of what it begins with, by name of the file.")
    status: Status = Field(description="Where it stands.")
    phase: Phase | None = Field(default=None, description="What it is doing or did last.")
    created_at: datetime = Field(description="When it was asked for, UTC.")
    started_at: datetime | None = Field(default=None, description="When work began, UTC.")
    fitting_at: datetime | None = Field(default=None, description="When the first epoch began, UTC.")
    finished_at: datetime | None = Field(default=None, description="When it ended, UTC.")
    member: int = Field(default=1, ge=1, description="Network of the ensemble that is trained or was last, from 1.")
    current_epoch: int = Field(default=0, ge=0, description="Epochs of this member done.")
    total_epochs: int = Field(ge=1, description="Epochs of a member at most.")
    epochs_since_fitting: int = Field(default=0, ge=0, description="Epochs done since `fitting_at`, of all members.")
    best_epoch: int | None = Field(default=None, description="Epoch with the lowest validation log loss.")
    last_metrics: TrainingMetrics | None = Field(default=None, description="The last epoch in numbers.")
    requested: Request = Field(default=Request.GO_ON, description="What somebody asked of the running job.")
    failure: Failure | None = Field(default=None, description="Why it failed.")
    performance_summary: dict[str, float | int | None] | None = Field(
        default=None, description="Headline scores of the report."
    )

    @property
    def progress(self) -> float:
        """Percent done, 0 to 100: epochs of the epochs of all members, 100 only when completed."""
        if self.status is Status.COMPLETED:
            return 100.0
        return min(99.0, 100.0 * (1 - self.epochs_left / (self.total_epochs * self.config.members)))

    @property
    def epochs_left(self) -> int:
        """Epochs of all members that are still to come at most."""
        return self.total_epochs - self.current_epoch + self.total_epochs * (self.config.members - self.member)

    @classmethod
    def created(cls, event: JobCreated) -> Self:
        """The job as its first event makes it."""
        return cls(
            job_id=event.job_id,
            user_id=event.user_id,
            config=event.config,
            site_id=event.site_id,
            site_name=event.site_name,
            site_names=event.site_names,
            site_ids=event.site_ids,
            simulated=event.simulated,
            start_files=event.start_files,
            status=Status.QUEUED,
            created_at=event.at,
            total_epochs=event.config.most_epochs,
        )

    def first_event(self) -> JobCreated:
        """The event that `created` made the job of, to be told again to those who listen from now on."""
        return JobCreated(
            at=self.created_at,
            job_id=self.job_id,
            user_id=self.user_id,
            config=self.config,
            site_id=self.site_id,
            site_name=self.site_name,
            site_names=self.site_names,
            site_ids=self.site_ids,
            simulated=self.simulated,
            start_files=self.start_files,
        )

    def apply(self, event: JobEvent) -> Self:
        """The job after an event.

        Raises:
            ImpossibleEvent: when the event cannot follow, e.g. an epoch of a job that is over.

        """
        if isinstance(event, JobCreated):
            raise ImpossibleEvent(f"job {self.job_id} was created already")
        if isinstance(event, LogLine | PassingEvent):
            return self
        if isinstance(event, JobResumed) and self.status.resumable:
            return self.model_copy(update=self._go_on(event))
        if isinstance(event, JobCancelled) and self.status is Status.INTERRUPTED:
            return self.model_copy(update={"status": Status.CANCELLED})
        if not self.status.active:
            raise ImpossibleEvent(f"{event.kind} after job {self.job_id} was {self.status}")
        return self.model_copy(update=self._changes(event))

    def _go_on(self, event: JobResumed) -> dict[str, Any]:
        """Back to where the checkpoint stands; what was asked of the job is forgotten."""
        if not (1, 0) <= (event.member, event.epoch) <= (self.member, self.current_epoch):
            raise ImpossibleEvent(f"epoch {event.epoch} of member {event.member} lies beyond what was done")
        kept = self.last_metrics
        if kept is not None and (kept.member, kept.epoch) != (event.member, event.epoch):
            kept = None
        return {
            "status": Status.QUEUED, "phase": None, "finished_at": None, "failure": None, "requested": Request.GO_ON,
            "member": event.member, "current_epoch": event.epoch, "last_metrics": kept,
            "best_epoch": kept.best_epoch if kept is not None else None, "epochs_since_fitting": 0,
        }  # fmt: skip

    def _changes(self, event: JobEvent) -> dict[str, Any]:  # noqa: PLR0911 - one case an event
        match event:
            case PhaseStarted():
                return self._turn_to(event)
            case SamplesBuilt():
                self._demand(Status.PREPARING, event)
                return {}
            case EpochFinished(metrics=metrics):
                return self._count(metrics)
            case StopRequested(request=request):
                return {"requested": Request.CANCEL if self.requested is Request.CANCEL else request}
            case JobCompleted(report=report):
                self._demand(Status.TRAINING, event)
                return self._end(Status.COMPLETED, event) | {"performance_summary": headline(report)}
            case JobFailed(failure=failure):
                return self._end(Status.FAILED, event) | {"failure": failure}
            case JobCancelled():
                return self._end(Status.CANCELLED, event)
            case JobInterrupted():
                return self._end(Status.INTERRUPTED, event)
            case _:
                raise ImpossibleEvent(f"{event.kind} is not understood")

    def _turn_to(self, event: PhaseStarted) -> dict[str, Any]:
        order = list(Phase)
        before = -1 if self.phase is None else order.index(self.phase)
        if order.index(event.phase) != before + 1:
            raise ImpossibleEvent(f"phase {event.phase} after {self.phase} in job {self.job_id}")
        changes: dict[str, Any] = {"phase": event.phase}
        if event.phase is Phase.READING:
            changes |= {"status": Status.PREPARING, "started_at": event.at}
        elif event.phase is Phase.FITTING:
            changes |= {"status": Status.TRAINING, "fitting_at": event.at, "epochs_since_fitting": 0}
        return changes

    def _count(self, metrics: TrainingMetrics) -> dict[str, Any]:
        next_ones = {(self.member, self.current_epoch + 1)}
        if self.current_epoch and self.member < self.config.members:
            next_ones.add((self.member + 1, 1))
        if self.phase is not Phase.FITTING or (metrics.member, metrics.epoch) not in next_ones:
            where = f"{self.current_epoch} of member {self.member} in phase {self.phase}"
            raise ImpossibleEvent(f"epoch {metrics.epoch} of member {metrics.member} after {where}")
        return {
            "member": metrics.member, "current_epoch": metrics.epoch, "best_epoch": metrics.best_epoch,
            "last_metrics": metrics, "epochs_since_fitting": self.epochs_since_fitting + 1,
        }  # fmt: skip

    def _demand(self, status: Status, event: JobEvent) -> None:
        if self.status is not status:
            raise ImpossibleEvent(f"{event.kind} while job {self.job_id} was {self.status}")

    @staticmethod
    def _end(status: Status, event: JobEvent) -> dict[str, Any]:
        return {"status": status, "finished_at": event.at}


class TrainingStatus(Value):
    """What `training_status` answers."""

    job_id: str = Field(description="Which job.")
    status: Status = Field(description="Where it stands.")
    progress: float = Field(ge=0, le=100, description="Percent done.")
    member: int = Field(default=1, ge=1, description="Network of the ensemble that is trained or was last, from 1.")
    members: int = Field(default=1, ge=1, description="Networks of the ensemble.")
    current_epoch: int = Field(ge=0, description="Epochs of this member done.")
    total_epochs: int = Field(ge=1, description="Epochs of a member at most.")
    metrics: TrainingMetrics | None = Field(description="The last epoch in numbers.")
    logs: tuple[str, ...] = Field(description="Last log lines, oldest first.")
    eta_seconds: float | None = Field(description="Seconds to the last epoch at the mean pace so far.")
    requested: Request = Field(description="What somebody asked of the running job.")
    failure: Failure | None = Field(description="Why it failed.")


def eta_seconds(job: TrainingJob, now: datetime) -> float | None:
    """Seconds until the last epoch of all members at the mean pace so far; None before the first or after the end."""
    if job.status is not Status.TRAINING or job.epochs_since_fitting == 0 or job.fitting_at is None:
        return None
    pace = (now - job.fitting_at).total_seconds() / job.epochs_since_fitting
    return max(0.0, pace * job.epochs_left)
