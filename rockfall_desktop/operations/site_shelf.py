"""Keeps the sites that were read last, so that planning, starting and running a training read them once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from rockfall_desktop.domain.errors import WrongInput

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays
    from rockfall_desktop.domain.layer_arrays import SiteLayers
    from rockfall_desktop.sites.second_reading import SecondReading

_Held = TypeVar("_Held")
_Signature = tuple[tuple[str, int, int, int, int], ...]
_MOST_FILES = 100_000


def site_place(folder: Path) -> Path:
    """A site's folder as an absolute path, whether it is there or not.

    Raises:
        WrongInput: when it cannot be a path, or lies where this user may not look.
    """
    with in_words(folder):
        place = folder.expanduser().resolve()
        str(place).encode()
        with suppress(FileNotFoundError, NotADirectoryError):
            place.stat()
        return place


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about a site's folder into a sentence.

    A ValueError of anything but the folder's own name is a fault of the program and passes.

    Raises:
        WrongInput: in place of it.
    """
    try:
        yield
    except OSError as error:
        raise _no_site(error.filename or folder, error.strerror or str(error)) from error
    except RuntimeError as error:  # a home folder of nobody, links in a ring
        raise _no_site(folder, str(error).removesuffix(".")) from error
    except ValueError as error:
        if _is_readable(str(folder)):
            raise
        raise _no_site(folder, "The name is no readable text") from error


@contextmanager
def _named(folder: Path, *, several: bool) -> Iterator[None]:
    """Name the folder before a fault of one of several sites, whose files are called the same."""
    try:
        yield
    except WrongInput as fault:
        if not several:
            raise
        raise WrongInput(fault.title, f"{folder}: {fault.message}", fault.hint) from fault


def _is_readable(name: str) -> bool:
    with suppress(UnicodeEncodeError):
        return b"\0" not in name.encode()
    return False


def _no_site(place: object, reason: str) -> WrongInput:
    name = str(place)
    return WrongInput("No such site", f"{name[:200]}: {reason}.", "Check the path of the site's folder and its rights.")


class SiteShelf:
    """Holds the arrays of the sites asked for last: one, or all of a training.

    They hold as long as no file of a site's folder changed in name, size, times or place on the disk.
    The time of the last change of a file's entry is one of them: it cannot be set back with the others.

    Behind it lies what was kept of the sites read before, in a folder of the home.

    Attributes:
        place: that folder.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._series: _Last[SiteArrays] = _Last(lambda folder: _reading(place).site(folder))
        self._layers: _Last[SiteLayers] = _Last(lambda folder: _reading(place).layers(folder))

    def read(self, folder: Path) -> "SiteArrays":
        """The series of a site; slow when the folder changed or is another one than last time.

        Raises:
            WrongInput: with the first fault of the site and how many more there are.
        """
        return self._series.of((folder,))[0]

    def read_all(self, folders: tuple[Path, ...]) -> "tuple[SiteArrays, ...]":
        """The series of several sites, as `read`; from then on those of no other site are held.

        Raises:
            WrongInput: as `read`.
        """
        return self._series.of(folders)

    def layers(self, folder: Path) -> "SiteLayers":
        """The layers of a site; slow when the folder changed or is another one than last time.

        Raises:
            WrongInput: with the first fault of the layers and how many more there are.
        """
        return self._layers.of((folder,))[0]

    def layers_all(self, folders: tuple[Path, ...]) -> "tuple[SiteLayers, ...]":
        """The layers of several sites, as `layers`; from then on those of no other site are held.

        Raises:
            WrongInput: as `layers`.
        """
        return self._layers.of(folders)


class _Last(Generic[_Held]):
    """What was read last, and the folders as they were then."""

    def __init__(self, read: Callable[[Path], _Held]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._kept: dict[Path, tuple[_Signature, _Held]] = {}

    def of(self, folders: tuple[Path, ...]) -> tuple[_Held, ...]:
        """What the folders hold; what others held is let go first, unless all that is asked for is held already."""
        places = tuple(map(site_place, folders))
        with self._lock:
            if not self._kept.keys() >= set(places):
                self._kept = {place: held for place, held in self._kept.items() if place in places}
            return tuple(self._one(place, several=len(places) > 1) for place in places)

    def _one(self, folder: Path, *, several: bool) -> _Held:
        with in_words(folder):
            signature = _signature(folder)
            before = self._kept.get(folder)
            if before is not None and before[0] == signature:
                return before[1]
            self._kept.pop(folder, None)
            with _named(folder, several=several):
                held = self._read(folder)
            self._kept[folder] = signature, held
            return held


def _reading(place: Path) -> "SecondReading":
    from rockfall_desktop.sites.second_reading import SecondReading  # noqa: PLC0415 - polars loads here

    return SecondReading(place)


def _signature(folder: Path) -> _Signature:
    if not folder.is_dir():
        raise WrongInput("No such site", f"There is no folder {folder}.", "Check the path.")
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            found.append((str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        if len(found) > _MOST_FILES:
            raise WrongInput("Not a site", f"{folder} holds more than {_MOST_FILES} files.", "Choose a site folder.")
    return tuple(sorted(found))
