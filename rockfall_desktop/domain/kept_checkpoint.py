"""What a job that ended before its training did would go on from."""

from enum import StrEnum

from pydantic import Field

from rockfall_desktop.domain.value import Value


class Kept(StrEnum):
    """Whether there is a checkpoint."""

    NONE = "none"
    THERE = "there"
    DAMAGED = "damaged"


class KeptCheckpoint(Value):
    """Where the last checkpoint of a job stands; at the beginning when there is none."""

    kept: Kept = Field(description="Whether there is one that can be read.")
    member: int = Field(default=1, ge=1, description="Network of the ensemble with which the job would go on, from 1.")
    epoch: int = Field(default=0, ge=0, description="Epochs of this member that are done in it.")
