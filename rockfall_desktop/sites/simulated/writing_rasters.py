"""Grids as GeoTIFF: tiled, with overviews, marked simulated.

Axes: b band, y row (north to south), x column.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.io import MemoryFile

from rockfall_desktop.sites.simulated.layout import CRS, Layout

MARK = "SIMULATED: made up by a computer, no real slope"
NO_DATA = -9999.0
OVERVIEWS = [2, 4, 8]


def elevation_tiff(layout: Layout, height_m: NDArray[np.float64]) -> bytes:
    """Heights (y, x) as float32 with one band."""
    return _tiff(layout, height_m[None].astype(np.float32), predictor=3, nodata=NO_DATA)


def picture_tiff(layout: Layout, picture: NDArray[np.uint8]) -> bytes:
    """Red, green and blue (3, y, x) as bytes."""
    return _tiff(layout, picture, predictor=2, photometric="RGB")


def _tiff(layout: Layout, grid: NDArray[Any], **more: Any) -> bytes:
    west, _, east, north = layout.bounds_m
    bands, rows, columns = grid.shape
    cell_m = (east - west) / columns
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff", width=columns, height=rows, count=bands, dtype=grid.dtype, crs=CRS, tiled=True,
            transform=Affine(cell_m, 0.0, west, 0.0, -cell_m, north), blockxsize=256, blockysize=256,
            compress="deflate", zlevel=4, **more,
        ) as file:  # fmt: skip
            file.write(grid)
            file.update_tags(TIFFTAG_IMAGEDESCRIPTION=MARK, TIFFTAG_SOFTWARE="Rockfall Desktop", SIMULATED="YES")
            file.build_overviews(OVERVIEWS, Resampling.average)
        return bytes(memory.read())
