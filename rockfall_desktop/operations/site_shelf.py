"""Keeps the site that was read last, so that planning, starting and running a training read it once."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import WrongInput

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays

_Signature = tuple[tuple[str, int, int], ...]
_MOST_FILES = 100_000


class SiteShelf:
    """Holds one site's arrays as long as no file of its folder changed in name, size or time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[Path, _Signature, SiteArrays] | None = None

    def read(self, folder: Path) -> "SiteArrays":
        """The arrays of a site; slow when the folder changed or is another one than last time.

        Raises:
            WrongInput: with the first fault of the site and how many more there are.
        """
        from rockfall_desktop.sites.read import read_site  # noqa: PLC0415 - polars loads here

        folder = folder.expanduser().resolve()
        with self._lock:
            signature = _signature(folder)
            if self._kept is None or self._kept[:2] != (folder, signature):
                self._kept = None
                self._kept = (folder, signature, read_site(folder))
            return self._kept[2]


def _signature(folder: Path) -> _Signature:
    if not folder.is_dir():
        raise WrongInput("No such site", f"There is no folder {folder}.", "Check the path.")
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns))
        if len(found) > _MOST_FILES:
            raise WrongInput("Not a site", f"{folder} holds more than {_MOST_FILES} files.", "Choose a site folder.")
    return tuple(sorted(found))
