"""The manifest of a bundle: everything about a deployed model but the numbers of its graphs.

A bundle holds `manifest.json`, `signature`, `report.json`, the graphs of each member, and `heads.bin` with the Laplace
choice; nothing else. The signature is over the bytes of `manifest.json`, which are canonical (domain.canonical).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.deployment import HIGHEST_EPOCH, Deployment
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.value import Value

MANIFEST, SIGNATURE, REPORT, HEADS = "manifest.json", "signature", "report.json", "heads.bin"
SUFFIX = ".rockfall"
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class BundleFile(Value):
    """One file of a bundle; manifest and signature are not listed."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$", description="Name without folders.")
    size: int = Field(ge=0, description="Bytes.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")


class ChannelInput(Value):
    """One channel that the model reads, in the model's order.

    Of what only grows, like a displacement, lowest and highest are those of the change since the reading before
    (`judging.inputs.read_as`).
    """

    name: str = Field(description="Name at the site.")
    kind: str = Field(description="rainfall, pore_pressure, ...")
    unit: str = Field(description="Unit of its numbers.")
    zoned: bool = Field(description="Whether each zone has a series of its own.")
    lowest: float | None = Field(description="Lowest reading of the training block; None where nothing was read.")
    highest: float | None = Field(description="Highest reading of the training block.")
    known_share: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Share of the training block's steps with a reading, of zones that have some; None: not written.",
    )
    longest_gap_steps: int | None = Field(
        default=None,
        ge=0,
        description="Longest run of its steps without one, of zones that have some; None: not written.",
    )
    unread_zones: tuple[str, ...] = Field(
        default=(), description="Ids of zones without any reading in the training block, which training knew so."
    )


class BundleModel(Value):
    """How to use the graphs."""

    config: TrainingConfig = Field(description="What the training was asked for.")
    history_steps: int = Field(ge=0, description="Steps that are read for one answer.")
    step_seconds: int = Field(ge=0, description="Length of a step at the site.")
    channels: tuple[ChannelInput, ...] = Field(description="Channels, in the order of the graphs' inputs.")
    scaling_mean: tuple[float, ...] = Field(description="Mean of each transformed channel.")
    scaling_spread: tuple[float, ...] = Field(description="Spread of each transformed channel.")
    layers: dict[str, Any] = Field(description="How layers are read: `judging.reading_content`.")
    answers: dict[str, Any] = Field(description="How numbers become answers: `judging.answer_state.to_plain`.")
    heads: dict[str, tuple[int, ...]] = Field(
        default={},
        description="Shapes of the arrays in heads.bin, in the order of their names; float64, little-endian.",
    )
    members: int = Field(ge=1, description="Networks of the ensemble.")
    graphs: tuple[tuple[str, ...], ...] = Field(description="Of each member the names of its graphs: zones, answer.")
    levels: tuple[LevelRule, ...] = Field(description="One rule for each horizon.")


class Provenance(Value):
    """Where a model comes from."""

    program_version: str = Field(description="Version of the program that made the bundle.")
    made_at: datetime = Field(description="When the bundle was made, UTC.")
    station_id: str = Field(description="Station that made it.")
    station_name: str = Field(description="Its name.")
    trained_by: str = Field(description="User id of the job's owner.")
    trained_at: datetime = Field(description="When the job ended, UTC.")
    data: str = Field(description="Fingerprint of all that was read for the training.")
    seen: dict[str, Any] | None = Field(description="What the weights have seen; None where it was not written down.")
    former_sha256: str = Field(
        default="", description="Bundle that this one was packed from again; empty for a new one."
    )
    origin_key_ids: tuple[Fingerprint, ...] = Field(
        default=(),
        max_length=1000,
        description="Keys that signed the bundles that this one was packed from, the first one first.",
    )


class Manifest(Value):
    """What is signed. `deployment` lacks `bundle_sha256`, `bundle_bytes` and `signature`: they come with the bundle."""

    schema_version: Literal[1] = Field(default=1, description="Form of the bundle.")
    key_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="Fingerprint of the key that signed.")
    public_key: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="That key, hexadecimal; whether it is trusted is asked."
    )
    epoch: int = Field(
        ge=1, le=HIGHEST_EPOCH, description="Epoch of the deployment: its place among the site's active ones."
    )
    deployment: Deployment = Field(description="The deployment that the bundle was made for.")
    model: BundleModel = Field(description="How to use the graphs.")
    provenance: Provenance = Field(description="Where it comes from.")
    files: tuple[BundleFile, ...] = Field(description="Every other file but the signature.")
