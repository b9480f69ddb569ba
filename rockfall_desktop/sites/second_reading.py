"""Reads a site that was read before from what was kept of it, as long as no file of it has another content."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from rockfall_desktop import __version__
from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.keeping import Asked, keep, kept
from rockfall_desktop.sites.manifest import SITE_FILE
from rockfall_desktop.sites.read import load_site
from rockfall_desktop.sites.read_layers import load_layers

Holder = TypeVar("Holder", SiteArrays, SiteLayers)
MOST_KEPT = 16
_LIBRARIES = ("numpy", "polars", "fastexcel", "shapely", "rasterio", "pyogrio", "pyproj", "laspy", "lazrs", "scipy")
MOST_BYTES = 8 * 1024**3


class SecondReading:
    """Keeps the arrays of the sites read last in a folder of the home.

    What was kept goes by the content of site.toml and by the program that read it, and it holds only while every file
    that was read then has the same content, every name with * fits the same files, and what was missing is missing.
    """

    def __init__(self, place: Path) -> None:
        self._place = place

    def site(self, folder: Path) -> SiteArrays:
        """A site's series and incidents.

        Raises:
            WrongInput: naming the first fault of the site and how many others there are.
        """
        return self._through("series", folder, load_site)

    def layers(self, folder: Path) -> SiteLayers:
        """A site's layers.

        Raises:
            WrongInput: naming the first fault of the layers and how many others there are.
        """
        return self._through("layers", folder, load_layers)

    def _through(self, what: str, folder: Path, load: Callable[[SiteFolder, Faults], Holder]) -> Holder:
        faults = Faults()
        home = SiteFolder(folder, faults)
        with faults.ending_as_error():
            path = self._file(what, folder)
            found: Holder | None = kept(path, lambda asked: _still_so(folder, asked)) if path else None
            if found is None:
                found = load(home, faults)
                self._keep(path, home, found)
            return found

    def _file(self, what: str, folder: Path) -> Path | None:
        with suppress(Unreadable):
            manifest = SiteFolder(folder, Faults()).read(SITE_FILE)
            key = hashlib.sha256(f"{what}\0{_program()}\0".encode() + manifest).hexdigest()
            return self._place / f"{what}-{key[:32]}.kept"
        return None

    def _keep(self, path: Path | None, home: SiteFolder, found: SiteArrays | SiteLayers) -> None:
        if path is None:
            return
        with suppress(StoreFault, OSError):  # a full disk makes the next opening slow, no more
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep(path, home.asked, found)
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        files = sorted(self._place.glob("*.kept"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        held = 0
        for place, path in enumerate(files):
            held += path.stat().st_size
            if place >= MOST_KEPT or (held > MOST_BYTES and place > 0):
                path.unlink()


def _still_so(folder: Path, asked: Asked) -> bool:
    try:
        return SiteFolder(folder, Faults()).answers_as(asked)
    except Unreadable:
        return False


@cache
def _program() -> str:
    """Another reader reads anew: the code that lies here, its version where none does, and the libraries' versions."""
    whole = hashlib.sha256(__version__.encode())
    code = Path(__file__).parents[1]
    for path in sorted([*code.glob("sites/**/*.py"), *code.glob("domain/*.py")]):
        whole.update(path.read_bytes())
    for library in _LIBRARIES:
        whole.update(f"{library} {version(library)}\n".encode())
    return whole.hexdigest()
