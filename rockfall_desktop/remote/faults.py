"""What the driver and the server complain of, as one sentence each.

The driver's own text never goes on: it can hold parts of a password, documents and addresses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from gridfs.errors import GridFSError, NoFile
from pymongo import errors

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, RockfallError

AUTHENTICATION_FAILED, UNAUTHORIZED, VALIDATION_FAILED, DUPLICATE_KEY = 18, 13, 121, 11000
_Kinds = type[Exception] | tuple[type[Exception], ...]
_AWAY, _NO = "The office does not answer", "The office refuses"
_WAITS = "Nothing is lost: what waits goes there when it answers again."
_ASK = "Ask the office's administrator."

_TRY_AGAIN_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
_TRY_AGAIN = {
    6, 7, 24, 43, 46, 50, 64, 89, 91, 100, 112, 117, 133, 134, 146, 189, 202, 225, 244, 246, 251, 262, 279, 290, 317,
    365, 384, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13435, 13436, 14031,
}  # fmt: skip
_TRY_AGAIN_SENTENCES = {
    14031: "The disk of the office's server is full.",
    50: "The office took too long to answer.",
    262: "The office took too long to answer.",
    64: "Too few members of the office confirmed in time that they hold it.",
    100: "The office has too few members to confirm that they hold it.",
}
_REFUSED_SENTENCES = {
    8: ("It did not say why (code 8).", _ASK),
    AUTHENTICATION_FAILED: ("User or password are wrong.", "Check both on the Settings page."),
    11: ("User or password are wrong.", "Check both on the Settings page."),
    UNAUTHORIZED: ("This user has no right to do this there.", "Have the administrator give it the station's role."),
    391: ("The sign-in at the office is over.", "It is signed in again with the next connection."),
    VALIDATION_FAILED: ("The document is not of the form that the office demands.", "Compare the program's versions."),
    DUPLICATE_KEY: ("Something with this id is there already.", _ASK),
    20: ("The server is not a member of a replica set, or cannot do this.", "Make it one: docs/mongodb.md."),
    26: ("A collection is missing there.", "Have the administrator run rockfall-desktop mongodb prepare."),
    59: ("The server does not know this command.", "Have a newer server installed."),
    115: ("The server does not know this command.", "Have a newer server installed."),
    334: ("The user's password is kept there in an older way only.", "Have the user made again: docs/mongodb.md."),
}
_LARGE = ("The document is larger than the office takes.", "Nothing of it was sent.")
_CUT = "The connection to it was cut or cannot be made."
_LATE = "The office took too long to answer."
# In this order: the first kind that an error is of.
_REFUSED_KINDS: tuple[tuple[_Kinds, tuple[str, str]], ...] = (
    (errors.DocumentTooLarge, _LARGE),
    (errors.ConfigurationError, ("Server or address cannot be used with this program.", "See docs/mongodb.md.")),
    (NoFile, ("A file is missing there.", "It comes when its station has sent it.")),
    (GridFSError, ("A file there is damaged.", _ASK)),
    (
        (BSONError, errors.InvalidName, errors.CollectionInvalid, errors.EncryptionError),
        ("A document cannot be read or written.", "Compare the program's versions."),
    ),
)
_AWAY_KINDS: tuple[tuple[_Kinds, str], ...] = (
    (errors.InvalidOperation, "The connection was closed."),
    (errors.NotPrimaryError, "It is choosing which of its members takes writes."),
    ((errors.NetworkTimeout, errors.WaitQueueTimeoutError), _LATE),
    (errors.ServerSelectionTimeoutError, "None of its members that takes writes can be reached."),
)
_TOO_LARGE = {10334, 17419, 17420}
_NOT_VOUCHED_FOR = "The certificate of the server is not vouched for by the office's authority."
_CERTIFICATE_WORDS = (
    ("has expired", "The certificate of the server holds no longer; or this computer's date is wrong."),
    ("not yet valid", "The certificate of the server does not hold yet; or this computer's date is wrong."),
    ("mismatch", "The certificate of the server is for another name than the address says."),
    ("not valid for", "The certificate of the server is for another name than the address says."),
)
_REASON = re.compile(r"\[SSL: ([A-Z0-9_]+)\]", re.ASCII)
_CODE_NAME = re.compile(r"[A-Za-z]{1,60}", re.ASCII)


@contextmanager
def spoken_office() -> Iterator[None]:
    """What the driver raises inside comes out as OfficeUnreachable or OfficeRefused, without the driver's text."""
    try:
        yield
    except (errors.PyMongoError, BSONError) as error:
        raise spoken(error) from None


def spoken(error: Exception) -> RockfallError:
    """One sentence for an error of the driver: OfficeUnreachable where trying again can help, else OfficeRefused."""
    if certificate := _certificate_fault(error):
        return certificate
    if isinstance(error, errors.OperationFailure):
        return _said_by_the_server(error)
    for kinds, refused in _REFUSED_KINDS:
        if isinstance(error, kinds):
            return _refused(*refused)
    words = next((words for kinds, words in _AWAY_KINDS if isinstance(error, kinds)), _CUT)
    return OfficeUnreachable(_AWAY, words, _WAITS)


def too_large() -> OfficeRefused:
    """A document beyond what the office takes."""
    return _refused(*_LARGE)


def error_code(error: Exception) -> int | None:
    """The server's number for a failure; of several failures at once the first one's."""
    details = getattr(error, "details", None)
    if isinstance(error, errors.BulkWriteError) and isinstance(details, dict):
        first: list[dict[str, Any]] = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
        return first[0].get("code") if first else None
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else None


def _said_by_the_server(error: errors.OperationFailure) -> RockfallError:
    code = error_code(error)
    if code in _TRY_AGAIN or isinstance(error, errors.WriteConcernError) or _may_be_tried_again(error):
        return OfficeUnreachable(_AWAY, _TRY_AGAIN_SENTENCES.get(code or 0, "It cannot do this right now."), _WAITS)
    if code in _TOO_LARGE:
        return too_large()
    if code in _REFUSED_SENTENCES:
        return _refused(*_REFUSED_SENTENCES[code])
    details = error.details if isinstance(error.details, dict) else {}
    name = str(details.get("codeName", ""))
    words = f"code {code}" + (f", {name}" if _CODE_NAME.fullmatch(name) else "")
    return _refused(f"It says no ({words}).", _ASK)


def _may_be_tried_again(error: errors.PyMongoError) -> bool:
    return any(error.has_error_label(label) for label in _TRY_AGAIN_LABELS)


def hung_up(error: Exception) -> bool:
    """Whether somebody listened and ended the connection at once, as a server with TLS does towards one without."""
    return any(sign in str(error) for sign in ("connection closed", "EOF occurred", "Connection reset"))


def _certificate_fault(error: Exception) -> OfficeRefused | None:
    """A fault of the encryption. The driver keeps the text of OpenSSL and drops its error, so the text is looked at."""
    if not isinstance(error, errors.ConnectionFailure) or not (reason := _REASON.search(text := str(error))):
        return None
    if reason[1] != "CERTIFICATE_VERIFY_FAILED":
        if reason[1] == "UNEXPECTED_EOF_WHILE_READING":
            return None
        hint = "Compare the TLS settings of both sides; nothing was sent."
        return _refused("The encrypted connection cannot be made: the other side does not speak TLS so.", hint)
    words = next((words for sign, words in _CERTIFICATE_WORDS if sign in text), _NOT_VOUCHED_FOR)
    return _refused(words, "Check the certificate authority's file on the Settings page; nothing was sent.")


def _refused(message: str, hint: str) -> OfficeRefused:
    return OfficeRefused(_NO, message, hint)
