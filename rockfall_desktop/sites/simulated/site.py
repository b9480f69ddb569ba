"""Writes a site that is made up, for trying the program out; marked as simulated wherever it shows."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.simulated_pit import SimulatedPit
from rockfall_desktop.files import write_file
from rockfall_desktop.sites.simulated.parts import make_pit, site_files

_UNFINISHED = ".unfinished"


def write_simulated_site(folder: Path, pit: SimulatedPit, *, site_id: str) -> None:
    """Write a simulated site into a new or empty folder; the same pit gives the same tables.

    Everything is written into a folder within it and moved out at the end, site.toml last; when it is ended before, by
    a fault or by a person, nothing is left. What a killed process left in it is removed first.

    Args:
        folder: where; made if it is not there.
        pit: size, step and parts.
        site_id: UUIDv7 text for the site.

    Raises:
        WrongInput: when the folder holds something already.
        StoreFault: when the folder cannot be written.
    """
    unfinished = _empty_place(folder)
    moved: list[Path] = []
    try:
        for name, content in site_files(make_pit(pit), site_id):
            (unfinished / name).parent.mkdir(exist_ok=True)
            write_file(unfinished / name, content)
        made = sorted(unfinished.iterdir(), key=lambda one: one.name == "site.toml")
        moved = [folder / path.name for path in made]
        for path, place in zip(made, moved, strict=True):
            path.rename(place)
        unfinished.rmdir()
    except OSError as error:
        _remove([unfinished, *moved])
        message = f"{folder}: {error.strerror or error}."
        raise StoreFault("The site was not written", message, "Free some space or choose another folder.") from error
    except BaseException:
        _remove([unfinished, *moved])
        raise


def _remove(paths: list[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _empty_place(folder: Path) -> Path:
    """A new folder within the folder, whose name no other process has: two that write at once never mix."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = list(folder.iterdir())
        if all(path.name.startswith(_UNFINISHED) for path in there):
            for path in there:
                shutil.rmtree(path)
            return Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    except OSError as error:
        message = f"{folder}: {error.strerror or error}."
        raise WrongInput("The folder cannot be used", message, "Choose another folder.") from error
    message = f"{folder} holds something already."
    raise WrongInput("The folder is not empty", message, "Name a new or an empty folder.")
