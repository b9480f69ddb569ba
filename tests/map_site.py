"""Writes a small made-up site with a layer of each kind, for tests of the map."""

from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import shapely
from affine import Affine
from numpy.typing import NDArray

CRS = "EPSG:25832"
WEST, NORTH, SIDE_M = 500_000.0, 5_500_200.0, 200.0
HEAD = f"""\
id = "01890a5d-ac96-774b-bcce-b302099a8057"
name = "Made-up wall"
crs = "{CRS}"
timezone = "Europe/Berlin"
step = "1d"
simulated = true

[[zone]]
id = "upper"
polygon = [[500010.0, 5500110.0], [500190.0, 5500110.0], [500190.0, 5500190.0], [500010.0, 5500190.0]]

[[zone]]
id = "lower"
point = [500100.0, 5500050.0]
radius_m = 40.0

[incidents]
file = "rockfalls.csv"
time = "date"
time_format = "%Y-%m-%d"
x_column = "x"
y_column = "y"
zone_column = "zone"
volume_column = "volume"
recorded_from = 2020-01-01
recorded_until = 2022-12-31
"""
LAYERS = """
[[layer]]
name = "terrain"
kind = "elevation"
file = "terrain.tif"
acquired = 2020-03-01

[[layer]]
name = "flight"
kind = "drone_imagery"
file = "flight.tif"
acquired = 2021-06-01
delay = "3d"

[[layer]]
name = "rocks"
kind = "geology"
file = "rocks.gpkg"
column = "unit"
timeless = true
legend = { L = "limestone", M = "marl" }
"""
RAIN = """
[[channel]]
name = "rain"
kind = "rainfall"
unit = "mm"
file = "rain.csv"
column = "mm"
time = "time"
time_format = "%Y-%m-%d"
"""
FALLS = """\
date,x,y,zone,volume
2020-05-01,500050,5500150,,4
2021-02-11,500120,5500040,,100
2021-08-30,500051,5500151,,
2022-01-15,,,upper,25
2022-02-15,,,nowhere,9
"""


def height(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """A wall that rises to the north, with a rib."""
    return np.asarray(40 / (1 + np.exp(-(y - 5_500_100) / 12)) + 6 * np.exp(-(((x - 500_100) / 15) ** 2)))


def write_map_site(folder: Path, layers: str = LAYERS) -> Path:
    """Make the site. Gives the folder back."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(HEAD + layers, encoding="utf-8")
    (folder / "rockfalls.csv").write_text(FALLS, encoding="utf-8")
    write_terrain(folder / "terrain.tif", 100)
    write_flight(folder / "flight.tif", 200)
    write_rocks(folder / "rocks.gpkg")
    return folder


def grid_of(cell_m: float) -> Affine:
    """The grid of a raster that begins in the north-west of the site."""
    return Affine(cell_m, 0.0, WEST, 0.0, -cell_m, NORTH)


def write_terrain(path: Path, side: int) -> None:
    """An elevation with a hole of no data in its south-western corner."""
    cell = SIDE_M / side
    x, y = np.meshgrid(WEST + cell * (np.arange(side) + 0.5), NORTH - cell * (np.arange(side) + 0.5))
    z = height(x, y).astype(np.float32)
    z[-side // 10 :, : side // 10] = -9999
    profile = {"driver": "GTiff", "width": side, "height": side, "count": 1, "dtype": "float32", "nodata": -9999}
    with rasterio.open(path, "w", crs=CRS, transform=grid_of(cell), **profile) as file:
        file.write(z, 1)


def write_flight(path: Path, side: int) -> None:
    """A picture: red grows to the east, green to the south."""
    cell = SIDE_M / side
    ramp = np.linspace(0, 250, side).astype(np.uint8)
    bands = np.stack([np.tile(ramp, (side, 1)), np.tile(ramp[:, None], (1, side)), np.full((side, side), 90, np.uint8)])
    profile = {"driver": "GTiff", "width": side, "height": side, "count": 3, "dtype": "uint8", "photometric": "rgb"}
    with rasterio.open(path, "w", crs=CRS, transform=grid_of(cell), **profile) as file:
        file.write(bands)


def write_rocks(path: Path) -> None:
    """Two units, one north of the other."""
    boxes = [shapely.box(500_000, 5_500_100, 500_200, 5_500_200), shapely.box(500_000, 5_500_000, 500_200, 5_500_100)]
    pyogrio.raw.write(
        path,
        geometry=np.array(shapely.to_wkb(boxes), object),
        field_data=[np.array(["L", "M"], object)],
        fields=["unit"],
        geometry_type="Polygon",
        crs=CRS,
        driver="GPKG",
    )
