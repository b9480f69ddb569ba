"""The same sync against the real server, prepared with its validators: a job, its log, a race of deployments."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from rockfall_desktop.domain.events import Phase
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations.syncing.office_jobs import office_job_log, office_jobs
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.office import MongoOffice
from rockfall_desktop.remote.shape import prepare
from tests.mongod import Mongod
from tests.unit.operations.syncing.bench import Bench, sync_once
from tests.unit.store.job_samples import completed, epoch, log_line, started

Pair = tuple[Bench, Bench]


@pytest.fixture
def offices(mongod: Mongod, database: Callable[[], str]) -> Iterator[tuple[Office, Office]]:
    address = mongod.address(database())
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(address, None)) for _ in range(2)]
        prepare(connections[0])
        yield MongoOffice(connections[0]), MongoOffice(connections[1])


def test_that_two_stations_at_a_real_office_see_the_same(two: Pair, offices: tuple[Office, Office]) -> None:
    first, second = two
    job_id = first.running_job()
    first.jobs.append(job_id, epoch(1), log_line("größer"))
    assert sync_once(first.station, offices[0], first.syncing).condition is SyncCondition.SYNCED
    first.jobs.append(job_id, started(Phase.EVALUATING), completed(job_id))
    winner, loser = first.deploy(), second.deploy()
    for _ in range(2):
        for bench, office in zip(two, offices, strict=True):
            state = sync_once(bench.station, office, bench.syncing)
            assert (state.condition, state.sentence) == (SyncCondition.SYNCED, "")
    assert first.active() == second.active() == winner.deployment_id
    assert [fact.version for fact in second.deployments.list()] == [1, 2]
    assert second.deployments.read(loser.deployment_id).accepted is False
    session = second.session()
    (shown,) = office_jobs(session, station=second.station).jobs
    assert (shown.job.status, shown.job.performance_summary) == (
        "completed",
        first.jobs.read(job_id).performance_summary,
    )
    log = office_job_log(session, station=second.station, office=offices[1], job_id=job_id)
    assert [line.text for line in log] == ["größer"]


def test_that_a_job_that_somebody_wrote_over_reaches_the_office_again(
    two: Pair, offices: tuple[Office, Office], mongod: Mongod
) -> None:
    first, second = two
    job_id = first.running_job()
    sync_once(first.station, offices[0], first.syncing)
    jobs = offices[1]._office.training_jobs
    jobs.update_one({"_id": job_id}, {"$set": {"revision": 2**40, "status": "failed"}})
    first.jobs.append(job_id, started(Phase.EVALUATING), completed(job_id))
    assert sync_once(first.station, offices[0], first.syncing).condition is SyncCondition.SYNCED
    sync_once(second.station, offices[1], second.syncing)
    (shown,) = office_jobs(second.session(), station=second.station).jobs
    assert (shown.job.status, shown.revision) == ("completed", first.jobs.numbered(job_id).revision)
