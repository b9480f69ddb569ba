"""Jobs as rows of a table."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.network_name import network_name
from rockfall_desktop.domain.report import FEW_INCIDENTS
from rockfall_desktop.domain.site_names import told_apart
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.words import NOTHING, duration, marked, moment, three_digits

COLUMNS = (
    Column("Created", 152), Column("Site"), Column("Network", 104), Column("Status", 122),
    Column("Epochs", 84, number=True, tip='Epochs done of epochs at most; of an ensemble "member: epochs".'),
    Column("Base rate", 86, number=True, tip="Share of test samples answered by an incident."),
    Column("PR-AUC", 104, number=True, tip="Average precision on the test block, first horizon."),
    Column("Duration", 92, number=True),
)  # fmt: skip
STATION = 2  # where the column stands while there are jobs of other stations
COLUMNS_WITH_STATION = (
    *COLUMNS[:STATION], Column("Station", 132, tip="Where the job runs or ran."), *COLUMNS[STATION:],
)  # fmt: skip
STATUS = STATION + 2  # where the status stands then
_WITH_SILENT = {  # "training, last heard 2026-03-02 09:45" is long, and a site's name keeps its room
    "Created": 136, "Station": 112, "Network": 96, "Status": 302, "Base rate": 76, "Duration": 84,
}  # fmt: skip
COLUMNS_WITH_SILENT = tuple(
    replace(column, width=_WITH_SILENT.get(column.title, column.width)) for column in COLUMNS_WITH_STATION
)
HERE = Cell("this station", "muted")
LOOKS = {
    Status.QUEUED: ("queued", "muted"),
    Status.PREPARING: ("running", "accent"),
    Status.TRAINING: ("running", "accent"),
    Status.COMPLETED: ("completed", "good"),
    Status.FAILED: ("failed", "danger"),
    Status.CANCELLED: ("cancelled", "muted"),
    Status.INTERRUPTED: ("interrupted", "warning"),
}


def titles_of(jobs: Sequence[TrainingJob]) -> tuple[str, ...]:
    """What the site of each job is called beside the others: told apart where other sites have the same name."""
    return told_apart([(job.config.sites[0], marked(job.site_name, simulated=job.simulated)) for job in jobs])


def job_row(job: TrainingJob, now: datetime | None = None, title: str = "") -> tuple[Cell, ...]:
    """One job as the cells of COLUMNS.

    Args:
        job: which one.
        now: the clock, UTC.
        title: of its site, where others are called the same.
    """
    icon, tone = LOOKS[job.status]
    network = network_name(job.config, job.config.members)
    return (
        Cell(moment(job.created_at)),
        Cell(title or marked(job.site_name, simulated=job.simulated)),
        Cell(network, tip=network),
        Cell(job.status.value, tone, icon, tip=job.failure.message if job.failure else ""),
        _epochs(job),
        Cell(three_digits(_summary(job, "base_rate"))),
        _score(job),
        Cell(duration(_seconds(job, now or datetime.now(UTC)))),
    )


def with_station(cells: tuple[Cell, ...], station: Cell = HERE, *, status_tip: str = "") -> tuple[Cell, ...]:
    """The same row as the cells of COLUMNS_WITH_STATION.

    Args:
        cells: those of COLUMNS.
        station: where the job runs.
        status_tip: a remark on its status, where it has none of its own.
    """
    row = [*cells[:STATION], station, *cells[STATION:]]
    if status_tip and not row[STATUS].tip:
        row[STATUS] = replace(row[STATUS], tip=status_tip)
    return tuple(row)


def _epochs(job: TrainingJob) -> Cell:
    done = f"{job.current_epoch}/{job.total_epochs}"
    if job.config.members == 1:
        return Cell(done)
    tip = f"Member {job.member} of {job.config.members}, epoch {job.current_epoch} of {job.total_epochs}."
    return Cell(f"{job.member}: {done}", tip=tip)


def _score(job: TrainingJob) -> Cell:
    if job.performance_summary is None:
        return Cell(NOTHING, "muted")
    incidents = _summary(job, "incidents_in_test") or 0
    if incidents < FEW_INCIDENTS:
        return Cell("few incidents", "muted", tip=f"Only {incidents:.0f} incidents fall into the test block.")
    return Cell(three_digits(_summary(job, "pr_auc")), strong=True)


def _summary(job: TrainingJob, key: str) -> float | None:
    return None if job.performance_summary is None else job.performance_summary.get(key)


def _seconds(job: TrainingJob, now: datetime) -> float | None:
    if job.started_at is None:
        return None
    end = job.finished_at or (now if job.status.active else None)
    return None if end is None else max(0.0, (end - job.started_at).total_seconds())
