"""Another station's job as the events that its document tells of, for the monitor that replays own ones."""

from datetime import datetime, timedelta

from rockfall_desktop.domain.events import (
    EpochFinished,
    Failure,
    JobCancelled,
    JobEvent,
    JobFailed,
    JobInterrupted,
    LogLine,
)
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.office_job import OfficeJob
from rockfall_desktop.ui.words import count, moment

SILENT_AFTER = timedelta(minutes=5)
"""A station tells of each epoch at once and looks at its office every 15 s: after twenty looks without a word it may
be cut off, or off, or at a long epoch. Nobody here knows which."""


def course_of(told: OfficeJob) -> list[JobEvent]:
    """Everything that is known of it, from its first event on. Its epochs bear no time of their own."""
    return [told.job.first_event(), *_events(told, told.metrics, told.lines)]


def news_of(before: OfficeJob, now: OfficeJob) -> list[JobEvent] | None:
    """What came since an earlier state of the same job; None when the earlier state is not its beginning."""
    epochs, lines = len(before.metrics), len(before.lines)
    goes_on = (
        before.job.job_id == now.job.job_id
        and before.job.status.active
        and now.metrics[:epochs] == before.metrics
        and now.lines[:lines] == before.lines
    )
    return _events(now, now.metrics[epochs:], now.lines[lines:]) if goes_on else None


def read_only_words(told: OfficeJob, now: datetime) -> str:
    """Where it runs or ran, and of when its state is."""
    verb = "runs" if told.job.status.active else "ran"
    return f"Read only: it {verb} on {told.station_name}, as of {as_of(told.updated_at, now)}."


def status_words(status: Status, heard_at: datetime, now: datetime) -> str:
    """The status, and of one that should go on when it was last heard of, once that is a while ago.

    A time ahead of now is told too: by a clock that is wrong nobody knows how long ago it was.
    """
    if not status.active or abs(now - heard_at) < SILENT_AFTER:
        return status.value
    return f"{status.value}, last heard {as_of(heard_at, now)}"


def missing_words(told: OfficeJob) -> str:
    """Which epochs are not at the office, whose document of a job has room for the newest; empty when all are."""
    if not told.metrics:
        return "Its epochs are not at the office." if told.job.current_epoch else ""
    first = told.metrics[0]
    if (first.member, first.epoch) == (1, 1):
        return ""
    of = f"member {first.member}, epoch " if told.job.config.members > 1 else ""
    return f"Epochs before {of}{count(first.epoch)} are not at the office."


def as_of(at: datetime, now: datetime) -> str:
    """The time of day in the zone of this computer, with its day when it was not today."""
    local = at.astimezone()
    return f"{local:%H:%M}" if local.date() == now.astimezone().date() else moment(at)


def _events(told: OfficeJob, metrics: tuple[TrainingMetrics, ...], lines: tuple[LogLine, ...]) -> list[JobEvent]:
    epochs = [EpochFinished(at=told.updated_at, metrics=one) for one in metrics]
    return [*epochs, *lines, *_end(told)]


def _end(told: OfficeJob) -> list[JobEvent]:
    """Its end; a completed job's is its report, which lies on its station."""
    match told.job.status:
        case Status.FAILED:
            failure = Failure(
                title="The training failed",
                message=f"Why is told on {told.station_name}; its last log lines stand below.",
                hint="Only that station can resume it.",
                where="",
            )
            return [JobFailed(at=told.updated_at, failure=failure)]
        case Status.CANCELLED:
            return [JobCancelled(at=told.updated_at)]
        case Status.INTERRUPTED:
            return [JobInterrupted(at=told.updated_at)]
        case _:
            return []
