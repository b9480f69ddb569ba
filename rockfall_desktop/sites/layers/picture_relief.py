"""Shades an elevation as if the sun stood in the north-west.

Axes: y row (north to south), x column.
"""

import numpy as np
from numpy.typing import NDArray

AZIMUTH_DEG, ALTITUDE_DEG = 315.0, 45.0
_DARKEST, _LIGHTEST = 40.0, 245.0


def hillshade(elevation: NDArray[np.float32], across_m: float, down_m: float) -> NDArray[np.uint8]:
    """Shade of the inner cells of a grid, for the eye only.

    Horn, B. K. P. (1981), Hill shading and the reflectance map, Proc. IEEE 69(1): slopes from the eight neighbours,
    the reflectance of a Lambertian surface. A neighbour without data counts as level with the cell itself.

    Args:
        elevation: float32 (y + 2, x + 2) in metres with one cell more on every side, NaN where there are no data.
        across_m: side of a cell from west to east.
        down_m: side of a cell from north to south.

    Returns:
        uint8 (y, x); what stands where the elevation is NaN means nothing.
    """
    rows, columns = elevation.shape
    centre = elevation[1:-1, 1:-1]

    def at(down: int, right: int) -> NDArray[np.float32]:
        near = elevation[1 + down : rows - 1 + down, 1 + right : columns - 1 + right]
        return np.where(np.isnan(near), centre, near)

    east = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1)
    north = at(-1, -1) + 2 * at(-1, 0) + at(-1, 1) - at(1, -1) - 2 * at(1, 0) - at(1, 1)
    p, q = east / (8 * across_m), north / (8 * down_m)
    azimuth, altitude = np.radians(AZIMUTH_DEG), np.radians(ALTITUDE_DEG)
    sun_east, sun_north = np.sin(azimuth) * np.cos(altitude), np.cos(azimuth) * np.cos(altitude)
    light = (np.sin(altitude) - p * sun_east - q * sun_north) / np.sqrt(1 + p * p + q * q)
    shade = _DARKEST + (_LIGHTEST - _DARKEST) * np.clip(np.nan_to_num(light), 0, 1)
    return np.asarray(shade.round(), np.uint8)
