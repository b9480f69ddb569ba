"""The one counter of the office, by which every reader knows what is newer.

It is taken inside the transaction that writes what is numbered, before anything else: the counter stays locked until
the commit, so numbers become visible in their order and no reader can go past a slow writer.
"""

from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.transactions import OfficeDatabase

COUNTERS = "counters"
SEQUENCE = "sequence"


def take_numbers(office: OfficeDatabase, session: ClientSession, count: int) -> int:
    """The first of `count` numbers in a row; the first thing that a transaction does.

    Raises:
        OfficeRefused: when the database was not prepared.
    """
    found = office[COUNTERS].find_one_and_update(
        {"_id": SEQUENCE}, {"$inc": {"value": count}}, return_document=ReturnDocument.AFTER, session=session
    )
    return _value(found) - count + 1


def reached(office: OfficeDatabase, session: ClientSession) -> int:
    """The last number that was given; one round trip.

    Raises:
        OfficeRefused: when the database was not prepared.
    """
    return _value(office[COUNTERS].find_one({"_id": SEQUENCE}, session=session))


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
