"""What happened to a job, read back in order: the same events that were seen live."""

import json
from typing import NamedTuple

from pydantic import ValidationError

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import JobCompleted, LogLine, StoredEvent, event_from_json, event_to_json
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.store.connection import Values
from rockfall_desktop.store.database import Store

LAST_OTHERS = 500


class NumberedEvent(NamedTuple):
    """An event and its place among the events of its job, from 1."""

    sequence: int
    event: StoredEvent


class History:
    """The events of the jobs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def events(self, job_id: str, *, last_others: int = LAST_OTHERS) -> tuple[NumberedEvent, ...]:
        """The first event, every epoch and resuming, and the last 500 others, in order; none for an unknown job."""
        return self._read(
            "select sequence, body from job_events where job_id = ?1 and sequence = 1"
            " union all select sequence, body from job_events indexed by epoch_events"
            " where job_id = ?1 and kind = 'epoch_finished'"
            " union all select sequence, body from job_events indexed by resumed_events"
            " where job_id = ?1 and kind = 'job_resumed'"
            " union all select * from (select sequence, body from job_events where job_id = ?1 and sequence > 1"
            " and kind not in ('epoch_finished', 'job_resumed') order by sequence desc limit ?2) order by sequence",
            (job_id, last_others),
        )

    def lines_before(self, job_id: str, line: LogLine, limit: int) -> tuple[LogLine, ...]:
        """The last log lines before one of the job, in order, at most `limit`; none when it is not one of the job's.

        A line is known by all that it says: who watches a job live has no numbers of its events.
        """
        found = self._read(
            "select sequence, body from (select sequence, body from job_events where job_id = ?1 and kind = 'log_line'"
            " and sequence < (select min(sequence) from job_events where job_id = ?1 and kind = 'log_line'"
            " and body = ?2) order by sequence desc limit ?3) order by sequence",
            (job_id, event_to_json(line), limit),
        )
        return tuple(numbered.event for numbered in found if isinstance(numbered.event, LogLine))

    def newer_events(self, job_id: str, after: int, limit: int = LAST_OTHERS) -> tuple[NumberedEvent, ...]:
        """The first events after a sequence number, in order: for watching what another program runs."""
        return self._read(
            "select sequence, body from job_events where job_id = ? and sequence > ? order by sequence limit ?",
            (job_id, after, limit),
        )

    def latest_log_lines(self, job_id: str, count: int) -> tuple[LogLine, ...]:
        """The last log lines, oldest first."""
        found = self._read(
            "select * from (select sequence, body from job_events where job_id = ? and kind = 'log_line'"
            " order by sequence desc limit ?) order by sequence",
            (job_id, count),
        )
        return tuple(numbered.event for numbered in found if isinstance(numbered.event, LogLine))

    def report(self, job_id: str) -> PerformanceReport | None:
        """The judgement on a completed job; None for any other."""
        completed = self._completed(job_id)
        return None if completed is None else completed.report

    def model_files(self, job_id: str) -> dict[str, str]:
        """SHA-256 of each file of the judged model, by name; none for jobs without one and for jobs of old."""
        completed = self._completed(job_id)
        return {} if completed is None else completed.model_files

    def names_of_models(self) -> dict[str, tuple[str, ...]]:
        """Names of the files of each judged model, by the job's id; without jobs of old, which noted none."""
        found = self._store.rows(
            "select job_id, json_extract(body, '$.model_files') from job_events where kind = 'job_completed'", ()
        )
        return {job_id: tuple(names) for job_id, files in found if (names := json.loads(files or "{}"))}

    def _completed(self, job_id: str) -> JobCompleted | None:
        found = self._read(
            "select sequence, body from job_events where job_id = ? and kind = 'job_completed'", (job_id,)
        )
        return next((event for _, event in found if isinstance(event, JobCompleted)), None)

    def _read(self, query: str, values: Values) -> tuple[NumberedEvent, ...]:
        return tuple(NumberedEvent(sequence, _event(body)) for sequence, body in self._store.rows(query, values))


def _event(body: str) -> StoredEvent:
    try:
        event = event_from_json(body)
    except ValidationError as error:
        raise StoreFault(
            "The job's history cannot be read",
            "An event was saved in a form that this version does not know.",
            "Install the newest version of Rockfall Desktop.",
        ) from error
    assert isinstance(event, StoredEvent)  # noqa: S101 - nothing else is ever written
    return event
