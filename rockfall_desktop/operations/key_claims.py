"""What a station says of its own key, signed with that very key: a key file, or an entry of the office's list."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from rockfall_desktop.domain.account_file import AccountFile
from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.domain.value import Value
from rockfall_desktop.operations.identity import own_identity, own_public_key, own_station_key, signed
from rockfall_desktop.operations.station import Station


class KeyClaim(Value):
    """A key and whose it is; the signature proves that the station holds the private half."""

    kind: Literal["rockfall station key"] = Field(default="rockfall station key", description="What this is.")
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the key's 32 bytes.")
    public_key: str = Field(pattern=r"^[0-9a-f]{64}$", description="The key, hexadecimal.")
    station_id: str = Field(pattern=r"^[0-9a-f-]{36}$", description="UUIDv7 of the station.")
    station_name: Plain = Field(min_length=1, max_length=64, description="What it calls itself.")
    signature: str = Field(pattern=r"^[0-9a-f]{128}$", description="Ed25519 over all the rest.")


def own_claim(station: Station) -> dict[str, Any]:
    """What this station says of its own key; a document for the office as it is."""
    identity = own_identity(station)
    fingerprint, public = own_public_key(identity)
    said = {
        "kind": "rockfall station key",
        "fingerprint": fingerprint,
        "public_key": public,
        "station_id": identity.station_id,
        "station_name": identity.name,
    }
    return said | {"signature": signed(identity, said)}


def see_claim(station: Station, content: Mapping[str, Any]) -> StationKey:
    """Note a key that proves itself. It counts for nothing until an administrator trusts it; a revoked one stays so.

    Args:
        station: where it is noted; no session is needed.
        content: the claim; what the office adds to it (a number, its own id) is passed over.

    Returns:
        The key as it stands here now; the own one when it is that.

    Raises:
        WrongInput: when it is no claim, does not prove itself, or another key says that it is this station's.
    """
    return see_proven(station, _proven(content))


def see_proven(station: Station, claim: KeyClaim | AccountFile) -> StationKey:
    """Note the key of something whose signature by that very key was found right.

    Raises:
        WrongInput: when another key says that it is this station's.
    """
    from rockfall_desktop.store.station_keys import StationKeys  # noqa: PLC0415 - SQLite loads here

    fingerprint = claim.fingerprint if isinstance(claim, KeyClaim) else claim.key_id
    own = own_station_key(station)
    if fingerprint == own.fingerprint:
        return own
    if claim.station_id == own.station_id:
        former = StationKeys(station.store).find(fingerprint)
        if former is not None and former.state is KeyState.REVOKED:  # it was renewed
            return former
        raise _wrong(f"the key {fingerprint} says that it is this station's own, and is not")
    return StationKeys(station.store).see(
        fingerprint=fingerprint,
        public_key=claim.public_key,
        station_id=claim.station_id,
        station_name=claim.station_name,
    )


def _proven(content: Mapping[str, Any]) -> KeyClaim:
    from rockfall_desktop.access.signing import fingerprint, is_signed  # noqa: PLC0415 - cryptography loads here

    try:
        claim = KeyClaim.model_validate({name: content[name] for name in KeyClaim.model_fields if name in content})
    except ValidationError as error:
        raise _wrong("it is no key of a station") from error
    public = bytes.fromhex(claim.public_key)
    said = canonical_json(claim.model_dump(mode="json", exclude={"signature"}))
    if fingerprint(public) != claim.fingerprint or not is_signed(public, said, bytes.fromhex(claim.signature)):
        raise _wrong("its signature does not fit: who wrote it does not hold the key")
    return claim


def _wrong(reason: str) -> WrongInput:
    return WrongInput("The key is refused", f"Nothing was noted, because {reason}.", "Export it again at its station.")
