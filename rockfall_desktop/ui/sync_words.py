"""How the sync stands, in the words of the status line and of the Sync page."""

from datetime import datetime

from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.ui.words import NOTHING, moment

LONGEST = 60
TONES = {SyncCondition.OFFLINE: "warning", SyncCondition.REFUSED: "danger"}


def short_words(state: SyncState, now: datetime) -> str:
    """What the status line says, e.g. "sync: 3 waiting" or "sync: offline since 09:12"."""
    match state.condition:
        case SyncCondition.OFF:
            words = "off"
        case SyncCondition.OFFLINE:
            words = f"offline{_since(state.since, now)}{_waiting(state, ', ')}"
        case SyncCondition.REFUSED:
            words = f"refused: {state.sentence}" if state.sentence else f"refused{_since(state.since, now)}"
        case _ if state.waiting or state.held:
            words = _waiting(state, "")
        case SyncCondition.WAITING:
            words = "waiting"
        case _:
            words = "synced"
    whole = f"sync: {words}{_to_decide(state)}"
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def tone(state: SyncState) -> str:
    """The role of the words in the style sheet; what a person must look at is never muted."""
    return TONES.get(state.condition, "warning" if state.held or state.undecided else "")


def headline(state: SyncState, now: datetime) -> str:
    """How it stands, in one sentence; a second one when somebody must decide."""
    since = _since(state.since, now)
    waiting = _waiting(state, "") or "it is being asked"
    stands = {
        SyncCondition.OFF: "No office is set: this station works alone.",
        SyncCondition.SYNCED: "The office knows everything that this station knows.",
        SyncCondition.WAITING: f"The office does not know everything yet: {waiting}.",
        SyncCondition.OFFLINE: f"The office has not answered{since}. Everything is kept here and goes there later.",
        SyncCondition.REFUSED: f"The office refuses this station{since}.",
    }[state.condition]
    return f"{stands} {decide_words(state.undecided)}".strip()


def decide_words(undecided: int) -> str:
    """That deployments lost and wait for a person; empty when none does."""
    if not undecided:
        return ""
    lost = "A deployment" if undecided == 1 else f"{undecided:,} deployments"
    return f"{lost} lost to another station's: decide on the Deployments page."


def contact_words(state: SyncState) -> str:
    """When the office last answered."""
    return f"Last contact: {moment(state.last_contact) if state.last_contact else NOTHING}"


def _waiting(state: SyncState, before: str) -> str:
    """How much waits, and how much of it for a person."""
    going = state.waiting - min(state.held, state.waiting)
    parts = [f"{going:,} waiting"] if going else []
    parts += [f"{state.held:,} held"] if state.held else []
    return before + ", ".join(parts) if parts else ""


def _to_decide(state: SyncState) -> str:
    return f", {state.undecided:,} to decide" if state.undecided else ""


def _since(since: datetime | None, now: datetime) -> str:
    """Since when, in the time of this computer; with its day when it was not today."""
    if since is None:
        return ""
    local = since.astimezone()
    today = local.date() == now.astimezone().date()
    return f" since {local:%H:%M}" if today else f" since {local:%Y-%m-%d %H:%M}"
