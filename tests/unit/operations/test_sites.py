"""Folders that cannot be a site's are told in a sentence, wherever they are named."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations import sites
from rockfall_desktop.operations.site_shelf import in_words
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import start_training
from tests.stations import quick_config

Call = Callable[[Session, Station, Path], object]
CALLS: dict[str, Call] = {
    "check_site": lambda _, __, folder: sites.check_site(folder),
    "simulate_site": lambda _, __, folder: sites.simulate_site(folder),
    "open_site": lambda session, station, folder: sites.open_site(session, station=station, folder=folder),
    "read_site_arrays": lambda _, station, folder: sites.read_site_arrays(folder, station=station),
    "start_training": lambda session, station, folder: start_training(
        session, station=station, config=quick_config(folder)
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("folder", ["~nosuchuser/x", "/" + "s" * 5000, "a\0b"])
def test_that_a_folder_that_cannot_be_is_told(call: Call, folder: str, station: Station, session: Session) -> None:
    with pytest.raises(WrongInput, match=r"No such site|cannot be used"):
        call(session, station, Path(folder))


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, "stat") for name in CALLS]
    + [(name, "read_bytes") for name in CALLS if name not in {"check_site", "simulate_site"}],
)
def test_that_a_folder_that_may_not_be_read_is_told(
    name: str, place: str, station: Station, session: Session, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(Path, place, refused)
        with pytest.raises(WrongInput, match="Permission denied"):
            CALLS[name](session, station, site)


def test_that_a_changed_file_is_read_anew_though_its_time_is_set_back(station: Station, site: Path) -> None:
    before = sites.read_site_arrays(site, station=station)
    assert sites.read_site_arrays(site, station=station) is before
    table = next(site.glob("*.csv"))
    status = table.stat()
    table.write_bytes(table.read_bytes())
    os.utime(table, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert sites.read_site_arrays(site, station=station) is not before


def test_that_a_fault_of_the_program_is_not_told_as_a_name_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="of the program"), in_words(tmp_path):
        raise ValueError("a fault of the program")
    with pytest.raises(WrongInput, match="no readable text"), in_words(Path("a\udcff")):
        raise ValueError("whatever the system says")
