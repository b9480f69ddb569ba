"""The one way to read a file of a site: from inside its folder, hashed."""

import hashlib
import os
import time
from difflib import get_close_matches
from pathlib import Path, PurePosixPath, PureWindowsPath

from rockfall_desktop.sites.faults import Faults

MAXIMUM_BYTES = 2 * 1024**3
MAXIMUM_FILES = 10_000
SETTLED_NS = 2_000_000_000


class SiteFolder:
    """Reads files by their relative names and remembers the hash of each."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self.path = path
        self._faults = faults
        self._digests: dict[str, bytes] = {}
        self._stamps: dict[str, str] = {}
        self._absent: set[str] = set()
        self._fitting: dict[str, tuple[str, ...]] = {}

    @property
    def asked(self) -> dict[str, str | list[str] | None]:
        """What was asked of the folder and what it answered.

        The name of a file to the SHA-256 of its content, hex, and its stamp; None where it was not there; a name with *
        to the names that fit.
        """
        digests = {name: f"{digest.hex()}@{self._stamps.get(name, '')}" for name, digest in self._digests.items()}
        fitting = {name: list(found) for name, found in self._fitting.items()}
        return {**dict.fromkeys(self._absent), **digests, **fitting}

    def answers_as(self, asked: dict[str, str | list[str] | None]) -> bool:
        """Whether the folder would answer now as it did when `asked` was noted.

        A file whose stamp is the same is the same; any other is read and hashed.

        Raises:
            Unreadable: when a file is no longer there.
        """
        for name, answer in asked.items():
            if "*" in name:
                same = list(self.matching(name)) == answer
            elif answer is None:
                same = self.absent(name)
            else:
                same = self._holds(name, str(answer))
            if not same:
                return False
        return True

    def _holds(self, name: str, answer: str) -> bool:
        digest, _, stamp = answer.partition("@")
        if stamp and _stamp(self._inside(name)) == stamp:
            return True
        self.path_of(name)
        return self._digests[name].hex() == digest

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the names and contents of all files read so far, in the order of their names."""
        whole = hashlib.sha256()
        for name in sorted(self._digests):
            whole.update(name.encode("utf-8", "surrogatepass") + b"\0" + self._digests[name])
        return whole.hexdigest()

    def read(self, name: str) -> bytes:
        """The content of a file inside the folder.

        Raises:
            Unreadable: when the name leads out of the folder, nothing is there or it cannot be read.
        """
        path = self._inside(name)
        self._stamps[name] = _stamp(path)
        try:
            if path.stat().st_size > MAXIMUM_BYTES:
                self._faults.stop(name, None, "is larger than 2 GiB", "Split the file into several channels' files.")
            content = path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            self._faults.stop(name, None, f"cannot be opened: {reason}", "Check who may read the file.")
        self._digests[name] = hashlib.sha256(content).digest()
        return content

    def read_if_there(self, name: str) -> bytes | None:
        """The content of a file inside the folder; None where there is none.

        Raises:
            Unreadable: when it cannot be read.
        """
        return None if self.absent(name) else self.read(name)

    def absent(self, name: str) -> bool:
        """Whether nothing lies there; that nothing did is remembered, nothing is read."""
        missing = not self.path.joinpath(name.replace("\\", "/")).exists()
        if missing:
            self._absent.add(name)
        return missing

    def path_of(self, name: str) -> Path:
        """The path of a file inside the folder, its content hashed; for files too large to be held.

        Raises:
            Unreadable: when the name leads out of the folder, nothing is there or it cannot be read.
        """
        path = self._inside(name)
        self._stamps[name] = _stamp(path)
        try:
            with path.open("rb") as file:
                self._digests[name] = hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            reason = error.strerror or str(error)
            self._faults.stop(name, None, f"cannot be opened: {reason}", "Check who may read the file.")
        return path

    def place_of(self, name: str) -> Path:
        """The path of a file inside the folder, its content not hashed; for pictures, on which no number rests.

        Raises:
            Unreadable: when the name leads out of the folder or nothing is there.
        """
        return self._inside(name)

    def matching(self, name: str) -> tuple[str, ...]:
        """The names of all files that a name with * stands for, in order; the name itself when it has none.

        A * stands for any signs but a slash. Links that lead out are refused when they are read.

        Raises:
            Unreadable: when no file fits, or too many do.
        """
        if "*" not in name:
            return (name,)
        folder, _, pattern = name.replace("\\", "/").rpartition("/")
        if "*" in folder:
            self._faults.stop("site.toml", None, f"'{name}' has a * in a folder's name", "Use * in the last part only.")
        place = self._inside_folder(folder, name)
        prefix = f"{folder}/" if folder else ""
        try:
            found = sorted(f"{prefix}{path.name}" for path in place.glob(pattern) if path.is_file())
        except (OSError, ValueError) as error:
            self._faults.stop(name, None, f"cannot be looked for: {error}", "Check the name and the folder's rights.")
        if not found:
            self._faults.stop(name, None, "fits no file", "Put files there or correct the name in site.toml.")
        if len(found) > MAXIMUM_FILES:
            self._faults.stop(name, None, f"fits {len(found):,} files", f"Join them to at most {MAXIMUM_FILES:,}.")
        self._fitting[name] = tuple(found)
        return tuple(found)

    def _inside_folder(self, folder: str, name: str) -> Path:
        remedy = "Put the files into the site folder and name them by their path from there."
        windows = PureWindowsPath(folder)
        if ".." in PurePosixPath(folder).parts or windows.drive or windows.root or any(ord(sign) < 32 for sign in name):
            self._faults.stop("site.toml", None, f"'{name}' leads out of the site folder", remedy)
        place = self.path / folder
        if not place.resolve().is_relative_to(self.path.resolve()):
            self._faults.stop("site.toml", None, f"'{name}' is a link that leads out of the site folder", remedy)
        return place

    def _inside(self, name: str) -> Path:
        remedy = "Put the file into the site folder and name it by its path from there."
        parts = PurePosixPath(name.replace("\\", "/")).parts
        windows = PureWindowsPath(name)
        if ".." in parts or windows.drive or windows.root or any(ord(sign) < 32 for sign in name):
            self._faults.stop("site.toml", None, f"'{name}' leads out of the site folder", remedy)
        path = self.path.joinpath(*parts)
        try:
            found = path.is_file()
            inside = path.resolve().is_relative_to(self.path.resolve())
        except (OSError, ValueError, RuntimeError):
            self._faults.stop("site.toml", None, f"'{name}' is no usable path", remedy)
        if not inside:
            self._faults.stop("site.toml", None, f"'{name}' is a link that leads out of the site folder", remedy)
        if not found:
            self._faults.stop(name, None, "there is no such file", self._advice(name))
        return path

    def _advice(self, name: str) -> str:
        try:
            here = sorted(path.name for path in self.path.iterdir() if path.is_file())
        except OSError:
            here = []
        close = get_close_matches(name, here, 1, 0.5)
        if close:
            return f"Did you mean {close[0]}? Correct the name in site.toml."
        return "Put the file into the site folder or correct the name in site.toml."


def _stamp(path: Path) -> str:
    """Size, times and place of a file, once it has rested for two seconds; empty where they prove nothing.

    The time of the last change of a file's entry cannot be set back with the others; Windows has none.
    """
    try:
        status = path.stat()
    except OSError:
        return ""
    if os.name == "nt" or status.st_ctime_ns + SETTLED_NS > time.time_ns():
        return ""
    return f"{status.st_size}.{status.st_mtime_ns}.{status.st_ctime_ns}.{status.st_ino}.{status.st_dev}"
