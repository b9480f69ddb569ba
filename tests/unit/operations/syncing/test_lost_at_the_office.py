"""An office that lacks what it had acknowledged gets it again, whatever breaks in the meantime."""

from collections.abc import Callable

import pytest

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import OfficeRefused, StoreFault
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.operations.lost_deployments import undecided_deployments
from rockfall_desktop.operations.syncing.once import Syncing
from rockfall_desktop.operations.syncing.pushing_deployments import EARLIER_FIRST
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


def accepted(author: Bench, reader: Bench) -> Deployment:
    """A deployment of one station that the office has accepted and another one follows."""
    fact = author.deploy()
    author.sync()
    reader.sync()
    return fact


def there(server: ModelServer) -> Held:
    return next(iter(server.jobs), ""), next(iter(server.deployments), "")


@pytest.mark.parametrize(("trouble", "waiting"), [(Trouble.LOST_REQUEST, 0), (Trouble.LOST_ANSWER, 0), (None, 2)])
def test_that_an_office_put_back_gets_everything_though_the_line_was_cut_then(
    pit: Bench, server: ModelServer, held: Held, trouble: Trouble | None, waiting: int
) -> None:
    put_back(server)
    then = [trouble] if trouble else [Trouble.NONE, Trouble.LOST_ANSWER]
    pit.office.troubles.extend([Trouble.NONE, *then])
    state = pit.sync()
    assert (state.condition, state.waiting) == (SyncCondition.OFFLINE, waiting)
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


def test_that_what_a_station_made_that_never_comes_back_is_given_back_by_another(
    two: tuple[Bench, Bench], server: ModelServer
) -> None:
    gone, here = two
    first, second, last = accepted(gone, here), accepted(here, gone), accepted(gone, here)
    put_back(server)
    here.sync()
    assert here.sync().condition is SyncCondition.SYNCED
    assert server.pointers[SITE_ID][1] == (SITE_ID, 3, last.deployment_id)
    assert list(server.deployments) == [first.deployment_id, second.deployment_id, last.deployment_id]
    assert here.active() == last.deployment_id
    anew = here.deploy()
    assert here.sync().condition is SyncCondition.SYNCED
    assert server.pointers[SITE_ID][1] == (SITE_ID, 4, anew.deployment_id)
    here.office.calls.clear()
    here.sync()
    assert here.office.calls == ["pull"]


def test_that_a_decision_on_top_of_it_reaches_another_office(two: tuple[Bench, Bench]) -> None:
    gone, here = two
    before = accepted(gone, here)
    other = ModelServer()
    here.office.server = other
    here.syncing = Syncing(here.station, office_name="other/rockfall", monotonic=here.time.monotonic)
    fact = here.deploy()
    assert here.sync().condition is SyncCondition.SYNCED
    assert other.pointers[SITE_ID][1] == (SITE_ID, 2, fact.deployment_id)
    assert other.deployments[before.deployment_id]["station_id"] != other.deployments[fact.deployment_id]["station_id"]


def test_that_without_its_bundle_it_is_not_given_back_and_nothing_on_top_of_it_loses(
    two: tuple[Bench, Bench], server: ModelServer
) -> None:
    gone, here = two
    before = accepted(gone, here)
    fact = here.deploy()
    here.station.files.bundle_path(before.deployment_id).unlink()
    put_back(server)
    here.sync()
    (row,) = here.waiting()
    assert (row.id, row.fault) == (fact.deployment_id, EARLIER_FIRST)
    assert server.deployments == {}
    gone.sync()
    here.sync()
    assert server.pointers[SITE_ID][1] == (SITE_ID, 2, fact.deployment_id)


def test_that_what_the_office_refuses_of_another_station_is_not_sent_again_and_again(
    two: tuple[Bench, Bench], server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, here = two
    accepted(gone, here)
    put_back(server)

    def refuse(*_: object, **__: object) -> None:
        raise OfficeRefused("No", "It is not taken.", "")

    monkeypatch.setattr(server, "write_deployment", refuse)
    assert here.sync().condition is SyncCondition.SYNCED
    here.office.calls.clear()
    here.sync()
    assert here.office.calls == ["pull"]


def test_that_everybody_sees_that_the_office_was_put_back_though_its_numbers_are_higher_by_then(
    two: tuple[Bench, Bench], server: ModelServer
) -> None:
    early, late = two
    for _ in range(12):
        server.number()
    job_id = late.new_job()
    late.sync()
    early.sync()
    put_back(server)
    assert any("put back from a backup" in one for one in early.sync().told)
    for _ in range(100):
        early.server.number()
    late.time.pass_by(3)
    late.sync()
    assert job_id in server.jobs
    life = server.life
    for bench in (early, late, early, late):
        assert not bench.sync().told
    assert server.life == life


def test_that_an_office_that_says_another_life_each_time_keeps_no_turn_from_ending(
    pit: Bench, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pit.sync()
    lives = iter(range(1000))
    pull = pit.office.pull
    monkeypatch.setattr(pit.office, "pull", lambda after, limit: pull(after, limit)._replace(life=str(next(lives))))
    job_id = pit.new_job()
    assert pit.sync().condition is SyncCondition.SYNCED
    assert job_id in server.jobs
    assert next(lives) < 10


def test_that_an_office_that_takes_no_new_life_gets_what_it_lacks(
    pit: Bench, server: ModelServer, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise OfficeRefused("No", "It is not prepared for that.", "")

    monkeypatch.setattr(pit.office, "begin_new_life", refuse)
    put_back(server)
    assert pit.sync().condition is SyncCondition.SYNCED
    assert there(server) == held
