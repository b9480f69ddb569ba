"""A deployment that can never reach the office is given up by a person, and the next one takes its place."""

import pytest

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations.deployments import deploy_again
from rockfall_desktop.operations.lost_deployments import undecided_deployments
from rockfall_desktop.operations.syncing.pushing_deployments import HELD_FIRST
from rockfall_desktop.operations.syncing.queue import give_up
from rockfall_desktop.operations.syncing.resending import send_everything
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.given_up import GivenUpDeployments
from tests.unit.operations.syncing.bench import SITE_ID, Bench
from tests.unit.store.job_samples import new_id

Pair = tuple[Bench, Bench]
REASON = "The disk had a fault"


def damaged(bench: Bench) -> Deployment:
    """A deployment of a bundle that has lost a bit since."""
    fact = bench.deploy()
    path = bench.station.files.bundle_path(fact.deployment_id)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    return fact


def give(bench: Bench, fact: Deployment) -> None:
    give_up(bench.session(), station=bench.station, deployment_id=fact.deployment_id, reason=REASON)


def test_that_a_damaged_first_deployment_is_given_up_and_what_follows_it_takes_its_place(two: Pair) -> None:
    first, second = two
    bad, good = damaged(first), first.deploy()
    assert first.sync().held == 1
    faults = {row.id: row.fault for row in first.waiting()}
    assert "give it up" in faults[bad.deployment_id]
    assert faults[good.deployment_id] == HELD_FIRST
    give(first, bad)
    state = first.sync()
    assert (state.condition, state.undecided) == (SyncCondition.SYNCED, 1)
    (lost,) = undecided_deployments(first.session(), station=first.station)
    assert "was given up" in lost.sentence
    again = deploy_again(first.session(), station=first.station, deployment_id=good.deployment_id, reason=REASON)
    assert (again.epoch, again.follows) == (1, "")
    assert first.sync().condition is SyncCondition.SYNCED
    second.sync()
    assert first.active() == second.active() == again.deployment_id


def test_that_who_gave_it_up_and_why_stays_in_the_history(two: Pair) -> None:
    bench, _ = two
    bad = damaged(bench)
    bench.sync()
    give(bench, bad)
    assert bench.waiting() == ()
    (fact,) = bench.deployments.list(SITE_ID)
    assert (fact.accepted, fact.version, fact.active) == (False, None, False)
    told = GivenUpDeployments(bench.station.store).find(bad.deployment_id)
    assert told is not None
    assert (told.by_name, told.reason) == ("ana", REASON)
    (deed,) = (one for one in Audit(bench.station.store).latest(9) if one.deed == "deployment_given_up")
    assert deed.subject == bad.deployment_id
    assert undecided_deployments(bench.session(), station=bench.station) == ()
    send_everything(bench.station)
    assert [row.id for row in bench.waiting() if row.kind == "deployment"] == []


def test_that_the_one_before_is_active_again_and_a_new_one_follows_it(two: Pair) -> None:
    first, second = two
    before = first.deploy()
    first.sync()
    bad = damaged(first)
    first.sync()
    give(first, bad)
    assert first.active() == before.deployment_id
    anew = first.deploy()
    assert (anew.epoch, anew.follows) == (2, before.deployment_id)
    assert first.sync().undecided == 0
    second.sync()
    assert first.active() == second.active() == anew.deployment_id


def test_that_a_new_one_after_a_first_one_that_was_given_up_is_the_first(two: Pair) -> None:
    first, second = two
    bad = damaged(first)
    first.sync()
    give(first, bad)
    assert first.active() is None
    anew = first.deploy()
    assert (anew.epoch, anew.follows) == (1, "")
    first.sync()
    second.sync()
    assert second.active() == anew.deployment_id


def test_that_only_what_is_held_is_given_up_and_only_by_its_author_or_an_administrator(two: Pair) -> None:
    bench, _ = two
    waits = bench.deploy()
    with pytest.raises(WrongInput, match="Nothing is held"):
        give(bench, waits)
    bench.sync()
    with pytest.raises(WrongInput, match="Nothing is held"):
        give(bench, waits)
    bad = damaged(bench)
    bench.sync()
    other = bench.session(Role.ENGINEER, new_id())
    with pytest.raises(WrongInput, match="Nothing is held"):
        give_up(other, station=bench.station, deployment_id=bad.deployment_id, reason=REASON)
    with pytest.raises(WrongInput, match="reason"):
        give_up(bench.session(), station=bench.station, deployment_id=bad.deployment_id, reason="no")
    assert [row.held for row in bench.waiting()] == [True]
