"""Jobs in the store: every event is saved in one transaction with the job that it makes and a row for the office."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import apsw
from pydantic import ValidationError

from rockfall_desktop.domain.control import Request
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import (
    JobCreated,
    JobEvent,
    Level,
    LogLine,
    StopRequested,
    event_from_json,
    event_to_json,
    is_stored,
)
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.outbox import put_in_outbox

OUTBOX_KIND = "training_job"


class NumberedJob(NamedTuple):
    """A job's row: `revision` counts its events and is the sequence number of the last one."""

    job: TrainingJob
    revision: int


class Jobs:
    """The jobs of a station."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, event: JobCreated) -> TrainingJob:
        """Save a new job. Hold its lock before (see job_lock).

        Raises:
            StoreFault: when nothing could be saved.
        """
        job = TrainingJob.created(event)
        with self._store.writing() as connection:
            connection.execute(
                "insert into jobs (job_id, user_id, status, requested, created_at, revision, projection)"
                " values (?, ?, ?, ?, ?, 1, ?)",
                (job.job_id, job.user_id, job.status.value, job.requested.value, _time(job.created_at),
                 job.model_dump_json()),
            )  # fmt: skip
            self._add_event(connection, job.job_id, 1, event)
        return job

    def append(self, job_id: str, *events: JobEvent) -> TrainingJob:
        """Save what happened to a job, all of it in one transaction; the job as it is after it.

        Raises:
            ImpossibleEvent: when an event cannot follow; nothing is saved.
            ValueError: for an event that is shown and never stored.
            WrongInput: when there is no such job.
            StoreFault: when nothing could be saved.
        """
        for event in events:
            if not is_stored(event):
                raise ValueError(f"{event.kind} is never stored")
        with self._store.writing() as connection:
            job, revision = before = _read(connection, job_id)
            for event in events:
                job, revision = job.apply(event), revision + 1
                self._add_event(connection, job_id, revision, event)
            self._save(connection, job, revision, changed=job is not before.job)
        return job

    def request(self, job_id: str, request: Request, user_id: str) -> TrainingJob:
        """Ask whoever runs the job to stop early or to cancel. A job that is over, or was asked already, stays as is.

        Raises:
            WrongInput: when there is no such job.
        """
        if request is Request.GO_ON:
            raise ValueError("a request is never taken back")
        with self._store.writing() as connection:
            before = _read(connection, job_id)
            if not before.job.status.active or before.job.requested in {request, Request.CANCEL}:
                return before.job
            event = StopRequested(at=self._store.now(), request=request, user_id=user_id)
            after = before.job.apply(event)
            self._save(connection, after, before.revision + 1, changed=True)
            self._add_event(connection, job_id, before.revision + 1, event)
        return after

    def requested(self, job_id: str) -> Request:
        """What is asked of the job at this moment; cheap enough for twice a second.

        Raises:
            WrongInput: when there is no such job.
        """
        found = self._store.rows("select requested from jobs where job_id = ?", (job_id,))
        if not found:
            raise _unknown(job_id)
        return Request(found[0][0])

    def read(self, job_id: str) -> TrainingJob:
        """One job.

        Raises:
            WrongInput: when there is no such job.
        """
        return self.numbered(job_id).job

    def numbered(self, job_id: str) -> NumberedJob:
        """One job with its revision.

        Raises:
            WrongInput: when there is no such job.
        """
        with self._store.reading() as connection:
            return _read(connection, job_id)

    def known(self, job_ids: Sequence[str]) -> frozenset[str]:
        """Which of these are jobs of this station."""
        found = self._store.rows(
            "select job_id from jobs where job_id in (select value from json_each(?))", (json.dumps(job_ids),)
        )
        return frozenset(job_id for (job_id,) in found)

    def updated_at(self, job_id: str, revision: int) -> datetime:
        """When the thing happened to a job that made this revision, cut to milliseconds.

        Raises:
            WrongInput: when there is no such job.
        """
        found = self._store.rows("select body from job_events where job_id = ? and sequence = ?", (job_id, revision))
        at = event_from_json(found[0][0]).at if found else self.read(job_id).created_at
        at = at.astimezone(UTC)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def lift(self, job_id: str, above: int) -> int:
        """Give a job a revision above that of another state of it, and let it wait for the office; the new revision.

        Raises:
            WrongInput: when there is no such job.
        """
        with self._store.writing() as connection:
            job, before = _read(connection, job_id)
            revision = max(before, above) + 1
            line = LogLine(at=self._store.now(), level=Level.INFO, text=f"Sent to the office again over state {above}.")
            self._save(connection, job, revision, changed=False)
            self._add_event(connection, job_id, revision, line)
        return revision

    def lift_all(self, connection: apsw.Connection, why: str) -> None:
        """Inside a transaction: give every job a newer revision, so that the office takes it as it is signed now."""
        for job_id, before in rows(connection, "select job_id, revision from jobs"):
            connection.execute("update jobs set revision = ? where job_id = ?", (before + 1, job_id))
            self._add_event(connection, job_id, before + 1, LogLine(at=self._store.now(), level=Level.INFO, text=why))

    def list(self, user_id: str | None, *, limit: int = -1) -> tuple[TrainingJob, ...]:
        """The jobs of a user, of all users for None, newest first; all of them unless a limit is given."""
        owned, values = ("", (limit,)) if user_id is None else (" where user_id = ?", (user_id, limit))
        query = f"select job_id, projection from jobs{owned} order by created_at desc, job_id desc limit ?"  # noqa: S608
        found = self._store.rows(query, values)
        return tuple(_job(job_id, text) for job_id, text in found)

    def active(self) -> tuple[TrainingJob, ...]:
        """The jobs that somebody should be running."""
        found = self._store.rows(
            "select job_id, projection from jobs where status in ('queued', 'preparing', 'training')"
        )
        return tuple(_job(job_id, text) for job_id, text in found)

    def _save(self, connection: apsw.Connection, job: TrainingJob, revision: int, *, changed: bool) -> None:
        if changed:
            connection.execute(
                "update jobs set status = ?, requested = ?, revision = ?, projection = ? where job_id = ?",
                (job.status.value, job.requested.value, revision, job.model_dump_json(), job.job_id),
            )
        else:
            connection.execute("update jobs set revision = ? where job_id = ?", (revision, job.job_id))

    def _add_event(self, connection: apsw.Connection, job_id: str, sequence: int, event: JobEvent) -> None:
        connection.execute(
            "insert into job_events (job_id, sequence, kind, body) values (?, ?, ?, ?)",
            (job_id, sequence, event.kind, event_to_json(event)),
        )
        put_in_outbox(connection, OUTBOX_KIND, job_id, sequence, self._store.now())


def _read(connection: apsw.Connection, job_id: str) -> NumberedJob:
    found = rows(connection, "select projection, revision from jobs where job_id = ?", (job_id,))
    if not found:
        raise _unknown(job_id)
    return NumberedJob(_job(job_id, found[0][0]), found[0][1])


def _job(job_id: str, text: str) -> TrainingJob:
    try:
        return TrainingJob.model_validate_json(text)
    except ValidationError as error:
        raise StoreFault(
            "The job cannot be read",
            f"Job {job_id} was saved in a form that this version does not know.",
            "Install the newest version of Rockfall Desktop.",
        ) from error


def _unknown(job_id: str) -> WrongInput:
    return WrongInput("No such job", f"There is no job {job_id}.", "List the jobs to see their ids.")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
