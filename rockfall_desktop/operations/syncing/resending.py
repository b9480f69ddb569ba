"""Sends everything once more: to another office, or to one whose database was put back from a backup."""

from rockfall_desktop.operations.identity import own_identity
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.outbox import Outbox


def send_everything(station: Station) -> None:
    """Send all once more and read all once more, whatever the numbers say.

    A station notices by itself that the office's numbers went back, unless others have driven them past its own since.
    """
    mirror = OfficeMirror(station.store)
    mirror.begin_anew(mirror.read_to())
    mirror.forget_pointers()
    put_everything(station)


def put_everything(station: Station) -> None:
    """Let all jobs and deployments of this station wait once more: the office lacks what it had acknowledged."""
    own = own_identity(station).station_id
    facts = Deployments(station.store).list()
    Outbox(station.store).put_everything(
        tuple(fact.deployment_id for fact in facts if fact.station_id == own and fact.bundle_sha256 and fact.signature)
    )


def office_name(station: Station) -> str:
    """What tells one office from another: its replica set's hosts in order, and the database."""
    from rockfall_desktop.operations.office_settings import office_address  # noqa: PLC0415 - only where it is used

    address = office_address(station)
    hosts = sorted(host.strip().lower() for host in address.hosts.split(",") if host.strip())
    return f"{','.join(hosts)}/{address.database}"
