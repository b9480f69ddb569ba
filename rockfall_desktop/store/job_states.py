"""A job at one revision, with its epochs and last log lines as they were then: what the office is sent of it."""

from datetime import datetime
from typing import NamedTuple

from rockfall_desktop.domain.events import EpochFinished, JobResumed, LogLine, event_from_json
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.jobs import Jobs


class JobState(NamedTuple):
    """A job at one revision.

    Attributes:
        job: the job.
        revision: number of its last event.
        updated_at: when that event happened.
        metrics: epochs that stand, in order; those done again after a resume once.
        lines: the last log lines, oldest first.
    """

    job: TrainingJob
    revision: int
    updated_at: datetime
    metrics: tuple[TrainingMetrics, ...]
    lines: tuple[LogLine, ...]


class JobStates:
    """The jobs of a station as the office is to see them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs = Jobs(store)

    def read(self, job_id: str, *, epochs: int, lines: int) -> JobState:
        """A job's newest revision with at most so many epochs and log lines.

        Raises:
            WrongInput: when there is no such job.
            StoreFault: when it cannot be read.
        """
        job, revision = self._jobs.numbered(job_id)
        last = self._store.rows("select body from job_events where job_id = ? and sequence = ?", (job_id, revision))
        updated_at = event_from_json(last[0][0]).at if last else job.created_at
        kept = self._metrics(job_id, revision)[-epochs:]
        return JobState(job, revision, updated_at, kept, self._lines(job_id, revision, lines))

    def _metrics(self, job_id: str, revision: int) -> tuple[TrainingMetrics, ...]:
        found = self._store.rows(
            "select body from job_events where job_id = ? and sequence <= ?"
            " and kind in ('epoch_finished', 'job_resumed') order by sequence",
            (job_id, revision),
        )
        kept: list[TrainingMetrics] = []
        for (body,) in found:
            match event_from_json(body):
                case EpochFinished(metrics=metrics):
                    kept.append(metrics)
                case JobResumed(member=member, epoch=epoch):
                    kept = [one for one in kept if (one.member, one.epoch) <= (member, epoch)]
        return tuple(kept)

    def _lines(self, job_id: str, revision: int, count: int) -> tuple[LogLine, ...]:
        found = self._store.rows(
            "select body from job_events where job_id = ? and sequence <= ? and kind = 'log_line'"
            " order by sequence desc limit ?",
            (job_id, revision, count),
        )
        events = (event_from_json(body) for (body,) in reversed(found))
        return tuple(event for event in events if isinstance(event, LogLine))
