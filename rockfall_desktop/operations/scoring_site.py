"""What the active model of a site says of its newest readings. Slow: call it off the window's thread."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import SiteScore, ZoneScore, without_over
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.bundle_at_hand import verified_bundle
from rockfall_desktop.operations.bundles import OpenBundle
from rockfall_desktop.operations.identity import is_own
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays
    from rockfall_desktop.scoring.newest import NewestAnswers

_NAMED = 5
MADE_UP = (
    "The active model learned from simulated records, and this site is not said to be simulated: it says nothing about "
    "a real slope. Deploy a model that learned from the site's own records."
)
MEASURED = (
    "The records of this site are said to be simulated, and the active model did not learn from simulated ones. Look "
    "at site.toml."
)
_DAY_S = 86_400


class _Look(NamedTuple):
    """What was found; `reason` is why the whole site is grey."""

    zones: tuple[ZoneScore, ...] = ()
    newest_s: int | None = None
    reason: str = ""
    cautions: tuple[str, ...] = ()


def score_site(session: Session, *, station: Station, folder: Path, at: datetime | None = None) -> SiteScore:
    """Score every zone of a site with its active deployment; whatever cannot be judged is grey and says why.

    Args:
        session: of a signed-in user.
        station: where the deployment, its bundle and the keys lie.
        folder: of the site.
        at: score the record as it was known then; now for None.

    Raises:
        WrongInput: with the first fault of the site where it cannot be read; or when `at` lies in the future.
        AccessRefused: without a session.
    """
    station.demand(session)
    moment = _moment(at, station.now())
    arrays = station.shelf.read(folder)
    active = Deployments(station.store).active(arrays.site_id)
    look = _nothing_deployed() if active is None else _look(station, folder, arrays, active, moment, live=at is None)
    own = active is not None and is_own(station, active)
    cautions = (*_cautions(arrays, active, own=own), *_as_of(at), *look.cautions)
    score = SiteScore(
        site_id=arrays.site_id,
        site_name=arrays.name,
        simulated=arrays.simulated or (active is not None and active.simulated),
        deployment_id=active.deployment_id if active else "",
        version=active.version if active else None,
        by_file=active is not None and active.version is None and not own,
        scored_at=moment,
        newest=None if look.newest_s is None else datetime.fromtimestamp(look.newest_s, UTC),
        step_seconds=arrays.step_s,
        reason=look.reason,
        cautions=cautions,
        zones=look.zones or _grey(arrays, look.reason),
    )
    return without_over(score, moment)


def _moment(at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at.tzinfo is None:
        raise WrongInput("No such time", f"{at} says no time zone.", "Give one, e.g. 2026-05-01T06:00:00Z.")
    if at > now:
        raise WrongInput("No such time", f"{at:%Y-%m-%d %H:%M %Z} lies in the future.", "Give a time that has passed.")
    return at.astimezone(UTC)


def _look(
    station: Station, folder: Path, arrays: "SiteArrays", active: Deployment, moment: datetime, *, live: bool
) -> _Look:
    """Open the bundle and score with it; a fault of either is why the site is grey."""
    if active.simulated != arrays.simulated:
        return _Look(reason=MADE_UP if active.simulated else MEASURED)
    try:
        bundle = _bundle_of(station, active)
    except AccessRefused as error:
        path = str(station.files.bundle_path(active.deployment_id))
        said = error.message.replace(path, "The active model's bundle")
        return _Look(reason=f"{said} Roll back to another model, or deploy one.")
    except WrongInput as error:
        return _Look(reason=error.message)
    cautions = _of_bundle(bundle, moment)
    try:
        found = _scored(station, folder, arrays, bundle, int(moment.timestamp()), live=live)
    except WrongInput as error:
        return _Look(reason=error.message, cautions=cautions)
    return found._replace(cautions=(*cautions, *found.cautions))


def _bundle_of(station: Station, active: Deployment) -> OpenBundle:
    path = station.files.bundle_path(active.deployment_id)
    if not path.is_file():
        raise WrongInput("No bundle", "The bundle of the active deployment does not lie on this station.", "Import it.")
    return verified_bundle(station, path, active)


def _scored(
    station: Station, folder: Path, arrays: "SiteArrays", bundle: OpenBundle, at_s: int, *, live: bool
) -> _Look:
    from rockfall_desktop.scoring.loading import load_model  # noqa: PLC0415 - onnxruntime loads here
    from rockfall_desktop.scoring.newest import newest_answers  # noqa: PLC0415
    from rockfall_desktop.scoring.site_inputs import SiteInputs  # noqa: PLC0415
    from rockfall_desktop.scoring.zone_scores import grey_site, newest_ahead, newest_moment, zone_scores  # noqa: PLC0415

    loaded = load_model(bundle.manifest.model, bundle.content, spare_threads())
    spatial = loaded.rasters is not None or loaded.clouds is not None
    inputs = SiteInputs(loaded, arrays, station.shelf.layers(folder) if spatial else None, at_s)
    newest_s = newest_moment(inputs)
    ahead_s = newest_ahead(inputs, at_s) if live else None
    told = "" if ahead_s is None else _ahead(ahead_s, at_s)
    if ahead_s is not None and ahead_s - at_s > _DAY_S:
        return _Look(newest_s=newest_s, reason=told)
    ahead = (told,) if told else ()
    if reason := grey_site(inputs, loaded.model.history_steps, at_s):
        return _Look(newest_s=newest_s, reason=reason, cautions=ahead)
    found = newest_answers(loaded, inputs)
    return _Look(zone_scores(loaded, inputs, found), newest_s, cautions=(*ahead, *_held(arrays, found)))


def _ahead(ahead_s: int, at_s: int) -> str:
    """What is wrong when a record holds readings of a time to come. By a day and more no time zone explains it."""
    later, now = (datetime.fromtimestamp(seconds, UTC) for seconds in (ahead_s, at_s))
    return (
        f"The record holds readings of after {later:%Y-%m-%d %H:%M} UTC, and the clock of this computer says "
        f"{now:%Y-%m-%d %H:%M} UTC: one of the two is wrong. What lies ahead is not read."
    )


def _nothing_deployed() -> _Look:
    return _Look(reason="No model is deployed for this site on this station.")


def _grey(arrays: "SiteArrays", reason: str) -> tuple[ZoneScore, ...]:
    return tuple(ZoneScore(zone_id=one, name=one, level=Level.GREY, reason=reason) for one in arrays.zone_ids)


def _cautions(arrays: "SiteArrays", active: Deployment | None, *, own: bool) -> tuple[str, ...]:
    said = ["The records of this site are simulated: nothing here is about a real slope."] if arrays.simulated else []
    if active is None:
        return tuple(said)
    if active.accepted is False:
        said.append(
            "Another station's deployment came first at the office, and this one is active on this station alone: "
            "deploy it again, or see under Settings, Keys, why the other one is not taken."
        )
    elif active.version is None and not own:
        said.append("The model came by file from another station: which number the office gave it is not known here.")
    elif active.version is None:
        said.append("This deployment is not numbered yet: it is active on this station only.")
    if active.against:
        said.append(f"Deployed against its report: {' '.join(active.against)} Reason given: {active.reason}")
    return tuple(said)


def _of_bundle(bundle: OpenBundle, moment: datetime) -> tuple[str, ...]:
    manifest, said = bundle.manifest, []
    if bundle.key_state is not KeyState.OWN:
        said.append(
            f"The model was deployed by another station, {manifest.provenance.station_name}, whose key is trusted."
        )
    if manifest.provenance.trained_at > moment:
        said.append("The model was trained after this moment: it may have learned from what followed.")
    if not manifest.model.channels:
        said.append("The model reads layers alone: what was measured since does not change its answers.")
    return tuple(said)


def _as_of(at: datetime | None) -> tuple[str, ...]:
    return () if at is None else (f"As of {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, from what was known then.",)


def _held(arrays: "SiteArrays", found: "NewestAnswers") -> tuple[str, ...]:
    names = [name for name, held in zip(arrays.zone_ids, found.held, strict=True) if held]
    if not names:
        return ()
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    told = (
        f"The level of {', '.join(names[:_NAMED])}{more} is the higher of two: the steps that could be looked at do "
        "not tell whether it had been reached before and still holds."
    )
    return (told,)
