"""What it costs to save one event of a job: event, job and outbox row in one durable, encrypted transaction.

The reference is a bare insert of the same text by the same library into a table of its own, with the same settings
(WAL, synchronous FULL, encrypted pages), in the same run and in turns, so that a busy disk hits both alike.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw

from benchmarks.figures import verdict
from rockfall_desktop.domain.events import JobEvent, event_to_json
from rockfall_desktop.store.connection import connect
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import KEY, created, epoch, log_line, up_to_fitting

ROUNDS = 2000
GOAL = 3.0


def run() -> None:
    """Save epochs and log lines in turns with bare inserts; print median and p99 of each and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        saved, bare = _measure(Path(folder))
    for name, costs in (("saving an event", saved), ("a bare insert", bare)):
        print(f"{name}: median {_median(costs):.0f} us, p99 {_p99(costs):.0f} us, {len(costs)} times")
    print(f"p99 of saving an event: {_p99(saved) / _p99(bare):.2f} x the p99 of a bare insert")
    ratio = _median(saved) / _median(bare)
    verdict("event_cost", f"{ratio:.2f} x a bare insert", f"<= {GOAL:g} x, median", met=ratio <= GOAL)


def _measure(folder: Path) -> tuple[list[float], list[float]]:
    """Costs in seconds: of saving through the store, and of the bare inserts."""
    store = open_store(folder / "rockfall.db", KEY, now=lambda: datetime.now(UTC), make=True)
    (folder / "bare.db").touch()
    bare = connect(folder / "bare.db", KEY, vfs=None)
    bare.execute("create table events (id integer primary key, body text)")
    jobs = Jobs(store)
    job_id = jobs.create(created()).job_id
    for event in up_to_fitting():
        jobs.append(job_id, event)
    costs: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS):
        event = log_line() if number % 2 else epoch(number // 2 + 1)
        costs[0].append(_seconds(lambda event=event: jobs.append(job_id, event)))  # type: ignore[misc]
        costs[1].append(_seconds(lambda event=event: _insert(bare, event)))  # type: ignore[misc]
    bare.close()
    store.close()
    return costs


def _insert(connection: apsw.Connection, event: JobEvent) -> None:
    connection.execute("begin immediate")
    connection.execute("insert into events (body) values (?)", (event_to_json(event),))
    connection.execute("commit")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _median(costs: list[float]) -> float:
    return statistics.median(costs) * 1e6


def _p99(costs: list[float]) -> float:
    return statistics.quantiles(costs, n=100)[98] * 1e6
