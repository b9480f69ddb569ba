"""What the driver raises, as sentences."""

import inspect

import bson.errors
import gridfs.errors
import pytest
from pymongo import errors

from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, RockfallError
from rockfall_desktop.remote.faults import hung_up, spoken, spoken_office

SECRET = "p@ss:w/rd"
AWAY = {
    "AutoReconnect", "ConnectionFailure", "NetworkTimeout", "NotPrimaryError", "ServerSelectionTimeoutError",
    "WaitQueueTimeoutError", "ExecutionTimeout", "WTimeoutError", "WriteConcernError", "CursorNotFound",
    "ProtocolError", "InvalidOperation", "PyMongoError",
}  # fmt: skip
UNVERIFIED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
CODES = {"ExecutionTimeout": 50, "CursorNotFound": 43, "WTimeoutError": 64, "WriteConcernError": 64}


def made(kind: type[Exception]) -> Exception:
    """An error of a kind whose text holds a password, as the driver's can."""
    if kind.__name__ == "BulkWriteError":
        return errors.BulkWriteError({"writeErrors": [{"code": 121, "errmsg": SECRET}]})
    if kind.__name__ == "ClientBulkWriteException":
        return errors.ClientBulkWriteException({"writeErrors": []}, verbose=False)
    if kind.__name__ == "EncryptedCollectionError":
        return errors.EncryptedCollectionError(ValueError(SECRET), {})
    if kind.__name__ == "EncryptionError":
        return errors.EncryptionError(ValueError(SECRET))
    if issubclass(kind, errors.OperationFailure):
        return kind(SECRET, CODES.get(kind.__name__, 2), {"errmsg": SECRET, "codeName": "Bad Value " + SECRET})
    return kind(SECRET)


KINDS = sorted(
    {
        kind
        for module in (errors, bson.errors, gridfs.errors)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, errors.PyMongoError | bson.errors.BSONError)
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_that_every_kind_of_error_is_one_sentence_without_the_drivers_text(kind: type[Exception]) -> None:
    with pytest.raises(RockfallError) as told, spoken_office():
        raise made(kind)
    expected = OfficeUnreachable if kind.__name__ in AWAY | {"_OperationCancelled"} else OfficeRefused
    assert type(told.value) is expected
    assert SECRET not in str(told.value)
    assert told.value.message.endswith(".")
    assert told.value.hint
    assert told.value.__suppress_context__
    assert told.value.__cause__ is None


@pytest.mark.parametrize("code", [11600, 11602, 10107, 91, 189, 112, 251, 262, 64, 100, 14031, 43, 50])
def test_that_what_passes_by_itself_is_tried_again(code: int) -> None:
    assert isinstance(spoken(errors.OperationFailure("x", code)), OfficeUnreachable)


@pytest.mark.parametrize(
    ("code", "words"),
    [(13, "no right"), (18, "User or password"), (121, "not of the form"), (10334, "larger"), (11000, "already"),
     (20, "replica set"), (59, "does not know"), (2, "code 2")],
)  # fmt: skip
def test_that_what_will_never_be_is_refused(code: int, words: str) -> None:
    told = spoken(errors.OperationFailure("x", code))
    assert isinstance(told, OfficeRefused)
    assert words in told.message


def test_that_the_server_names_what_it_means() -> None:
    named = errors.OperationFailure("x", 72, {"codeName": "InvalidOptions"})
    assert "code 72, InvalidOptions" in spoken(named).message


@pytest.mark.parametrize(
    "label", ["TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError"]
)
def test_that_the_servers_labels_count_whatever_the_code_is(label: str) -> None:
    assert isinstance(spoken(errors.OperationFailure("x", 2, {"errorLabels": [label]})), OfficeUnreachable)


def test_that_of_several_failures_the_first_one_counts() -> None:
    first = {"code": 13}
    bulk = errors.BulkWriteError({"writeErrors": [first, {"code": 121}], "writeConcernErrors": [{"code": 64}]})
    assert "no right" in spoken(bulk).message
    unconfirmed = errors.BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]})
    assert isinstance(spoken(unconfirmed), OfficeUnreachable)


def test_that_a_fault_of_ours_goes_through_as_it_is() -> None:
    with pytest.raises(KeyError), spoken_office():
        raise KeyError("ours")


@pytest.mark.parametrize(
    ("text", "words"),
    [(f"h:1: {UNVERIFIED} certificate has expired (_ssl.c:1006)", "no longer"),
     (f"{UNVERIFIED} certificate is not yet valid (_ssl.c:1)", "not hold yet"),
     (f"{UNVERIFIED} Hostname mismatch, certificate is not valid", "another name"),
     (f"{UNVERIFIED} self-signed certificate in chain", "not vouched for"),
     ("SSL handshake failed: [SSL: WRONG_VERSION_NUMBER] wrong version number", "does not speak TLS")],
)  # fmt: skip
def test_that_faults_of_the_encryption_are_refused(text: str, words: str) -> None:
    told = spoken(errors.AutoReconnect(text))
    assert isinstance(told, OfficeRefused)
    assert words in told.message
    assert not hung_up(errors.AutoReconnect(text))
