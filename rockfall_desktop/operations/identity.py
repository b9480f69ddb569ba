"""Who this station is and what a signature is worth here. Needs no session: the station's own work asks it too."""

import platform
import re
from typing import TYPE_CHECKING, Any

from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.domain.deployment import Deployment
    from rockfall_desktop.domain.station_key import StationKey
    from rockfall_desktop.store.station_identity import Identity

LONGEST_NAME = 64
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


def own_identity(station: Station) -> "Identity":
    """The station with its private key, made at the first use.

    Raises:
        AccessRefused: before anybody opened the store.
        StoreFault: when the store cannot be read or written.
    """
    from rockfall_desktop.store.station_identity import StationIdentity  # noqa: PLC0415 - SQLite loads here

    return StationIdentity(station.store).get(name=_machine_name())


def is_own(station: Station, deployment: "Deployment") -> bool:
    """Whether this station decided a deployment; those of old name no station and are its own."""
    from rockfall_desktop.store.station_identity import StationIdentity  # noqa: PLC0415 - SQLite loads here

    identity = StationIdentity(station.store).find()
    return not deployment.station_id or (identity is not None and identity.station_id == deployment.station_id)


def own_public_key(identity: "Identity") -> tuple[str, str]:
    """Fingerprint and public key of a station, hexadecimal."""
    from rockfall_desktop.access.signing import fingerprint, public_key  # noqa: PLC0415 - cryptography loads here

    public = public_key(identity.private_key)
    return fingerprint(public), public.hex()


def signed(identity: "Identity", content: dict[str, Any]) -> str:
    """The station's signature over a content's canonical text, hexadecimal.

    Raises:
        ValueError, TypeError: when the content has no canonical text.
    """
    from rockfall_desktop.access.signing import sign  # noqa: PLC0415

    return sign(identity.private_key, canonical_json(content)).hex()


def known_key(station: Station, fingerprint: str) -> "StationKey | None":
    """A key by its whole fingerprint, this station's own included; None when it was never seen."""
    from rockfall_desktop.store.station_keys import StationKeys  # noqa: PLC0415

    if not _FINGERPRINT.fullmatch(fingerprint):
        return None
    own = own_station_key(station)
    return own if own.fingerprint == fingerprint else StationKeys(station.store).find(fingerprint)


def own_station_key(station: Station) -> "StationKey":
    """This station's own key as it stands in the list of keys."""
    from rockfall_desktop.domain.station_key import KeyState, StationKey  # noqa: PLC0415

    identity = own_identity(station)
    fingerprint, public = own_public_key(identity)
    return StationKey(
        fingerprint=fingerprint,
        public_key=public,
        station_id=identity.station_id,
        station_name=identity.name,
        state=KeyState.OWN,
        at=identity.made_at,
    )


def signing_key(
    station: Station, *, key_id: str, station_id: str, content: bytes, signature: str
) -> "StationKey | None":
    """The key that signed a content in the name of a station, as `KnownKeys.signing` finds it."""
    return KnownKeys(station).signing(key_id=key_id, station_id=station_id, content=content, signature=signature)


class KnownKeys:
    """Keys as they stand now, each looked up once: for one piece of work with many signatures, not to be kept."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._found: dict[str, StationKey | None] = {}

    def find(self, fingerprint: str) -> "StationKey | None":
        """A key by its whole fingerprint, this station's own included; None when it was never seen."""
        if fingerprint not in self._found:
            self._found[fingerprint] = known_key(self._station, fingerprint)
        return self._found[fingerprint]

    def signing(self, *, key_id: str, station_id: str, content: bytes, signature: str) -> "StationKey | None":
        """The key that signed a content in the name of a station.

        Args:
            key_id: fingerprint of the key that is said to have signed.
            station_id: station that is said to have signed.
            content: the exact bytes.
            signature: hexadecimal.

        Returns:
            The key, whatever it is worth: its `state` says that. None when it was never seen, is not that station's,
            or the signature is wrong.
        """
        from rockfall_desktop.access.signing import is_signed  # noqa: PLC0415

        key = self.find(key_id)
        if key is None or key.station_id != station_id or not _SIGNATURE.fullmatch(signature):
            return None
        return key if is_signed(bytes.fromhex(key.public_key), content, bytes.fromhex(signature)) else None


def _machine_name() -> str:
    plain = "".join(sign for sign in platform.node() if sign.isascii() and sign.isprintable()).strip()
    return plain[:LONGEST_NAME] or "station"
