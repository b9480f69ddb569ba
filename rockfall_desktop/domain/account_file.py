"""What an account file says: somebody's account, taken from one station to another on a stick."""

from datetime import datetime

from pydantic import Field

from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Role
from rockfall_desktop.domain.value import Value

SUFFIX = ".rockfall-account"


class AccountFile(Value):
    """The content of an account file, opened with the pass phrase of its user."""

    user_id: str = Field(min_length=1, max_length=64, description="UUIDv7 of the user: the same on every station.")
    name: str = Field(min_length=1, max_length=64, description="Name by which the user signs in where it was made.")
    role: Role = Field(description="What the user may do where it was made; worth nothing elsewhere.")
    created_at: datetime = Field(description="When the account was made, UTC.")
    exported_at: datetime = Field(description="When the file was made, by that station's clock, UTC.")
    station_id: str = Field(min_length=1, max_length=64, description="Station that made the file.")
    station_name: str = Field(min_length=1, max_length=64, description="What that station calls itself.")
    key_id: str = Field(pattern="^[0-9a-f]{64}$", description="Fingerprint of the key that signed it, hexadecimal.")
    public_key: str = Field(pattern="^[0-9a-f]{64}$", description="That key, Ed25519, hexadecimal.")


class OpenedAccount(Value):
    """An account file whose signature is right, and what its key is worth here."""

    account: AccountFile = Field(description="What it says.")
    key_state: KeyState | None = Field(description="What its key is worth on this station; None: never seen here.")
