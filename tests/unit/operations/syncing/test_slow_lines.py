"""One thing that does not get through stands in the way of nothing else."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.events import Level, LogLine
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.office_exchange import Pulled
from rockfall_desktop.operations.syncing.queue import waiting_things
from tests.office_model import ModelServer, Trouble
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import epoch


def never_comes(bench: Bench) -> None:
    """No page gets through; a look at the number does."""
    whole = bench.office.pull

    def pull(after: int, limit: int) -> Pulled:
        page = whole(after, limit)
        if page.sequence > after:
            raise OfficeUnreachable("The office does not answer", "The office took too long to answer.")
        return page

    bench.office.pull = pull  # type: ignore[method-assign]


def test_that_a_page_that_never_comes_keeps_nothing_from_leaving(pit: Bench, server: ModelServer) -> None:
    server.number()
    never_comes(pit)
    job_id, fact = pit.new_job(), pit.deploy()
    states = [pit.sync(), pit.sync()]
    assert (job_id in server.jobs, fact.deployment_id in server.deployments) == (True, True)
    assert pit.waiting() == ()
    assert {state.condition for state in states} == {SyncCondition.OFFLINE}
    assert "What is newer there does not come: The office took too long" in states[1].sentence
    another = pit.new_job()
    for _ in range(3):
        pit.sync()
    assert another in server.jobs


@pytest.mark.parametrize(("stuck", "goes"), [("push_deployment", "jobs"), ("push_jobs", "deployments")])
def test_that_of_what_leaves_one_thing_does_not_hold_up_the_other(
    pit: Bench, server: ModelServer, stuck: str, goes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: Any, **__: Any) -> Any:
        raise OfficeUnreachable("The office does not answer", "The office took too long to answer.")

    pit.sync()
    monkeypatch.setattr(pit.office, stuck, cut)
    pit.new_job()
    pit.deploy()
    pit.sync()
    assert "does not go: The office took too long" in pit.sync().sentence
    assert len(getattr(server, goes)) == 1
    assert len(pit.waiting()) == 1


def test_that_an_office_that_is_away_is_asked_once_a_turn(pit: Bench) -> None:
    pit.sync()
    pit.new_job()
    pit.deploy()
    pit.office.calls.clear()
    pit.office.troubles.extend([Trouble.LOST_REQUEST] * 4)
    for _ in range(4):
        assert pit.sync().condition is SyncCondition.OFFLINE
    assert len(pit.office.calls) == 4
    assert pit.sync().condition is SyncCondition.SYNCED


def test_that_nothing_is_held_for_a_person_by_an_office_that_takes_nothing_at_all(
    pit: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pit.deploy()
    pit.office.troubles.extend([Trouble.NONE, Trouble.LOST_REQUEST])
    pit.sync()

    def refuse(*_: Any) -> Any:
        raise OfficeRefused("The office refuses this", "This user has no right to do this there.", "")

    with monkeypatch.context() as patch:
        for name in ("pull", "push_jobs", "push_deployment"):
            patch.setattr(pit.office, name, refuse)
        assert pit.sync().condition is SyncCondition.REFUSED
    assert [thing.held for thing in waiting_things(pit.session(), station=pit.station)] == [False]
    assert pit.sync().condition is SyncCondition.SYNCED


def test_that_a_home_put_back_writes_over_no_newer_state_though_nothing_newer_comes(
    make: Callable[[str], Bench], server: ModelServer
) -> None:
    pit = make("pit")
    job_id = pit.running_job()
    pit.sync()
    pit.close()
    shutil.copytree(pit.home, pit.home.with_name("backup"))
    pit.start()
    pit.jobs.append(job_id, epoch(1), epoch(2))
    pit.time.pass_by(3)
    pit.sync()
    pit.close()
    shutil.rmtree(pit.home)
    shutil.copytree(pit.home.with_name("backup"), pit.home)
    pit.start()
    never_comes(pit)
    for text in ("once", "more", "from", "the", "backup"):
        pit.jobs.append(job_id, LogLine(at=pit.time.now(), level=Level.INFO, text=text))
    new = pit.new_job()
    told = [line for _ in range(3) for line in pit.sync().told]
    assert any("another state" in one for one in told)
    assert server.jobs[job_id]["current_epoch"] == 2
    assert [(row.id, row.held) for row in pit.waiting()] == [(job_id, True)]
    assert new in server.jobs
