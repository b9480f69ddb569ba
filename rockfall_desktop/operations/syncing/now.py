"""Sync now, from the terminal: until nothing is to be done, or something stands against it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.office import SyncState
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.once import Syncing, fault_state, off_state, state_now
from rockfall_desktop.operations.syncing.resending import office_name, send_everything

if TYPE_CHECKING:
    from rockfall_desktop.domain.office_exchange import Office

_TURNS = 20


def sync_now(
    session: Session,
    *,
    station: Station,
    connect: "Callable[[Station], Office | None] | None" = None,
    everything: bool = False,
) -> SyncState:
    """Sync until nothing is to be done or something stands against it. Slow: never on the window's thread.

    Args:
        session: of anybody who is signed in.
        station: whose things wait.
        connect: the way to the office; the saved settings by default.
        everything: send all jobs and deployments once more, e.g. after the office's database was put back.

    Raises:
        AccessRefused: without a living session.
    """
    from rockfall_desktop.operations.office_settings import connect_office  # noqa: PLC0415 - only where it is used

    station.demand(session)
    if everything:
        send_everything(station)
    syncing = Syncing(station, office_name=office_name(station))
    try:
        office = (connect or connect_office)(station)
        if office is None:
            return off_state(syncing, station)
        try:
            for _ in range(_TURNS):
                syncing.turn(office)
                if not syncing.is_new():
                    break
        finally:
            office.close()
    except RockfallError as error:
        return fault_state(error, syncing, station)
    return state_now(syncing, station)
