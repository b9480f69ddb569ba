"""An office that lacks what it had acknowledged gets it again, whatever breaks in the meantime."""

from collections.abc import Callable

import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.operations.lost_deployments import undecided_deployments
from rockfall_desktop.operations.syncing.once import Syncing
from rockfall_desktop.operations.syncing.resending import send_everything
from rockfall_desktop.store import office_mirror
from tests.office_model import ModelServer, Trouble
from tests.unit.operations.syncing.bench import SITE_ID, Bench

Held = tuple[str, str]


@pytest.fixture
def held(pit: Bench, server: ModelServer) -> Held:
    """A job and a deployment that the office has acknowledged, among other stations' traffic."""
    job_id = pit.new_job()
    pit.fail(job_id)
    fact = pit.deploy()
    for _ in range(12):
        server.number()
    assert pit.sync().condition is SyncCondition.SYNCED
    return job_id, fact.deployment_id


def put_back(server: ModelServer) -> None:
    for things in (server.jobs, server.deployments, server.pointers, server.versions, server.logs, server.bundles):
        things.clear()
    server.sequence = 3


def there(server: ModelServer) -> Held:
    return next(iter(server.jobs), ""), next(iter(server.deployments), "")


def test_that_an_office_put_back_gets_everything_though_the_line_was_cut_then(
    pit: Bench, server: ModelServer, held: Held
) -> None:
    put_back(server)
    pit.office.troubles.extend([Trouble.NONE, Trouble.LOST_ANSWER])
    state = pit.sync()
    assert (state.condition, state.waiting) == (SyncCondition.OFFLINE, 2)
    pit.crash()
    assert pit.sync().condition is SyncCondition.SYNCED
    assert there(server) == held


def test_that_another_office_gets_everything_though_the_line_was_cut_first(pit: Bench, held: Held) -> None:
    pit.office.server = ModelServer()
    pit.syncing = Syncing(pit.station, office_name="other/rockfall", monotonic=pit.time.monotonic)
    pit.office.aim = ("pull", Trouble.LOST_ANSWER)
    state = pit.sync()
    assert (state.condition, state.waiting) == (SyncCondition.OFFLINE, 2)
    assert pit.sync().condition is SyncCondition.SYNCED
    assert there(pit.office.server) == held


def begin(pit: Bench) -> None:
    pit.sync()


def ask(pit: Bench) -> None:
    with pytest.raises(StoreFault):
        send_everything(pit.station)


@pytest.mark.parametrize("begun", [begin, ask])
def test_that_an_office_put_back_gets_everything_though_the_disk_was_full_then(
    pit: Bench, server: ModelServer, held: Held, begun: Callable[[Bench], None]
) -> None:
    put_back(server)
    with pytest.MonkeyPatch.context() as patch:

        def full(*_: object) -> None:
            raise StoreFault("The disk is full", "Nothing could be saved.", "Make room.")

        patch.setattr(office_mirror, "put_everything", full)
        begun(pit)
    assert pit.sync().condition is SyncCondition.SYNCED
    assert there(server) == held


def test_that_news_of_what_was_read_is_told_though_the_rest_did_not_come(
    two: tuple[Bench, Bench], server: ModelServer
) -> None:
    first, second = two
    fact = first.deploy()
    first.sync()
    second.sync()
    server.deployments[fact.deployment_id] |= {"version": 9, "sequence": server.number()}
    second.office.pull = lambda after, limit, whole=second.office.pull: whole(after, limit)._replace(more=True)  # type: ignore[method-assign]
    second.office.troubles.extend([Trouble.NONE, Trouble.LOST_ANSWER])
    state = second.sync()
    assert state.condition is SyncCondition.OFFLINE
    assert any("numbered deployment" in one for one in state.told)


def test_that_what_lost_at_an_office_put_back_unnoticed_does_not_wait_for_ever(pit: Bench, server: ModelServer) -> None:
    first = pit.deploy()
    pit.sync()
    number = server.sequence
    put_back(server)
    server.sequence = number  # others were quick: this station does not see that the office lacks anything
    lost = [pit.deploy().deployment_id for _ in range(3)]
    pit.sync()
    assert [server.deployments[one]["accepted"] for one in lost] == [False] * 3
    (told,) = undecided_deployments(pit.session(), station=pit.station)
    assert told.deployment.deployment_id == lost[-1]
    assert "maybe a backup of it was put back" in told.sentence
    assert "sync --everything" in told.sentence
    send_everything(pit.station)
    assert pit.sync().condition is SyncCondition.SYNCED
    assert pit.waiting() == ()
    assert server.pointers[SITE_ID][1] == (SITE_ID, 1, first.deployment_id)
    assert [server.deployments[one]["accepted"] for one in lost] == [False] * 3
    anew = pit.deploy()
    assert pit.sync().condition is SyncCondition.SYNCED
    assert (anew.epoch, anew.follows, pit.active()) == (2, first.deployment_id, anew.deployment_id)
    assert server.deployments[anew.deployment_id]["accepted"] is True
