"""What the active model says of a site's newest readings."""

from datetime import datetime

from pydantic import Field

from rockfall_desktop.domain.duration import horizon_words
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
    horizons: tuple[HorizonScore, ...] = Field(
        default=(), description="Answers that are not over; none where it is grey."
    )


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


def horizons_over(score: SiteScore, now: datetime) -> tuple[int, ...]:
    """Horizons, in steps, that ended at or before a moment: what they told of is past."""
    if score.newest is None:
        return ()
    past_s = (now - score.newest).total_seconds()
    steps = {one.horizon_steps for zone in score.zones for one in zone.horizons}
    return tuple(sorted(one for one in steps if one * score.step_seconds <= past_s))


def without_over(score: SiteScore, now: datetime) -> SiteScore:
    """A score less the answers whose horizon is over, each told; all grey where none is left.

    A zone keeps a level that such an answer gave: a level falls by what was read since, never by silence.
    """
    over = horizons_over(score, now)
    if not over or score.newest is None:
        return score
    words = " and ".join(horizon_words(one, score.step_seconds) for one in over)
    verb = "answer within {} is" if len(over) == 1 else "answers within {} are"
    told = f"The {verb.format(words)} over: the newest reading is of {score.newest:%Y-%m-%d %H:%M} UTC."
    zones = tuple(
        zone.model_copy(update={"horizons": tuple(one for one in zone.horizons if one.horizon_steps not in over)})
        for zone in score.zones
    )
    if not any(zone.horizons for zone in zones):
        return all_grey(score, told)
    return score.model_copy(update={"zones": zones, "cautions": (*score.cautions, told)})


def all_grey(score: SiteScore, reason: str) -> SiteScore:
    """The same site when nothing that was found may be believed any more."""
    zones = tuple(
        ZoneScore(zone_id=zone.zone_id, name=zone.name, level=Level.GREY, reason=reason) for zone in score.zones
    )
    return score.model_copy(update={"reason": reason, "zones": zones})
