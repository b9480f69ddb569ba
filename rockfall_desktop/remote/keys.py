"""Public keys of stations at the office: each published once by its station, never changed."""

from pymongo.client_session import ClientSession

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office_exchange import Document
from rockfall_desktop.remote.encoding import encode
from rockfall_desktop.remote.sequence import take_numbers
from rockfall_desktop.remote.transactions import OfficeDatabase, Transactions

COLLECTION = "station_keys"


def push_key(transactions: Transactions, document: Document) -> None:
    """Publish a key, unless it is there already.

    Raises:
        OfficeRefused: when another station has published it, or it cannot be kept as it is.
        PyMongoError: as the driver has it.
    """
    encode(document)
    if not _is_there(transactions.office, document):
        transactions.run(lambda session: _write(transactions.office, session, document))


def _write(office: OfficeDatabase, session: ClientSession, document: Document) -> None:
    number = take_numbers(office, session, 1)
    if not _is_there(office, document, session):
        added = {"_id": document["fingerprint"]} | document | {"sequence": number}
        office[COLLECTION].insert_one(added, session=session)


def _is_there(office: OfficeDatabase, document: Document, session: ClientSession | None = None) -> bool:
    known = office[COLLECTION].find_one({"_id": {"$eq": document["fingerprint"]}}, session=session)
    if known is None:
        return False
    if (known["station_id"], known["public_key"]) != (document["station_id"], document["public_key"]):
        raise OfficeRefused(
            "The office refuses this key",
            "Another station has published it as its own.",
            "Ask the administrator of the office; two stations must never share a home folder.",
        )
    return True
