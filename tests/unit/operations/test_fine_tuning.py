"""A training may begin with the weights of an earlier job."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import EpochFinished, JobCompleted
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from tests.stations import quick_config


def trained(station: Station, session: Session, config: TrainingConfig) -> tuple[str, list[float]]:
    """A completed job's id, and its training losses."""
    job = start_training(session, station=station, config=config)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    return job.job_id, [event.metrics.train_loss for event in events if isinstance(event, EpochFinished)]


def changed(site: Path, **changes: object) -> TrainingConfig:
    return TrainingConfig.model_validate(quick_config(site).model_dump() | changes)


def weights(station: Station, job_id: str, name: str = "best.safetensors") -> dict[str, torch.Tensor]:
    return load_file(station.files.job_folder(job_id) / name)


def test_that_learning_begins_with_the_earlier_weights_and_frozen_encoders_stay(
    station: Station, session: Session, site: Path
) -> None:
    earlier, losses = trained(station, session, changed(site, epochs=3))
    later, fewer = trained(station, session, changed(site, epochs=1, start_from=earlier, seed=8))
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


def test_that_no_job_and_an_unfinished_one_are_refused_by_the_field(
    station: Station, session: Session, site: Path
) -> None:
    with pytest.raises(WrongInput, match="start_from: "):
        start_training(session, station=station, config=changed(site, start_from="abc"))
    waiting = start_training(session, station=station, config=changed(site))
    with pytest.raises(WrongInput, match="is queued and left no model"):
        start_training(session, station=station, config=changed(site, start_from=waiting.job_id))
    station.started.pop(waiting.job_id).lock.release()
