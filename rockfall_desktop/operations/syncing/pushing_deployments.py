"""Deployments that wait go to the office with their bundles, those of a site in the order of their epochs."""

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.documents import deployment_document
from rockfall_desktop.store.deployments import OUTBOX_KIND, Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox, Waiting

OF_OLD = "It was made by an older version, without a bundle and a signature: deploy the job once more."
EARLIER_FIRST = "It follows a deployment that the office does not know yet; it goes after that one."
HELD_FIRST = "It follows a deployment that the office refuses: let that one try again, or give it up."
NEVER = "Or give it up: what was deployed after it can take its place then."


class PushingDeployments:
    """Sends facts. What one of them is refused for holds up no other site."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._outbox, self._mirror = Outbox(station.store), OfficeMirror(station.store)
        self._deployments = Deployments(station.store)

    def run(self, office: Office) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Send what waits.

        Returns:
            Ids of deployments that came too late: the office's pointer had moved; and news for people.

        Raises:
            OfficeUnreachable: what was acknowledged before has left the outbox.
        """
        office_epochs = {pointer.site_id: pointer.epoch for pointer in self._mirror.pointers()}
        late: list[str] = []
        news: list[str] = []
        for row, fact in self._in_order():
            stands = office_epochs.get(fact.site_id, 0)
            if fact.epoch - 1 > stands and (why := self._comes_later(fact)):
                self._wait(row, why)
                continue
            accepted = self._send(office, row, fact, news)
            if accepted:
                office_epochs[fact.site_id] = max(fact.epoch, stands)
            elif accepted is not None:
                late.append(fact.deployment_id)
        return tuple(late), tuple(news)

    def _in_order(self) -> list[tuple[Waiting, Deployment]]:
        """By epoch, never by the clock: a clock that was set back must not let a later decision arrive first."""
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
                found.append((row, fact))
            else:
                self._outbox.failed(row, OF_OLD, held=True)
        return sorted(found, key=lambda one: one[1].epoch)

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
