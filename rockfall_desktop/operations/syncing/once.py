"""One turn of the sync: what is newer is pulled, what waits is pushed, and what came of that is pulled.

It pulls before it pushes, so that a station whose home was put back from a backup sees the office's newer state before
it could write over it, and an office that takes nothing at all is found before anything is held for a person.

What does not get through, as one large thing over a slow line, stands in the way of nothing else: the next turn begins
behind it. Jobs then go after a look at what the office holds of these very jobs.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rockfall_desktop.domain.errors import OfficeUnreachable, RockfallError, StoreFault
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.operations.bundle_at_hand import Verify, verified_bundle
from rockfall_desktop.operations.key_claims import own_claim
from rockfall_desktop.operations.lost_deployments import count_undecided
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.pointers import FollowingPointers
from rockfall_desktop.operations.syncing.pulling import Pulling
from rockfall_desktop.operations.syncing.pushing import PushingJobs
from rockfall_desktop.operations.syncing.pushing_deployments import PushingDeployments
from rockfall_desktop.operations.syncing.words import late_words, unread_words
from rockfall_desktop.store.deployments import OUTBOX_KIND as DEPLOYMENT
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.jobs import OUTBOX_KIND as JOB
from rockfall_desktop.store.outbox import Mark, Outbox

if TYPE_CHECKING:
    from rockfall_desktop.domain.office_exchange import Office

_BEYOND = 2**62


class _Step(NamedTuple):
    """A part of a turn, and the words for that it did not get through."""

    work: Callable[["Office"], None]
    stands: str


class Syncing:
    """The sync of a station with one office. It may be thrown away and made anew at any moment: the store holds all.

    Args:
        station: whose sync it is; its store must be open.
        office_name: tells one office from another; a change of it sends everything once more.
        monotonic: seconds of a clock that is never set.
        verify: whether a file is the bundle of a fact.
    """

    def __init__(
        self,
        station: Station,
        *,
        office_name: str = "",
        monotonic: Callable[[], float] = time.monotonic,
        verify: Verify = verified_bundle,
    ) -> None:
        self._station = station
        self._outbox = Outbox(station.store)
        self._pulling = Pulling(station, office_name)
        self._jobs = PushingJobs(station, monotonic)
        self._deployments = PushingDeployments(station)
        self._following = FollowingPointers(station, monotonic, verify)
        self._known_key = ""  # fingerprint of the own key that this office has
        self._first = 0  # step that the next turn begins with: the one behind what did not get through
        self._sent = self._seen = False  # since the last pull; whether one was whole
        self._late: list[str] = []
        self._news: list[str] = []

    def turn(self, office: "Office") -> None:
        """One turn; with nothing to do it is one round trip.

        Raises:
            OfficeUnreachable: some of it was done; the rest waits.
            OfficeRefused: the office takes nothing from this station.
        """
        if (claim := own_claim(self._station))["fingerprint"] != self._known_key:
            office.push_key(claim)
            self._known_key = claim["fingerprint"]
        steps = self._steps()
        if first := self._first:
            office.pull(_BEYOND, 1)  # whether it answers at all, and takes something
        for place in (*range(first, len(steps)), *range(len(steps) if first else 0)):
            try:
                steps[place].work(office)
            except OfficeUnreachable as error:
                self._first = (place + 1) % len(steps)
                if not first:
                    raise
                raise OfficeUnreachable(error.title, f"{steps[place].stands} {error.message}", error.hint) from error
        self._first = 0
        self._tell_late()

    def is_new(self) -> bool:
        """Whether something is to be sent that was not tried yet; what failed goes with the next turn."""
        return any(self._jobs.is_due(row) for row in self._outbox.to_go(untried=True))

    def retry(self) -> None:
        """A person asks: try at once what did not do before."""
        self._following.retry()

    def take_news(self) -> tuple[str, ...]:
        """What people must know since the last time."""
        news, self._news = tuple(self._news), []
        return news

    def standing_still(self) -> tuple[str, ...]:
        """Why sites do not follow the office's pointers, a sentence each."""
        return self._following.standing_still()

    def waiting(self) -> tuple[int, int]:
        """How many things wait, and how many of them for a person; a live job's last two seconds do not count."""
        held = self._outbox.held()
        return held + sum(self._jobs.is_due(row) for row in self._outbox.to_go()), held

    def mark(self) -> Mark:
        """What changes whenever something begins or ceases to wait."""
        return self._outbox.mark()

    def _steps(self) -> tuple[_Step, ...]:
        return (
            _Step(self._pull, "What is newer there does not come:"),
            _Step(self._push_deployments, "A deployment does not go:"),
            _Step(self._push_jobs, "A job does not go:"),
            _Step(self._pull_again, "What is newer there does not come:"),
            _Step(self._follow, "The active models do not come:"),
        )

    def _pull(self, office: "Office") -> None:
        self._sent = False
        try:
            self._pulling.run(office)
        finally:
            self._news += self._pulling.take_news()
        self._seen = True

    def _push_deployments(self, office: "Office") -> None:
        if self._due(DEPLOYMENT) or (self._seen and self._deployments.forgotten()):
            self._sent = True
            late, news = self._deployments.run(office)
            self._late += late
            self._news += news

    def _push_jobs(self, office: "Office") -> None:
        if not (due := self._due(JOB)):
            return
        if not self._seen:
            self._pulling.look_at(office, due)
        self._sent = True
        self._jobs.run(office)

    def _due(self, kind: str) -> list[str]:
        return [row.id for row in self._outbox.to_go() if row.kind == kind and self._jobs.is_due(row)]

    def _pull_again(self, office: "Office") -> None:
        if self._sent:
            self._pull(office)

    def _follow(self, office: "Office") -> None:
        self._news += self._following.run(office)

    def _tell_late(self) -> None:
        late, self._late = self._late, []
        deployments = Deployments(self._station.store)
        self._news += [late_words(deployments.read(one), self._station) for one in late]


def state_now(syncing: Syncing, station: Station) -> SyncState:
    """How the station stands after a turn that went well."""
    waiting, held = syncing.waiting()
    return SyncState(
        condition=SyncCondition.WAITING if waiting else SyncCondition.SYNCED,
        waiting=waiting,
        held=held,
        undecided=count_undecided(station),
        last_contact=station.now(),
        sentence=" ".join(filter(None, (unread_words(station), *syncing.standing_still()))),
        told=syncing.take_news(),
    )


def fault_state(error: RockfallError, syncing: Syncing | None, station: Station) -> SyncState:
    """How the station stands after a turn that did not go well."""
    waiting, held, undecided = _counted(syncing, station)
    away = isinstance(error, OfficeUnreachable)
    return SyncState(
        condition=SyncCondition.OFFLINE if away else SyncCondition.REFUSED,
        waiting=waiting,
        held=held,
        undecided=undecided,
        since=station.now(),
        sentence=f"{error.message} {error.hint}".strip(),
        told=syncing.take_news() if syncing else (),
    )


def off_state(syncing: Syncing, station: Station) -> SyncState:
    """How the station stands without an office."""
    return SyncState(condition=SyncCondition.OFF, waiting=syncing.waiting()[0], undecided=count_undecided(station))


def _counted(syncing: Syncing | None, station: Station) -> tuple[int, int, int]:
    """What waits, is held and is undecided; nothing is known of it where the store itself cannot be read."""
    try:
        return (*(syncing.waiting() if syncing else (0, 0)), count_undecided(station))
    except StoreFault:
        return 0, 0, 0
