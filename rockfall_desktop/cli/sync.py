"""`sync`: bring this station and the office up to date, once."""

from typing import Annotated

import typer

from rockfall_desktop.cli.deployments import say_lost
from rockfall_desktop.cli.entering import FAILED, Terminal, signed_in
from rockfall_desktop.cli.printing import say, say_json, say_table
from rockfall_desktop.domain.office import SyncCondition, SyncState, WaitingThing
from rockfall_desktop.operations.lost_deployments import LostDeployment, undecided_deployments
from rockfall_desktop.operations.syncing.now import sync_now
from rockfall_desktop.operations.syncing.queue import waiting_things

_GOOD = frozenset({SyncCondition.SYNCED, SyncCondition.WAITING, SyncCondition.OFF})


def sync(
    context: typer.Context,
    *,
    status: Annotated[bool, typer.Option("--status", help="Only say what waits; ask no office.")] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Send all again, e.g. after the office's backup was put back.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send what the office does not know yet, and read what is newer there."""
    terminal: Terminal = context.obj
    with signed_in(terminal) as session:
        before = waiting_things(session, station=terminal.station)
        if status:
            _say_waiting(before, None, undecided_deployments(session, station=terminal.station), json=json)
            return
        state = sync_now(session, station=terminal.station, everything=everything)
        after = waiting_things(session, station=terminal.station)
        if not json:
            left = {(one.kind, one.id, one.revision) for one in after}
            for one in before:
                if (one.kind, one.id, one.revision) not in left:
                    say(f"went: {one.title}")
        _say_waiting(after, state, undecided_deployments(session, station=terminal.station), json=json)
    if state.condition not in _GOOD:
        raise typer.Exit(FAILED)


def _say_waiting(
    things: tuple[WaitingThing, ...], state: SyncState | None, lost: tuple[LostDeployment, ...], *, json: bool
) -> None:
    if json:
        waiting = [one.model_dump(mode="json") for one in things]
        undecided = [{"deployment_id": one.deployment.deployment_id, "sentence": one.sentence} for one in lost]
        told = state.model_dump(mode="json") if state else None
        say_json({"state": told, "waiting": waiting, "undecided": undecided})
        return
    rows = ([one.title, f"{one.waiting_since:%Y-%m-%d %H:%M}", one.tries, "held" if one.held else "", one.fault]
            for one in things)  # fmt: skip
    say_table(["what", "since (UTC)", "tries", "", "why it did not go"], rows, "Nothing waits for the office.")
    say_lost(lost)
    if state is None:
        return
    known = {one.sentence for one in lost}
    for sentence in (*state.told, state.sentence):
        if sentence and sentence not in known:
            say(sentence)
    say(_WORDS[state.condition])


_WORDS = {
    SyncCondition.OFF: "No office is set: this station works alone.",
    SyncCondition.SYNCED: "The office knows everything that this station knows.",
    SyncCondition.WAITING: "The office does not know everything yet.",
    SyncCondition.OFFLINE: "The office does not answer. Everything is kept here and goes there later.",
    SyncCondition.REFUSED: "The office refuses this station.",
}
