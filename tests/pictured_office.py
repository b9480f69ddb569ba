"""A second station of the same person for pictures: its jobs come to the first through an office in memory."""

from datetime import timedelta
from pathlib import Path

from rockfall_desktop.domain.account_file import SUFFIX
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.accounts import export_account, set_up_from_account
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.keys import trust_key
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.jobs import Jobs
from rockfall_desktop.store.station_keys import StationKeys
from tests.office_model import ModelOffice, ModelServer
from tests.stations import CHEAP, PHRASE, now, open_station
from tests.ui import values
from tests.unit.operations.syncing.bench import sync_once

OTHERS = "somebody-else"


def bring_jobs(first: Station, session: Session, folder: Path) -> None:
    """Jobs of a second station, set up by the person's account file, as the office tells the first one of them."""
    server, file = ModelServer(), folder / f"own{SUFFIX}"
    export_account(session, station=first, path=file, pass_phrase=PHRASE)
    second = Station.at(folder / "second", now=now, costs=CHEAP)
    try:
        there = set_up_from_account(station=second, factory_password="admintime", path=file, pass_phrase=PHRASE)
        jobs, key = Jobs(second.store), own_station_key(second)
        for number, events in enumerate((values.completed(), values.failed(), values.course(12))):
            job_id, at = second.new_id(), now() - timedelta(minutes=40 - 15 * number)
            made = {"job_id": job_id, "user_id": there.user_id, "site_id": job_id, "at": at, "simulated": number == 2}
            jobs.create(values.created().model_copy(update=made))
            jobs.append(job_id, *events[1:])
        sync_once(second, ModelOffice(server))
    finally:
        second.close()
    StationKeys(first.store).see(fingerprint=key.fingerprint, public_key=key.public_key, station_id=key.station_id,
                                 station_name="pit laptop 3")  # fmt: skip
    trust_key(session, station=first, fingerprint=key.fingerprint)
    sync_once(first, ModelOffice(server))


def somebodys_file(folder: Path) -> Path:
    """The account file of another person on another station."""
    path = folder / f"mei{SUFFIX}"
    with open_station(folder / OTHERS) as (station, session):
        export_account(session, station=station, path=path, pass_phrase=PHRASE)
    return path
