"""Keys of stations: whose signature counts here."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from rockfall_desktop.domain.value import Value

GROUP = 4


class KeyState(StrEnum):
    """What a key is worth on this station."""

    OWN = "own"
    SEEN = "seen"
    TRUSTED = "trusted"
    REVOKED = "revoked"


class StationKey(Value):
    """A public Ed25519 key and whose it says that it is."""

    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the 32 bytes of the key; the key's id.")
    public_key: str = Field(pattern=r"^[0-9a-f]{64}$", description="The key, hexadecimal.")
    station_id: str = Field(max_length=64, description="Station that says it is its own.")
    station_name: str = Field(max_length=64, description="What that station calls itself.")
    state: KeyState = Field(description="What it is worth here.")
    by_name: str = Field(default="", description="Who trusted or revoked it.")
    at: datetime = Field(description="When it was seen, trusted or revoked, UTC.")
    reason: str = Field(default="", max_length=500, description="Why it was revoked.")

    @property
    def spoken(self) -> str:
        """The fingerprint in groups, to be read to each other."""
        return spoken(self.fingerprint)


def spoken(fingerprint: str) -> str:
    """A fingerprint in groups of four digits."""
    return " ".join(fingerprint[i : i + GROUP] for i in range(0, len(fingerprint), GROUP))
