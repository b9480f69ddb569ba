"""A station with a deployed job of two members and two horizons; trained once, its home copied for each test."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.events import JobCompleted
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.deployments import deploy_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from tests.stations import open_station, quick_config

CHOICES = {"members": 2, "uncertainty": "laplace", "calibration": "temperature", "epochs": 2, "horizon_steps": (1, 3)}


class Deployed(NamedTuple):
    """A closed home, the site, and the deployment that is active for it."""

    home: Path
    site: Path
    fact: Deployment


class Watch(NamedTuple):
    """The same, open."""

    station: Station
    session: Session
    site: Path
    fact: Deployment


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Deployed:
    home = tmp_path_factory.mktemp("deployed") / "home"
    with open_station(home) as (station, session):
        job = start_training(session, station=station, config=quick_config(site, **CHOICES))
        *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
        assert isinstance(last, JobCompleted), last
        request = DeploymentRequest(job_id=job.job_id, reason="a trial of the summer", not_better_accepted=True)
        return Deployed(home, site, deploy_model(session, station=station, request=request))


@pytest.fixture
def watch(deployed: Deployed, tmp_path: Path) -> Iterator[Watch]:
    shutil.copytree(deployed.home, tmp_path / "home")
    with open_station(tmp_path / "home") as (station, session):
        yield Watch(station, session, deployed.site, deployed.fact)


@pytest.fixture
def record_end(watch: Watch) -> datetime:
    """The moment at which the last step of the site's record is over."""
    arrays = watch.station.shelf.read(watch.site)
    return datetime.fromtimestamp(int(arrays.start_s[-1]) + arrays.step_s, UTC)
