"""The fact that a model was made the active one for a site.

A fact names the epoch that it is made for and the deployment that it follows: its author's sight of the site. The
pointer of a site moves from one deployment to the next only along these two, so of two stations that decided without
knowing of each other one loses, and is told.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.value import Value

HIGHEST_EPOCH, LONGEST_STEP = 10**9, 10_000  # nobody decides ten thousand times before others hear of it


class Deed(StrEnum):
    """Why a bundle became active."""

    DEPLOY = "deploy"
    ROLL_BACK = "roll_back"
    AGAIN = "again"


class DeploymentRequest(Value):
    """What is to be deployed, and why where the report alone does not carry it."""

    job_id: str = Field(description="Completed job whose weights are to be deployed.")
    reason: str = Field(default="", max_length=2000, description="Why, in words; needed against the report.")
    not_better_accepted: bool = Field(
        default=False, description="Asked again and said yes: the model was not shown to be better than a baseline."
    )
    site_id: str = Field(default="", description="Of a job on several sites, which one; the first by default.")
    levels: tuple[LevelRule, ...] = Field(
        default=(), description="From which probabilities on each level holds; proposed from the base rate by default."
    )


class Deployment(Value):
    """One entry of a site's history. All but `active`, `version` and `accepted` is said once and never changes."""

    deployment_id: str = Field(description="UUIDv7.")
    job_id: str = Field(description="Job whose weights are deployed.")
    site_id: str = Field(description="Site that it is deployed for.")
    site_name: str = Field(description="Name of the site.")
    simulated: bool = Field(default=False, description="Whether the site's records are made up.")
    deployed_by: str = Field(description="User id.")
    deployed_by_name: str = Field(description="Name of the user at that time.")
    deployed_at: datetime = Field(description="When, UTC.")
    reason: str = Field(description="Why, in words.")
    against: tuple[str, ...] = Field(
        default=(), description="What the report did not show at that time, a sentence each."
    )
    deed: Deed = Field(default=Deed.DEPLOY, description="Whether it is new, taken back, or decided again.")
    source_id: str = Field(default="", description="Deployment whose model is taken again; empty for a new one.")
    epoch: int = Field(
        default=1, ge=1, le=HIGHEST_EPOCH, description="Place among the site's active ones that it is meant for."
    )
    follows: str = Field(default="", description="Deployment that was active in its author's sight; empty for none.")
    bundle_sha256: str = Field(default="", description="SHA-256 of the bundle, hexadecimal; empty in facts of old.")
    bundle_bytes: int = Field(default=0, ge=0, description="Size of the bundle.")
    station_id: str = Field(default="", description="Station that decided.")
    key_id: str = Field(default="", description="Fingerprint of the key that signed.")
    signature: str = Field(default="", description="Ed25519 over `signed_content`, hexadecimal.")
    active: bool = Field(description="Whether it is the site's active one on this station.")
    version: int | None = Field(default=None, description="Number given by the office; None: not numbered yet.")
    accepted: bool | None = Field(
        default=None, description="Whether the office's pointer moved to it; None: the office has not been asked."
    )

    @model_validator(mode="after")
    def _follows_another(self) -> Self:
        if self.follows == self.deployment_id:
            raise ValueError("a deployment follows another one, never itself")
        return self


def named_site(deployment: Deployment) -> str:
    """The name of its site, which says so where it is simulated."""
    told = not deployment.simulated or "simulated" in deployment.site_name.casefold()
    return deployment.site_name if told else f"{deployment.site_name} (simulated)"


def signers(deployment: Deployment, known: Mapping[str, Deployment]) -> tuple[str, ...]:
    """Fingerprints of the keys that a deployment's model was signed with: its own, and those of what it was taken from.

    Args:
        deployment: which.
        known: deployments by id; what is not among them is not asked.
    """
    found: dict[str, Deployment] = {}
    at: Deployment | None = deployment
    while at is not None and at.deployment_id not in found:
        found[at.deployment_id] = at
        at = known.get(at.source_id)
    return tuple(dict.fromkeys(one.key_id for one in found.values() if one.key_id))


OUTSIDE_THE_SIGNATURE = frozenset({"signature", "active", "version", "accepted"})


def signed_content(deployment: Deployment) -> dict[str, object]:
    """What the signature of a deployment is made over, for `canonical_json`."""
    return deployment.model_dump(mode="json", exclude=set(OUTSIDE_THE_SIGNATURE))
