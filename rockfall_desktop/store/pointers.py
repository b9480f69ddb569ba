"""Where the pointer of a site stands on this station, inside a transaction of whoever moves it."""

from typing import NamedTuple

import apsw

from rockfall_desktop.store.connection import rows


class SitePointer(NamedTuple):
    """The active deployment of a site on this station.

    Attributes:
        site_id: which site.
        epoch: place of the active one among the site's active ones.
        deployment_id: the active one.
        office_epoch: highest epoch that the office has said; it never falls.
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
    found = rows(
        connection, "select site_id, epoch, deployment_id, office_epoch from pointers where site_id = ?", (site_id,)
    )
    return SitePointer(*found[0]) if found else None


def next_place(connection: apsw.Connection, site_id: str) -> Place:
    """The place of the next deployment.

    Facts of old have no bundle: the office can never know them, so what follows one of them begins anew.
    """
    pointer = read_pointer(connection, site_id)
    if pointer is None or (not pointer.office_epoch and not _has_bundle(connection, pointer.deployment_id)):
        return Place(1, "")
    return Place(max(pointer.epoch, pointer.office_epoch) + 1, pointer.deployment_id)


def point_at(connection: apsw.Connection, site_id: str, epoch: int, deployment_id: str) -> None:
    """Move the pointer of a site."""
    connection.execute(
        "insert into pointers (site_id, epoch, deployment_id, office_epoch) values (?, ?, ?, 0)"
        " on conflict (site_id) do update set epoch = excluded.epoch, deployment_id = excluded.deployment_id",
        (site_id, epoch, deployment_id),
    )


def chain_waits(connection: apsw.Connection, pointer: SitePointer, deployment_id: str) -> bool:
    """Whether the pointer stands on deployments without an answer of the office that follow, one by one, a given one.

    Also when it stands on that one itself: there is nothing to move then.
    """
    at = pointer.deployment_id
    for _ in range(max(pointer.epoch, 1)):
        if at == deployment_id:
            return True
        found = rows(
            connection,
            "select json_extract(body, '$.follows') from deployments where deployment_id = ?1"
            " and not exists (select 1 from deployment_numbers where deployment_id = ?1)",
            (at,),
        )
        if not found or not found[0][0]:
            return False
        at = found[0][0]
    return at == deployment_id


def raise_office_epoch(connection: apsw.Connection, site_id: str, epoch: int) -> None:
    """Note that the office has said an epoch of a site that has a pointer here; a lower one changes nothing."""
    connection.execute("update pointers set office_epoch = max(office_epoch, ?) where site_id = ?", (epoch, site_id))


def _has_bundle(connection: apsw.Connection, deployment_id: str) -> bool:
    query = "select json_extract(body, '$.bundle_sha256') from deployments where deployment_id = ?"
    return any(sha256 for (sha256,) in rows(connection, query, (deployment_id,)))
