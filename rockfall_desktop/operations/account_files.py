"""Account files: written whole, read with suspicion.

Outside: canonical JSON of what kind it is, in what form, at what cost a pass phrase is checked, and the sealed content.
Inside: canonical JSON of an `AccountFile` with the Ed25519 signature of the station that made it.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from rockfall_desktop.access.account_sealing import SealedAccount, seal_account, unseal_account
from rockfall_desktop.access.pass_phrase import FLOOR, STRONG
from rockfall_desktop.access.signing import fingerprint, is_signed
from rockfall_desktop.archive import opened, refused
from rockfall_desktop.domain.account_file import AccountFile
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.plain_text import checked_plain
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.canonical_reading import read_canonical
from rockfall_desktop.operations.identity import own_identity, signed
from rockfall_desktop.operations.station import Station

KIND, SCHEMA = "rockfall account", 1
LARGEST_BYTES = 64 * 1024


def write_account(station: Station, path: Path, account: AccountFile, pass_phrase: str) -> None:
    """Sign an account with this station's key, seal it under a pass phrase and write it, whole or not at all.

    Raises:
        MemoryShort: when there is not enough memory to seal it.
        StoreFault: when it cannot be written; what was there before is unchanged.
    """
    said = {"kind": KIND, **account.model_dump(mode="json")}
    content = canonical_json(said | {"signature": signed(own_identity(station), said)})
    sealed = seal_account(content, pass_phrase, station.costs or (STRONG, FLOOR))
    outer = {"kind": KIND, "schema": SCHEMA, **sealed.model_dump(mode="json")}
    write_file(path, canonical_json(outer), mode=0o600)


def read_account(station: Station, path: Path, pass_phrase: str) -> AccountFile:
    """What an account file says; its signature was made with the key that it names. What that is worth is not asked.

    Raises:
        WrongInput: when it cannot be read, is no account file, of a newer version, damaged, or not as it was signed.
        AccessRefused: when the pass phrase does not open it.
        MemoryShort: when that could not be checked.
    """
    with opened(path) as file:
        outer = file.read(LARGEST_BYTES + 1)
    content = unseal_account_file(station, path, outer, pass_phrase)
    try:
        said = read_canonical(content)
    except ValueError as error:
        raise refused(path, f"what was sealed in it is damaged: {error}") from error
    return _signed_account(path, said)


def unseal_account_file(station: Station, path: Path, outer: bytes, pass_phrase: str) -> bytes:
    """What is sealed in the bytes of a file.

    Raises:
        WrongInput, AccessRefused, MemoryShort: as `read_account`.
    """
    sealed = _sealed(path, outer)
    try:
        content = unseal_account(sealed, pass_phrase, station.costs or ())
    except ValueError as error:
        raise refused(path, str(error)) from error
    if content is None:
        raise AccessRefused(
            "The account file stays closed",
            f"{path}: this is not the pass phrase of its user, or the file was damaged or changed.",
            "Its pass phrase is the one by which its user signs in where the file was made.",
        )
    return content


def _sealed(path: Path, outer: bytes) -> SealedAccount:
    if len(outer) > LARGEST_BYTES:
        raise refused(path, "it is too large for an account file")
    try:
        said = read_canonical(outer)
    except ValueError as error:
        raise refused(path, f"it is no account file: {error}") from error
    schema = said.pop("schema", None)
    if said.pop("kind", None) != KIND or type(schema) is not int or schema < SCHEMA:
        raise refused(path, "it is no account file")
    if schema > SCHEMA:
        raise WrongInput(
            "The account file is too new", f"{path}: a newer version of the program wrote it.", "Update the program."
        )
    try:
        return SealedAccount.model_validate(said)
    except ValidationError as error:
        raise refused(path, "it is a damaged account file") from error


def _signed_account(path: Path, said: dict[str, Any]) -> AccountFile:
    signature = said.pop("signature", None)
    content = canonical_json(said)
    if said.pop("kind", None) != KIND:
        raise refused(path, "what is sealed in it is no account")
    try:
        account = _checked(AccountFile.model_validate(said))
        public, made = bytes.fromhex(account.public_key), bytes.fromhex(signature or "")
    except (ValueError, TypeError) as error:
        raise refused(path, "what is sealed in it is no account that this version knows") from error
    if fingerprint(public) != account.key_id:
        raise refused(path, "its key is not the one whose fingerprint it names")
    if not is_signed(public, content, made):
        raise refused(path, "its signature is wrong: it was not made by the station that it names")
    return account


def _checked(account: AccountFile) -> AccountFile:
    """The account, if its ids are ids, its names can be shown and its times can be compared.

    Raises:
        ValueError: when one of them is not.
    """
    for one in (account.user_id, account.station_id):
        if str(UUID(one)) != one:
            raise ValueError("no id")
    for text in (account.name, account.station_name):
        checked_plain(text)
    if None in (account.created_at.utcoffset(), account.exported_at.utcoffset()):
        raise ValueError("a time without a zone")
    return account
