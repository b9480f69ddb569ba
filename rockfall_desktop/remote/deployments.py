"""Deployments at the office: facts that are only ever added, numbered there, and the pointer of each site.

Which one is active is one document for each site, `{_id: site_id, epoch, deployment_id}`, that moves only from the
very epoch and deployment that the new fact names as those before it.
"""

from typing import Any

from pymongo.client_session import ClientSession

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import DeploymentAnswer, Document
from rockfall_desktop.remote.encoding import encode
from rockfall_desktop.remote.sequence import take_numbers, take_version
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

COLLECTION, POINTERS = "model_deployments", "active_deployments"


def answer_of(
    office: OfficeDatabase, document: Document, session: ClientSession | None = None
) -> DeploymentAnswer | None:
    """What the office said of a fact before; None when it does not know it.

    Raises:
        OfficeRefused: when it knows another fact by this id.
    """
    wanted = {"_id": {"$eq": document["deployment_id"]}}
    known = office[COLLECTION].find_one(wanted, {"version": 1, "accepted": 1, "signature": 1}, session=session)
    if known is None:
        return None
    if known["signature"] != document["signature"]:
        raise OfficeRefused(
            "The office refuses this", "It knows another deployment by this id.", "Deploy the model again."
        )
    return DeploymentAnswer(known["version"], known["accepted"])


def push_fact(transactions: Transactions, document: Document, *, lost: bool) -> DeploymentAnswer:
    """Add a fact with its version, and move the site's pointer if it still stands where the fact says.

    One that lost before, and was forgotten with a backup that was put back, is kept and moves none.

    Raises:
        OfficeRefused: when it cannot be kept as it is, or another fact has its id.
        PyMongoError: as the driver has it.
    """
    encode(document)
    return transactions.run(lambda session: _write(transactions.office, session, document, lost=lost))


def _write(office: OfficeDatabase, session: ClientSession, document: Document, *, lost: bool) -> DeploymentAnswer:
    number = take_numbers(office, session, 2)
    if (known := answer_of(office, document, session)) is not None:
        return known
    version = take_version(office, session, document["site_id"])
    accepted = not lost and _moved(office, session, document, number + 1)
    given = {"version": version, "accepted": accepted, "sequence": number}
    office[COLLECTION].insert_one({"_id": document["deployment_id"]} | document | given, session=session)
    return DeploymentAnswer(version, accepted)


def _moved(office: OfficeDatabase, session: ClientSession, document: Document, number: int) -> bool:
    to: dict[str, Any] = {"epoch": document["epoch"], "deployment_id": document["deployment_id"], "sequence": number}
    site = {"_id": {"$eq": document["site_id"]}}
    if (document["epoch"], document["follows"]) == (1, ""):
        # Two first ones at once: the second finds the first one's pointer, for the counter lets only one in at a time.
        if office[POINTERS].find_one(site, session=session) is not None:
            return False
        office[POINTERS].insert_one({"_id": document["site_id"]} | to, session=session)
        return True
    stands = {"epoch": {"$eq": document["epoch"] - 1}, "deployment_id": {"$eq": document["follows"]}}
    return office[POINTERS].update_one(site | stands, {"$set": to}, session=session).matched_count == 1
