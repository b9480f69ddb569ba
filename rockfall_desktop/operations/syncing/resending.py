"""Sends everything once more: to another office, or to one whose database was put back from a backup."""

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.operations.identity import own_identity
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror, ReadTo


def send_everything(station: Station) -> None:
    """Send all once more and read all once more, whatever the numbers say.

    A station notices by itself that the office's numbers went back, unless others have driven them past its own since.
    """
    begin_with_everything(station, OfficeMirror(station.store).read_to())


def begin_with_everything(station: Station, read_to: ReadTo) -> None:
    """Read the office from its beginning and send it everything: it lacks what it had acknowledged.

    What must be sent waits before the new number is saved, or neither is: what is forgotten here is lost for good.

    Args:
        station: whose jobs and deployments wait once more.
        read_to: which office it is now.
    """
    own = own_identity(station).station_id
    facts = Deployments(station.store).list()
    OfficeMirror(station.store).begin_with_everything(
        read_to,
        tuple(fact.deployment_id for fact in facts if fact.station_id == own and _can_go(fact)),
    )


def _can_go(fact: Deployment) -> bool:
    """Whether it has what the office demands and nobody gave it up."""
    given_up = fact.accepted is False and fact.version is None
    return bool(fact.bundle_sha256 and fact.signature) and not given_up


def office_name(station: Station) -> str:
    """What tells one office from another: its replica set's hosts in order, and the database."""
    from rockfall_desktop.operations.office_settings import office_address  # noqa: PLC0415 - only where it is used

    address = office_address(station)
    hosts = sorted(host.strip().lower() for host in address.hosts.split(",") if host.strip())
    return f"{','.join(hosts)}/{address.database}"
