"""The ground of a simulated pit: a fractal hill, cut by a floor, benches and their faces.

Axes: y row (north to south), x column, z zone.
"""

from dataclasses import dataclass

import numpy as np

from rockfall_desktop.sites.simulated.fractal import Floats, fractal_surface
from rockfall_desktop.sites.simulated.layout import (
    BENCH_HEIGHT_M,
    BENCH_WIDTH_M,
    BENCHES_A_ZONE,
    CELL_M,
    CENTRE_M,
    FLOOR_M,
    Layout,
)

FACE_DEG, FACE_SPREAD_DEG = 66.0, 6.0
HILL_M, FACE_M, CREST_M = 7.0, 0.35, 1.5


@dataclass(frozen=True, eq=False)
class Terrain:
    """The ground and what follows from it.

    Attributes:
        layout: where things lie.
        height_m: float64 (y, x), height of cell centres, row 0 in the north.
        slope_deg: float64 (y, x).
        zone_slope_deg: float64 (z,), mean slope of each zone's cells.
    """

    layout: Layout
    height_m: Floats
    slope_deg: Floats
    zone_slope_deg: Floats


def make_terrain(random: np.random.Generator, layout: Layout) -> Terrain:
    """Cut a pit into a fractal hill.

    From the floor up each bench is a face of 12 m, 50 to 80 degrees steep and changing along the wall, and a berm; the
    line of the benches wanders by 1.5 m and faces are rough. Above the crest the hill goes on as it grew.
    """
    shape = (layout.side_cells, layout.side_cells)
    hill, wander, steep, rough = (fractal_surface(random, shape) for _ in range(4))
    east, north = layout.grid()
    away = np.hypot(east - CENTRE_M[0], north - CENTRE_M[1]) + CREST_M * wander
    benches = layout.levels * BENCHES_A_ZONE
    inside = (away - layout.radius_m) / BENCH_WIDTH_M
    bench = np.clip(np.floor(inside), 0, benches - 1)
    face = np.clip(FACE_DEG + FACE_SPREAD_DEG * steep, 50.0, 80.0)
    up = np.clip((inside - bench) * BENCH_WIDTH_M * np.tan(np.radians(face)) / BENCH_HEIGHT_M, 0.0, 1.0)
    wall = (bench + up) * BENCH_HEIGHT_M
    beyond = np.clip((away - layout.crest_m) / 40.0, 0.0, 1.0)
    height = FLOOR_M + wall + FACE_M * rough + beyond * (HILL_M * hill + 12.0)
    slope = slope_deg(height)
    return Terrain(layout, height, slope, zone_means(layout, slope))


def slope_deg(height_m: Floats) -> Floats:
    """Slope (y, x) in degrees by central differences (Zevenbergen and Thorne 1987 use the same for slope)."""
    down, right = np.gradient(height_m, CELL_M)
    return np.asarray(np.degrees(np.arctan(np.hypot(down, right))), np.float64)


def zone_means(layout: Layout, values: Floats) -> Floats:
    """Mean (z,) of a grid (y, x) over the cells of each zone."""
    zone = layout.zone_of(*layout.grid()).ravel()
    there = zone >= 0
    total = np.bincount(zone[there], values.ravel()[there], minlength=layout.zones)
    return np.asarray(total / np.maximum(np.bincount(zone[there], minlength=layout.zones), 1), np.float64)
