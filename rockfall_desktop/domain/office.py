"""The office's MongoDB as this station sees it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from rockfall_desktop.domain.value import Value


class OfficeAddress(Value):
    """Where the office is; no secret is in it."""

    hosts: str = Field(default="", max_length=500, description="host:port, several with commas; empty: no office.")
    replica_set: str = Field(default="rs0", max_length=100, description="Name of the replica set.")
    database: str = Field(default="rockfall", pattern=r"^[A-Za-z0-9_-]{1,38}$", description="Database.")
    user: str = Field(default="", max_length=100, description="MongoDB user of this station; empty: none.")
    tls: bool = Field(default=True, description="Encrypt the connection; demanded for any host but this machine.")
    ca_file: str = Field(default="", max_length=1000, description="Certificate authority of the office, PEM file.")

    @property
    def given(self) -> bool:
        """Whether there is an office at all."""
        return bool(self.hosts.strip())


class SecretPlace(StrEnum):
    """Where the office's password lies."""

    NOWHERE = "nowhere"
    KEYRING = "keyring"
    STORE = "store"


class OfficeSettings(Value):
    """What the Settings page shows."""

    address: OfficeAddress = Field(description="Where the office is.")
    secret: SecretPlace = Field(description="Where the password lies.")
    secret_words: str = Field(description="The same as a sentence, with what keeps it.")


class OfficeCheck(Value):
    """What a test of the connection found."""

    server: str = Field(description="Version of the server.")
    replica_set: str = Field(description="Its replica set.")
    encrypted: bool = Field(description="Whether the connection is.")
    prepared: bool = Field(description="Whether collections, indexes and validators are as they must be.")
    cautions: tuple[str, ...] = Field(default=(), description="What a reader must know, a sentence each.")


class SyncCondition(StrEnum):
    """How this station stands with the office."""

    OFF = "off"
    SYNCED = "synced"
    WAITING = "waiting"
    OFFLINE = "offline"
    REFUSED = "refused"


class SyncState(Value):
    """What the status bar says."""

    condition: SyncCondition = Field(description="How it stands.")
    waiting: int = Field(default=0, ge=0, description="Things that the office does not know yet.")
    held: int = Field(default=0, ge=0, description="Things among them that the office refuses; they hold up no other.")
    undecided: int = Field(default=0, ge=0, description="Deployments that lost and wait for a person's decision.")
    since: datetime | None = Field(default=None, description="Offline or refused since when, UTC.")
    last_contact: datetime | None = Field(default=None, description="When the office last answered, UTC.")
    sentence: str = Field(default="", description="What is wrong and what to do; empty when nothing is.")
    told: tuple[str, ...] = Field(default=(), description="News for people, a sentence each: a deployment that lost.")


class WaitingThing(Value):
    """One row of the Sync page."""

    kind: str = Field(description="training_job or deployment.")
    id: str = Field(description="Which one.")
    title: str = Field(description="What it is, in words.")
    revision: int = Field(ge=1, description="Its newest state.")
    waiting_since: datetime = Field(description="Of the first change that the office does not know, UTC.")
    tries: int = Field(default=0, ge=0, description="How often it was tried.")
    fault: str = Field(default="", description="Why it did not go, one sentence.")
    held: bool = Field(default=False, description="Whether it waits for a person: the office refuses it.")
