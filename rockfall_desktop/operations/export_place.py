"""Where an export may go: to a file that a person chose, never among the station's own."""

import os
from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.operations.station import Station


def demand_place(station: Station, path: Path, *, overwrite: bool) -> None:
    """That something may be exported to a file.

    Args:
        station: whose home folder is out of bounds, whatever the name says and however it is reached.
        path: of the file.
        overwrite: whether one that is there is replaced.

    Raises:
        WrongInput: when it names no file, lies in the home folder, or is there and must not be replaced.
    """
    if not path.name or "\0" in str(path):
        raise WrongInput("The file was not saved", "The name names no file.", "Choose a name, e.g. on a stick.")
    if any(_is_inside(one, station.home) for one in (path, Path(os.path.realpath(path)))):
        raise WrongInput(
            "The file was not saved",
            f"{path} lies in this station's home folder, where it could take the place of the station's own files.",
            "Choose another folder, e.g. on a stick.",
        )
    if not overwrite and os.path.lexists(path):
        raise WrongInput("There is a file already", f"{path} is not replaced.", "Choose another name.")


def _is_inside(path: Path, folder: Path) -> bool:
    """By the folders themselves: a name may go through links, or differ in case where that does not count."""
    parent = Path(os.path.realpath(path.parent))
    return any(_is_same(above, folder) for above in (parent, *parent.parents))


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False
