"""A small copy of a large raster in a folder of the program, so that the whole of it is drawn at once.

It holds only the bands that are drawn, in the site's coordinates, four cells in one, with coarser copies inside.
"""

import hashlib
import math
import secrets
import shutil
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.windows import Window

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.site_map import Bounds
from rockfall_desktop.sites.layers.gdal_limits import BROKEN
from rockfall_desktop.sites.layers.picture_source import Source

FACTOR = 4
MOST_CELLS = 6_000_000_000
KEPT_BYTES = 8 * 1024**3
_STRIP = 256  # rows of the copy that are made at a time
_BLOCK = 256
_OPTIONS = {
    "tiled": True, "blockxsize": _BLOCK, "blockysize": _BLOCK, "compress": "deflate", "zlevel": 1,
    "BIGTIFF": "IF_SAFER",
}  # fmt: skip


def overview_place(cache: Path, file: Path, *settings: str) -> Path:
    """Where the copy of a file lies; another one when the file's size or time or a setting changes."""
    status = file.stat()
    key = "\0".join((str(file.resolve()), str(status.st_size), str(status.st_mtime_ns), *settings))
    return cache / f"{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.tif"


def make_overview(source: Source, bands: tuple[int, ...], how: Resampling, place: Path) -> Generator[float, None, None]:
    """Write the copy of an open raster; yields how much is done, 0 to 1, several times a second on most files.

    Nothing is left of it when the generator is closed early.

    Raises:
        Unreadable: when the file claims too many cells, or is damaged.
        StoreFault: when there is no room for it.
    """
    dataset = source.dataset
    if dataset.width * dataset.height > MOST_CELLS:
        remedy = "Export it in parts, or with overviews."
        source.faults.stop(source.name, None, f"claims {dataset.width:,} x {dataset.height:,} cells", remedy)
    width, height = math.ceil(dataset.width / FACTOR), math.ceil(dataset.height / FACTOR)
    temporary = place.with_name(f".{place.stem}.{secrets.token_hex(4)}.tif")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _demand_room(place.parent, width * height * len(bands) * 2)
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
            yield from _written(source, bands, how, temporary, (height, width))
        temporary.replace(place)
    except BROKEN as error:
        message = f"{place.parent}: {error}."
        raise StoreFault("The overview was not saved", message, "Free some space on this disk.") from error
    finally:
        with suppress(OSError):
            temporary.unlink()
    _forget_oldest(place)


def _written(
    source: Source, bands: tuple[int, ...], how: Resampling, path: Path, shape: tuple[int, int]
) -> Generator[float, None, None]:
    dataset, (height, width) = source.dataset, shape
    across, down = dataset.res
    grid = rasterio.Affine(across * FACTOR, 0, dataset.transform.c, 0, -down * FACTOR, dataset.transform.f)
    kind = dataset.dtypes[bands[0] - 1]
    profile = {"driver": "GTiff", "width": width, "height": height, "count": len(bands), "dtype": kind, **_OPTIONS}
    with rasterio.open(path, "w", crs=dataset.crs, transform=grid, **profile) as copy:
        if dataset.colorinterp[bands[0] - 1] is ColorInterp.palette:
            copy.write_colormap(1, dataset.colormap(bands[0]))
        for row in range(0, height, _STRIP):
            rows = min(_STRIP, height - row)
            values, there = source.read(bands, (_strip(source, row, rows, width), (rows, width)), how)
            part = Window(0, row, width, rows)
            copy.write(values, window=part)
            copy.write_mask(there, window=part)
            yield 0.9 * (row + rows) / height
    with rasterio.open(path, "r+") as copy:
        copy.build_overviews(_factors(width, height), how)
    yield 1.0


def _strip(source: Source, row: int, rows: int, width: int) -> Bounds:
    west, _, _, north = source.bounds
    across, down = source.dataset.res
    top = north - row * FACTOR * down
    return west, top - rows * FACTOR * down, west + width * FACTOR * across, top


def _factors(width: int, height: int) -> list[int]:
    return [2**power for power in range(1, 12) if max(width, height) >= _BLOCK * 2**power]


def _demand_room(folder: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < 2 * needed_bytes:
        message = f"{folder} has {free / 1e9:.1f} GB left, and the overview may need {needed_bytes / 1e9:.1f} GB."
        raise StoreFault("There is no room for an overview", message, "Free some space on this disk.")


def _forget_oldest(newest: Path) -> None:
    found: list[tuple[Any, Path]] = []
    for path in newest.parent.glob("*.tif"):
        with suppress(OSError):
            found.append((path.stat(), path))
    total = 0
    for status, path in sorted(found, key=lambda one: one[0].st_mtime_ns, reverse=True):
        total += status.st_size
        if total > KEPT_BYTES and path != newest:
            with suppress(OSError):
                path.unlink()
