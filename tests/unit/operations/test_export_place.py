"""No export takes the place of what the station lives from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations.accounts import export_account
from rockfall_desktop.operations.bundle_transfer import export_bundle
from rockfall_desktop.operations.export_place import demand_place
from rockfall_desktop.operations.keys import export_key
from rockfall_desktop.operations.picture_export import export_picture
from rockfall_desktop.operations.station import Station
from tests.stations import NAME, PHRASE, SITE_ID, open_station
from tests.unit.operations.deployments.made_decision import made_decision

Export = Callable[[Station, Session, Path], object]


def account(station: Station, session: Session, path: Path) -> object:
    return export_account(session, station=station, path=path, pass_phrase=PHRASE, overwrite=True)


def key(station: Station, session: Session, path: Path) -> object:
    return export_key(session, station=station, path=path, overwrite=True)


def bundle(station: Station, session: Session, path: Path) -> object:
    made = made_decision(station, session.user_id)
    return export_bundle(session, station=station, deployment_id=made.deployment_id, path=path, overwrite=True)


def picture(station: Station, session: Session, path: Path) -> object:
    return export_picture(session, station=station, path=path, content=b"line,epoch,value")


@pytest.mark.parametrize("export", [account, key, bundle, picture])
def test_that_an_export_replaces_none_of_the_stations_own_files(tmp_path: Path, export: Export) -> None:
    with open_station(tmp_path / "home") as (station, session):
        for own in (station.files.access_file, station.files.database):
            with pytest.raises(WrongInput, match="home folder"):
                export(station, session, own)
    with open_station(tmp_path / "home") as (_, again):
        assert again.name == NAME


@pytest.mark.parametrize(
    "way",
    ["home/x", "home/jobs/../x", "other/../home/deployments/x", "link/x", "home/jobs/new/deeper/x", "out-of-home/y"],
)
def test_that_no_way_leads_into_the_home_folder(tmp_path: Path, way: str) -> None:
    with open_station(tmp_path / "home") as (station, _):
        (tmp_path / "other").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "home", target_is_directory=True)
        (tmp_path / "out-of-home").mkdir()
        (tmp_path / "out-of-home" / "y").symlink_to(station.files.database)
        with pytest.raises(WrongInput, match="home folder"):
            demand_place(station, tmp_path / way, overwrite=True)


def test_that_another_folder_will_do_and_what_is_there_stays(tmp_path: Path) -> None:
    with open_station(tmp_path / "home") as (station, _):
        demand_place(station, tmp_path / "home-like" / SITE_ID, overwrite=False)
        (tmp_path / "there").write_bytes(b"")
        demand_place(station, tmp_path / "there", overwrite=True)
        with pytest.raises(WrongInput, match="not replaced"):
            demand_place(station, tmp_path / "there", overwrite=False)
