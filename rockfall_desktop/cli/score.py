"""What the active model of a site says, in the terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rockfall_desktop.cli.entering import Terminal, signed_in
from rockfall_desktop.cli.printing import marked, say, say_json, say_table
from rockfall_desktop.domain.duration import horizon_words
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site_score import SiteScore, ZoneScore, version_words
from rockfall_desktop.operations.scoring_site import score_site


def score(
    context: typer.Context,
    site: Annotated[Path, typer.Argument(help="Folder of the site.")],
    at: Annotated[
        str,
        typer.Option(help="Score as of then, from what was known then, e.g. 2026-05-01T06:00 (UTC); now by default."),
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what the active model makes of the newest readings: probability and level of each zone and horizon."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        found = score_site(session, station=terminal.station, folder=site, at=_moment(at))
        if json:
            say_json(found)
        else:
            _print(found)


def _moment(words: str) -> datetime | None:
    if not words:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as error:
        raise WrongInput("No such time", f"--at: {words[:100]!r} is no time.", "Write 2026-05-01T06:00.") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _print(found: SiteScore) -> None:
    name = marked(found.site_name, simulated=found.simulated)
    newest = "no reading was used" if found.newest is None else f"newest reading {found.newest:%Y-%m-%d %H:%M} UTC"
    model = f"model {version_words(found)}" if found.deployment_id else "no model"
    say(f"{name}: {model}, {newest}, scored {found.scored_at:%Y-%m-%d %H:%M} UTC")
    for caution in found.cautions:
        say(caution)
    if found.reason:
        say(f"GREY, cannot be judged: {found.reason}")
    steps = sorted({one.horizon_steps for zone in found.zones for one in zone.horizons})
    within = [f"within {horizon_words(one, found.step_seconds)}" for one in steps]
    if within:
        say("Probability of a rockfall in each zone, and its spread over networks and draws:")
    heads = ["zone", "level", *(head for one in within for head in (one, "spread")), "remarks"]
    say_table(heads, (_row(zone, len(steps)) for zone in found.zones), "The site has no zones.")


def _row(zone: ZoneScore, horizons: int) -> list[object]:
    numbers: list[object] = [number for one in zone.horizons for number in (one.probability, one.spread)]
    missing = (f"No value now: {', '.join(zone.missing)}.",) if zone.missing else ()
    beyond = tuple(f"Beyond experience: {one}" for one in zone.beyond if one not in zone.reason)
    remarks = " ".join(one for one in (zone.reason, *beyond, *missing) if one)
    return [zone.name, zone.level.value, *(numbers or [None] * (2 * horizons)), remarks]
