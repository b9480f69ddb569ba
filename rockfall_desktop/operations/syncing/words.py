"""What people are told of the sync, in sentences."""

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror


def late_words(fact: Deployment, station: Station) -> str:
    """What a person is told whose deployment came too late: who was first, and what to do."""
    pointers = {pointer.site_id: pointer.deployment_id for pointer in OfficeMirror(station.store).pointers()}
    try:
        first = Deployments(station.store).read(pointers.get(fact.site_id, ""))
        who = first.deployed_by_name + (f" (version {first.version})" if first.version else "")
    except WrongInput:
        who = "A station whose key is not trusted here"
    number = f" (version {fact.version})" if fact.version else ""
    return (
        f"{who} made another model the active one for {fact.site_name} first. The deployment of {fact.deployed_by_name}"
        f"{number} is kept in the history and is not active: look at both, and deploy it again if it is still right."
    )


def unread_words(station: Station) -> str:
    """What the office holds that was not read, one sentence; empty when everything was."""
    unread = OfficeMirror(station.store).unread()
    if not unread:
        return ""
    return f"Not read at the office: {'; '.join(f'{count} x {reason}' for reason, count in unread.items())}."
