"""A training may begin with the weights of an earlier job."""

import json
from datetime import date
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import EpochFinished, JobCompleted, JobFailed
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.learning.fitting.fine_tuning import starting_point
from rockfall_desktop.learning.fitting.model_files import read_model, weights_of
from rockfall_desktop.learning.fitting.model_folder import ModelFolder
from rockfall_desktop.operations.earlier_job import jobs_to_begin_with
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.sites.simulated.site import write_simulated_site
from tests.model_folders import demand_noted, note_anew
from tests.stations import SITE_ID, quick_config

OTHER_ID = "0190a000-0000-7000-8000-000000000002"


def trained(station: Station, session: Session, config: TrainingConfig) -> tuple[str, list[float]]:
    """A completed job's id, and its training losses."""
    job = start_training(session, station=station, config=config)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    return job.job_id, [event.metrics.train_loss for event in events if isinstance(event, EpochFinished)]


def changed(site: Path, **changes: object) -> TrainingConfig:
    return TrainingConfig.model_validate(quick_config(site).model_dump() | changes)


def pit(folder: Path, **changes: object) -> Path:
    """Another simulated pit than `site`."""
    values = {"seed": 6, "zones": 2, "days": 400} | changes
    write_simulated_site(folder, SimulatedPit.model_validate(values), site_id=OTHER_ID)
    return folder


def weights(station: Station, job_id: str, name: str = "best.safetensors") -> dict[str, torch.Tensor]:
    return load_file(station.files.job_folder(job_id) / name)


def test_that_learning_begins_with_the_earlier_weights_and_frozen_encoders_stay(
    station: Station, session: Session, site: Path
) -> None:
    earlier, losses = trained(station, session, changed(site, epochs=3))
    later, fewer = trained(station, session, changed(site, epochs=1, start_from=earlier, seed=8))
    demand_noted(station, later)
    assert fewer[0] < losses[0]
    kept, _ = trained(station, session, changed(site, epochs=1, start_from=earlier, frozen=True))
    before, free, frozen = (weights(station, job) for job in (earlier, later, kept))
    encoder = [name for name in before if name.startswith("encoder.")]
    assert encoder
    assert all(torch.equal(before[name], frozen[name]) for name in encoder)
    assert not any(torch.equal(before[name], free[name]) for name in encoder)
    assert not torch.equal(before["head.line.weight"], frozen["head.line.weight"])


def test_that_a_job_that_begins_with_others_weights_needs_the_other_job_no_more(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1, members=2))
    job = start_training(session, station=station, config=changed(site, epochs=1, start_from=earlier, members=3))
    folder = station.files.job_folder(job.job_id)
    assert len(list(folder.glob("start-*.safetensors"))) == 2
    for path in station.files.job_folder(earlier).iterdir():
        path.unlink()
    *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobCompleted)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"width": 12}, "start_from: the earlier job has width"),
        ({"window_steps": 12}, "start_from: the earlier job looked back 10 steps, this one 12. Give the same window"),
        ({"temporal_network": "gru"}, "start_from: the earlier job has temporal_network lstm"),
        ({"temporal_features": ("rain",)}, "start_from: the earlier job read .*, this one rain"),
        ({"season": False}, "start_from: .* seasons"),
    ],
)
def test_that_a_job_that_does_not_fit_is_refused_before_anything_starts(
    station: Station, session: Session, site: Path, changes: dict[str, object], sentence: str
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    config = changed(site, start_from=earlier, **changes)
    for ask in (plan_training, start_training):
        with pytest.raises(WrongInput, match=sentence):
            ask(session, station=station, config=config)  # type: ignore[operator]


def test_that_jobs_which_completed_and_keep_their_weights_are_offered(
    station: Station, session: Session, site: Path
) -> None:
    done, _ = trained(station, session, changed(site, epochs=1))
    waiting = start_training(session, station=station, config=changed(site))
    other = station.admit(session.model_copy(update={"token": "t", "user_id": "other", "role": Role.ENGINEER}))
    assert [job.job_id for job in jobs_to_begin_with(session, station=station)] == [done]
    assert jobs_to_begin_with(other, station=station) == ()
    (station.files.job_folder(done) / "best.safetensors").unlink()
    assert jobs_to_begin_with(session, station=station) == ()
    station.started.pop(waiting.job_id).lock.release()


def test_that_no_job_and_an_unfinished_one_are_refused_by_the_field(
    station: Station, session: Session, site: Path
) -> None:
    with pytest.raises(WrongInput, match="start_from: "):
        start_training(session, station=station, config=changed(site, start_from="abc"))
    waiting = start_training(session, station=station, config=changed(site))
    with pytest.raises(WrongInput, match="is queued and left no model"):
        start_training(session, station=station, config=changed(site, start_from=waiting.job_id))
    station.started.pop(waiting.job_id).lock.release()


EARLY = {"train_until": date(2018, 10, 1), "validation_until": date(2019, 1, 15)}
LATE = {"train_until": date(2019, 7, 15), "validation_until": date(2019, 9, 15)}


def test_that_a_job_that_saw_the_test_block_is_refused_and_one_that_ended_before_it_is_not(
    station: Station, session: Session, site: Path
) -> None:
    knows, _ = trained(station, session, changed(site, epochs=1, **LATE))
    for ask in (plan_training, start_training):
        with pytest.raises(WrongInput, match=r"start_from: .* saw .* 2018-01-01 to 2019-09-04; the test block") as told:
            ask(session, station=station, config=changed(site, start_from=knows, **EARLY))  # type: ignore[operator]
        assert "begins later" in told.value.hint
    does_not, _ = trained(station, session, changed(site, epochs=1, **EARLY))
    plan_training(session, station=station, config=changed(site, start_from=does_not, **EARLY))
    plan_training(session, station=station, config=changed(site, start_from=does_not, **LATE))


def test_that_what_was_seen_is_handed_on_from_job_to_job(station: Station, session: Session, site: Path) -> None:
    first, _ = trained(station, session, changed(site, epochs=1, **EARLY))
    second, _ = trained(station, session, changed(site, epochs=1, start_from=first, **LATE))
    third, _ = trained(station, session, changed(site, epochs=1, start_from=second, **LATE))
    with pytest.raises(WrongInput, match=r"saw .* to 2019-09-04"):
        plan_training(session, station=station, config=changed(site, start_from=third, **EARLY))


def test_that_a_tested_zone_or_site_was_never_seen_before(station: Station, session: Session, site: Path) -> None:
    zones = {"view": "zones", "zone_folds": 3}
    saw_all, _ = trained(station, session, changed(site, epochs=1))
    with pytest.raises(WrongInput, match=r"start_from: .* saw zones of .* that are to be tested: "):
        plan_training(session, station=station, config=changed(site, start_from=saw_all, **zones))
    left_out, _ = trained(station, session, changed(site, epochs=1, **zones))
    plan_training(session, station=station, config=changed(site, start_from=left_out, **zones))
    with pytest.raises(WrongInput, match="saw zones"):
        plan_training(session, station=station, config=changed(site, start_from=left_out, zone_fold=1, **zones))


def test_that_another_site_was_not_seen_whatever_its_dates_and_zones(
    station: Station, session: Session, site: Path, tmp_path: Path
) -> None:
    other = pit(tmp_path / "other", zones=4, days=730)
    knows, _ = trained(station, session, changed(other, epochs=1, **LATE))
    plan_training(session, station=station, config=changed(site, start_from=knows, **EARLY))
    both, _ = trained(station, session, changed(site, epochs=1, sites=(str(other), str(site)), **LATE))
    with pytest.raises(WrongInput, match="start_from: "):
        plan_training(session, station=station, config=changed(site, start_from=both, **EARLY))


def test_that_weights_are_not_taken_to_where_they_mean_something_else(
    station: Station, session: Session, site: Path, tmp_path: Path
) -> None:
    daily, _ = trained(station, session, changed(site, epochs=1))
    hourly, other_kind = pit(tmp_path / "hourly", days=60, step="1h"), pit(tmp_path / "kind")
    manifest = other_kind / "site.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace('kind = "rainfall"\nunit = "mm"', 'kind = "temperature"\nunit = "degC"'))
    assert manifest.read_text() != text
    for place, sentence in (
        (hourly, r"start_from: the earlier job counts in steps of 86400 s, .* of 3600 s"),
        (other_kind, r"start_from: 'rain' is rainfall in mm in the earlier job, temperature in °C at "),
    ):
        for ask in (plan_training, start_training):
            with pytest.raises(WrongInput, match=sentence):
                ask(session, station=station, config=changed(place, start_from=daily))  # type: ignore[operator]


def test_that_weights_of_one_pit_learn_on_at_another_and_say_what_they_mean(
    station: Station, session: Session, site: Path, tmp_path: Path
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    config = changed(pit(tmp_path / "other"), epochs=1, batch_size=64, start_from=earlier, frozen=True)
    later, _ = trained(station, session, config)
    before, after = weights(station, earlier), weights(station, later)
    assert all(torch.equal(before[name], after[name]) for name in before if name.startswith("encoder."))
    assert not torch.equal(before["head.line.weight"], after["head.line.weight"])
    content = json.loads((station.files.job_folder(later) / "model.json").read_bytes())
    assert content["meaning"]["step_s"] == 86_400
    assert content["meaning"]["channels"].keys() == set(content["channels"])
    assert content["meaning"]["channels"]["rain"] == {"kind": "rainfall", "unit": "mm"}
    assert set(content["seen"]) == {SITE_ID, OTHER_ID}


def test_that_a_model_of_before_that_does_not_say_what_it_read_is_used_but_not_begun_with(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    path = station.files.job_folder(earlier) / "model.json"
    content = json.loads(path.read_bytes())
    del content["meaning"]
    path.write_text(json.dumps(content | {"schema": 2}))
    note_anew(station, earlier)
    with pytest.raises(WrongInput, match=r"start_from: an earlier version .* what its channels measure"):
        start_training(session, station=station, config=changed(site, start_from=earlier))
    folder = judged_model(station, earlier)
    assert weights_of(folder).channels == tuple(content["channels"])
    assert len(read_model(folder)[0]) == 1


def test_that_a_model_that_does_not_say_what_it_saw_is_refused(station: Station, session: Session, site: Path) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    path = station.files.job_folder(earlier) / "model.json"
    content = json.loads(path.read_bytes())
    for change, sentence in (({"seen": None}, "start_from: .* does not say"), ({"schema": 1}, "has schema 1")):
        path.write_text(json.dumps(content | change))
        note_anew(station, earlier)
        with pytest.raises(WrongInput, match=sentence):
            start_training(session, station=station, config=changed(site, start_from=earlier))


def test_that_planning_beside_a_training_changes_none_of_its_random_numbers(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    before = torch.get_rng_state()
    with station.computing:
        plan_training(session, station=station, config=changed(site, start_from=earlier))
        job = start_training(session, station=station, config=changed(site, start_from=earlier))
    assert torch.equal(torch.get_rng_state(), before)
    station.started.pop(job.job_id).lock.release()


def test_that_missing_weights_are_a_sentence(station: Station, session: Session, site: Path) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    config = changed(site, epochs=1, start_from=earlier)
    for name, sentence in (
        ("start-01.safetensors", "start-01.safetensors cannot be read"),
        ("start-seen.json", "start-seen.json cannot be read"),
    ):
        job = start_training(session, station=station, config=config)
        (station.files.job_folder(job.job_id) / name).unlink()
        *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
        assert isinstance(last, JobFailed)
        assert sentence in last.failure.message
    (station.files.job_folder(earlier) / "best.safetensors").unlink()
    with pytest.raises(StoreFault, match=r"best\.safetensors cannot be read"):
        start_training(session, station=station, config=config)


@pytest.mark.parametrize("name", ["start-seen.json", "start-01.safetensors"])
def test_that_a_job_begins_with_nothing_but_what_was_copied_for_it(
    station: Station, session: Session, site: Path, name: str
) -> None:
    earlier, _ = trained(station, session, changed(site, epochs=1))
    job = start_training(session, station=station, config=changed(site, epochs=1, start_from=earlier))
    path = station.files.job_folder(job.job_id) / name
    path.write_bytes(b"{}" if name.endswith(".json") else path.read_bytes()[:-1] + b"~")
    *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobFailed)
    assert f"{name} is not the file that was written" in last.failure.message


def test_that_a_job_of_old_that_began_with_weights_nobody_noted_is_not_gone_on_with(tmp_path: Path) -> None:
    config = TrainingConfig.model_validate(quick_config(tmp_path).model_dump() | {"start_from": "0a"})
    with pytest.raises(StoreFault, match="did not note which they are"):
        starting_point(ModelFolder(tmp_path, {}), config)
