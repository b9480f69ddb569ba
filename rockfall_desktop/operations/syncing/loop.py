"""The sync as long as the program lives: it waits for work, tries again after faults, and tells how it stands.

Every turn runs in a thread of its own (`aside`): a server that hangs holds up neither the end of the program nor the
news. A turn that nobody waits for any more ends by the connection's own time limits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from rockfall_desktop.aside import finished, run_aside
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import OfficeRefused, RockfallError, StoreFault
from rockfall_desktop.domain.office import SyncCondition, SyncState
from rockfall_desktop.domain.office_exchange import Office
from rockfall_desktop.operations.lost_deployments import count_undecided
from rockfall_desktop.operations.office_settings import ADDRESS, PASSWORD, connect_office
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.once import Syncing, fault_state, off_state, state_now
from rockfall_desktop.operations.syncing.resending import office_name
from rockfall_desktop.operations.syncing.rhythm import Rhythm
from rockfall_desktop.store.outbox import Mark
from rockfall_desktop.store.settings import Settings
from rockfall_desktop.threads import ASIDE

Connect = Callable[[Station], Office | None]


def sync_loop(
    station: Station,
    control: Control,
    *,
    nudge: threading.Event | None = None,
    connect: Connect = connect_office,
    rhythm: Rhythm | None = None,
) -> Iterator[SyncState]:
    """Sync until the control says cancel; a state whenever it changes.

    It needs no session and goes on behind the lock. The world's faults are states; what it raises is our own fault.

    Args:
        station: whose sync it is; its store must be open.
        control: `cancel` ends it within a second, whatever the server does.
        nudge: set: go now, with the settings as they are now. The loop clears it.
        connect: the way to the office; None without one.
        rhythm: times and chances.
    """
    yield from _Loop(station, control, nudge or threading.Event(), connect, rhythm or Rhythm()).states()


class _Loop:
    def __init__(
        self, station: Station, control: Control, nudge: threading.Event, connect: Connect, rhythm: Rhythm
    ) -> None:
        self._station, self._control, self._nudge = station, control, nudge
        self._connect, self._rhythm = connect, rhythm
        self._office: Office | None = None
        self._syncing: Syncing | None = None
        self._settings: tuple[str | None, str | None] | None = None
        self._state = SyncState(condition=SyncCondition.OFF)
        self._mark: Mark | None = None
        self._failures = 0
        self._busy = False

    def states(self) -> Iterator[SyncState]:
        try:
            while not self._control.cancelled:
                yield from self._tell(self._turn())
                yield from self._rest()
        except Cancelled:
            return
        finally:
            if not self._busy:
                self._let_go()

    def _turn(self) -> SyncState:
        """One turn in a thread of its own.

        Raises:
            Cancelled: the turn goes on alone.
        """
        self._busy = True
        state = finished(run_aside(self._work, self._control, self._station.now))
        self._busy = False
        good = state.condition in {SyncCondition.SYNCED, SyncCondition.WAITING, SyncCondition.OFF}
        self._failures = 0 if good else self._failures + 1
        same = state.condition is self._state.condition
        kept = {"since": self._state.since} if same and not good else {}
        contact = {} if state.last_contact else {"last_contact": self._state.last_contact}
        return state.model_copy(update=kept | contact)

    def _work(self) -> SyncState:
        """Connect where there is no connection, and do what is to be done."""
        try:
            syncing, office = self._ready()
            if office is None:
                return off_state(syncing, self._station)
            syncing.turn(office)
        except RockfallError as error:
            if isinstance(error, OfficeRefused):
                self._let_go()
            return fault_state(error, self._syncing, self._station)
        finally:
            if self._control.cancelled:  # nobody waits for this turn any more, nor closes what it opened
                self._let_go()
        return state_now(syncing, self._station)

    def _ready(self) -> tuple[Syncing, Office | None]:
        saved = Settings(self._station.store)
        settings = (saved.read(ADDRESS), saved.read_secret(PASSWORD))
        if self._syncing is None or settings != self._settings:
            self._let_go()
            name = office_name(self._station)
            self._syncing = Syncing(self._station, office_name=name, monotonic=self._rhythm.monotonic)
            self._settings = settings
        if self._office is None:
            self._office = self._connect(self._station)
        return self._syncing, self._office

    def _rest(self) -> Iterator[SyncState]:
        """Wait for the next turn: the time, a nudge, or something new in the outbox."""
        rhythm = self._rhythm
        until = rhythm.monotonic() + (rhythm.retry_s(self._failures - 1) if self._failures else rhythm.idle_s)
        while not self._control.cancelled and (left := until - rhythm.monotonic()) > 0:
            if rhythm.wait(self._nudge, min(rhythm.look_s, left)):
                self._nudge.clear()
                if self._syncing:
                    self._syncing.retry()
                return
            with suppress(StoreFault):  # the next turn tells it
                if self._looked():
                    return
                yield from self._tell(self._counted())

    def _looked(self) -> bool:
        """Whether something new is to be sent to an office that answers."""
        if self._syncing is None or self._failures or self._office is None:
            return False
        return self._syncing.is_new()

    def _counted(self) -> SyncState:
        """How it stands with what waits at this moment."""
        if self._syncing is None or (mark := self._syncing.mark()) == self._mark:
            return self._state
        self._mark = mark
        waiting, held = self._syncing.waiting()
        undecided = count_undecided(self._station)
        return self._state.model_copy(update={"waiting": waiting, "held": held, "undecided": undecided, "told": ()})

    def _tell(self, state: SyncState) -> Iterator[SyncState]:
        if state != self._state:
            self._state = state.model_copy(update={"told": ()})
            yield state

    def _let_go(self) -> None:
        """Give the connection back; what hangs in it is not waited for."""
        office, self._office = self._office, None
        if office is not None:
            threading.Thread(target=office.close, name=ASIDE, daemon=True).start()
