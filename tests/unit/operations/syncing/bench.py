"""A station for tests of the sync: a real store, real bundles, an office in memory, a clock that is told the time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.events import Failure, JobFailed
from rockfall_desktop.domain.office import SyncState
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.once import Syncing, fault_state, state_now
from rockfall_desktop.store.database import open_store
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.known_sites import KnownSites
from rockfall_desktop.store.outbox import Outbox, Waiting
from rockfall_desktop.store.station_keys import StationKeys
from tests.office_model import ModelOffice, ModelServer, Trouble
from tests.unit.bundles.made_bundle import made_deployment
from tests.unit.operations.deployments.made_decision import made_decision
from tests.unit.store.job_samples import KEY, START, USER, created, log_line, up_to_fitting

SITE_ID, SITE_NAME = made_deployment().site_id, made_deployment().site_name


class Time:
    """A clock, and beside it one that is never set."""

    def __init__(self) -> None:
        self.wall, self.steady = START, 0.0

    def now(self) -> datetime:
        self.wall += timedelta(milliseconds=1)
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    def pass_by(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += timedelta(seconds=seconds)


class AimedOffice(ModelOffice):
    """An office whose trouble comes with the next call of a kind.

    Attributes:
        aim: how the name of the call begins, and what happens to it.
    """

    aim: tuple[str, Trouble] | None = None

    def _call(self, name: str, work: Callable[[], Any]) -> Any:
        if self.aim is not None and name.startswith(self.aim[0]):
            self.troubles.appendleft(self.aim[1])
            self.aim = None
        return super()._call(name, work)


class Bench:
    """One station. `start` and `crash` are the program's begin and sudden end; the home stays."""

    def __init__(self, home: Path, server: ModelServer) -> None:
        self.home, self.server, self.time = home, server, Time()
        self.office_name = "one/rockfall"
        self.station: Station
        self.office: AimedOffice
        self.syncing: Syncing
        self.start()

    def start(self) -> None:
        self.station = Station.at(self.home, now=self.time.now)
        made = self.station.files.database.exists()
        self.station.keep_open(open_store(self.station.files.database, KEY, now=self.time.now, make=not made))
        self.office = AimedOffice(self.server)
        self.syncing = Syncing(self.station, office_name=self.office_name, monotonic=self.time.monotonic)

    def go_to(self, server: ModelServer, office_name: str) -> None:
        """Another office from now on."""
        self.server = self.office.server = server
        self.office_name = office_name
        self.syncing = Syncing(self.station, office_name=office_name, monotonic=self.time.monotonic)

    def crash(self) -> None:
        self.station.close()
        self.start()

    def close(self) -> None:
        self.station.close()

    def sync(self) -> SyncState:
        return sync_once(self.station, self.office, self.syncing)

    def session(self, role: Role = Role.ADMIN, user_id: str = USER) -> Session:
        session = Session(token=f"{role}{user_id}", user_id=user_id, name="ana", role=role, signed_in_at=START)
        return self.station.admit(session)

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.station.store)

    @property
    def deployments(self) -> Deployments:
        return Deployments(self.station.store)

    def new_job(self, user_id: str = USER) -> str:
        return self.jobs.create(created(user_id=user_id, at=self.time.now())).job_id

    def running_job(self) -> str:
        job_id = self.new_job()
        self.jobs.append(job_id, *up_to_fitting())
        return job_id

    def fail(self, job_id: str) -> None:
        failure = Failure(title="No", message="It broke.", hint="Begin anew.", where="fitting")
        self.jobs.append(job_id, log_line("the end"), JobFailed(at=self.time.now(), failure=failure))

    def deploy(self) -> Deployment:
        return made_decision(self.station, USER)

    def know_site(self) -> None:
        site = KnownSite(site_id=SITE_ID, name=SITE_NAME, folder="nordgrube", simulated=False)
        KnownSites(self.station.store).remember(site)

    def trust(self, *others: "Bench") -> None:
        for other in others:
            key = own_station_key(other.station)
            keys = StationKeys(self.station.store)
            keys.see(fingerprint=key.fingerprint, public_key=key.public_key, station_id=key.station_id,
                     station_name=key.station_name)  # fmt: skip
            keys.trust(key.fingerprint, by_name="ana")

    def waiting(self) -> tuple[Waiting, ...]:
        return Outbox(self.station.store).waiting()

    def active(self) -> str | None:
        found = self.deployments.active(SITE_ID)
        return found.deployment_id if found else None


def sync_once(station: Station, office: Office, syncing: Syncing | None = None) -> SyncState:
    """One turn of the sync, and how the station stands after it.

    Args:
        station: whose sync it is.
        office: where to.
        syncing: the turns before this one; a new one by default.
    """
    syncing = syncing or Syncing(station)
    try:
        syncing.turn(office)
    except RockfallError as error:
        return fault_state(error, syncing, station)
    return state_now(syncing, station)
