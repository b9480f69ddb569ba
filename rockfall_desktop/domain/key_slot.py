"""What stands beside the encrypted database: per user a wrapped key and the count of wrong tries."""

from typing import Literal

from pydantic import Field

from rockfall_desktop.domain.value import Value


class KeyCost(Value):
    """What one guess of a pass phrase costs (Argon2id, RFC 9106)."""

    memory_kib: int = Field(ge=8, le=4 * 1024 * 1024, description="Memory in KiB.")
    passes: int = Field(ge=1, le=1000, description="How often the memory is gone through.")
    lanes: int = Field(ge=1, le=64, description="Threads that work on it.")


class WrappedKey(Value):
    """The data key of the store, readable by one pass phrase only. Byte fields are base64 text."""

    scheme: Literal["argon2id, aes-256-gcm"] = Field(
        default="argon2id, aes-256-gcm",
        description="How the pass phrase becomes a key, and what that key wraps with.",
    )
    cost: KeyCost = Field(description="Cost of one guess.")
    salt: str = Field(max_length=128, description="Random salt of the pass phrase.")
    nonce: str = Field(max_length=128, description="Random nonce of the wrapping.")
    wrapped: str = Field(max_length=1024, description="The data key, encrypted and authenticated.")


class Tries(Value):
    """Wrong pass phrases in a row, and when on the machine's own clock that nobody can set."""

    failures: int = Field(default=0, ge=0, description="Tries since the last right one; counted before each check.")
    at_uptime_s: float = Field(
        default=0.0,
        ge=0,
        description="Seconds that the machine had been running at the last try, sleep included.",
    )


class KeySlot(Value):
    """One user's way into the store."""

    user_id: str = Field(min_length=1, max_length=64, description="UUIDv7 of the user.")
    key: WrappedKey = Field(description="The data key under the user's pass phrase.")
    tries: Tries = Field(default=Tries(), description="Wrong tries so far.")
