"""Layers from the site folder to the report; what does not fit is said before anything starts."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import EpochFinished, JobCompleted, LogLine, SamplesBuilt
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations import jobs
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.sites.simulated.site import write_simulated_site
from tests.stations import SITE_ID, quick_config

SMALL = "\n[chips]\npixels = 8\n\n[clouds]\npoints = 32\n"
EVERYTHING = {"spatial_features": ("all",), "raster_network": "cnn", "cloud_network": "pointnet", "fusion": "gated"}


@pytest.fixture(scope="module")
def pit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pit") / "site"
    write_simulated_site(folder, SimulatedPit(seed=5, zones=4, days=730, layers=True), site_id=SITE_ID)
    (folder / "site.toml").write_text((folder / "site.toml").read_text(encoding="utf-8") + SMALL, encoding="utf-8")
    return folder


def config(pit: Path, **changes: Any) -> TrainingConfig:
    return quick_config(pit, **EVERYTHING, epochs=2).model_copy(update=changes)


def test_that_series_rasters_and_clouds_train_together_to_a_report(
    station: Station, session: Session, pit: Path
) -> None:
    plan = plan_training(session, station=station, config=config(pit))
    assert plan.parameters > 0
    job = start_training(session, station=station, config=config(pit))
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    built = next(event for event in events if isinstance(event, SamplesBuilt))
    assert {"elevation slope", "class granite", "geology faults fault_distance", "point intensity"} <= set(built.layers)
    logged = [event.text for event in events if isinstance(event, LogLine)]
    assert any(text.startswith("Layer 'scan after': the epochs fit together") for text in logged)
    stored = next(event for event in jobs.job_events(session, station=station, job_id=job.job_id) if event == built)
    assert isinstance(stored, SamplesBuilt)
    model = json.loads((station.files.job_folder(job.job_id) / "model.json").read_text(encoding="utf-8"))
    groups = [group["name"] for group in model["layers"]["rasters"]["groups"]]
    assert groups == ["elevation", "drone_imagery", "geology units", "geology faults"]
    assert model["layers"]["clouds"]["features"] == ["x", "y", "z", "intensity"]
    assert (model["layers"]["rasters"]["side"], model["layers"]["clouds"]["points"]) == (8, 32)


def test_that_layers_that_were_kept_come_back_as_they_were_read_and_train_alike(
    station: Station, session: Session, pit: Path
) -> None:
    read = station.shelf.layers(pit)
    first = losses(station, session, config(pit))
    station.shelf = SiteShelf(station.shelf.place)  # as in the next process
    again = station.shelf.layers(pit)
    assert again is not read
    assert like(read, again)
    assert losses(station, session, config(pit)) == first


def losses(station: Station, session: Session, wanted: TrainingConfig) -> list[float]:
    job = start_training(session, station=station, config=wanted)
    events = list(run_job(session, station=station, job_id=job.job_id, control=Control()))
    assert isinstance(events[-1], JobCompleted), events[-1]
    return [event.metrics.train_loss for event in events if isinstance(event, EpochFinished)]


def like(one: Any, other: Any) -> bool:
    """Whether two values are equal in all their parts and of the same types."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if is_dataclass(one):
        return all(like(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(like, one, other))
    return bool(one == other)


def test_that_layers_alone_train_without_any_series(station: Station, session: Session, pit: Path) -> None:
    job = start_training(session, station=station, config=config(pit, temporal_network="none"))
    *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobCompleted), last
    assert last.report.pr_auc is not None or last.report.few_incidents


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"spatial_features": ("lidar",), "raster_network": "none"}, "spatial_features: .* no layer of kind 'lidar'"),
        ({"batch_size": 60_000}, "batch_size: 60,000 samples"),
        ({"cloud_network": "none"}, "raster_network: .* has no layers"),
    ],
)
def test_that_what_a_site_lacks_is_named_before_a_job_exists(
    station: Station, session: Session, site: Path, pit: Path, changes: dict[str, Any], words: str
) -> None:
    wrong = config(pit if "batch_size" in changes else site, **changes)
    with pytest.raises(WrongInput, match=words):
        plan_training(session, station=station, config=wrong)
    with pytest.raises(WrongInput, match=words):
        start_training(session, station=station, config=wrong)
    assert jobs.list_jobs(session, station=station) == ()


def test_that_a_training_on_series_alone_reads_no_layer(
    station: Station, session: Session, pit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station.shelf, "layers", lambda _: pytest.fail("layers were read"))
    plan_training(session, station=station, config=quick_config(pit))
