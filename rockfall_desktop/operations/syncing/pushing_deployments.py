"""Deployments that wait go to the office with their bundles, those of a site in the order of their epochs.

Where an office has forgotten what it had accepted, because a backup was put back or it is another one, every station
gives it what other stations made as well: the one that made it may never come back, and what follows it would wait for
ever. Each bears its author's signature, whoever brings it.
"""

from typing import NamedTuple

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.domain.office_exchange import Office, Pointer
from rockfall_desktop.operations.identity import own_identity
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import deployment_document
from rockfall_desktop.store.deployments import OUTBOX_KIND, Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox, Waiting

OF_OLD = "It was made by an older version, without a bundle and a signature: deploy the job once more."
EARLIER_FIRST = "It follows a deployment that the office does not know yet; it goes after that one."
HELD_FIRST = "It follows a deployment that the office refuses: let that one try again, or give it up."
NEVER = "Or give it up: what was deployed after it can take its place then."


class _Going(NamedTuple):
    """A deployment that goes to the office; `row` is None for one of another station that the office has forgotten."""

    fact: Deployment
    row: Waiting | None


class PushingDeployments:
    """Sends facts. What one of them is refused for holds up no other site."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._outbox, self._mirror = Outbox(station.store), OfficeMirror(station.store)
        self._deployments = Deployments(station.store)
        self._not_taken: set[str] = set()  # of other stations, by the office as it is now

    def forgotten(self) -> list[str]:
        """Ids of what other stations made, the office had accepted, and lacks now as far as it was read."""
        ids = self._mirror.forgotten(own_identity(self._station).station_id)
        return [deployment_id for deployment_id in ids if deployment_id not in self._not_taken]

    def run(self, office: Office) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Send what waits.

        Returns:
            Ids of deployments that came too late: the office's pointer had moved; and news for people.

        Raises:
            OfficeUnreachable: what was acknowledged before has left the outbox.
        """
        stands = {pointer.site_id: pointer for pointer in self._mirror.pointers()}
        late: list[str] = []
        news: list[str] = []
        for fact, row in self._in_order():
            at = stands.get(fact.site_id, Pointer(fact.site_id, 0, ""))
            if row is None:
                accepted = self._give_back(office, fact, at)
            elif fact.epoch - 1 > at.epoch and (why := self._comes_later(fact)):
                self._wait(row, why)
                continue
            else:
                accepted = self._send(office, row, fact, news)
            if accepted and fact.epoch > at.epoch:
                stands[fact.site_id] = Pointer(fact.site_id, fact.epoch, fact.deployment_id)
            elif accepted is False:
                late.append(fact.deployment_id)
        return tuple(late), tuple(news)

    def _in_order(self) -> list[_Going]:
        """By epoch, never by the clock: a clock that was set back must not let a later decision arrive first."""
        return sorted([*self._waiting(), *self._given_back()], key=lambda one: one.fact.epoch)

    def _waiting(self) -> list[_Going]:
        found = []
        for row in self._outbox.to_go():
            if row.kind != OUTBOX_KIND:
                continue
            try:
                fact = self._deployments.read(row.id)
            except (WrongInput, StoreFault) as error:
                self._outbox.failed(row, f"{error.message} {error.hint}", held=True)
                continue
            if fact.bundle_sha256 and fact.signature:
                found.append(_Going(fact, row))
            else:
                self._outbox.failed(row, OF_OLD, held=True)
        return found

    def _given_back(self) -> list[_Going]:
        """What other stations made and the office has forgotten, where its bundle lies here."""
        facts = [self._deployments.read(deployment_id) for deployment_id in self.forgotten()]
        here = [fact for fact in facts if self._station.files.bundle_path(fact.deployment_id).is_file()]
        return [_Going(fact, None) for fact in here if fact.bundle_sha256 and fact.signature]

    def _comes_later(self, fact: Deployment) -> str:
        """Why it waits: the one before it may still become the office's active one, and it would lose to nobody.

        What another station decided may have come by hand, before the office knew it.
        """
        try:
            before = self._deployments.read(fact.follows)
        except WrongInput:
            return ""
        own = before.station_id == fact.station_id
        if own:
            waits = [row for row in self._outbox.waiting() if (row.kind, row.id) == (OUTBOX_KIND, before.deployment_id)]
            stuck = any(row.held or row.fault == HELD_FIRST for row in waits)
            return "" if not waits else HELD_FIRST if stuck else EARLIER_FIRST
        known = {thing.id for thing in self._mirror.unread_things("deployment")}
        return EARLIER_FIRST if before.accepted is not False and before.deployment_id not in known else ""

    def _give_back(self, office: Office, fact: Deployment, at: Pointer) -> bool | None:
        """Whether the office's pointer moved to what another station made; None when it did not go.

        It goes only where it follows what the office has: elsewhere it would lose, and it had won.
        """
        if (at.epoch, at.deployment_id) != (fact.epoch - 1, fact.follows):
            return None
        try:
            answer = office.push_deployment(
                deployment_document(fact), self._station.files.bundle_path(fact.deployment_id), lost=False
            )
        except OfficeRefused:
            self._not_taken.add(fact.deployment_id)
            return None
        return answer.accepted or None

    def _wait(self, row: Waiting, why: str) -> None:
        if row.fault != why:
            self._outbox.failed(row, why)

    def _send(self, office: Office, row: Waiting, fact: Deployment, news: list[str]) -> bool | None:
        """Whether the office's pointer moved to it; None when the office refuses it."""
        path = self._station.files.bundle_path(fact.deployment_id)
        bundle = path if path.is_file() else None
        lost = fact.accepted is False  # an office that was put back might accept it now: stations would not follow
        try:
            answer = office.push_deployment(deployment_document(fact), bundle, lost=lost)
        except OfficeRefused as error:
            self._outbox.failed(row, f"{error.message} {error.hint} {NEVER}", held=True)
            return None
        except OfficeUnreachable as error:
            self._outbox.failed(row, error.message)
            raise
        try:
            self._deployments.numbered(fact.deployment_id, answer.version, accepted=answer.accepted)
        except WrongInput as error:
            news.append(f"{error.message} {error.hint}")
        self._outbox.arrived(row)
        return answer.accepted
