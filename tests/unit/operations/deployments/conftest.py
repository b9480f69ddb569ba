"""A station with a job on two sites that was deployed twice; trained once, its home copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.events import JobCompleted
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.deciding import Packed, decide
from rockfall_desktop.operations.deployments import deploy_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.sites.simulated.site import write_simulated_site
from rockfall_desktop.store.deployments import Deployments
from tests.stations import now, open_station, quick_config

OTHER_ID = "0190a000-0000-7000-8000-000000000001"
REASON = "a trial of the summer"
RULE = LevelRule(horizon_steps=1, yellow=0.1, orange=0.2, red=0.3)
CHOICES = {"scaling": "site", "members": 2, "uncertainty": "laplace", "calibration": "temperature", "epochs": 1}


class Trained(NamedTuple):
    """A closed home, the job in it, and its two deployments for the first site, the later one active."""

    home: Path
    job_id: str
    first: Deployment
    second: Deployment


class Place(NamedTuple):
    """The same, open."""

    station: Station
    session: Session
    job_id: str
    first: Deployment
    second: Deployment

    @property
    def engineer(self) -> Session:
        """Somebody who is no administrator."""
        return self.station.admit(
            Session(token="t", user_id="u", name="ben", role=Role.ENGINEER, signed_in_at=now())
        )  # fmt: skip


def asked(job: str, **changes: object) -> DeploymentRequest:
    """A request that an administrator may make against the report."""
    values: dict[str, object] = {"job_id": job, "reason": REASON, "not_better_accepted": True}
    return DeploymentRequest.model_validate(values | changes)


def draft(station: Station, like: Deployment) -> Deployment:
    """A decision like an earlier one, for the site's next place."""
    epoch, follows = Deployments(station.store).next_place(like.site_id)
    return like.model_copy(
        update={"deployment_id": station.new_id(), "epoch": epoch, "follows": follows, "active": False}
    )


def repacked(station: Station, fact: Deployment) -> Packed:
    """What the bundle of a deployment holds, to be packed once more."""
    bundle = open_bundle(station, station.files.bundle_path(fact.deployment_id))
    manifest = bundle.manifest
    return Packed(manifest.model, manifest.provenance, {one.name: bundle.content(one.name) for one in manifest.files})


@pytest.fixture(scope="session")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites") / "other"
    write_simulated_site(folder, SimulatedPit(seed=6, zones=3, days=800), site_id=OTHER_ID)
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, site: Path, other_site: Path) -> Trained:
    home = tmp_path_factory.mktemp("trained") / "home"
    with open_station(home) as (station, session):
        config = quick_config(site, sites=(str(site), str(other_site)), **CHOICES)
        job = start_training(session, station=station, config=config)
        *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
        assert isinstance(last, JobCompleted), last
        first = deploy_model(session, station=station, request=asked(job.job_id, levels=(RULE,)))
        second = decide(station, draft(station, first), repacked(station, first), deed="deployed")
    return Trained(home, job.job_id, first, second)


@pytest.fixture
def place(trained: Trained, tmp_path: Path) -> Iterator[Place]:
    shutil.copytree(trained.home, tmp_path / "home")
    with open_station(tmp_path / "home") as (station, session):
        yield Place(station, session, *trained[1:])
