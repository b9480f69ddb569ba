"""Stations, sessions and sites for tests: a real store and real keys at the lowest cost of a guess."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.key_slot import KeyCost, KeySlot
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.sign_in import set_up, sign_in
from rockfall_desktop.operations.station import Station
from rockfall_desktop.sites.simulated.site import write_simulated_site
from rockfall_desktop.store.access_file import AccessFile

CHEAP = (KeyCost(memory_kib=64, passes=1, lanes=1),)
NAME, PHRASE = "ana", "seven grey stones rolling"
SITE_ID = "0190a000-0000-7000-8000-000000000000"


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_station(home: Path) -> Iterator[tuple[Station, Session]]:
    """A station with its user signed in; set up when the home is fresh."""
    station = Station.at(home, now=now, costs=CHEAP)
    try:
        if station.is_fresh:
            session = set_up(station=station, factory_password="admintime", name=NAME, pass_phrase=PHRASE)
        else:
            session = sign_in(station=station, name=NAME, pass_phrase=PHRASE)
        yield station, session
    finally:
        station.close()


def put_beside(file: AccessFile, name: str, slot: KeySlot) -> None:
    """Give one more user a way in, whether there is an account behind it or not; those of before stay."""
    file.put_slot(name, slot, accounts=frozenset(one.user_id for one in file.read().slots.values()))


def write_small_site(folder: Path, *, days: int = 730, zones: int = 4) -> Path:
    """The simulated site, small."""
    write_simulated_site(folder, SimulatedPit(seed=5, zones=zones, days=days), site_id=SITE_ID)
    return folder


def quick_config(site: Path, **changes: Any) -> TrainingConfig:
    """A training of seconds."""
    values: dict[str, Any] = {"sites": (str(site),), "window_steps": 10, "width": 8, "epochs": 3, "batch_size": 256}
    return TrainingConfig.model_validate(values | changes)
