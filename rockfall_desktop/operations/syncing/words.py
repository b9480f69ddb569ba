"""What people are told of the sync, in sentences."""

from rockfall_desktop.domain.deployment import Deployment, named_site
from rockfall_desktop.operations.revoked_models import is_revoked
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.office_mirror import OfficeMirror


def late_words(fact: Deployment, station: Station) -> str:
    """What a person is told whose deployment came too late: who was first, and what to do."""
    facts = Deployments(station.store).list(fact.site_id)
    first = _first_instead(fact, facts)
    if first is None and (before := _given_up_before(fact, facts)) is not None:
        return (
            f"The deployment of {fact.deployed_by_name} for {named_site(fact)} "
            f"({fact.deployed_at:%Y-%m-%d %H:%M} UTC) followed one of {before.deployed_by_name} that was given up, so "
            f"the office could not accept it: {_what_to_do(fact, station)}"
        )
    number = f", version {fact.version}" if fact.version else ""
    if first is None and not OfficeMirror(station.store).unread_things("deployment"):
        return (
            f"The office did not know what was active before the deployment of {fact.deployed_by_name} for "
            f"{named_site(fact)} ({fact.deployed_at:%Y-%m-%d %H:%M} UTC{number}), so it could not accept it: maybe a "
            "backup of it was put back. Let every station send everything once more (rockfall-desktop sync "
            f"--everything), and then {_what_to_do(fact, station)}"
        )
    if first is None:
        who = "A station whose key is not trusted here"
    else:
        who = first.deployed_by_name + (f" (version {first.version})" if first.version else "")
    stands = "is still active on this station, and nowhere else" if fact.active else "is in the history, not active"
    return (
        f"{who} made another model the active one for {named_site(fact)} first. The deployment of "
        f"{fact.deployed_by_name} ({fact.deployed_at:%Y-%m-%d %H:%M} UTC{number}) {stands}: "
        f"look at both, and {_what_to_do(fact, station)}"
    )


def _what_to_do(fact: Deployment, station: Station) -> str:
    if is_revoked(station, fact):
        return (
            "deploy its job anew if it is still right, or leave it. It was signed with a key that is revoked since: "
            f"rockfall-desktop deploy {fact.job_id}"
        )
    return "deploy it again if it is still right, or leave it."


def _first_instead(fact: Deployment, facts: tuple[Deployment, ...]) -> Deployment | None:
    """What the office had accepted in the place of a deployment, or of the one before it that lost as well."""
    known = {one.deployment_id: one for one in facts}
    at = fact
    while (before := known.get(at.follows)) is not None and not before.accepted and before.epoch < at.epoch:
        at = before
    accepted = [one for one in facts if one.accepted and one.epoch >= at.epoch]
    return min(accepted, key=lambda one: one.epoch, default=None)


def _given_up_before(fact: Deployment, facts: tuple[Deployment, ...]) -> Deployment | None:
    known = {one.deployment_id: one for one in facts}
    at = fact
    while (before := known.get(at.follows)) is not None and before.accepted is False and before.epoch < at.epoch:
        if before.version is None:
            return before
        at = before
    return None


def unread_words(station: Station) -> str:
    """What the office holds that was not read, one sentence; empty when everything was."""
    unread = OfficeMirror(station.store).unread()
    if not unread:
        return ""
    return f"Not read at the office: {'; '.join(f'{count} x {reason}' for reason, count in unread.items())}."
