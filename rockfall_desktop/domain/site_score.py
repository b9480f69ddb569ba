"""What the active model says of a site's newest readings."""

from datetime import datetime

from pydantic import Field

from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.value import Value


class HorizonScore(Value):
    """The answer for one horizon of one zone."""

    horizon_steps: int = Field(ge=1, description="Horizon in steps.")
    probability: float = Field(ge=0, le=1, description="Of at least one incident within the horizon.")
    spread: float | None = Field(
        ge=0, description="Standard deviation over members and draws; None for a single network: not estimated."
    )
    aleatoric: float = Field(ge=0, description="Mean entropy of the draws, nats.")
    epistemic: float | None = Field(ge=0, description="Entropy of their mean less that, nats; None as for `spread`.")
    level: Level = Field(description="By the bundle's rule; beyond experience grey in place of green.")


class ZoneScore(Value):
    """One zone."""

    zone_id: str = Field(description="Id of the zone.")
    name: str = Field(description="Name of the zone.")
    level: Level = Field(
        description="The highest of its horizons; grey where it cannot be judged. Beyond experience never green."
    )
    reason: str = Field(default="", description="Why it is grey; empty where it is judged.")
    beyond: tuple[str, ...] = Field(
        default=(), description="Beyond experience: inputs outside of what training saw, a sentence each."
    )
    missing: tuple[str, ...] = Field(default=(), description="Inputs without a value at the newest step.")
    horizons: tuple[HorizonScore, ...] = Field(default=(), description="Answers; none where it is grey.")


class SiteScore(Value):
    """One look at a site."""

    site_id: str = Field(description="Site.")
    site_name: str = Field(description="Name of the site.")
    simulated: bool = Field(description="Whether the site's records are made up.")
    deployment_id: str = Field(description="Deployment that answered; empty when there is none.")
    version: int | None = Field(description="Its number; None: not numbered yet, active on this station only.")
    by_file: bool = Field(
        default=False, description="Whether it came by file from another station, and no number is known here."
    )
    scored_at: datetime = Field(description="When, UTC.")
    newest: datetime | None = Field(description="End of the newest step with a reading, UTC; None without any.")
    step_seconds: int = Field(ge=0, description="Length of a step.")
    reason: str = Field(default="", description="Why the whole site is grey, one sentence; empty where it is judged.")
    cautions: tuple[str, ...] = Field(default=(), description="What a reader must know, a sentence each.")
    zones: tuple[ZoneScore, ...] = Field(description="Every zone of the site.")


def version_words(score: SiteScore) -> str:
    """The number of the model that answered, or why it has none."""
    if score.version is not None:
        return f"version {score.version}"
    return "by file, its number is not known here" if score.by_file else "not numbered yet"
