"""Where the pointer of a site stands on this station, inside a transaction of whoever moves it."""

from typing import NamedTuple

import apsw

from rockfall_desktop.domain.deployment import HIGHEST_EPOCH, LONGEST_STEP, Deployment
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.store.connection import rows


class SitePointer(NamedTuple):
    """The active deployment of a site on this station.

    Attributes:
        site_id: which site.
        epoch: place of the active one among the site's active ones.
        deployment_id: the active one.
        office_epoch: highest epoch that the office has accepted; it never falls.
    """

    site_id: str
    epoch: int
    deployment_id: str
    office_epoch: int


class Place(NamedTuple):
    """What a new deployment must say of itself.

    Attributes:
        epoch: that it is for.
        follows: deployment that is active in its author's sight; empty for none.
    """

    epoch: int
    follows: str


def read_pointer(connection: apsw.Connection, site_id: str) -> SitePointer | None:
    """The pointer of a site; None before the first deployment."""
    found = rows(connection, "select epoch, deployment_id from pointers where site_id = ?", (site_id,))
    if not found:
        return None
    epoch, deployment_id = found[0]
    return SitePointer(site_id, epoch, deployment_id, office_epoch(connection, site_id))


def office_epoch(connection: apsw.Connection, site_id: str) -> int:
    """The highest epoch of a site that the office has accepted, whatever is active here; 0 for none."""
    found = rows(connection, "select epoch from office_epochs where site_id = ?", (site_id,))
    return int(found[0][0]) if found else 0


def next_place(connection: apsw.Connection, site_id: str) -> Place:
    """The place of the next deployment: above all that is known, and after what is active here.

    Facts of old have no bundle: the office can never know them, so what follows one of them begins anew. So does what
    follows one that was given up, or that followed one, where the office has no active one.

    Raises:
        WrongInput: when no epoch is left.
    """
    pointer = read_pointer(connection, site_id)
    known = _known(connection, site_id)
    if known >= HIGHEST_EPOCH:
        raise WrongInput(
            "The site has no epochs left",
            f"Site {site_id} stands at epoch {known}: somebody wasted them.",
            "Take a copy of the site's folder with a new id in site.toml, and deploy for that.",
        )
    if pointer is None:
        return Place(known + 1, "")
    if not pointer.office_epoch and not _may_be_followed(connection, pointer):
        return Place(1, "")
    return Place(known + 1, pointer.deployment_id)


def point_at(connection: apsw.Connection, site_id: str, epoch: int, deployment_id: str) -> None:
    """Move the pointer of a site."""
    connection.execute(
        "insert into pointers (site_id, epoch, deployment_id) values (?, ?, ?)"
        " on conflict (site_id) do update set epoch = excluded.epoch, deployment_id = excluded.deployment_id",
        (site_id, epoch, deployment_id),
    )


def chain_waits(connection: apsw.Connection, pointer: SitePointer, deployment_id: str) -> bool:
    """Whether the pointer stands on deployments without an answer of the office that follow, one by one, a given one.

    Also when it stands on that one itself: there is nothing to move then.
    """
    at, above = pointer.deployment_id, HIGHEST_EPOCH + 1
    while at != deployment_id:
        found = rows(
            connection,
            "select json_extract(body, '$.follows'), json_extract(body, '$.epoch') from deployments"
            " where deployment_id = ?1"
            " and not exists (select 1 from deployment_numbers where deployment_id = ?1)"
            " and not exists (select 1 from given_up where deployment_id = ?1)",
            (at,),
        )
        if not found or not found[0][0] or found[0][1] >= above:  # what does not fall may never end
            return False
        at, above = found[0]
    return True


def demand_near(connection: apsw.Connection, fact: Deployment) -> None:
    """See to it that a fact's epoch is a step from what is known here, and no leap that ends the site's epochs.

    Raises:
        WrongInput: when it is a leap.
    """
    if not _is_near(connection, fact.site_id, fact.epoch):
        raise WrongInput(
            "The epoch is wrong",
            f"Deployment {fact.deployment_id} says epoch {fact.epoch} of {fact.site_name}, out of all proportion: this "
            f"station knows of epoch {_known(connection, fact.site_id)}.",
            "It is not taken; ask its station what happened, and think of revoking its key.",
        )


def raise_office_epoch(connection: apsw.Connection, site_id: str, epoch: int) -> None:
    """Note that the office has accepted an epoch of a site; a lower one and a leap change nothing."""
    if not _is_near(connection, site_id, epoch):
        return
    connection.execute(
        "insert into office_epochs (site_id, epoch) values (?1, ?2)"
        " on conflict (site_id) do update set epoch = max(epoch, ?2)",
        (site_id, epoch),
    )


def _known(connection: apsw.Connection, site_id: str) -> int:
    """The highest epoch of a site that is active here or that the office has accepted."""
    pointer = read_pointer(connection, site_id)
    return max(pointer.epoch if pointer else 0, office_epoch(connection, site_id))


def _is_near(connection: apsw.Connection, site_id: str, epoch: int) -> bool:
    return epoch <= _known(connection, site_id) + LONGEST_STEP


def _may_be_followed(connection: apsw.Connection, pointer: SitePointer) -> bool:
    """Whether the office can come to know the active one as the active one; it knows none yet."""
    lost = rows(
        connection,
        "select 1 from deployment_numbers where deployment_id = ?1 and accepted = 0"
        " union select 1 from given_up where deployment_id = ?1",
        (pointer.deployment_id,),
    )
    return not lost and _has_bundle(connection, pointer.deployment_id)


def _has_bundle(connection: apsw.Connection, deployment_id: str) -> bool:
    query = "select json_extract(body, '$.bundle_sha256') from deployments where deployment_id = ?"
    return any(sha256 for (sha256,) in rows(connection, query, (deployment_id,)))
