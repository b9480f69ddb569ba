"""Which model was made the active one for a site: facts in their order, their numbers, one pointer for each site."""

from collections.abc import Callable
from pathlib import Path

import apsw
from pydantic import ValidationError

from rockfall_desktop.domain.deployment import Deployment, signed_content
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.store.audit import note_deed
from rockfall_desktop.store.connection import rows
from rockfall_desktop.store.database import Store
from rockfall_desktop.store.outbox import put_in_outbox
from rockfall_desktop.store.pointers import (
    Place,
    SitePointer,
    chain_waits,
    demand_near,
    next_place,
    office_epoch,
    point_at,
    raise_office_epoch,
    read_pointer,
)
from rockfall_desktop.store.station_keys import demand_present_key

OUTBOX_KIND = "deployment"
_ONCE = {"active": False, "version": None, "accepted": None}
_LISTED = (
    "select body, pointers.deployment_id is deployments.deployment_id, version,"
    " coalesce(accepted, iif(given_up.deployment_id is null, null, 0)) from deployments"
    " left join pointers on pointers.site_id = deployments.site_id"
    " left join deployment_numbers on deployment_numbers.deployment_id = deployments.deployment_id"
    " left join given_up on given_up.deployment_id = deployments.deployment_id"
)
_LEFT = "deployment_left"
_UNDECIDED = (
    " where accepted = 0 and json_extract(body, '$.station_id') = ?1"
    " and not exists (select 1 from deployments as later where later.site_id = deployments.site_id"
    " and json_extract(later.body, '$.station_id') = ?1"
    " and json_extract(later.body, '$.deployed_by') = json_extract(deployments.body, '$.deployed_by')"
    " and json_extract(later.body, '$.epoch') > json_extract(deployments.body, '$.epoch'))"
    " and not exists (select 1 from deployments as again where json_extract(again.body, '$.deed') = 'again'"
    " and json_extract(again.body, '$.source_id') = deployments.deployment_id)"
    " and not exists (select 1 from audit where deed = ?2 and subject = deployments.deployment_id)"
    " order by position desc"
)


class Deployments:
    """The deployments of a station: its own, and those of others that it was told of."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, fact: Deployment, *, deed: str = "deployed", bundle: Path | None = None) -> Deployment:
        """Save a decision of this station, which thereby is the site's active one: fact, pointer, outbox, audit.

        Args:
            fact: made for the site's `next_place`.
            deed: word of the audit.
            bundle: the fact's file, which must be there at the moment of saving.

        Raises:
            WrongInput: when something else became active since the fact's author looked, or the station's key was
                renewed since it was signed; nothing is saved.
            StoreFault: when the bundle is gone, or nothing could be saved.
        """
        with self._store.writing() as connection:
            if next_place(connection, fact.site_id) != (fact.epoch, fact.follows):
                raise _overtaken(connection, fact)
            demand_present_key(connection, fact.key_id)
            if bundle is not None and not bundle.is_file():
                raise StoreFault("The bundle is gone", f"{bundle} was removed meanwhile.", "Try again.")
            _insert(connection, fact)
            point_at(connection, fact.site_id, fact.epoch, fact.deployment_id)
            put_in_outbox(connection, OUTBOX_KIND, fact.deployment_id, 1, self._store.now())
            note_deed(connection, self._store.now(), fact.deployed_by, deed, fact.deployment_id)
            return _read(connection, fact.deployment_id)

    def take(self, fact: Deployment) -> bool:
        """Note a fact of another station in the history; nothing becomes active. False when it is known already.

        One that came by hand before, and had no signature, gets the one that the fact bears now.

        Raises:
            WrongInput: when another fact is known under its id.
        """
        with self._store.writing() as connection:
            return _take(connection, fact)

    def carry_in(self, fact: Deployment, user_id: str, deed: str, put: Callable[[], object]) -> Deployment:
        """Make a fact active that came by hand.

        Args:
            fact: its signature was verified.
            user_id: who carried it in.
            deed: word of the audit.
            put: puts its bundle where it belongs; called once nothing speaks against the fact, before it is saved.

        Raises:
            WrongInput: when it is not newer than what is active here or than what the office had active, or another
                fact is known under its id; nothing is saved.
        """
        with self._store.writing() as connection:
            pointer, known = read_pointer(connection, fact.site_id), office_epoch(connection, fact.site_id)
            here = pointer.epoch if pointer else 0
            if fact.epoch <= here or fact.epoch < known:
                raise _older(fact, pointer, max(here, known))
            demand_near(connection, fact)
            _take(connection, fact)
            put()
            point_at(connection, fact.site_id, fact.epoch, fact.deployment_id)
            note_deed(connection, self._store.now(), user_id, deed, fact.deployment_id)
            return _read(connection, fact.deployment_id)

    def numbered(self, deployment_id: str, version: int, *, accepted: bool) -> None:
        """Note the office's answer; the same answer again does no harm.

        Raises:
            WrongInput: when there is no such deployment, or the office gave another answer before.
        """
        with self._store.writing() as connection:
            fact = _read(connection, deployment_id)
            if fact.version is not None:
                if (fact.version, fact.accepted) != (version, accepted):
                    raise WrongInput(
                        "The office contradicts itself",
                        f"It numbered deployment {deployment_id} {fact.version} before, and {version} now.",
                        "Ask the administrator of the office whether its database was put back from a backup.",
                    )
                return
            connection.execute(
                "insert into deployment_numbers (deployment_id, version, accepted) values (?, ?, ?)",
                (deployment_id, version, int(accepted)),
            )
            if accepted:
                raise_office_epoch(connection, fact.site_id, fact.epoch)

    def move_to(self, site_id: str, epoch: int, deployment_id: str) -> bool:
        """Follow the office's pointer. Whether this station's pointer stands there afterwards.

        Whether the fact is genuine, and whether its bundle lies here whole, was seen before. What this station decided
        on top of it and the office has not answered yet stays active.

        Raises:
            WrongInput: when the fact is not known here, or is not that of this site and epoch.
        """
        with self._store.writing() as connection:
            fact, pointer = _read(connection, deployment_id), read_pointer(connection, site_id)
            if (fact.site_id, fact.epoch) != (site_id, epoch):
                raise WrongInput(
                    "The office's pointer is wrong",
                    f"It puts deployment {deployment_id} at epoch {epoch} of site {site_id}: it was not made for that.",
                    "It is not followed; ask the administrator of the office.",
                )
            if epoch < office_epoch(connection, site_id):
                return False
            demand_near(connection, fact)
            stays = pointer is not None and chain_waits(connection, pointer, deployment_id)
            if not stays:
                point_at(connection, site_id, epoch, deployment_id)
            raise_office_epoch(connection, site_id, epoch)
            return not stays or (pointer is not None and pointer.deployment_id == deployment_id)

    def list(self, site_id: str | None = None) -> tuple[Deployment, ...]:
        """The deployments of a site, of all sites for None; what this station learned of last comes first."""
        if site_id is not None and not site_id.isascii():
            return ()
        found = self._store.rows(
            f"{_LISTED} where ?1 is null or deployments.site_id = ?1 order by position desc", (site_id,)
        )
        return tuple(_deployment(*row) for row in found)

    def undecided(self, station_id: str) -> tuple[Deployment, ...]:
        """What a station decided, lost at the office, and nobody has decided on since; newest first.

        Decided on: its author made a later one for the site here, somebody deployed it again, or it was left.
        """
        found = self._store.rows(_LISTED + _UNDECIDED, (station_id, _LEFT))
        return tuple(_deployment(*row) for row in found)

    def leave(self, deployment_id: str, user_id: str) -> None:
        """Note that somebody leaves a deployment that lost as it is."""
        with self._store.writing() as connection:
            note_deed(connection, self._store.now(), user_id, _LEFT, deployment_id)

    def read(self, deployment_id: str) -> Deployment:
        """One deployment.

        Raises:
            WrongInput: when there is none of that id.
        """
        with self._store.reading() as connection:
            return _read(connection, deployment_id)

    def active(self, site_id: str) -> Deployment | None:
        """The active deployment of a site on this station, None when nothing was deployed for it."""
        found = self._store.rows(f"{_LISTED} where pointers.deployment_id is deployments.deployment_id"
                                 " and deployments.site_id = ?", (site_id,))  # fmt: skip
        return _deployment(*found[0]) if found else None

    def pointer(self, site_id: str) -> SitePointer | None:
        """Where the site's pointer stands on this station; None before the first deployment."""
        with self._store.reading() as connection:
            return read_pointer(connection, site_id)

    def office_epoch(self, site_id: str) -> int:
        """The highest epoch of the site that the office has accepted, whatever is active here; 0 for none."""
        with self._store.reading() as connection:
            return office_epoch(connection, site_id)

    def next_place(self, site_id: str) -> Place:
        """The epoch that a new deployment of the site is for, and the one that it follows."""
        with self._store.reading() as connection:
            return next_place(connection, site_id)


def _read(connection: apsw.Connection, deployment_id: str) -> Deployment:
    found = []
    if deployment_id.isascii():  # else no id, and not even a text that the store could look for
        found = rows(connection, f"{_LISTED} where deployments.deployment_id = ?", (deployment_id,))
    if not found:
        raise WrongInput(
            "No such deployment", f"There is no deployment {deployment_id}.", "List the deployments to see their ids."
        )
    return _deployment(*found[0])


def _insert(connection: apsw.Connection, fact: Deployment) -> None:
    connection.execute(
        "insert into deployments (deployment_id, site_id, body) values (?, ?, ?)",
        (fact.deployment_id, fact.site_id, fact.model_copy(update=_ONCE).model_dump_json()),
    )


def _take(connection: apsw.Connection, fact: Deployment) -> bool:
    known = rows(connection, "select body from deployments where deployment_id = ?", (fact.deployment_id,))
    if not known:
        _insert(connection, fact)
        return True
    here = Deployment.model_validate_json(known[0][0])
    if signed_content(here) != signed_content(fact):
        raise WrongInput(
            "Two deployments have one id",
            f"Deployment {fact.deployment_id} is known here with another content.",
            "It is not taken; ask its station which one it made.",
        )
    if fact.signature and not here.signature:
        connection.execute(
            "update deployments set body = json_set(body, '$.signature', ?) where deployment_id = ?",
            (fact.signature, fact.deployment_id),
        )
    return False


def _deployment(body: str, active: int, version: int | None, accepted: int | None) -> Deployment:
    told = {"active": bool(active), "version": version, "accepted": None if accepted is None else bool(accepted)}
    try:
        return Deployment.model_validate_json(body).model_copy(update=told)
    except ValidationError as error:
        raise StoreFault(
            "A deployment cannot be read",
            "It was saved in a form that this version does not know.",
            "Install the newest version of Rockfall Desktop.",
        ) from error


def _overtaken(connection: apsw.Connection, fact: Deployment) -> WrongInput:
    pointer = read_pointer(connection, fact.site_id)
    by = "somebody" if pointer is None else _read(connection, pointer.deployment_id).deployed_by_name
    return WrongInput(
        "Another deployment came first",
        f"{by} made another model the active one for {fact.site_name} meanwhile; nothing was changed.",
        "Look at the deployments and decide again.",
    )


def _older(fact: Deployment, pointer: SitePointer | None, stands: int) -> WrongInput:
    if pointer is not None and pointer.deployment_id == fact.deployment_id:
        return WrongInput(
            "It is active already", f"Deployment {fact.deployment_id} is the active one for {fact.site_name}.", ""
        )
    return WrongInput(
        "The bundle is an older one",
        f"It was made for epoch {fact.epoch} of {fact.site_name}, and this station knows of epoch {stands} already.",
        "To go back to an earlier model, roll back here, or carry over a roll-back that its station makes now.",
    )
