"""A station at work: real store, keys, bundles and sync loop. Its training is job events written as a running job
writes them, no network learns anything; its decisions are real facts about small made-up bundles."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import JobEvent, Phase
from rockfall_desktop.domain.office import OfficeAddress, SyncState
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.deciding import Packed, decide
from rockfall_desktop.operations.deployments import list_deployments
from rockfall_desktop.operations.identity import own_identity, own_station_key
from rockfall_desktop.operations.office_settings import save_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.loop import sync_loop
from rockfall_desktop.operations.syncing.office_jobs import office_jobs
from rockfall_desktop.operations.syncing.rhythm import Rhythm
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.known_sites import KnownSites
from rockfall_desktop.store.outbox import Outbox, Waiting
from rockfall_desktop.store.station_keys import StationKeys
from rockfall_desktop.threads import ASIDE
from tests.stations import open_station
from tests.unit.bundles.made_bundle import FILES, made_deployment, made_unsigned
from tests.unit.store.job_samples import completed, created, epoch, log_line, started, up_to_fitting

EPOCHS, EVENT_S, DECISION_S = 12, 0.05, 0.7
# Whatever the program acknowledged to itself: each row that went from the outbox.
_TRIGGER = """
create table gone (kind text, id text, revision integer);
create trigger noting after delete on outbox begin insert into gone values (old.kind, old.id, old.revision); end;
"""


class Gone(NamedTuple):
    """A row of the outbox that went: the office is said to hold this."""

    kind: str
    id: str
    revision: int


class Picture(NamedTuple):
    """What a station shows: every job with its state and epochs, every deployment with its number, the active ones."""

    jobs: frozenset[tuple[str, int, str, int]]
    deployments: frozenset[tuple[str, str, int | None, bool | None]]
    active: frozenset[str]


class Desk:
    """One station and its administrator."""

    def __init__(self, station: Station, session: Session, sites: tuple[str, ...]) -> None:
        self.station, self.session, self.sites = station, session, sites
        self.jobs, self.deployments = Jobs(station.store), Deployments(station.store)
        self.states: list[SyncState] = []
        self.faults: list[BaseException] = []
        with station.store.writing() as connection:
            connection.execute(_TRIGGER)
        for site_id in sites:
            site = KnownSite(site_id=site_id, name=f"Site {site_id[-1]}", folder="nordgrube", simulated=True)
            KnownSites(station.store).remember(site)

    def trust(self, other: "Desk") -> None:
        key, keys = own_station_key(other.station), StationKeys(self.station.store)
        keys.see(
            fingerprint=key.fingerprint, public_key=key.public_key, station_id=key.station_id, station_name="other"
        )
        keys.trust(key.fingerprint, by_name="ana")

    @contextmanager
    def syncing(self, rhythm: Rhythm) -> Iterator[None]:
        """The loop in a thread of its own, as the window runs it."""
        control, nudge = Control(), threading.Event()

        def run() -> None:
            for state in sync_loop(self.station, control, nudge=nudge, rhythm=rhythm):
                self.states.append(state)

        thread = self._thread(run)
        try:
            yield
        finally:
            control.cancel()
            nudge.set()
            thread.join(10)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Jobs are running and models are decided on until the block ends."""
        enough = threading.Event()
        threads = [self._thread(lambda work=work: self._until(enough, work)) for work in (self._train, self._decide)]
        try:
            yield
        finally:
            enough.set()
            for thread in threads:
                thread.join(30)

    def waiting(self) -> tuple[Waiting, ...]:
        return Outbox(self.station.store).waiting()

    def gone(self) -> tuple[Gone, ...]:
        return tuple(Gone(*row) for row in self.station.store.rows("select kind, id, revision from gone"))

    def own_jobs(self) -> dict[str, int]:
        """The revision of each own job."""
        return {job.job_id: self.jobs.numbered(job.job_id).revision for job in self.jobs.list(None)}

    def own_facts(self) -> set[str]:
        own = own_identity(self.station).station_id
        return {fact.deployment_id for fact in self.deployments.list() if fact.station_id == own}

    def picture(self) -> Picture:
        own = {
            (job.job_id, self.jobs.numbered(job.job_id).revision, job.status.value, job.current_epoch)
            for job in self.jobs.list(None)
        }
        theirs = {
            (one.job.job_id, one.revision, one.job.status.value, one.job.current_epoch)
            for one in office_jobs(self.session, station=self.station).jobs
        }
        facts = list_deployments(self.session, station=self.station)
        return Picture(
            frozenset(own | theirs),
            frozenset((fact.deployment_id, fact.site_id, fact.version, fact.accepted) for fact in facts),
            frozenset(fact.deployment_id for fact in facts if fact.active),
        )

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as fault:  # noqa: BLE001 - the test tells it
                self.faults.append(fault)

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread

    def _until(self, enough: threading.Event, work: Callable[[threading.Event], None]) -> None:
        while not enough.is_set():
            work(enough)

    def _train(self, enough: threading.Event) -> None:
        """The events of one job, up to twenty a second; a job that was begun is written to its end."""
        job_id = self.jobs.create(created(user_id=self.session.user_id, at=_now())).job_id
        self._append(job_id, *up_to_fitting())
        for number in range(1, EPOCHS + 1):
            self._append(job_id, epoch(number), log_line(f"epoch {number}"))
            enough.wait(EVENT_S)
        self._append(job_id, started(Phase.EVALUATING), completed(job_id))

    def _append(self, job_id: str, *events: JobEvent) -> None:
        self.jobs.append(job_id, *(event.model_copy(update={"at": _now()}) for event in events))

    def _decide(self, enough: threading.Event) -> None:
        """A decision about each site in turn. The site's active one may move meanwhile: then nothing is decided."""
        for site_id in self.sites:
            with suppress(WrongInput):
                self._decide_once(site_id)
            enough.wait(DECISION_S)

    def _decide_once(self, site_id: str) -> Deployment:
        place = self.deployments.next_place(site_id)
        draft = made_deployment(
            deployment_id=self.station.new_id(), site_id=site_id, site_name=f"Site {site_id[-1]}", simulated=True,
            epoch=place.epoch, follows=place.follows, deployed_by=self.session.user_id, deployed_at=_now(),
        )  # fmt: skip
        unsigned = made_unsigned()
        return decide(self.station, draft, Packed(unsigned.model, unsigned.provenance, FILES), deed="deployed")


SHARED = "01a20000-0000-7000-8000-00000000000a"
OWN = ("01a20000-0000-7000-8000-00000000000b", "01a20000-0000-7000-8000-00000000000c")


@contextmanager
def two_desks(folder: Path, address: OfficeAddress) -> Iterator[tuple[Desk, Desk]]:
    """Two stations that trust each other: both decide about one site, and each about one more."""
    with open_station(folder / "one") as (first, ana), open_station(folder / "other") as (second, bea):
        for station, session in ((first, ana), (second, bea)):
            save_office(session, station=station, address=address)
        desks = Desk(first, ana, (SHARED, OWN[0])), Desk(second, bea, (SHARED, OWN[1]))
        for desk, other in (desks, reversed(desks)):
            desk.trust(other)
            for site_id in OWN:
                KnownSites(desk.station.store).remember(
                    KnownSite(site_id=site_id, name=f"Site {site_id[-1]}", folder="nordgrube", simulated=True)
                )
        yield desks
        _wait_for_turns()


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_for_turns() -> None:
    """A turn that nobody waits for any more ends by the connection's own time limits."""
    for thread in threading.enumerate():
        if thread.name == ASIDE:
            thread.join(30)
