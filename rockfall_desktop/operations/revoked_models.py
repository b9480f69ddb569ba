"""Models that count for nothing here: a key that signed them, or what they were taken from, is revoked.

What is not opened is believed only where it speaks against a model: for that a bundle's own list needs no proof.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from rockfall_desktop.domain.deployment import Deployment, named_site, signers
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.bundles import peek_signers
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.station_keys import StationKeys

NAMED = 3


def list_revoked(session: Session, *, station: Station) -> frozenset[str]:
    """Ids of the deployments whose model counts for nothing here.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    facts = Deployments(station.store).list()
    return frozenset(one.deployment_id for one in _revoked(station, facts, facts))


def is_revoked(station: Station, fact: Deployment) -> bool:
    """Whether the model of a deployment counts for nothing here."""
    return bool(_revoked(station, (fact,), Deployments(station.store).list(fact.site_id)))


def greyed_by(station: Station, fingerprint: str) -> tuple[Deployment, ...]:
    """The active deployments that count for nothing once a key is revoked."""
    facts = Deployments(station.store).list()
    known = {one.deployment_id: one for one in facts}
    return tuple(one for one in facts if one.active and fingerprint in _signers(station, one, known))


def grey_words(station: Station) -> tuple[str, ...]:
    """Which sites are grey because their active model counts for nothing, a sentence each."""
    facts = Deployments(station.store).list()
    grey = _revoked(station, (one for one in facts if one.active), facts)
    told = [
        f"{named_site(one)} is grey on this station: a key that signed its active model is revoked. Deploy a job again."
        for one in grey[:NAMED]
    ]
    more = len(grey) - NAMED
    return (*told, *([f"{more} more sites are grey for the same reason."] if more > 0 else ()))


def _revoked(station: Station, of: Iterable[Deployment], facts: Iterable[Deployment]) -> list[Deployment]:
    revoked = {key.fingerprint for key in StationKeys(station.store).list() if key.state is KeyState.REVOKED}
    if not revoked:
        return []
    known = {one.deployment_id: one for one in facts}
    return [one for one in of if not revoked.isdisjoint(_signers(station, one, known))]


def _signers(station: Station, one: Deployment, known: Mapping[str, Deployment]) -> frozenset[str]:
    """By the facts that are known here, and by its bundle where that lies here: either may know of a key alone."""
    in_bundle: tuple[str, ...] = ()
    with suppress(WrongInput, ValueError):  # none, or a damaged one: grey as well, for another reason
        in_bundle = peek_signers(station.files.bundle_path(one.deployment_id))
    return frozenset((*signers(one, known), *in_bundle))
