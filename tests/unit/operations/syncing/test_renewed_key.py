"""A station whose key was renewed: the old one counts for nothing here, jobs go again, others decide for themselves."""

from pathlib import Path
from typing import Any

import pytest

from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role
from rockfall_desktop.operations import deciding
from rockfall_desktop.operations.bundles import fact_is_genuine
from rockfall_desktop.operations.deployments import deploy_again, export_bundle, import_bundle, roll_back
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.keys import greyed_by_renewal, list_keys, renew_key, revoke_key, trust_key
from rockfall_desktop.operations.lost_deployments import undecided_deployments
from rockfall_desktop.operations.revoked_models import list_revoked
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.jobs import Jobs
from tests.office_model import ModelServer
from tests.unit.operations.syncing.bench import Bench

Pair = tuple[Bench, Bench]
WHY = "the laptop was stolen for a day"
KEY_GONE = "It was signed with a key that is revoked since: rockfall-desktop deploy "


def renew(bench: Bench) -> tuple[str, str]:
    """New and old fingerprint."""
    renewed = renew_key(bench.session(), station=bench.station, reason=WHY)
    return renewed.key.fingerprint, renewed.revoked


def test_that_the_old_key_is_revoked_here_and_what_it_deployed_counts_for_nothing(pit: Bench) -> None:
    made = pit.deploy()
    foretold = greyed_by_renewal(pit.session(), station=pit.station)
    renewed = renew_key(pit.session(), station=pit.station, reason=f" {WHY} ")
    assert foretold == renewed.grey
    own, old = list_keys(pit.session(), station=pit.station)
    assert (own.state, own.fingerprint) == (KeyState.OWN, renewed.key.fingerprint)
    assert (old.state, old.fingerprint, old.reason, old.by_name) == (KeyState.REVOKED, renewed.revoked, WHY, "ana")
    assert own.station_id == old.station_id
    assert own.fingerprint != old.fingerprint
    assert [one.deployment_id for one in renewed.grey] == [made.deployment_id]
    assert fact_is_genuine(pit.station, pit.deployments.read(made.deployment_id)) is KeyState.REVOKED
    assert [(one.deed, one.subject) for one in Audit(pit.station.store).latest(1)] == [("key_renewed", old.fingerprint)]


def test_that_jobs_go_again_with_the_new_signature(pit: Bench, server: ModelServer) -> None:
    job_id = pit.running_job()
    pit.fail(job_id)
    pit.sync()
    before = server.jobs[job_id]
    new, old = renew(pit)
    assert before["key_id"] == old
    assert pit.sync().condition is SyncCondition.SYNCED
    after = server.jobs[job_id]
    assert (after["key_id"], after["revision"]) == (new, before["revision"] + 1)
    assert after["status"] == before["status"]
    assert set(server.keys) == {old, new}
    state = pit.sync()
    assert (state.condition, state.sentence) == (SyncCondition.SYNCED, ""), "the own old key is no news"


def test_that_another_station_shows_the_jobs_once_it_trusts_the_new_key(two: Pair) -> None:
    first, second = two
    job_id = first.running_job()
    first.sync()
    first.time.pass_by(3)
    new, old = renew(first)
    revoke_key(second.session(), station=second.station, fingerprint=old, reason=WHY)
    first.sync()
    second.sync()
    assert office_jobs(second.session(), station=second.station).jobs == ()
    second.trust(first)
    second.sync()
    assert [one.job.job_id for one in office_jobs(second.session(), station=second.station).jobs] == [job_id]
    assert {key.fingerprint: key.state for key in list_keys(second.session(), station=second.station)}[new] is (
        KeyState.TRUSTED
    )


def test_that_a_deployment_made_after_it_is_followed_by_who_trusts_the_new_key(two: Pair) -> None:
    first, second = two
    first.deploy()
    first.sync()
    second.sync()
    waited = first.deploy().deployment_id
    _, old = renew(first)
    revoke_key(second.session(), station=second.station, fingerprint=old, reason=WHY)
    second.trust(first)
    made = first.deploy()
    assert made.follows == waited
    assert first.sync().condition is SyncCondition.SYNCED
    second.sync()
    assert first.active() == second.active() == made.deployment_id
    assert first.deployments.read(made.deployment_id).version == 3


def test_that_what_was_packed_while_the_key_was_renewed_is_not_active_under_the_old_one(
    pit: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = pit.deploy().deployment_id
    pack = deciding.write_bundle

    def meanwhile(*given: Any) -> tuple[str, int]:
        packed = pack(*given)
        renew(pit)
        return packed

    with monkeypatch.context() as patch:
        patch.setattr(deciding, "write_bundle", meanwhile)
        with pytest.raises(WrongInput, match="renewed meanwhile") as refused:
            pit.deploy()
    assert "eploy again" in refused.value.hint
    assert pit.active() == early
    assert [path.stem for path in pit.station.files.deployments.iterdir()] == [early], "its bundle is gone"
    made = pit.deploy()
    assert fact_is_genuine(pit.station, made) is KeyState.OWN


def test_that_nobody_rolls_back_to_what_the_old_key_signed(pit: Bench) -> None:
    early = pit.deploy().deployment_id
    renew(pit)
    pit.deploy()
    with pytest.raises(AccessRefused, match="revoked"):
        roll_back(pit.session(), station=pit.station, deployment_id=early, reason=WHY)


def went_back_to_the_others(first: Bench, second: Bench) -> str:
    """The second station deploys a model of its own, then goes back to that of the first."""
    early = first.deploy()
    first.sync()
    second.sync()
    second.deploy()
    back = roll_back(second.session(), station=second.station, deployment_id=early.deployment_id, reason=WHY)
    second.sync()
    first.sync()
    assert first.active() == second.active() == back.deployment_id
    return back.deployment_id


def test_that_a_model_of_the_old_key_is_named_though_another_station_went_back_to_it(two: Pair) -> None:
    first, second = two
    back = went_back_to_the_others(first, second)
    renewed = renew_key(first.session(), station=first.station, reason=WHY)
    assert [one.deployment_id for one in renewed.grey] == [back]
    assert back in list_revoked(first.session(), station=first.station)
    assert "is grey on this station" in first.sync().sentence
    again = first.deploy()
    assert first.sync().sentence == ""
    assert again.deployment_id not in list_revoked(first.session(), station=first.station)


def test_that_a_revocation_names_what_counts_for_nothing_with_it(two: Pair, tmp_path: Path) -> None:
    first, second = two
    back = went_back_to_the_others(first, second)
    third = Bench(tmp_path / "third", first.server)
    third.trust(first, second)
    export_bundle(second.session(), station=second.station, deployment_id=back, path=tmp_path / "stick")
    import_bundle(third.session(), station=third.station, path=tmp_path / "stick")
    for bench in (second, third):  # the third never heard of the first station's deployment: the bundle alone names it
        key = own_station_key(first.station).fingerprint
        revoked = revoke_key(bench.session(), station=bench.station, fingerprint=key, reason=WHY)
        assert (revoked.key.state, [one.deployment_id for one in revoked.grey]) == (KeyState.REVOKED, [back])
        assert back in list_revoked(bench.session(), station=bench.station)
    third.close()


def test_that_a_lost_deployment_of_the_old_key_is_to_be_made_anew_from_its_job(two: Pair) -> None:
    first, second = two
    lost = first.deploy()
    second.deploy()
    second.sync()
    first.sync()
    session = first.session()
    (waits,) = undecided_deployments(session, station=first.station)
    assert "deploy it again" in waits.sentence
    renew(first)
    (waits,) = undecided_deployments(session, station=first.station)
    assert f"deploy its job anew if it is still right, or leave it. {KEY_GONE}{lost.job_id}" in waits.sentence
    assert "deploy it again" not in waits.sentence
    with pytest.raises(AccessRefused, match="former key of this station") as refused:
        deploy_again(session, station=first.station, deployment_id=lost.deployment_id, reason=WHY)
    assert refused.value.hint.startswith("Deploy the job of its model anew")


def test_that_a_key_that_was_given_up_is_not_trusted_again(pit: Bench) -> None:
    _, old = renew(pit)
    with pytest.raises(WrongInput, match="former key of this station"):
        trust_key(pit.session(), station=pit.station, fingerprint=old)
    assert [key.state for key in list_keys(pit.session(), station=pit.station)] == [KeyState.OWN, KeyState.REVOKED]


def test_that_it_takes_an_administrator_and_a_reason(pit: Bench) -> None:
    with pytest.raises(AccessRefused, match="dministrator"):
        renew_key(pit.session(Role.ENGINEER), station=pit.station, reason=WHY)
    with pytest.raises(AccessRefused, match="dministrator"):
        greyed_by_renewal(pit.session(Role.ENGINEER), station=pit.station)
    with pytest.raises(WrongInput, match="reason"):
        renew_key(pit.session(), station=pit.station, reason=" ")
    assert len(list_keys(pit.session(), station=pit.station)) == 1


def test_that_a_renewal_that_breaks_off_leaves_nothing(pit: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = pit.running_job()
    pit.sync()
    before, revision = list_keys(pit.session(), station=pit.station), pit.jobs.numbered(job_id).revision

    def full(*_: object) -> None:
        raise StoreFault("The disk is full", "Nothing was saved.", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr(Jobs, "lift_all", full)
        with pytest.raises(StoreFault):
            renew_key(pit.session(), station=pit.station, reason=WHY)
    pit.crash()
    assert list_keys(pit.session(), station=pit.station) == before
    assert pit.jobs.numbered(job_id).revision == revision
    assert pit.waiting() == ()


def test_that_it_can_be_renewed_once_more(pit: Bench) -> None:
    renew(pit)
    renew(pit)
    states = [key.state for key in list_keys(pit.session(), station=pit.station)]
    assert states == [KeyState.OWN, KeyState.REVOKED, KeyState.REVOKED]
