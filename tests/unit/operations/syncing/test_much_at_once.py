"""Very much that waits or that other stations made costs neither time every second nor all the memory."""

import random
import tracemalloc
from datetime import UTC, datetime, timedelta

from rockfall_desktop.store.office_mirror import MirroredJob, OfficeMirror, ReadTo
from rockfall_desktop.store.outbox import Outbox
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import USER

AT = datetime(2026, 1, 1, tzinfo=UTC)
JOBS, BYTES = 400, 40_000


def test_that_what_is_held_is_not_looked_at_every_second(pit: Bench) -> None:
    job_id = pit.running_job()
    plans = {}
    for name, untried in (("outbox_untried", " and tries = 0"), ("outbox_to_go", "")):
        query = f"explain query plan select kind from outbox where held = 0{untried} order by waiting_since, kind, id"
        plans[name] = " ".join(str(row[-1]) for row in pit.station.store.rows(query))
    assert all(f"INDEX {name}" in plan and "TEMP B-TREE" not in plan for name, plan in plans.items())
    outbox = Outbox(pit.station.store)
    assert [row.id for row in outbox.to_go(untried=True)] == [job_id]
    (row,) = outbox.waiting()
    outbox.failed(row, "Later.")
    assert ([one.id for one in outbox.to_go()], outbox.to_go(untried=True), outbox.held()) == ([job_id], (), 0)
    assert not pit.syncing.is_new()
    outbox.failed(row, "Never.", held=True)
    assert (outbox.to_go(), outbox.held(), pit.syncing.waiting()) == ((), 1, (1, 1))


def test_that_the_jobs_of_other_stations_are_never_all_in_memory(pit: Bench) -> None:
    dice = random.Random(1)
    jobs = [
        MirroredJob(f"01a00000-0000-7000-8000-{number:012d}", USER, "s", 1, AT + timedelta(hours=dice.randrange(9)),
                    "k", dice.randbytes(BYTES))
        for number in range(JOBS)
    ]  # fmt: skip
    mirror = OfficeMirror(pit.station.store)
    assert mirror.take(ReadTo(), 1, jobs, (), ())
    expected = [job.content for job in sorted(jobs, key=lambda job: (job.created_at, job.job_id), reverse=True)]
    tracemalloc.start()
    same = all(kept.content == content for kept, content in zip(mirror.jobs(USER), expected, strict=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert same
    assert peak < JOBS * BYTES / 4
