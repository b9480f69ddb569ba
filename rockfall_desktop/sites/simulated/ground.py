"""The ground of a simulated pit as its surveys find it: before the record, and later with the scars of falls.

Axes: y row (north to south), x column, n point.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.simulated.fractal import Floats
from rockfall_desktop.sites.simulated.incidents import FallList
from rockfall_desktop.sites.simulated.layout import BENCH_WIDTH_M, CELL_M, CENTRE_M, Layout
from rockfall_desktop.sites.simulated.places import SCARRING_M3
from rockfall_desktop.sites.simulated.terrain import Terrain

SCAR_DEPTH = 0.25


@dataclass(frozen=True, eq=False)
class Scar:
    """Where a fall came from, and where it lies.

    Attributes:
        row, column: cell of the scar's middle.
        radius_m: of the scar.
        down_row, down_column: cell of the deposit's middle, on the berm below.
    """

    row: int
    column: int
    radius_m: float
    down_row: int
    down_column: int


def scarred(terrain: Terrain, falls: FallList, places_m: Floats, before_step: int) -> Floats:
    """Heights (y, x) after all falls of 10 m3 and more before a step: a scar in a face, a deposit below of its volume.

    A scar is a paraboloid a quarter as deep as its radius r, V = pi / 2 * 0.25 r^3, around its fall's place (i, 2).
    """
    height = terrain.height_m.copy()
    for fall in np.flatnonzero((falls.volume_m3 >= SCARRING_M3) & (falls.step < before_step)):
        scar = _scar(terrain.layout, places_m[fall], float(falls.volume_m3[fall]))
        depth = 1.5 * SCAR_DEPTH * scar.radius_m  # downwards, in a face of some 60 degrees
        _bowl(height, scar.row, scar.column, scar.radius_m, -depth)
        wide = 1.3 * scar.radius_m
        _bowl(height, scar.down_row, scar.down_column, wide, 2.0 * float(falls.volume_m3[fall]) / (np.pi * wide**2))
    return height


def _scar(layout: Layout, place_m: Floats, volume_m3: float) -> Scar:
    west, _, _, north = layout.bounds_m
    row, column = int((north - place_m[1]) / CELL_M), int((place_m[0] - west) / CELL_M)
    radius = (volume_m3 / (np.pi / 2.0 * SCAR_DEPTH)) ** (1.0 / 3.0)
    middle = layout.side_cells / 2.0
    inwards = np.array([middle - row, middle - column])
    down = np.array([row, column]) + inwards / np.hypot(*inwards) * BENCH_WIDTH_M / CELL_M
    return Scar(row, column, float(radius), int(down[0]), int(down[1]))


def _bowl(height: Floats, row: int, column: int, radius_m: float, deepest_m: float) -> None:
    reach = int(np.ceil(radius_m / CELL_M))
    rows = slice(max(0, row - reach), row + reach + 1)
    columns = slice(max(0, column - reach), column + reach + 1)
    part = height[rows, columns]
    y, x = np.indices(part.shape)
    away = np.hypot(y + rows.start - row, x + columns.start - column) * CELL_M / radius_m
    part += deepest_m * np.maximum(1.0 - away**2, 0.0)


def scan_places(random: np.random.Generator, layout: Layout, points_m2: float, most: int) -> Floats:
    """Places (n, 2) of a scan's points in metres: evenly over the wall and 10 m around it, as seen from above."""
    near, far = layout.radius_m - 10.0, layout.crest_m + 10.0
    first = np.radians(layout.sector(layout.columns - 1)[2] - 4.0)
    last = np.radians(layout.sector(0)[3] + 4.0)
    count = min(most, int(points_m2 * (last - first) * (far**2 - near**2) / 2.0))
    radius = np.sqrt(random.uniform(near**2, far**2, count))
    angle = random.uniform(first, last, count)
    return np.stack((CENTRE_M[0] + radius * np.cos(angle), CENTRE_M[1] + radius * np.sin(angle)), axis=1)


def heights_at(layout: Layout, height_m: Floats, places: Floats) -> Floats:
    """Heights (n,) at places (n, 2), bilinear between cell centres."""
    west, _, _, north = layout.bounds_m
    last = layout.side_cells - 1.000001
    x = np.clip((places[:, 0] - west) / CELL_M - 0.5, 0.0, last)
    y = np.clip((north - places[:, 1]) / CELL_M - 0.5, 0.0, last)
    column, row = x.astype(np.int64), y.astype(np.int64)
    right, down = x - column, y - row
    top = height_m[row, column] * (1 - right) + height_m[row, column + 1] * right
    bottom = height_m[row + 1, column] * (1 - right) + height_m[row + 1, column + 1] * right
    return np.asarray(top * (1 - down) + bottom * down, np.float64)


def brightness(layout: Layout, picture: NDArray[np.uint8], places: Floats) -> NDArray[np.uint8]:
    """Brightness (n,) of the picture (3, y, x) at places (n, 2), for the scan's intensity."""
    west, _, east, north = layout.bounds_m
    cell_m = (east - west) / picture.shape[2]
    column = ((places[:, 0] - west) / cell_m).astype(np.int64).clip(0, picture.shape[2] - 1)
    row = ((north - places[:, 1]) / cell_m).astype(np.int64).clip(0, picture.shape[1] - 1)
    return np.asarray(picture[:, row, column].mean(axis=0), np.uint8)
