"""The drone image: rock colours in the light of a cloudy day, grass above the crest.

Axes: b band (red, green, blue), y row (north to south), x column.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from rockfall_desktop.sites.simulated.fractal import Floats, fractal_surface
from rockfall_desktop.sites.simulated.geology import UNITS, Geology
from rockfall_desktop.sites.simulated.layout import CELL_M, CENTRE_M
from rockfall_desktop.sites.simulated.terrain import Terrain

FINER = 2
GRASS = (104.0, 122.0, 70.0)
SUN_AZIMUTH_DEG, SUN_HEIGHT_DEG = 315.0, 50.0


def drone_picture(random: np.random.Generator, terrain: Terrain, geology: Geology) -> NDArray[np.uint8]:
    """Red, green and blue (3, 2 y, 2 x) in cells of half a metre, from the same heights and units."""
    height = ndimage.zoom(terrain.height_m, FINER, order=1, grid_mode=True, mode="nearest")
    light = 0.35 + 0.65 * shade(height, CELL_M / FINER)
    mottled = 1.0 + 0.05 * fractal_surface(random, terrain.height_m.shape, hurst=0.3)
    colours = np.array([unit.colour for unit in UNITS], np.float64)[geology.unit]
    east, north = terrain.layout.grid()
    grown = np.hypot(east - CENTRE_M[0], north - CENTRE_M[1]) - terrain.layout.crest_m + 4.0 * (mottled - 1.0) / 0.05
    grass = np.clip(grown / 8.0, 0.0, 1.0)[..., None]
    ground = (colours * (1.0 - grass) + np.array(GRASS) * grass) * mottled[..., None]
    bands = [np.repeat(np.repeat(ground[..., band], FINER, 0), FINER, 1) * light for band in range(3)]
    grain = random.integers(-5, 6, light.shape)
    return np.asarray(np.clip(np.stack(bands) + grain, 0, 255), np.uint8)


def shade(height_m: Floats, cell_m: float) -> Floats:
    """Light on the ground, 0 to 1: the cosine between its normal and the sun (Horn 1981, Proceedings IEEE 69(1))."""
    down, right = np.gradient(height_m, cell_m)
    azimuth, sun = np.radians(SUN_AZIMUTH_DEG), np.radians(SUN_HEIGHT_DEG)
    towards = -right * np.sin(azimuth) + down * np.cos(azimuth)  # rows go south
    steep = np.sqrt(1.0 + down**2 + right**2)
    return np.asarray(np.maximum((np.sin(sun) + np.cos(sun) * towards) / steep, 0.0), np.float64)
