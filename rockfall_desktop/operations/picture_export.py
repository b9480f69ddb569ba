"""Pictures and tables of what the window shows, as files that a person asked for."""

from pathlib import Path

from rockfall_desktop.domain.user import Session
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.export_place import demand_place
from rockfall_desktop.operations.station import Station


def export_picture(session: Session, *, station: Station, path: Path, content: bytes) -> None:
    """Write a picture or a table to a file, in the place of one that is there. Waits for the disk.

    Raises:
        AccessRefused: without a living session.
        WrongInput: when the path names no file, or it lies in the home folder.
        StoreFault: when it cannot be written; what was there before is unchanged.
    """
    station.demand(session)
    demand_place(station, path, overwrite=True)
    write_file(path, content, mode=0o644)
