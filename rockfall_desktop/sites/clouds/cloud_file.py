"""Reads a LAS or LAZ file piece by piece.

Axes: p point of a piece.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import laspy
import numpy as np
from laspy import DecompressionSelection, LazBackend
from numpy.typing import NDArray

from rockfall_desktop.sites.clouds.header import CloudHeader, read_header
from rockfall_desktop.sites.clouds.library_faults import told_once
from rockfall_desktop.sites.clouds.packing import check_packing
from rockfall_desktop.sites.faults import Faults

PIECE_POINTS = 250_000
NORMALS = ("nx", "ny", "nz")
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Piece:
    """Some points of a file.

    Attributes:
        record: laspy record (p,).
        header: scale and offset of its coordinates.
    """

    record: Any
    header: CloudHeader

    def axis(self, axis: int, which: NDArray[np.int64] | None = None) -> Floats:
        """Coordinates along x (0), y (1) or z (2), float64, of all points or of some."""
        number = np.asarray(self.record.array["XYZ"[axis]])
        chosen = number if which is None else number[which]
        return chosen * self.header.scale[axis] + self.header.offset[axis]

    def field(self, name: str) -> NDArray[Any]:
        """Another dimension of all points, as the file holds it (extra dimensions scaled)."""
        return np.asarray(self.record[name])

    def __len__(self) -> int:
        return len(self.record)


class CloudFile:
    """A checked file of points.

    Attributes:
        header: what is known of it.
        extra: names of its extra dimensions.
        library_header: laspy's header, for the coordinate system.
    """

    def __init__(self, path: Path, faults: Faults, name: str) -> None:
        self._path = path
        self._faults = faults
        self.name = name
        self.header = read_header(path, faults, name)
        if self.header.packed:
            check_packing(path, self.header, faults, name)
        with told_once(faults, name), path.open("rb") as file:
            self.library_header = laspy.LasHeader.read_from(file, read_evlrs=False)
            self.extra = tuple(self.library_header.point_format.extra_dimension_names)

    def pieces(self, fields: tuple[str, ...] = ()) -> Iterator[Piece]:
        """The points in the order of the file, 250,000 at most at a time, with x, y, z and the named fields.

        One thread unpacks: with several the window would stand still for up to 0.2 s, because lazrs keeps Python's
        lock while it unpacks.

        Raises:
            Unreadable: when the file is damaged.
        """
        with self._path.open("rb") as file:
            with told_once(self._faults, self.name):
                reader = laspy.LasReader(
                    file, laz_backend=LazBackend.Lazrs, read_evlrs=False, decompression_selection=_selection(fields)
                )
            done = 0
            while done < self.header.points:
                with told_once(self._faults, self.name):
                    record = reader.read_points(min(PIECE_POINTS, self.header.points - done))
                if len(record) == 0:
                    self._faults.stop(self.name, None, f"ends after {done:,} points", "Copy or export the file again.")
                done += len(record)
                yield Piece(record, self.header)

    def rectangle(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the points themselves, whatever the header claims; reads them all.

        Raises:
            Unreadable: when the file is damaged.
        """
        west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
        for piece in self.pieces():
            x, y = piece.axis(0), piece.axis(1)
            west, south = min(west, float(x.min())), min(south, float(y.min()))
            east, north = max(east, float(x.max())), max(north, float(y.max()))
        return west, south, east, north

    def has(self, names: tuple[str, ...]) -> bool:
        """Whether the points have all of these extra dimensions."""
        return all(name in self.extra for name in names)


def _selection(fields: tuple[str, ...]) -> DecompressionSelection:
    """The least that holds the fields; it matters for the layered formats 6 to 10 only."""
    chosen = DecompressionSelection.base() | DecompressionSelection.Z
    for name in fields:
        if name == "classification":
            chosen |= DecompressionSelection.CLASSIFICATION
        elif name == "withheld":
            chosen |= DecompressionSelection.FLAGS
        elif name == "intensity":
            chosen |= DecompressionSelection.INTENSITY
        else:
            chosen |= DecompressionSelection.ALL_EXTRA_BYTES
    return chosen
