"""A search may begin every trial with the weights of an earlier job, and then varies nothing that they fix."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import EpochFinished, JobCompleted
from rockfall_desktop.domain.search import Search, SearchStarted
from rockfall_desktop.domain.search_space import VARIABLE, space_of, with_settings
from rockfall_desktop.domain.user import Session
from rockfall_desktop.learning.fitting.fine_tuning import FIXED
from rockfall_desktop.operations.search import latest_search, read_search, resume_search, run_search, start_search
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.store.searches import Searches
from tests.model_folders import note_anew
from tests.stations import quick_config


def trained(station: Station, session: Session, config: TrainingConfig) -> tuple[str, tuple[float, ...]]:
    """A completed job's id, and its validation losses."""
    job = start_training(session, station=station, config=config)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    return job.job_id, tuple(event.metrics.validation_loss for event in events if isinstance(event, EpochFinished))


def searched(
    station: Station, session: Session, config: TrainingConfig, vary: tuple[str, ...] = ("learning_rate",)
) -> Search:
    search_id = start_search(session, station=station, config=config, vary=vary, trials=1).plan.search_id
    for _ in run_search(session, station=station, search_id=search_id, control=Control()):
        pass
    return read_search(session, station=station, search_id=search_id)


@pytest.mark.parametrize("frozen", [False, True])
def test_that_a_trial_learns_as_the_job_of_its_settings_does(
    station: Station, session: Session, site: Path, *, frozen: bool
) -> None:
    earlier, _ = trained(station, session, quick_config(site, epochs=1))
    config = quick_config(site, epochs=2, start_from=earlier, frozen=frozen)
    search = searched(station, session, config)
    anew = searched(station, session, config.model_copy(update={"start_from": "", "frozen": False}))
    _, losses = trained(station, session, search.config_of(1))
    assert search.trials[0].settings == anew.trials[0].settings
    assert search.trials[0].losses == pytest.approx(losses, rel=1e-6)
    assert search.trials[0].losses != pytest.approx(anew.trials[0].losses, rel=1e-3)


def test_that_nothing_is_varied_that_the_weights_fix(station: Station, session: Session, site: Path) -> None:
    earlier, _ = trained(station, session, quick_config(site, epochs=1))
    layers = {"spatial_features": ("elevation",), "raster_network": "cnn"}
    config = quick_config(site, start_from=earlier, way="dense", **layers)
    offered = space_of(config)
    assert {one.name for one in offered} == set(VARIABLE) - {
        "temporal_network", "raster_network", "fusion", "width", "layers", "window_steps",
    }  # fmt: skip
    for one in offered:
        for value in (*one.choices, *([] if one.choices else [one.low, one.high])):
            other = with_settings(config, {one.name: value})
            assert [getattr(other, field) for field in FIXED] == [getattr(config, field) for field in FIXED]
    with pytest.raises(WrongInput, match="vary: 'width' is fixed by the weights of the job in start_from"):
        start_search(session, station=station, config=quick_config(site, start_from=earlier), vary=("width",))


def test_that_weights_that_do_not_fit_are_refused_before_a_search_is_made(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, quick_config(site, epochs=1))
    for wrong in ({"start_from": "abc"}, {"start_from": earlier, "width": 12}):
        with pytest.raises(WrongInput, match="start_from: "):
            start_search(session, station=station, config=quick_config(site, **wrong))
    assert latest_search(session, station=station) is None


def test_that_a_search_goes_on_with_the_very_weights_that_it_began_with(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, quick_config(site, epochs=1))
    search = searched(station, session, quick_config(site, epochs=1, start_from=earlier))
    path = station.files.job_folder(earlier) / "best.safetensors"
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    note_anew(station, earlier)
    resume_search(session, station=station, search_id=search.plan.search_id, trials=2)
    with pytest.raises(StoreFault, match=r"best\.safetensors is not the file"):
        list(run_search(session, station=station, search_id=search.plan.search_id, control=Control()))


def test_that_a_search_of_before_whose_trials_began_anew_is_not_gone_on_with(
    station: Station, session: Session, site: Path
) -> None:
    earlier, _ = trained(station, session, quick_config(site, epochs=1))
    search = searched(station, session, quick_config(site, epochs=1, start_from=earlier))
    plan = search.plan.model_copy(update={"start_files": {}})
    Searches(station.files).create(SearchStarted(at=station.now(), plan=plan))
    with pytest.raises(WrongInput, match=f"start_from: .* without the weights of job {earlier}"):
        resume_search(session, station=station, search_id=plan.search_id, trials=2)
