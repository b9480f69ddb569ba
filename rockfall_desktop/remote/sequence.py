"""The one counter of the office, by which every reader knows what is newer.

It is taken inside the transaction that writes what is numbered, before anything else: the counter stays locked until
the commit, so numbers become visible in their order and no reader can go past a slow writer.
"""

from typing import Any, NamedTuple
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.transactions import OfficeDatabase

COUNTERS = "counters"
SEQUENCE = "sequence"
_LONGEST_LIFE = 36


class Reached(NamedTuple):
    """Where the counter stands.

    Attributes:
        number: the last one that was given.
        life: another one after the office was put back from a backup; empty before the first time.
    """

    number: int
    life: str


def take_numbers(office: OfficeDatabase, session: ClientSession, count: int) -> int:
    """The first of `count` numbers in a row; the first thing that a transaction does.

    Raises:
        OfficeRefused: when the database was not prepared.
    """
    found = office[COUNTERS].find_one_and_update(
        {"_id": SEQUENCE}, {"$inc": {"value": count}}, return_document=ReturnDocument.AFTER, session=session
    )
    return _value(found) - count + 1


def reached(office: OfficeDatabase, session: ClientSession) -> Reached:
    """How far the numbers go; one round trip.

    Raises:
        OfficeRefused: when the database was not prepared.
    """
    found = office[COUNTERS].find_one({"_id": SEQUENCE}, session=session)
    return Reached(_value(found), str((found or {}).get("life", ""))[:_LONGEST_LIFE])


def begin_new_life(office: OfficeDatabase, session: ClientSession, life: str) -> None:
    """Let every station see that the office is not any more what it was, unless its life is another one already."""
    lives = {"life": {"$eq": life}} if life else {"life": {"$exists": False}}
    office[COUNTERS].update_one({"_id": SEQUENCE} | lives, {"$set": {"life": str(uuid4())}}, session=session)


def take_version(office: OfficeDatabase, session: ClientSession, site_id: str) -> int:
    """The next number of a site's deployments, from 1, inside the transaction that writes the deployment."""
    found = office[COUNTERS].find_one_and_update(
        {"_id": {"$eq": f"version:{site_id}"}},
        {"$inc": {"value": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    return _value(found)


def _value(found: dict[str, Any] | None) -> int:
    # A counter that is not there is never begun anew here: numbers from 1 would hide everything from those who read on.
    if found is None or isinstance(found.get("value"), bool) or not isinstance(found.get("value"), int):
        raise OfficeRefused(
            "The office is not prepared",
            "The database has no counter to number changes by.",
            "An administrator of the office runs: rockfall-desktop mongodb prepare",
        )
    return int(found["value"])
