"""Who is at the keyboard."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from rockfall_desktop.domain.value import Value


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    ENGINEER = "engineer"


class User(Value):
    """An account on this station."""

    user_id: str = Field(description="UUIDv7, never a name.")
    name: str = Field(min_length=1, max_length=64, description="Name that is typed to sign in.")
    role: Role = Field(description="What the user may do.")
    created_at: datetime = Field(description="When the account was made, UTC.")


class Session(Value):
    """The proof that somebody signed in. It is worth nothing once the station has forgotten its token."""

    token: str = Field(repr=False, description="Random text that the station remembers while the session lives.")
    user_id: str = Field(description="Who signed in.")
    name: str = Field(description="Name of the user.")
    role: Role = Field(description="Role of the user.")
    signed_in_at: datetime = Field(description="When, UTC.")
