"""Looks through a GeoPackage before any library runs its SQL: no views, no tables that compute, every page once.

A GeoPackage is an SQLite file (OGC 12-128r19; SQLite database file format, sections 1.3 to 2.6). A view can run for
ever, and pages that name each other in a circle never end, within a call that nothing can stop.
"""

import mmap
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAXIMUM_ENTRIES = 2000
_INTERIOR, _LEAF = (2, 5), (10, 13)
_COMPUTES = re.compile(r"\bgenerated\b|\bas\s*\(", re.IGNORECASE)
_RTREE = re.compile(r"^create\s+virtual\s+table\s+\S+\s+using\s+rtree\b", re.IGNORECASE)


class HostileFile(ValueError):
    """A file that is damaged, or made to run for ever; the message says why."""


@dataclass(frozen=True)
class FeatureTable:
    """A table with features, and how many rows it has."""

    name: str
    rows: int


def feature_tables(path: Path) -> tuple[FeatureTable, ...]:
    """The tables of a GeoPackage that hold features.

    Raises:
        HostileFile: when it is none, damaged, or holds what computes.
    """
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise HostileFile("is no GeoPackage")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return _Pages(data).feature_tables()
            except (struct.error, IndexError, UnicodeDecodeError, RecursionError) as error:
                raise HostileFile("is damaged: its tables cannot be followed") from error


class _Pages:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        if len(data) < 512 or data[68:72] not in (b"GPKG", b"GP10", b"GP11"):
            raise HostileFile("is no GeoPackage")
        (size,) = struct.unpack(">H", data[16:18])
        self._size = 65_536 if size == 1 else size
        if self._size < 512 or self._size & (self._size - 1):
            raise HostileFile("is damaged: its pages have no size")
        self._usable = self._size - data[20]
        self._encoding = {2: "utf-16-le", 3: "utf-16-be"}.get(data[59], "utf-8")
        self._seen: set[int] = set()
        self._payload = 0

    def feature_tables(self) -> tuple[FeatureTable, ...]:
        roots: dict[str, int] = {}
        for kind, name, _, root, sql in (self._record(*cell) for cell in self._leaves(1)):
            self._check_entry(str(kind), str(name), str(sql or ""))
            if isinstance(root, int) and root > 0:
                roots[str(name)] = root
            if len(roots) > MAXIMUM_ENTRIES:
                raise HostileFile(f"has more than {MAXIMUM_ENTRIES:,} tables and indexes")
        if "gpkg_geometry_columns" not in roots:
            raise HostileFile("has no table with features")
        told = [self._record(*cell)[0] for cell in self._leaves(roots.pop("gpkg_geometry_columns"))]
        rows = {name: sum(1 for _ in self._leaves(root)) for name, root in roots.items()}
        by_name = {name.lower(): (name, count) for name, count in rows.items()}
        return tuple(FeatureTable(*by_name[str(name).lower()]) for name in told if str(name).lower() in by_name)

    @staticmethod
    def _check_entry(kind: str, name: str, sql: str) -> None:
        if kind == "view":
            raise HostileFile(f"has a view ('{name}'), which is not run")
        if sql.lower().startswith("create virtual") and not _RTREE.match(sql):
            raise HostileFile(f"has a virtual table ('{name}'), which is not run")
        if kind == "table" and _COMPUTES.search(sql):
            raise HostileFile(f"has a table that computes columns ('{name}'), which is not run")

    def _leaves(self, root: int) -> Iterator[tuple[int, int]]:
        """Place and size of the payload of each leaf cell under a page; every page of the file once only."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            if number in self._seen or not 0 < number <= len(self._data) // self._size:
                raise HostileFile("is damaged: its pages go in a circle or lie outside")
            self._seen.add(number)
            start = (number - 1) * self._size
            head = start + (100 if number == 1 else 0)
            kind = self._data[head]
            if kind not in _INTERIOR + _LEAF:
                raise HostileFile("is damaged: a page is none of a table")
            (cells,) = struct.unpack(">H", self._data[head + 3 : head + 5])
            pointers = head + (12 if kind in _INTERIOR else 8)
            places = struct.unpack(f">{cells}H", self._data[pointers : pointers + 2 * cells])
            if kind in _INTERIOR:
                children = [struct.unpack(">I", self._data[start + at : start + at + 4])[0] for at in places]
                waiting += [*children, struct.unpack(">I", self._data[head + 8 : head + 12])[0]]
                continue
            for at in places:
                yield self._leaf(start + at, with_row=kind == 13)

    def _leaf(self, place: int, *, with_row: bool) -> tuple[int, int]:
        size, place = self._varint(place)
        if with_row:
            _, place = self._varint(place)
        self._payload += size
        if self._payload > len(self._data):
            raise HostileFile("is damaged: its rows claim more than the file holds")
        return place, size

    def _record(self, place: int, size: int) -> list[int | str | bytes | None]:
        payload = self._payload_at(place, size)
        end, at = _varint(payload, 0)
        kinds = []
        while at < end:
            kind, at = _varint(payload, at)
            kinds.append(kind)
        found: list[int | str | bytes | None] = []
        for kind in kinds:
            length = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2
            part = payload[at : at + length]
            at += length
            found.append(self._value(kind, part))
        return found

    def _value(self, kind: int, part: bytes) -> int | str | bytes | None:
        if kind >= 12:
            return part.decode(self._encoding) if kind % 2 else part
        if kind in (8, 9):
            return kind - 8
        return int.from_bytes(part, "big", signed=True) if 1 <= kind <= 6 else None

    def _payload_at(self, place: int, size: int) -> bytes:
        largest = self._usable - 35
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (self._usable - 4)
        local = size if size <= largest else (local if local <= largest else least)
        found = [self._data[place : place + local]]
        left = size - local
        following = struct.unpack(">I", self._data[place + local : place + local + 4])[0] if left else 0
        while left > 0:
            start = (following - 1) * self._size
            if following == 0 or following in self._seen:
                raise HostileFile("is damaged: a long row goes in a circle")
            self._seen.add(following)
            found.append(self._data[start + 4 : start + 4 + min(left, self._usable - 4)])
            left -= self._usable - 4
            (following,) = struct.unpack(">I", self._data[start : start + 4])
        return b"".join(found)

    def _varint(self, place: int) -> tuple[int, int]:
        found, length = _varint(self._data[place : place + 9], 0)
        return found, place + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, seven bits each (the ninth eight), and where it ends."""
    number = 0
    for place in range(at, at + 8):
        number = number << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return number, place + 1
    return number << 8 | data[at + 8], at + 9
