"""Slope, aspect, curvature, roughness and relief from a grid of elevations, by published formulas.

Axes: y row (north to south), x column. A cell of which a neighbour has no elevation gets NaN: the border of a gap is
no cliff. The nine cells of a neighbourhood are numbered 1 to 9 in reading order, 5 in the middle.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

Floats = NDArray[np.float64]
RELIEF_CELLS = 11
MARGIN_CELLS = RELIEF_CELLS // 2
SLOPE_BANDS = (
    "elevation",
    "slope",
    "aspect_sine",
    "aspect_cosine",
    "plan_curvature",
    "profile_curvature",
    "roughness",
    "relief",
)


def slope_analysis(z_m: Floats, across_m: float, down_m: float) -> NDArray[np.float32]:
    """All bands of SLOPE_BANDS.

    Args:
        z_m: elevation (y, x), NaN where unknown.
        across_m: width of a cell, west to east.
        down_m: height of a cell, north to south.

    Returns:
        float32 (band, y, x); elevation itself as it is.
    """
    bands = np.empty((len(SLOPE_BANDS), *z_m.shape), np.float32)
    east, north = gradient(z_m, across_m, down_m)
    bands[0] = z_m
    bands[1] = slope_degrees(east, north)
    bands[2], bands[3] = aspect(east, north)
    bands[4], bands[5] = curvatures(z_m, across_m, down_m)
    bands[6] = roughness(z_m)
    bands[7] = relief(z_m)
    return bands


def gradient(z_m: Floats, across_m: float, down_m: float) -> tuple[Floats, Floats]:
    """Rise to the east and rise to the north per metre, each (y, x).

    Horn, B. K. P. (1981): Hill shading and the reflectance map. Proceedings of the IEEE 69(1), 14-47: weighted
    differences over the eight neighbours, those in the same row or column twice.
    """
    z1, z2, z3, z4, z5, z6, z7, z8, z9 = _neighbours(z_m)
    known = 0.0 * z5
    east = (z3 + 2 * z6 + z9 - z1 - 2 * z4 - z7) / (8 * across_m) + known
    north = (z1 + 2 * z2 + z3 - z7 - 2 * z8 - z9) / (8 * down_m) + known
    return east, north


def slope_degrees(east: Floats, north: Floats) -> Floats:
    """The steepest inclination in degrees, 0 to 90, from the rises of `gradient`."""
    return np.asarray(np.degrees(np.arctan(np.hypot(east, north))), np.float64)


def aspect(east: Floats, north: Floats) -> tuple[Floats, Floats]:
    """Sine and cosine of the direction in which the slope falls, clockwise from north; both 0 where it is flat.

    East-facing: sine 1; north-facing: cosine 1.
    """
    steep = np.hypot(east, north)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(steep == 0, 0.0, -east / steep), np.where(steep == 0, 0.0, -north / steep)


def curvatures(z_m: Floats, across_m: float, down_m: float) -> tuple[Floats, Floats]:
    """Plan and profile curvature in 1/m, each (y, x); both 0 where it is flat.

    Zevenbergen, L. W. and Thorne, C. R. (1987): Quantitative analysis of land surface topography. Earth Surface
    Processes and Landforms 12(1), 47-56, with D = z_xx/2, E = z_yy/2, F = z_xy, G = z_x, H = z_y of the surface
    through the nine cells: plan = 2 (D H² + E G² - F G H) / (G² + H²), profile = -2 (D G² + E H² + F G H) / (G² + H²).
    Plan is positive where the surface is hollow across the slope (water gathers), negative on a spur; profile is
    positive where it bulges down the slope (a brow, steeper below), negative where it is hollow (a foot).
    """
    z1, z2, z3, z4, z5, z6, z7, z8, z9 = _neighbours(z_m)
    d = ((z4 + z6) / 2 - z5) / across_m**2
    e = ((z2 + z8) / 2 - z5) / down_m**2
    f = (z3 + z7 - z1 - z9) / (4 * across_m * down_m)
    g, h = (z6 - z4) / (2 * across_m), (z2 - z8) / (2 * down_m)
    steep = g**2 + h**2
    with np.errstate(invalid="ignore", divide="ignore"):
        plan = 2 * (d * h**2 + e * g**2 - f * g * h) / steep
        profile = -2 * (d * g**2 + e * h**2 + f * g * h) / steep
    unknown = 0.0 * (d + e + f + steep)
    return np.where(steep == 0, 0.0, plan) + unknown, np.where(steep == 0, 0.0, profile) + unknown


def roughness(z_m: Floats) -> Floats:
    """The largest difference of elevation among a cell and its eight neighbours, in metres (y, x).

    Wilson, M. F. J. et al. (2007): Multiscale terrain analysis of multibeam bathymetry data for habitat mapping on the
    continental slope. Marine Geodesy 30(1-2), 3-35; as gdaldem has it.
    """
    return _range(z_m, 3)


def relief(z_m: Floats) -> Floats:
    """The largest difference of elevation within 11 x 11 cells around a cell, in metres (y, x).

    Relative relief, Smith, G.-H. (1935): The relative relief of Ohio. Geographical Review 25(2), 272-284, in a square
    that moves with the cell.
    """
    return _range(z_m, RELIEF_CELLS)


def _range(z_m: Floats, cells: int) -> Floats:
    unknown = np.isnan(z_m)
    highest = maximum_filter(np.where(unknown, -np.inf, z_m), cells, mode="constant", cval=-np.inf)
    lowest = minimum_filter(np.where(unknown, np.inf, z_m), cells, mode="constant", cval=np.inf)
    gap = maximum_filter(unknown, cells, mode="constant", cval=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(gap, np.nan, highest - lowest), np.float64)


def _neighbours(z_m: Floats) -> tuple[Floats, ...]:
    rows, columns = z_m.shape
    wide = np.pad(z_m, 1, constant_values=np.nan)
    return tuple(wide[row : row + rows, column : column + columns] for row in range(3) for column in range(3))
