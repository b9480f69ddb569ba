"""The header of a LAS or LAZ file, checked against the file's size before any library sees it.

Sizes and offsets follow ASPRS LAS 1.4 R15, tables 3 and 4; they are the same in 1.0 to 1.3 as far as those go.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rockfall_desktop.sites.faults import Faults

MAXIMUM_POINTS = 1_000_000_000
_MAXIMUM_HEAD_BYTES = 64 * 1024**2
_LARGEST_M = 1e9
_SOON_READ = 10_000_000
_RECORD_HEAD_BYTES = 54
_HEADER_BYTES = {0: 227, 1: 227, 2: 227, 3: 235, 4: 375, 5: 375}
_LEAST_RECORD_BYTES = (20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67)
_REMEDY = "Export or copy the file again."


@dataclass(frozen=True)
class CloudHeader:
    """What a header says of its points, as far as the file's size bears it out.

    Attributes:
        points: how many points.
        record_bytes: size of one point.
        start: first byte of the points.
        packed: whether it is LAZ.
        file_bytes: size of the file.
        record: data of the record that says how the points are packed; empty for LAS.
        scale, offset: a coordinate is number * scale + offset; x, y, z.
        lowest, highest: what the header claims as extent, x, y, z; nobody has checked it.
        late: first byte of the records after the points, and how many; LAS 1.4 only.
    """

    points: int
    record_bytes: int
    start: int
    packed: bool
    file_bytes: int
    record: bytes
    scale: tuple[float, float, float]
    offset: tuple[float, float, float]
    lowest: tuple[float, float, float]
    highest: tuple[float, float, float]
    late: tuple[int, int]


def read_header(path: Path, faults: Faults, name: str) -> CloudHeader:
    """The checked header of a file.

    Raises:
        Unreadable: when the file is no LAS or LAZ file or claims what it cannot hold; the fault is noted.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            return _Check(faults, name, size).header(file)
    except OSError as error:
        faults.stop(name, None, f"cannot be opened: {error.strerror or error}", "Check who may read the file.")


class _Check:
    def __init__(self, faults: Faults, name: str, size: int) -> None:
        self._faults = faults
        self._name = name
        self._size = size

    def header(self, file: BinaryIO) -> CloudHeader:
        head = file.read(375)
        self._need(len(head) > 0, "is empty", _REMEDY)
        self._need(head[:4] == b"LASF", "is no LAS or LAZ file", "Name a file that a scanner's program exported.")
        self._need(len(head) >= 227, "ends within its header", _REMEDY)
        minor = head[25]
        self._need(
            head[24] == 1 and minor in _HEADER_BYTES, f"is LAS {head[24]}.{minor}", "Export it as LAS 1.2 to 1.4."
        )
        self._need(len(head) >= _HEADER_BYTES[minor], "ends within its header", _REMEDY)
        own_bytes, start, records = struct.unpack_from("<HII", head, 94)
        form, record_bytes, count = struct.unpack_from("<BHI", head, 104)
        packed = bool(form & 0x80)
        if minor >= 4:
            (count,) = struct.unpack_from("<Q", head, 247)
        numbers = struct.unpack_from("<12d", head, 131)
        self._sizes(own_bytes, _HEADER_BYTES[minor], start, records)
        self._form(form & 0x3F, record_bytes)
        self._scales(numbers[:6])
        record = self._records(file, own_bytes, start, records)
        self._need(not packed or record != b"", "is packed but does not say how", _REMEDY)
        self._points(count, record_bytes, start, packed=packed)
        return CloudHeader(
            points=count,
            record_bytes=record_bytes,
            start=start,
            packed=packed,
            file_bytes=self._size,
            record=record if packed else b"",
            scale=(numbers[0], numbers[1], numbers[2]),
            offset=(numbers[3], numbers[4], numbers[5]),
            lowest=(numbers[7], numbers[9], numbers[11]),
            highest=(numbers[6], numbers[8], numbers[10]),
            late=struct.unpack_from("<QI", head, 235) if minor >= 4 else (0, 0),
        )

    def _need(self, holds: bool, message: str, remedy: str) -> None:  # noqa: FBT001 - the condition is the point
        if not holds:
            self._faults.stop(self._name, None, message, remedy)

    def _sizes(self, own_bytes: int, least_bytes: int, start: int, records: int) -> None:
        self._need(least_bytes <= own_bytes <= start, "has a header whose sizes contradict each other", _REMEDY)
        self._need(start <= self._size, f"says that its points begin at byte {start:,}, beyond its end", _REMEDY)
        self._need(start <= _MAXIMUM_HEAD_BYTES, f"has a head of {start:,} bytes", "Export it without extra records.")
        room = (start - own_bytes) // _RECORD_HEAD_BYTES
        self._need(records <= room, f"claims {records:,} records where {room:,} have room", _REMEDY)

    def _form(self, form: int, record_bytes: int) -> None:
        known = form < len(_LEAST_RECORD_BYTES)
        self._need(known, f"has points of the unknown format {form}", "Export it as LAS 1.2 to 1.4.")
        least = _LEAST_RECORD_BYTES[form]
        message = f"claims points of {record_bytes} bytes, which format {form} does not have"
        self._need(least <= record_bytes <= 4096, message, _REMEDY)

    def _scales(self, numbers: tuple[float, ...]) -> None:
        for axis, scale, offset in zip("xyz", numbers[:3], numbers[3:], strict=True):
            sound = math.isfinite(scale) and math.isfinite(offset) and scale > 0
            self._need(sound, f"has scale {scale:g} and offset {offset:g} along {axis}", _REMEDY)
            message = f"has coordinates of up to {scale * 2**31 + abs(offset):g} along {axis}, farther than any place"
            self._need(scale <= 1000 and abs(offset) <= _LARGEST_M, message, _REMEDY)

    def _records(self, file: BinaryIO, own_bytes: int, start: int, records: int) -> bytes:
        """The data of the record that says how points are packed; each record must end before the points."""
        place, found = own_bytes, b""
        for _ in range(records):
            file.seek(place)
            head = file.read(_RECORD_HEAD_BYTES)
            (number, length) = struct.unpack_from("<HH", head, 18)
            place += _RECORD_HEAD_BYTES + length
            self._need(place <= start, "has records that run into its points", _REMEDY)
            if number == 22204 and head[2:18].rstrip(b"\0") == b"laszip encoded":
                found = file.read(length)
        return found

    def _points(self, count: int, record_bytes: int, start: int, *, packed: bool) -> None:
        self._need(count > 0, "holds no point", "Export the points again, or remove the layer.")
        rest = self._size - start
        # beyond what is read in seconds, 16 points to the byte are copies of one point: no scan packs so well
        room = max(_SOON_READ, rest * 16) if packed else rest // record_bytes
        message = f"claims {count:,} points, but its {self._size:,} bytes have room for {room:,}"
        self._need(count <= room, message, "The file is not whole: copy or export it again.")
        message = f"holds {count:,} points, more than {MAXIMUM_POINTS:,}"
        self._need(count <= MAXIMUM_POINTS, message, "Thin it, or cut it to the zones.")
