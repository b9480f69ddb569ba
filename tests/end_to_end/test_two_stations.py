"""Two stations, one real server: what one trains and deploys the other shows and scores with, and both agree."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rockfall_desktop.aside import finished
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import Deployment, DeploymentRequest
from rockfall_desktop.domain.office import SyncCondition
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.deployments import deploy_again, deploy_model, list_deployments, roll_back
from rockfall_desktop.operations.keys import list_keys, own_key, trust_key
from rockfall_desktop.operations.office_settings import save_office
from rockfall_desktop.operations.scoring_site import score_site
from rockfall_desktop.operations.sites import open_site
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.now import sync_now
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.operations.training import run_job, start_training
from rockfall_desktop.remote.connecting import connect
from rockfall_desktop.remote.shape import prepare
from rockfall_desktop.sites.read import read_site
from tests.mongod import Mongod
from tests.stations import SITE_ID, open_station, quick_config, write_small_site

REASON = "what was seen on the slope"


class Laptop:
    """One station with its administrator."""

    def __init__(self, station: Station, session: Session, site: Path) -> None:
        self.station, self.session, self.site = station, session, site

    def sync(self) -> SyncCondition:
        return sync_now(self.session, station=self.station).condition

    def active(self) -> Deployment:
        return next(one for one in self.history() if one.active)

    def history(self) -> tuple[Deployment, ...]:
        return list_deployments(self.session, station=self.station, site_id=SITE_ID)

    def train(self) -> str:
        job = start_training(self.session, station=self.station, config=quick_config(self.site, epochs=1))
        finished(run_job(self.session, station=self.station, job_id=job.job_id, control=Control()))
        return job.job_id

    def deploy(self, job_id: str) -> Deployment:
        request = DeploymentRequest(job_id=job_id, reason=REASON, not_better_accepted=True)
        return deploy_model(self.session, station=self.station, request=request)

    def trust(self, other: "Laptop") -> None:
        fingerprint = own_key(other.session, station=other.station).fingerprint
        assert fingerprint in {key.fingerprint for key in list_keys(self.session, station=self.station)}
        trust_key(self.session, station=self.station, fingerprint=fingerprint)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_site(tmp_path_factory.mktemp("site") / "pit")


@pytest.fixture
def laptops(mongod: Mongod, database: Callable[[], str], site: Path, tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    address = mongod.address(database())
    with connect(address, None) as connection:
        prepare(connection)
    with ExitStack() as stack:
        made = []
        for name in ("one", "other"):
            station, session = stack.enter_context(open_station(tmp_path / name))
            save_office(session, station=station, address=address)
            open_site(session, station=station, folder=site)
            made.append(Laptop(station, session, site))
        yield made[0], made[1]


def test_that_two_stations_end_with_the_same_picture(laptops: tuple[Laptop, Laptop], site: Path) -> None:
    one, other = laptops
    job_id = one.train()
    first = one.deploy(job_id)
    assert first.version is None
    assert one.sync() is SyncCondition.SYNCED
    assert one.active().version == 1

    other.sync()
    assert other.history() == (), "a key that nobody trusts brings nothing"
    other.trust(one)
    assert other.sync() is SyncCondition.SYNCED
    assert [deployment.deployment_id for deployment in other.history()] == [first.deployment_id]

    arrays = read_site(site)
    at = datetime.fromtimestamp(int(arrays.start_s[-1]) + arrays.step_s, UTC)
    here, there = (score_site(laptop.session, station=laptop.station, folder=site, at=at) for laptop in laptops)
    assert there.deployment_id == first.deployment_id
    assert [zone.horizons for zone in there.zones] == [zone.horizons for zone in here.zones] != []

    assert [job.job.job_id for job in office_jobs(other.session, station=other.station).jobs] == [job_id]


def test_that_the_slower_of_two_deciders_is_told_and_decides_again(laptops: tuple[Laptop, Laptop]) -> None:
    one, other = laptops
    job_id = one.train()
    first = one.deploy(job_id)
    one.sync()
    other.sync()
    other.trust(one)
    other.sync()
    second = one.deploy(job_id)
    one.sync()
    other.sync()
    one.trust(other)

    back = roll_back(one.session, station=one.station, deployment_id=first.deployment_id, reason=REASON)
    theirs = roll_back(other.session, station=other.station, deployment_id=first.deployment_id, reason=REASON)
    assert one.sync() is SyncCondition.SYNCED
    state = sync_now(other.session, station=other.station)
    assert state.told, "the slower one is told"
    assert other.active().deployment_id == back.deployment_id
    lost = next(entry for entry in other.history() if entry.deployment_id == theirs.deployment_id)
    assert lost.accepted is False

    again = deploy_again(other.session, station=other.station, deployment_id=theirs.deployment_id, reason=REASON)
    other.sync()
    one.sync()
    for laptop in laptops:
        assert laptop.active().deployment_id == again.deployment_id
        assert sorted(entry.version or 0 for entry in laptop.history()) == [1, 2, 3, 4, 5]
    assert second.deployment_id in {entry.deployment_id for entry in one.history()}
