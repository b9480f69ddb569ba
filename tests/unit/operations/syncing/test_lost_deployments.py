"""A deployment that lost to another station's is told until somebody decides, over any restart."""

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.deployments import deploy_again
from rockfall_desktop.operations.lost_deployments import leave_lost, undecided_deployments
from rockfall_desktop.store.audit import Audit
from tests.unit.operations.deployments.made_decision import made_decision
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import USER

Pair = tuple[Bench, Bench]
WHY = "both were compared, this one stays"


def undecided(bench: Bench, session: Session | None = None) -> list[str]:
    found = undecided_deployments(session or bench.session(), station=bench.station)
    return [one.deployment.deployment_id for one in found]


@pytest.fixture
def lost(two: Pair) -> str:
    """The deployment of the second station, which came too late."""
    first, second = two
    made = second.deploy().deployment_id
    first.deploy()
    first.sync()
    second.sync()
    return made


def test_that_it_waits_over_a_restart_for_its_author_and_administrators_alone(two: Pair, lost: str) -> None:
    first, second = two
    second.crash()
    assert second.sync().undecided == 1
    assert undecided(second) == undecided(second, second.session(Role.ENGINEER)) == [lost]
    assert undecided(second, second.session(Role.ENGINEER, "0190a000-0000-7000-8000-00000000000e")) == []
    first.sync()
    assert undecided(first) == [], "it is the other station's to decide"
    assert first.sync().undecided == 0


def test_that_the_sentence_names_who_was_first_though_the_office_has_moved_on(two: Pair, lost: str) -> None:
    first, second = two
    first.deploy()
    first.sync()
    second.sync()
    (one,) = undecided_deployments(second.session(), station=second.station)
    assert "(version 1) made another model the active one" in one.sentence
    assert "leave it" in one.sentence


def test_that_deploying_again_is_a_decision(two: Pair, lost: str) -> None:
    second = two[1]
    deploy_again(second.session(), station=second.station, deployment_id=lost, reason=WHY)
    assert undecided(second) == []
    assert second.sync().undecided == 0


def test_that_a_later_deployment_of_its_author_is_one_and_that_of_somebody_else_is_none(two: Pair, lost: str) -> None:
    second = two[1]
    made_decision(second.station, "0190a000-0000-7000-8000-00000000000e")
    assert undecided(second) == [lost]
    made_decision(second.station, USER)
    assert undecided(second) == []


def test_that_leaving_it_is_one_which_the_audit_keeps(two: Pair, lost: str) -> None:
    second = two[1]
    stranger = second.session(Role.ENGINEER, "0190a000-0000-7000-8000-00000000000e")
    with pytest.raises(WrongInput, match="lost and waits"):
        leave_lost(stranger, station=second.station, deployment_id=lost)
    leave_lost(second.session(), station=second.station, deployment_id=lost)
    assert undecided(second) == []
    assert [(one.deed, one.subject) for one in Audit(second.station.store).latest(1)] == [("deployment_left", lost)]
    second.crash()
    assert (undecided(second), second.sync().undecided) == ([], 0)
    with pytest.raises(WrongInput, match="lost and waits"):
        leave_lost(second.session(), station=second.station, deployment_id=lost)


def test_that_of_a_chain_that_lost_only_its_end_waits_and_the_winner_is_found(two: Pair) -> None:
    first, second = two
    second.deploy()
    end = second.deploy().deployment_id
    first.deploy()
    first.sync()
    second.sync()
    second.sync()
    assert undecided(second) == [end]
    (one,) = undecided_deployments(second.session(), station=second.station)
    assert "(version 1) made another model" in one.sentence
