"""Makes a ground and small rasters for tests of layers."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from affine import Affine

from rockfall_desktop.domain.site_layer import Chips, CloudSets, Layer
from rockfall_desktop.sites.faults import Faults, Unreadable
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.ground import Ground

UTM = "EPSG:32633"
WEST, NORTH = 500_000.0, 5_000_000.0
ZONES = (
    shapely.box(WEST + 20, NORTH - 52, WEST + 52, NORTH - 20),
    shapely.box(WEST + 60, NORTH - 90, WEST + 92, NORTH - 58),
)


def make_ground(
    folder: Path, *, crs: str = UTM, outlines: tuple[Any, ...] = ZONES, pixels: int = 32, cell_m: float | None = None
) -> Ground:
    """A ground whose two zones of 32 m lie in the first hundred metres south-east of (WEST, NORTH)."""
    faults = Faults()
    names = tuple(f"Z{number}" for number in range(1, len(outlines) + 1))
    chips = Chips(pixels=pixels, cell_m=cell_m)
    return Ground(crs, "Etc/UTC", names, outlines, chips, CloudSets(), SiteFolder(folder, faults), faults, [])


def layer(kind: str = "drone_imagery", file: str = "a.tif", **keys: Any) -> Layer:
    """A timeless layer named `layer`."""
    return Layer.model_validate({"name": "layer", "kind": kind, "file": file, "timeless": True} | keys)


def write_tiff(path: Path, values: np.ndarray, *, cell_m: float = 1.0, crs: str | None = UTM, **keys: Any) -> Path:
    """A GeoTIFF from values (b, y, x) or (y, x) whose north-western corner is (WEST, NORTH)."""
    values = values[None] if values.ndim == 2 else values
    place = keys.pop("transform", Affine(cell_m, 0, WEST, 0, -cell_m, NORTH))
    profile = {"driver": "GTiff", "dtype": values.dtype, "crs": crs, "transform": place} | keys
    with rasterio.open(
        path, "w", count=len(values), height=values.shape[1], width=values.shape[2], **profile
    ) as dataset:
        dataset.write(values)
    return path


def fault_of(ground: Ground, read: Any) -> str:
    """The one sentence, with its remedy, that a reading which must fail leaves."""
    try:
        read()
    except Unreadable:
        (told,) = ground.faults.told()
        assert told.message
        assert told.remedy.endswith(".")
        return f"{told.text} {told.remedy}"
    raise AssertionError("it was read")
