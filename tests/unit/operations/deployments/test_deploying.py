"""A completed job becomes the active model of its site: gate, bundle, fact."""

import threading
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.bundle import HEADS, REPORT
from rockfall_desktop.domain.deployment import Deed, Deployment
from rockfall_desktop.domain.errors import AccessRefused, RockfallError, StoreFault, WrongInput
from rockfall_desktop.domain.gate import GateJudgement, Shown
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.judging.answer_state import Arrays, from_plain
from rockfall_desktop.operations import deciding, deployments, exporting, gate
from rockfall_desktop.operations.bundles import OpenBundle, fact_is_genuine, open_bundle
from rockfall_desktop.operations.deployments import deploy_model, list_deployments
from rockfall_desktop.operations.exporting import NotAlike
from rockfall_desktop.operations.jobs import performance_report
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.training_sites import read_for_training
from rockfall_desktop.store.audit import Audit
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.outbox import Outbox
from tests.stations import SITE_ID, open_station
from tests.unit.operations.deployments.conftest import (
    OTHER_ID,
    REASON,
    RULE,
    Place,
    asked,
    draft,
    repacked,
)

LATE = LevelRule(horizon_steps=1, yellow=0.97, orange=0.98, red=0.99)


def bundle_of(place: Place, fact: Deployment) -> OpenBundle:
    return open_bundle(place.station, place.station.files.bundle_path(fact.deployment_id))


def test_that_a_deployment_is_a_signed_fact_with_the_open_demands_and_one_is_active(place: Place) -> None:
    found = list_deployments(place.session, station=place.station)
    assert [(one.deployment_id, one.active) for one in found] == [
        (place.second.deployment_id, True), (place.first.deployment_id, False),
    ]  # fmt: skip
    second = found[0]
    assert (second.epoch, second.follows, second.deed) == (2, place.first.deployment_id, Deed.DEPLOY)
    assert (second.site_id, second.simulated, second.reason, second.version) == (SITE_ID, True, REASON, None)
    assert fact_is_genuine(place.station, second) is KeyState.OWN
    judgement = gate.judge_for_deployment(place.session, station=place.station, job_id=place.job_id)
    said = tuple(clause.sentence for clause in judgement.open_clauses)
    assert second.against[: len(said)] == said != ()
    waiting = [one.id for one in Outbox(place.station.store).waiting() if one.kind == "deployment"]
    assert sorted(waiting) == sorted(one.deployment_id for one in found)
    deeds = [entry.subject for entry in Audit(place.station.store).latest(9) if entry.deed == "deployed"]
    assert deeds == [one.deployment_id for one in found]


def test_that_the_bundle_holds_what_the_job_judged(place: Place) -> None:
    from rockfall_desktop.learning.evaluation.answer_files import read_answers
    from rockfall_desktop.learning.fitting.model_files import read_model, weights_of

    bundle = bundle_of(place, place.second)
    model, folder = bundle.manifest.model, judged_model(place.station, place.job_id)
    _, config, scalings, _ = read_model(folder)
    assert model.config == config
    assert (model.scaling_mean, model.scaling_spread) == (scalings[0].mean, scalings[0].spread)
    assert model.levels == (RULE,)
    assert model.graphs == (("answer-1.onnx",), ("answer-2.onnx",))
    assert tuple(channel.name for channel in model.channels) == weights_of(folder).channels
    assert PerformanceReport.model_validate_json(bundle.content(REPORT)) == performance_report(
        place.session, station=place.station, job_id=place.job_id
    )
    provenance, job = bundle.manifest.provenance, Jobs(place.station.store).read(place.job_id)
    assert (provenance.trained_by, provenance.trained_at, provenance.data) == (
        job.user_id, job.finished_at, weights_of(folder).data,
    )  # fmt: skip
    assert set(provenance.seen or {}) == {SITE_ID, OTHER_ID}
    theirs, ours = read_answers(folder), from_plain(model.answers, heads(bundle))
    assert ours.calibration == theirs.calibration
    for one, other in zip(ours.heads, theirs.heads, strict=True):
        np.testing.assert_array_equal(one.mean, other.mean)
        np.testing.assert_array_equal(one.covariance, other.covariance)


def heads(bundle: OpenBundle) -> Arrays:
    numbers, found, at = np.frombuffer(bundle.content(HEADS), "<f8"), {}, 0
    for name, shape in bundle.manifest.model.heads.items():
        size = int(np.prod(shape))
        found[name] = numbers[at : at + size].reshape(shape)
        at += size
    assert at == len(numbers)
    return found


def test_that_valid_ranges_are_those_of_the_training_block_alone(place: Place) -> None:
    from rockfall_desktop.judging.inputs import read_as
    from rockfall_desktop.learning.samples.split import split_by_time

    model = bundle_of(place, place.second).manifest.model
    arrays = read_for_training(model.config, place.station.shelf)[0].arrays
    last = split_by_time(model.config, arrays.local_date).training[1]
    assert model.channels
    for channel in model.channels:
        own = next(one for one in arrays.channels if one.name == channel.name)
        seen = read_as(own)[..., : last + 1]
        assert (channel.kind, channel.unit, channel.zoned) == (own.kind, own.unit, own.zoned)
        assert (channel.lowest, channel.highest) == (np.nanmin(seen), np.nanmax(seen))
        assert channel.known_share == pytest.approx(np.isfinite(seen).mean())


def nothing_changed(place: Place) -> bool:
    facts = list_deployments(place.session, station=place.station)
    files = {path.stem for path in place.station.files.deployments.iterdir()}
    return len(facts) == 2 and files == {one.deployment_id for one in facts}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "A reason is missing: It was not shown to be better|A reason is missing: It is not better"),
        ({"reason": "too short "}, "at least 10 characters"),
        ({"not_better_accepted": False}, "Accept that explicitly"),
        ({"levels": (RULE.model_copy(update={"horizon_steps": 2}),)}, "horizons of 1 steps"),
        ({"levels": (RULE, RULE)}, "one rule is needed for each"),
        ({"site_id": "elsewhere"}, "knows no site elsewhere"),
        ({"job_id": "nothing"}, "no job nothing"),
    ],
)
def test_that_a_request_that_does_not_do_changes_nothing(changes: dict[str, object], said: str, place: Place) -> None:
    with pytest.raises(WrongInput, match=said):
        deploy_model(place.session, station=place.station, request=asked(place.job_id, **changes))
    assert nothing_changed(place)


def test_that_only_an_administrator_deploys_against_the_report(place: Place) -> None:
    engineer = place.engineer
    job = Jobs(place.station.store).read(place.job_id)
    with place.station.store.writing() as connection:
        connection.execute(
            "update jobs set user_id = ?, projection = ? where job_id = ?",
            (engineer.user_id, job.model_copy(update={"user_id": engineer.user_id}).model_dump_json(), job.job_id),
        )
    with pytest.raises(AccessRefused, match="Only an administrator"):
        deploy_model(engineer, station=place.station, request=asked(place.job_id))
    assert nothing_changed(place)


def test_that_who_passes_the_gate_needs_no_reason_and_each_site_gets_its_own_scaling(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rockfall_desktop.learning.fitting.model_files import read_model

    judgement = gate.judge_for_deployment(place.session, station=place.station, job_id=place.job_id)
    shown = tuple(clause.model_copy(update={"shown": Shown.YES}) for clause in judgement.clauses)
    passed = GateJudgement(job_id=place.job_id, clauses=shown, jobs_on_test_block=1, levels=judgement.levels)
    monkeypatch.setattr(deployments, "judge_for_deployment", lambda *_, **__: passed)
    request = asked(place.job_id, reason="", site_id=OTHER_ID)
    with pytest.raises(WrongInput, match=r"less cautious than proposed: yellow from 0.97"):
        deploy_model(place.session, station=place.station, request=request.model_copy(update={"levels": (LATE,)}))
    made = deploy_model(place.session, station=place.station, request=request)
    assert (made.reason, made.against, made.active) == ("", (), True)
    assert (made.site_id, made.epoch, made.follows) == (OTHER_ID, 1, "")
    model = bundle_of(place, made).manifest.model
    assert model.levels == judgement.levels
    scaling = read_model(judged_model(place.station, place.job_id))[2][1]
    assert model.scaling_mean == scaling.mean
    active = Deployments(place.station.store).active(SITE_ID)
    assert active is not None
    assert active.deployment_id == place.second.deployment_id


def test_that_a_model_without_time_is_not_put_to_work(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    report = performance_report(place.session, station=place.station, job_id=place.job_id)
    timeless = tuple(block.model_copy(update={"start": None, "end": None}) for block in report.blocks)
    monkeypatch.setattr(
        deployments, "performance_report", lambda *_, **__: report.model_copy(update={"blocks": timeless})
    )
    with pytest.raises(WrongInput, match="never when"):
        deploy_model(place.session, station=place.station, request=asked(place.job_id))
    assert nothing_changed(place)


def test_that_graphs_that_answer_otherwise_are_never_deployed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(NotAlike):
        deploy_model(place.session, station=place.station, request=asked(place.job_id))
    assert nothing_changed(place)


def test_that_nothing_is_deployed_while_a_training_runs(place: Place) -> None:
    with place.station.computing, pytest.raises(WrongInput, match="A training is running"):
        deploy_model(place.session, station=place.station, request=asked(place.job_id))
    assert nothing_changed(place)


def test_that_a_decision_that_cannot_be_saved_leaves_no_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Deployment:
        raise StoreFault("The database cannot be written", "The disk is full.", "Free some space.")

    monkeypatch.setattr(deciding.Deployments, "add", full)
    packed = repacked(place.station, place.second)
    with pytest.raises(StoreFault, match="disk is full"):
        deciding.decide(place.station, draft(place.station, place.second), packed, deed="deployed")
    assert nothing_changed(place)


def test_that_a_bundle_that_a_crash_left_is_removed_by_the_next_sign_in(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> Deployment:
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding.Deployments, "add", crash)
    one = draft(place.station, place.second)
    with pytest.raises(KeyboardInterrupt):
        deciding.decide(place.station, one, repacked(place.station, place.second), deed="deployed")
    left = place.station.files.bundle_path(one.deployment_id)
    assert left.exists()
    monkeypatch.undo()
    with open_station(place.station.home):
        assert not left.exists()
    assert nothing_changed(place)


def test_that_of_two_who_decide_at_once_one_wins_and_the_other_is_told(place: Place) -> None:
    packed, drafts = (
        repacked(place.station, place.second),
        [draft(place.station, place.second), draft(place.station, place.second)],
    )
    won: list[Deployment] = []
    lost: list[RockfallError] = []
    ready = threading.Barrier(2)

    def decide(one: Deployment) -> None:
        ready.wait()
        try:
            won.append(deciding.decide(place.station, one, packed, deed="deployed"))
        except WrongInput as error:
            lost.append(error)

    threads = [threading.Thread(target=decide, args=(one,)) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.epoch, one.active) for one in won] == [(3, True)]
    assert [error.title for error in lost] == ["Another deployment came first"]
    facts = list_deployments(place.session, station=place.station)
    assert [one.epoch for one in facts] == [3, 2, 1]
    assert {path.stem for path in place.station.files.deployments.iterdir()} == {one.deployment_id for one in facts}


def test_that_a_site_that_changed_since_is_not_deployed_from(place: Place, other_site: Path) -> None:
    manifest = other_site / "site.toml"
    before = manifest.read_text()
    manifest.write_text(before + "# touched\n")
    try:
        with pytest.raises(WrongInput, match="not those that the model was judged on"):
            deploy_model(place.session, station=place.station, request=asked(place.job_id))
    finally:
        manifest.write_text(before)
    assert nothing_changed(place)
