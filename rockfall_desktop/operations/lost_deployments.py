"""Deployments that lost to another station's and wait for a person: to deploy again, or to leave it.

What waits follows from the facts; only "leave it" is noted, as a deed of the audit.
"""

from typing import NamedTuple

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.words import late_words
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.station_identity import StationIdentity


class LostDeployment(NamedTuple):
    """One that nobody has decided on.

    Attributes:
        deployment: that lost.
        sentence: who was first, and what to do.
    """

    deployment: Deployment
    sentence: str


def undecided_deployments(session: Session, *, station: Station) -> tuple[LostDeployment, ...]:
    """What lost at the office and waits for its author or an administrator, newest first.

    It waits no more once its author decided on the site again, somebody deployed it again, or it was left.

    Raises:
        AccessRefused: without a living session.
    """
    station.demand(session)
    return tuple(LostDeployment(one, late_words(one, station)) for one in _undecided(station) if _may(session, one))


def leave_lost(session: Session, *, station: Station, deployment_id: str) -> None:
    """Decide to leave it: the other station's model stays the active one, and nobody is reminded any more.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when no such deployment waits for this person.
    """
    station.demand(session)
    if all(one.deployment_id != deployment_id or not _may(session, one) for one in _undecided(station)):
        raise WrongInput(
            "Nothing waits for a decision",
            f"No deployment {deployment_id} lost and waits for a decision of {session.name}.",
            "Look at the deployments.",
        )
    Deployments(station.store).leave(deployment_id, session.user_id)


def count_undecided(station: Station) -> int:
    """How many wait on this station, whoever is to decide; for the status line, which needs no session."""
    return len(_undecided(station))


def _undecided(station: Station) -> tuple[Deployment, ...]:
    identity = StationIdentity(station.store).find()
    return Deployments(station.store).undecided(identity.station_id) if identity else ()


def _may(session: Session, one: Deployment) -> bool:
    return session.role is Role.ADMIN or one.deployed_by == session.user_id
