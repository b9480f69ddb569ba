"""What a LAZ file says of its chunks, checked before they are unpacked.

Layout: Isenburg (2013), LASzip: lossless compression of LiDAR data, PERS 79(2); LAZ specification 1.4 R1. A library
that believes these numbers takes as much memory as they ask for.
"""

import struct
from pathlib import Path

import lazrs

from rockfall_desktop.sites.clouds.header import CloudHeader
from rockfall_desktop.sites.clouds.library_faults import told_once
from rockfall_desktop.sites.faults import Faults

_LAYERED = 3
_VARIABLE = 0xFFFFFFFF
_REMEDY = "Export or copy the file again."
_LAYERS = {10: 9, 11: 1, 12: 2, 13: 1, 14: 0}
"""Layers that an item of a layered chunk has by its type; extra bytes (14) have one each."""


def check_packing(path: Path, header: CloudHeader, faults: Faults, name: str) -> None:
    """See to it that the chunks of a LAZ file lie in it and hold what the header says.

    Raises:
        Unreadable: when they do not; the fault is noted.
    """
    if not _holds(path, header, faults, name):
        faults.stop(name, None, "says of its packed points what its size belies", _REMEDY)


def _holds(path: Path, header: CloudHeader, faults: Faults, name: str) -> bool:
    if len(header.record) < 34:
        return False
    kind, _, _, _, _, _, chunk_points = struct.unpack_from("<HHBBHII", header.record)
    items = _items(header.record)
    if kind not in (2, _LAYERED) or not items or chunk_points == 0:
        return False
    if sum(size for _, size in items) != header.record_bytes:
        return False
    chunks = _chunks(path, header, faults, name)
    if chunks is None or sum(length for _, length in chunks) > header.file_bytes - header.start - 8:
        return False
    points = sum(count for count, _ in chunks) if chunk_points == _VARIABLE else len(chunks) * chunk_points
    if points < header.points:
        return False
    layers = sum(size if number == 14 else _LAYERS.get(number, 0) for number, size in items)
    return kind != _LAYERED or _layers_fit(path, header, [length for _, length in chunks], layers)


def _items(record: bytes) -> list[tuple[int, int]]:
    """(type, size) of the parts of a point; none where the record is cut or names one that is unknown."""
    (count,) = struct.unpack_from("<H", record, 32)
    if len(record) < 34 + 6 * count or count > 32:
        return []
    return [struct.unpack_from("<HH", record, 34 + 6 * place) for place in range(count)]


def _chunks(path: Path, header: CloudHeader, faults: Faults, name: str) -> list[tuple[int, int]] | None:
    """(points, bytes) of each chunk; None where the table cannot be as it says."""
    with path.open("rb") as file:
        file.seek(header.start)
        (table,) = struct.unpack("<q", file.read(8).ljust(8, b"\0"))
        if table == -1:
            file.seek(-8, 2)
            (table,) = struct.unpack("<q", file.read(8))
        if not header.start + 8 <= table <= header.file_bytes - 8:
            return None
        file.seek(table)
        _, count = struct.unpack("<II", file.read(8))
        if count == 0 or count * header.record_bytes > table - header.start - 8:
            return None
        file.seek(header.start)
        with told_once(faults, name):
            return [
                (int(points), int(length))
                for points, length in lazrs.read_chunk_table(file, lazrs.LazVlr(header.record))
            ]


def _layers_fit(path: Path, header: CloudHeader, lengths: list[int], layers: int) -> bool:
    """Whether the layers of every chunk lie in it; each begins with a whole point, a count and the layers' sizes."""
    head_bytes = header.record_bytes + 4 + 4 * layers
    place = header.start + 8
    with path.open("rb") as file:
        for length in lengths:
            file.seek(place + header.record_bytes)
            head = file.read(4 + 4 * layers)
            if len(head) < 4 + 4 * layers or length < head_bytes:
                return False
            sizes = struct.unpack(f"<{layers}I", head[4:])
            if head_bytes + sum(sizes) > length:
                return False
            place += length
    return True
