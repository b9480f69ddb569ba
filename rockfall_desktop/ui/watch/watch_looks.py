"""What the Watch page asks in the background: which sites can be watched, and one look at one of them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.domain.site_score import SiteScore, ZoneScore, all_grey, without_over
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.deployments import list_deployments
from rockfall_desktop.operations.scoring_site import score_site
from rockfall_desktop.operations.sites import known_sites
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.watch.watch_rows import Rows, rows_of
from rockfall_desktop.ui.watch.watch_words import outlived
from rockfall_desktop.ui.words import marked

OUTLIVED = "What was seen is too old to be believed by now, and no newer look came."


class WatchSites(NamedTuple):
    """Known sites with an active deployment.

    Attributes:
        sites: which can be watched, the one that was opened last first.
        any_site: whether any site is known here.
        elsewhere: names of sites that have an active deployment and whose folder was never opened here.
    """

    sites: tuple[KnownSite, ...]
    any_site: bool
    elsewhere: tuple[str, ...]


class Look(NamedTuple):
    """One look at a site, ready to be shown.

    Attributes:
        score: what was answered.
        deployment: the one that answered, where it is known.
        rows: its table.
        zones: by id.
    """

    score: SiteScore
    deployment: Deployment | None
    rows: Rows
    zones: dict[str, ZoneScore]


def watch_sites(session: Session, station: Station) -> WatchSites:
    """Which sites can be watched here."""
    known = known_sites(session, station=station)
    active = [one for one in list_deployments(session, station=station) if one.active]
    here, deployed = {site.site_id for site in known}, {one.site_id for one in active}
    return WatchSites(
        tuple(site for site in known if site.site_id in deployed),
        bool(known),
        tuple(marked(one.site_name, simulated=one.simulated) for one in active if one.site_id not in here),
    )


def look(session: Session, station: Station, folder: Path, at: datetime | None) -> Look:
    """Score a site and lay out its table. Takes seconds: off the window's thread.

    Raises:
        WrongInput: when the site cannot be read.
        AccessRefused: without a session.
    """
    score = score_site(session, station=station, folder=folder, at=at)
    return laid_out(score, list_deployments(session, station=station))


def laid_out(score: SiteScore, deployments: Sequence[Deployment]) -> Look:
    """A score beside its deployment and its table."""
    found = next((one for one in deployments if one.deployment_id == score.deployment_id), None)
    return Look(score, found, rows_of(score), {zone.zone_id: zone for zone in score.zones})


def aged(seen: Look, now: datetime) -> Look:
    """The same look later: no level outlives its readings, and no answer its horizon."""
    score = seen.score
    if not score.reason and outlived(score, now):
        score = all_grey(score, OUTLIVED)
    score = without_over(score, now)
    if score is seen.score:
        return seen
    return laid_out(score, () if seen.deployment is None else (seen.deployment,))
