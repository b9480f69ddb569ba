"""Deployments as rows of a table, each with its state in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rockfall_desktop.domain.deployment import Deed, Deployment, signers
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.words import NOTHING, marked, moment

COLUMNS = (
    Column("State", 196), Column("Site"), Column("Version", 130), Column("Deed", 132), Column("Deployed", 140),
    Column("By", 76), Column("Station", 120), Column("Reason"),
)  # fmt: skip
DEEDS = {Deed.DEPLOY: "deployed", Deed.ROLL_BACK: "rolled back", Deed.AGAIN: "deployed again"}
NOT_NUMBERED, NOT_TOLD = "not numbered yet", "not known here"
OF_OLD = "before there were keys"


class State(NamedTuple):
    """What has become of a deployment.

    Attributes:
        word: in the table.
        sentence: in full.
        tone, icon: of the word; never alone.
    """

    word: str
    sentence: str
    tone: str
    icon: str


class Entry(NamedTuple):
    """A deployment with what is known of the key that signed it, and the epoch that is active at its site here.

    Attributes:
        deployment: which.
        key: that signed it; None when it is not known.
        active_epoch: of its site here.
        revoked: whether that key is revoked, or one that signed the deployments that its model was taken from.
    """

    deployment: Deployment
    key: StationKey | None
    active_epoch: int
    revoked: bool

    @property
    def state(self) -> State:
        """What has become of it, the worst first."""
        one = self.deployment
        if self.revoked:
            also = " It is the active one here: every zone of the site is grey." if one.active else ""
            word = "active, key revoked" if one.active else "key revoked"
            which = (
                "The key that signed it" if self.key and self.key.state is KeyState.REVOKED else "A key of its model"
            )
            return State(word, f"{which} was revoked, it counts for nothing.{also}", "danger", "failed")
        if one.active:
            return _active(one, self.own)
        if one.accepted is False and one.version is None:
            words = "The office refused it, and somebody gave it up. It can be deployed again."
            return State("given up", words, "warning", "cancelled")
        if one.accepted is False:
            words = "Another station's decision came first. It can be deployed again on top of that one."
            return State("lost to another station", words, "warning", "cancelled")
        if one.accepted and one.epoch > self.active_epoch:
            words = (
                "The office has moved to it; this station has not: its key is not trusted, or its bundle is missing."
            )
            return State("active elsewhere", words, "warning", "not-shown")
        return State("replaced", "Another deployment has followed it.", "muted", "")

    @property
    def own(self) -> bool:
        """Whether this station decided it: else it came from the office or by file."""
        return not self.deployment.station_id if self.key is None else self.key.state is KeyState.OWN

    @property
    def version(self) -> str:
        """Its number, or in words why none is known."""
        if self.deployment.version is not None:
            return str(self.deployment.version)
        return NOT_NUMBERED if self.own else NOT_TOLD

    @property
    def station(self) -> str:
        """The station that decided, by name where it is known."""
        if self.key is None:
            return (
                f"\N{HORIZONTAL ELLIPSIS}{self.deployment.station_id[-12:]}" if self.deployment.station_id else NOTHING
            )
        return "this station" if self.key.state is KeyState.OWN else self.key.station_name


def _active(one: Deployment, own: bool) -> State:  # noqa: FBT001 - one of two kinds
    if one.accepted is False:
        words = "Active on this station only: at the office another station's decision came first. Deploy it again."
        return State("active here, lost", words, "warning", "cancelled")
    if one.version is None and not own:
        words = "It came by file from another station; which number the office gave it is not known here."
        return State("active, by file", words, "good", "completed")
    if one.version is None:
        words = "Not numbered yet: the office has not heard of it, and it is active on this station only."
        return State("active on this station", words, "warning", "completed")
    return State("active", "The active one of its site.", "good", "completed")


def entries(
    deployments: Sequence[Deployment], keys: Iterable[StationKey], revoked_models: frozenset[str] = frozenset()
) -> dict[str, Entry]:
    """Deployments by id, in their order, each beside its key.

    Args:
        deployments: all of them.
        keys: all that are known.
        revoked_models: ids of those of which a bundle says that a revoked key signed its model.
    """
    known: Mapping[str, StationKey] = {key.fingerprint: key for key in keys}
    active = {one.site_id: one.epoch for one in deployments if one.active}
    facts = {one.deployment_id: one for one in deployments}
    revoked = {key.fingerprint for key in known.values() if key.state is KeyState.REVOKED}
    gone = revoked_models | {key for key, one in facts.items() if not revoked.isdisjoint(signers(one, facts))}
    return {
        key: Entry(one, known.get(one.key_id), active.get(one.site_id, 0), key in gone) for key, one in facts.items()
    }


def history_row(entry: Entry) -> tuple[Cell, ...]:
    """One deployment as the cells of COLUMNS."""
    one, state = entry.deployment, entry.state
    return (
        Cell(state.word, state.tone, state.icon, tip=state.sentence),
        Cell(marked(one.site_name, simulated=one.simulated)),
        Cell(entry.version, "warning" if one.version is None and one.active else ""),
        Cell(DEEDS[one.deed]),
        Cell(moment(one.deployed_at)),
        Cell(one.deployed_by_name),
        Cell(entry.station),
        Cell(one.reason, "muted"),
    )
