"""The password of the office: under a key of the system's keyring where there is one, else in the encrypted store.

It is kept for one door: hosts, user, encryption and certificate authority. For any other it is as good as none, so that
a password is never sent to a host that it was not given for.
"""

import secrets
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable, StoreFault
from rockfall_desktop.domain.office import OfficeAddress, SecretPlace
from rockfall_desktop.domain.value import Value

if TYPE_CHECKING:
    from rockfall_desktop.access.keyring_place import KeyringPlace

AGAIN = "Type the password again on the Settings page and save."
NOWHERE = "No password is kept."


class KeptSecret(Value):
    """What lies in the store of a password."""

    place: SecretPlace = Field(description="Where it lies.")
    door: str = Field(description="What it was given for, as canonical JSON.")
    sealed: str = Field(repr=False, description="Under the keyring's key, base64; in the store alone the text itself.")
    item: str = Field(default="", description="Name of the key in the keyring.")
    keyring: str = Field(default="", description="What the keyring is called.")
    because: str = Field(default="", description="Why it is not in the keyring, one sentence.")

    @property
    def words(self) -> str:
        """Where it lies, in a sentence or two."""
        if self.place is SecretPlace.KEYRING:
            return f"The password is kept under a key in the {self.keyring} of this computer."
        return f"The password is kept in the encrypted store of this station alone. {self.because}".strip()


def door(address: OfficeAddress) -> str:
    """What a password is given for."""
    hosts = sorted(host.strip().casefold() for host in address.hosts.split(","))
    terms = {"hosts": hosts, "user": address.user, "tls": address.tls, "ca_file": address.ca_file}
    return canonical_json(terms).decode("ascii")


def read_kept(body: str | None) -> KeptSecret | None:
    """What was kept, None when nothing was.

    Raises:
        StoreFault: when it was saved in a form that this version does not know.
    """
    if body is None:
        return None
    try:
        return KeptSecret.model_validate_json(body)
    except ValidationError:  # its text would show what it could not read
        raise StoreFault("The password of the office cannot be read", "It was saved in another form.", AGAIN) from None


def keep(password: str, address: OfficeAddress, before: KeptSecret | None, keyring: "KeyringPlace") -> KeptSecret:
    """Keep a password for an address. The keyring has one key for this station; it stays the same while it is there."""
    from rockfall_desktop.access.keyring_place import KeyringUnusable  # noqa: PLC0415 - loaded when it is needed
    from rockfall_desktop.access.sealing import new_sealing_key, seal  # noqa: PLC0415

    bound = door(address)
    item = before.item if before is not None and before.item else secrets.token_hex(16)
    try:
        key = keyring.read(item, by_person=True)
        if key is None:
            key = new_sealing_key().hex()
            keyring.write(item, key)
    except KeyringUnusable as problem:
        because = f"{problem.message} {problem.hint}".strip()
        return KeptSecret(place=SecretPlace.STORE, door=bound, sealed=password, item=item, because=because)
    sealed = b64encode(seal(bytes.fromhex(key), password.encode(), bound.encode())).decode("ascii")
    return KeptSecret(place=SecretPlace.KEYRING, door=bound, sealed=sealed, item=item, keyring=keyring.name)


def open_kept(
    kept: KeptSecret | None, address: OfficeAddress, keyring: "KeyringPlace", *, by_person: bool = False
) -> str | None:
    """The password for an address, None when none was given for it.

    Raises:
        OfficeUnreachable: when the keyring does not give its key now.
        OfficeRefused: when the keyring has another key, or none any more.
    """
    if kept is None or kept.door != door(address):
        return None
    if kept.place is SecretPlace.STORE:
        return kept.sealed
    key = _key(kept, keyring, by_person=by_person)
    content = _unsealed(key, kept)
    if content is None:
        raise OfficeRefused(
            "The password of the office cannot be read", f"The {kept.keyring} no longer has the key of it.", AGAIN
        )
    return content.decode()


def _key(kept: KeptSecret, keyring: "KeyringPlace", *, by_person: bool) -> str | None:
    from rockfall_desktop.access.keyring_place import KeyringUnusable  # noqa: PLC0415

    try:
        return keyring.read(kept.item, by_person=by_person)
    except KeyringUnusable as problem:
        raise OfficeUnreachable(
            "The password of the office cannot be read", problem.message, problem.hint or AGAIN
        ) from None


def _unsealed(key: str | None, kept: KeptSecret) -> bytes | None:
    from rockfall_desktop.access.sealing import unseal  # noqa: PLC0415

    try:
        raw, sealed = bytes.fromhex(key or ""), b64decode(kept.sealed, validate=True)
    except ValueError:
        return None
    return unseal(raw, sealed, kept.door.encode())
