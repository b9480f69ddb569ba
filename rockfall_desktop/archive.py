"""The one form of archive that this program writes and reads: a zip of stored files whose every byte is determined.

Reading parses names, sizes and checksums alone, writes all headers anew from them and compares: no flag, no second
name, no gap, no comment can say anything else than the writer would have said.
"""

import hashlib
import re
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.files import replacing

LARGEST_BYTES = 2**31
MOST_FILES = 100
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_VERSION, _STORED, _MIDNIGHT, _NEW_YEAR_1980 = 20, 0, 0, 0x21
_LARGEST_DIRECTORY = MOST_FILES * (_CENTRAL.size + 64)
_PIECE_BYTES = 1 << 20


class Entry(NamedTuple):
    """One file of an archive.

    Attributes:
        name: without folders.
        size: bytes.
        checksum: CRC-32.
        offset: where its header begins.
    """

    name: str
    size: int
    checksum: int
    offset: int

    @property
    def begin(self) -> int:
        """Where its content begins."""
        return self.offset + _LOCAL.size + len(self.name)


@dataclass(frozen=True)
class OpenArchive:
    """An archive whose form was found right. Its contents are looked at when they are asked for.

    Attributes:
        path: the file; a later change of it is noticed by the checksums at the latest.
        entries: what it holds, in its order.
    """

    path: Path
    entries: tuple[Entry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the archive."""
        return tuple(entry.name for entry in self.entries)

    def size(self, name: str) -> int:
        """Bytes of a file.

        Raises:
            KeyError: when there is none of that name.
        """
        return self._entry(name).size

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, a piece of at most 1 MiB after the other.

        Raises:
            KeyError: when there is none of that name.
            WrongInput: after the last piece when its checksum is wrong, or as soon as it is cut off.
        """
        entry = self._entry(name)
        checksum, left = 0, entry.size
        with opened(self.path) as file:
            file.seek(entry.begin)
            while left:
                piece = file.read(min(left, _PIECE_BYTES))
                if not piece:
                    raise refused(self.path, "it is cut off")
                left, checksum = left - len(piece), zlib.crc32(piece, checksum)
                yield piece
        self._demand(entry, checksum)

    def read(self, name: str) -> bytes:
        """The content of a file, held once.

        Raises:
            KeyError: when there is none of that name.
            WrongInput: when its checksum is wrong.
        """
        entry = self._entry(name)
        with opened(self.path) as file:
            file.seek(entry.begin)
            content = file.read(entry.size)
        self._demand(entry, zlib.crc32(content))
        return content

    def _entry(self, name: str) -> Entry:
        return next((entry for entry in self.entries if entry.name == name), None) or _no_entry(name)

    def _demand(self, entry: Entry, checksum: int) -> None:
        if checksum != entry.checksum:
            raise refused(self.path, f"the checksum of {entry.name} is wrong")


def write_archive(path: Path, files: Mapping[str, bytes | Path]) -> None:
    """Write an archive, whole or not at all. The same files in the same order give the same bytes.

    Args:
        path: where; a file there is replaced.
        files: content, or the path of a file that is copied piece by piece, by name.

    Raises:
        ValueError: when a name is not one, or there are too many.
        WrongInput: when a file to be copied cannot be read, or all of it is larger than 2 GiB.
        StoreFault: when the disk is full or the folder cannot be written.
    """
    if len(files) > MOST_FILES or not all(NAME.fullmatch(name) for name in files):
        raise ValueError("an archive takes at most 100 files with plain names")
    with replacing(path) as file:
        entries: list[Entry] = []
        for name, content in files.items():
            entries.append(_add(file, name, content))
            if file.tell() > LARGEST_BYTES - _LARGEST_DIRECTORY - _END.size:
                raise WrongInput("The file was not saved", f"{path}: it would be larger than 2 GiB.", "")
        file.write(_directory(entries))


def read_archive(path: Path, *, largest_bytes: int = LARGEST_BYTES) -> OpenArchive:
    """Look at the form of an archive: a few reads, whatever its size says.

    Raises:
        WrongInput: when it cannot be read, or has any other form than `write_archive` gives.
    """
    with opened(path) as file:
        size = file.seek(0, 2)
        if not _END.size <= size <= min(largest_bytes, LARGEST_BYTES):
            raise refused(path, "it is empty, cut off or too large")
        file.seek(-min(size, _LARGEST_DIRECTORY + _END.size), 2)
        tail = file.read()
        entries = _entries(tail)
        directory = _directory(entries) if entries else b""
        begin = _after(entries)
        if not entries or begin + len(directory) != size or not tail.endswith(directory):
            raise refused(path, "its list of files is not as it must be")
        for entry in entries:
            file.seek(entry.offset)
            if file.read(_LOCAL.size + len(entry.name)) != _header(entry):
                raise refused(path, f"the head of {entry.name} is not as it must be")
    return OpenArchive(path, entries)


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 of a file, hexadecimal, and its size in bytes.

    Raises:
        WrongInput: when it cannot be read.
    """
    total, size = hashlib.sha256(), 0
    with opened(path) as file:
        while piece := file.read(_PIECE_BYTES):
            total.update(piece)
            size += len(piece)
    return total.hexdigest(), size


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file from outside, to be read; what goes wrong while it is open is told in a sentence.

    Raises:
        WrongInput: when it is no file, or cannot be read.
    """
    try:
        if not _is_file(path):  # a pipe would be waited for
            raise WrongInput("The file cannot be read", f"{path} is no file.", "Choose another one.")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        reason = error.strerror or str(error)
        raise WrongInput("The file cannot be read", f"{path}: {reason}.", "Choose another one.") from error


def refused(path: Path, reason: str) -> WrongInput:
    """Why a file is not what it should be."""
    return WrongInput(
        "The file is refused",
        f"{path}: {reason}.",
        "Nothing of it was used. It was damaged or changed on the way, or is no file of this program: copy it again.",
    )


def _add(file: FileIO, name: str, content: bytes | Path) -> Entry:
    """Write one file behind what is there; its head once more when size and checksum are known."""
    offset = file.tell()
    file.write(_header(Entry(name, 0, 0, offset)))
    size = checksum = 0
    for piece in [content] if isinstance(content, bytes) else _pieces(content):
        file.write(piece)
        size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        if size > LARGEST_BYTES:
            raise WrongInput("The file was not saved", f"{name} is larger than 2 GiB.", "")
    entry = Entry(name, size, checksum, offset)
    file.seek(offset)
    file.write(_header(entry))
    file.seek(0, 2)
    return entry


def _pieces(path: Path) -> Iterator[bytes]:
    with opened(path) as source:
        while piece := source.read(_PIECE_BYTES):
            yield piece


def _entries(tail: bytes) -> tuple[Entry, ...]:
    """What the list at the end of an archive says; nothing where it cannot be followed."""
    _, _, _, _, count, length, _, _ = _END.unpack_from(tail, len(tail) - _END.size)
    at, end = len(tail) - _END.size - length, len(tail) - _END.size
    found: list[Entry] = []
    while at >= 0 and len(found) < min(count, MOST_FILES) and at + _CENTRAL.size <= end:
        fields = _CENTRAL.unpack_from(tail, at)
        checksum, size, long = fields[7], fields[9], fields[10]
        name = tail[at + _CENTRAL.size : at + _CENTRAL.size + min(long, 64)].decode("latin-1")
        doubled = any(entry.name == name for entry in found)
        if not NAME.fullmatch(name) or doubled or _after(found) + size > LARGEST_BYTES:
            return ()
        found.append(Entry(name, size, checksum, _after(found)))
        at += _CENTRAL.size + len(name)
    return tuple(found)


def _after(entries: "list[Entry] | tuple[Entry, ...]") -> int:
    return entries[-1].begin + entries[-1].size if entries else 0


def _header(entry: Entry) -> bytes:
    name = entry.name.encode("ascii")
    return (
        _LOCAL.pack(
            b"PK\3\4", _VERSION, 0, _STORED, _MIDNIGHT, _NEW_YEAR_1980,
            entry.checksum, entry.size, entry.size, len(name), 0,
        ) + name
    )  # fmt: skip


def _directory(entries: "list[Entry] | tuple[Entry, ...]") -> bytes:
    central = b"".join(
        _CENTRAL.pack(
            b"PK\1\2", _VERSION, _VERSION, 0, _STORED, _MIDNIGHT, _NEW_YEAR_1980,
            entry.checksum, entry.size, entry.size, len(entry.name), 0, 0, 0, 0, 0, entry.offset,
        ) + entry.name.encode("ascii")
        for entry in entries
    )  # fmt: skip
    count = len(entries)
    return central + _END.pack(b"PK\5\6", 0, 0, count, count, len(central), _after(entries), 0)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except ValueError:  # a NUL in the name
        return False


def _no_entry(name: str) -> Entry:
    raise KeyError(name)
