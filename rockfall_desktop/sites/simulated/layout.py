"""Where the wall and its zones lie: benches around an arc, seen from above.

Axes: z zone, y row (north to south), x column.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CRS = "EPSG:2056"
CENTRE_M = (2_642_000.0, 1_178_000.0)
FLOOR_M = 1_400.0
BENCH_HEIGHT_M, BENCH_WIDTH_M, BENCHES_A_ZONE = 12.0, 10.0, 2
ZONE_WIDTH_M, WALL_DEG, LEAST_RADIUS_M = 30.0, 150.0, 80.0
MARGIN_M = 60.0
CELL_M = 1.0


@dataclass(frozen=True)
class Layout:
    """A pit seen from above: zones in `levels` rings of `columns` sectors, from the floor up and from west to east.

    Attributes:
        zones: how many; the last ring may be short.
        levels, columns: of the rings.
        radius_m: from the centre to the foot of the wall.
    """

    zones: int
    levels: int
    columns: int
    radius_m: float

    @property
    def crest_m(self) -> float:
        """From the centre to the crest of the wall."""
        return self.radius_m + self.levels * BENCHES_A_ZONE * BENCH_WIDTH_M

    @property
    def side_cells(self) -> int:
        """Cells along a side of the square of ground that is made."""
        return 2 * round((self.crest_m + MARGIN_M) / CELL_M)

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """West, south, east and north of that square."""
        half = self.side_cells * CELL_M / 2.0
        return CENTRE_M[0] - half, CENTRE_M[1] - half, CENTRE_M[0] + half, CENTRE_M[1] + half

    def grid(self) -> tuple[Floats, Floats]:
        """Easting (1, x) and northing (y, 1) of cell centres."""
        west, _, _, north = self.bounds_m
        steps: Floats = (np.arange(self.side_cells, dtype=np.float64) + 0.5) * CELL_M
        return np.asarray((west + steps)[None, :]), np.asarray((north - steps)[:, None])

    def sector(self, zone: int) -> tuple[float, float, float, float]:
        """Inner and outer radius in metres, and the first and last angle from east in degrees, of a zone."""
        level, column = divmod(zone, self.columns)
        depth = BENCHES_A_ZONE * BENCH_WIDTH_M
        wide = np.degrees(ZONE_WIDTH_M / self.radius_m)
        first = 90.0 + wide * (self.columns / 2.0 - column - 1)
        return self.radius_m + level * depth, self.radius_m + (level + 1) * depth, first, first + wide

    def polygon(self, zone: int) -> Floats:
        """Corners (9, 2) of a zone in metres, closed, counter-clockwise; its borders are shared with its neighbours."""
        near, far, first, last = self.sector(zone)
        angle = np.radians(np.linspace(first, last, 4))
        ring = np.concatenate((_around(far, angle), _around(near, angle[::-1])))
        return np.concatenate((ring, ring[:1]))

    def zone_of(self, east: Floats, north: Floats) -> NDArray[np.int64]:
        """The zone that holds each place, -1 where none does; shapes broadcast."""
        x, y = east - CENTRE_M[0], north - CENTRE_M[1]
        wide = np.degrees(ZONE_WIDTH_M / self.radius_m)
        angle = np.degrees(np.arctan2(y, x))
        column = np.floor(self.columns / 2.0 - (angle - 90.0) / wide).astype(np.int64)
        depth = BENCHES_A_ZONE * BENCH_WIDTH_M
        level = np.floor((np.hypot(x, y) - self.radius_m) / depth).astype(np.int64)
        zone = level * self.columns + column
        inside = (level >= 0) & (level < self.levels) & (column >= 0) & (column < self.columns) & (zone < self.zones)
        return np.where(inside, zone, -1)


def make_layout(zones: int) -> Layout:
    """Room for some zones: up to five rings, and an arc of at most 150 degrees."""
    levels = max(1, min(5, round((zones / 2.5) ** 0.5)))
    columns = -(-zones // levels)
    radius = max(LEAST_RADIUS_M, columns * ZONE_WIDTH_M / np.radians(WALL_DEG))
    return Layout(zones, levels, columns, float(radius))


def _around(radius_m: float, angle: Floats) -> Floats:
    x, y = CENTRE_M[0] + radius_m * np.cos(angle), CENTRE_M[1] + radius_m * np.sin(angle)
    return np.stack((x, y), axis=1).round(2)
