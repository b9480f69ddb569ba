"""What the Watch page says above its table: which model, how old its newest reading is, how many zones per level."""

from collections import Counter
from datetime import datetime

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import SiteScore, version_words
from rockfall_desktop.ui.words import NOTHING, count, moment, three_digits

ORDER = (Level.RED, Level.ORANGE, Level.YELLOW, Level.GREY, Level.GREEN)
STALE_STEPS, STALE_S = 3, 3600
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
SPREAD_TIP = "Standard deviation over the networks and draws. A single network does not know how unsure it is."
SINGLE = "One network answers, without draws: how unsure it is was not estimated."


def model_words(score: SiteScore, deployment: Deployment | None) -> str:
    """Version, date and author of the model that answered."""
    if not score.deployment_id:
        return "no model is deployed"
    if deployment is None:
        return version_words(score)
    return f"{version_words(score)}, deployed {moment(deployment.deployed_at)} by {deployment.deployed_by_name}"


def newest_words(score: SiteScore, now: datetime, *, as_of: bool) -> str:
    """The newest reading that the model could read, and how long ago it was; in the past: as of when."""
    if score.newest is None:
        return "none was used" if score.reason else "none"
    if score.newest > now:
        return f"{moment(score.newest)}, later than the clock of this computer says"
    return moment(score.newest) if as_of else f"{moment(score.newest)}, {ago(now, score.newest)}"


def ago(now: datetime, then: datetime) -> str:
    """How long ago something was, in its largest unit, rounded down."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit_s, word in ((DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "min")):
        if seconds >= 2 * unit_s:
            return f"{seconds // unit_s} {word} ago"
    return f"{seconds} s ago"


def record_ended(score: SiteScore, now: datetime) -> bool:
    """Whether the newest reading is too old to answer for now."""
    if score.newest is None:
        return False
    return (now - score.newest).total_seconds() > max(STALE_STEPS * score.step_seconds, STALE_S)


def outlived(score: SiteScore, now: datetime) -> bool:
    """Whether a score is not to be believed any more: by its newest reading, or by when it was made if it read none."""
    if score.newest is not None:
        return record_ended(score, now)
    return (now - score.scored_at).total_seconds() > max(STALE_STEPS * score.step_seconds, STALE_S)


def level_counts(score: SiteScore) -> tuple[tuple[Level, str], ...]:
    """How many zones have each level, the worst first; every level stands there, also with none."""
    found = Counter(zone.level for zone in score.zones)
    return tuple((level, f"{count(found[level])} {level.value}") for level in ORDER)


def spread_words(spread: float | None) -> str:
    """A spread in three digits; a dash where a single network answered: nothing is known of its doubt."""
    return NOTHING if spread is None else three_digits(spread)
