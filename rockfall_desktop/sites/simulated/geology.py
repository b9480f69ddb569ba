"""Rock units and faults of a simulated pit.

Axes: y row (north to south), x column, z zone, u unit area, l fault line.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rockfall_desktop.sites.simulated.fractal import Floats
from rockfall_desktop.sites.simulated.layout import BENCH_HEIGHT_M, BENCHES_A_ZONE, CENTRE_M, Layout
from rockfall_desktop.sites.simulated.terrain import zone_means


@dataclass(frozen=True)
class RockUnit:
    """One unit of the legend.

    Attributes:
        code, name: in the map.
        cohesion_kpa, friction_deg: of the rock mass.
        colour: red, green and blue, 0 to 255.
    """

    code: str
    name: str
    cohesion_kpa: float
    friction_deg: float
    colour: tuple[int, int, int]


UNITS = (
    RockUnit("GR", "granite", 300.0, 48.0, (186, 172, 164)),
    RockUnit("GN", "gneiss", 240.0, 43.0, (150, 146, 142)),
    RockUnit("MS", "mica schist", 150.0, 36.0, (128, 124, 104)),
    RockUnit("WS", "weathered schist", 80.0, 32.0, (166, 132, 92)),
)
"""Made up, in the order of what Hoek and Bray (1981), Rock Slope Engineering, give for such rock masses."""
UNIT_WEIGHT_KN_M3 = 26.0
DAMAGE, DAMAGE_M = 0.35, 20.0


@dataclass(frozen=True, eq=False)
class Geology:
    """The map.

    Attributes:
        areas: shapely polygons (u,).
        area_unit: int64 (u,), index into UNITS.
        faults: shapely lines (l,).
        unit: int64 (y, x), index into UNITS.
        strength: float64 (y, x), shear strength over normal stress at half the height of a zone.
        zone_strength: float64 (z,), mean over each zone's cells.
    """

    areas: NDArray[np.object_]
    area_unit: NDArray[np.int64]
    faults: NDArray[np.object_]
    unit: NDArray[np.int64]
    strength: Floats
    zone_strength: Floats


def unit_strength() -> Floats:
    """Strength of each unit by Mohr and Coulomb, S = tan(phi) + c / (gamma h), with h half the height of a zone."""
    stress_kpa = UNIT_WEIGHT_KN_M3 * BENCHES_A_ZONE * BENCH_HEIGHT_M / 2.0
    return np.array([np.tan(np.radians(one.friction_deg)) + one.cohesion_kpa / stress_kpa for one in UNITS])


def make_geology(random: np.random.Generator, layout: Layout) -> Geology:
    """Units as the Voronoi cells of random places along the wall, two or more faults across it.

    A fault damages the rock beside it: S is lowered by 35 % on the line, less by exp(-distance / 20 m).
    """
    seeds = _places(random, layout, max(8, layout.zones // 3))
    area_unit = random.permutation(np.arange(len(seeds)) % len(UNITS))
    box = shapely.box(*layout.bounds_m)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=box, ordered=True))
    areas = shapely.intersection(cells, box)
    faults = _faults(random, layout, max(2, layout.columns // 5))
    east, north = (grid.ravel() for grid in np.broadcast_arrays(*layout.grid()))
    shape = (layout.side_cells, layout.side_cells)
    unit = area_unit[cKDTree(seeds).query(np.stack((east, north), axis=1))[1]].reshape(shape)
    damage = DAMAGE * np.exp(-_distance_m(faults, east, north) / DAMAGE_M)
    strength = unit_strength()[unit] * (1.0 - damage.reshape(shape))
    return Geology(areas, area_unit, faults, unit, strength, zone_means(layout, strength))


def _places(random: np.random.Generator, layout: Layout, count: int) -> Floats:
    """Places (n, 2) in the half ring of the wall, and one on the floor and behind it so that all ground is covered."""
    angle = np.radians(random.uniform(0.0, 180.0, count))
    radius = random.uniform(layout.radius_m - 10.0, layout.crest_m + 20.0, count)
    centre = np.array(CENTRE_M)
    return centre + np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def _faults(random: np.random.Generator, layout: Layout, count: int) -> NDArray[np.object_]:
    lines = []
    wall = layout.sector(0)[3] - layout.sector(layout.columns - 1)[2]
    for angle in np.radians(90.0 + wall * random.uniform(-0.5, 0.5, count)):
        strike = angle + random.normal(0.0, 0.35)
        middle = np.array(CENTRE_M) + layout.radius_m * np.array([np.cos(angle), np.sin(angle)])
        along = np.linspace(-30.0, layout.crest_m - layout.radius_m + 30.0, 12)
        points = middle + along[:, None] * np.array([np.cos(strike), np.sin(strike)])
        lines.append(shapely.LineString((points + random.normal(0.0, 1.5, points.shape)).round(2)))
    return np.array(lines, dtype=object)


def _distance_m(lines: NDArray[np.object_], east: Floats, north: Floats) -> Floats:
    """Distance (n,) to the nearest line, whose points are taken every metre."""
    points = shapely.get_coordinates(shapely.segmentize(lines, 1.0))
    return np.asarray(cKDTree(points).query(np.stack((east, north), axis=1))[0], np.float64)
