"""Draws a layer of a site within bounds, and prepares what is too large to be drawn as it is.

Axes: b band, y row (north to south), x column.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Resampling

from rockfall_desktop.domain.site_layer import VECTOR_ENDINGS, Layer
from rockfall_desktop.domain.site_map import Bounds, LegendEntry, MapPicture
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.geotiff import colour_bands
from rockfall_desktop.sites.layers.picture_classes import colour_of, coloured, draw_map, opened_map
from rockfall_desktop.sites.layers.picture_cloud import cloud_facts, write_grid
from rockfall_desktop.sites.layers.picture_overview import FACTOR, make_overview, overview_place
from rockfall_desktop.sites.layers.picture_relief import hillshade
from rockfall_desktop.sites.layers.picture_source import DRAWN_AT_ONCE, Grid, Source, opened

EASILY_DRAWN = 16_000_000  # cells read for a picture of the whole
_WHOLE_PX = 1280
_STRETCH_PX = 256
_HEIGHTS = frozenset({"elevation", "elev", "dem", "dtm", "dsm", "height", "z"})
_COLOURS = (("red", "green", "blue"), ("r", "g", "b"))
_OPACITY = 150


@dataclass(frozen=True)
class Drawable:
    """A layer, its file, and where copies for drawing lie.

    Attributes:
        layer: what site.toml says.
        path: the file.
        ground: the site, with the faults of this layer alone.
        cache: folder for copies.
    """

    layer: Layer
    path: Path
    ground: Ground
    cache: Path

    @property
    def is_map(self) -> bool:
        """Whether the file holds shapes."""
        return self.layer.file.lower().endswith(VECTOR_ENDINGS)

    @property
    def copy(self) -> Path:
        """Where the small copy lies, if there is one."""
        layer = self.layer
        settings = (
            layer.kind,
            layer.crs,
            self.ground.crs,
            repr(layer.bands),
            repr(layer.ground_classes),
            repr(layer.cell_m),
        )
        return overview_place(self.cache, self.path, *settings)


@dataclass(frozen=True)
class Facts:
    """What is known before a layer is drawn: what it covers, its size in words, whether a copy must be made first."""

    bounds: Bounds
    size: str
    needs_copy: bool


def facts(drawable: Drawable) -> Facts:
    """Look into a layer's file.

    Raises:
        Unreadable: when it cannot be drawn.
    """
    layer = drawable.layer
    if drawable.is_map:
        found = opened_map(layer, drawable.ground)
        return Facts(found.bounds, f"{len(found.shapes):,} shapes", needs_copy=False)
    if layer.from_points:
        bounds, size = cloud_facts(drawable.path, layer, drawable.ground)
        return Facts(bounds, size, not drawable.copy.exists())
    with opened(drawable.path, layer, drawable.ground) as source:
        dataset = source.dataset
        size = f"{dataset.width:,} x {dataset.height:,} cells of {dataset.res[0]:.3g} x {dataset.res[1]:.3g}"
        large = source.cost(source.bounds, _WHOLE_PX) > EASILY_DRAWN
        _bands(source, layer)
        return Facts(source.bounds, size, large and not drawable.copy.exists())


def prepare(drawable: Drawable) -> Generator[float, None, None]:
    """Make the small copy; yields how much is done, 0 to 1.

    Raises:
        Unreadable: when the file is damaged.
        StoreFault: when there is no room for the copy.
    """
    layer = drawable.layer
    if layer.from_points:
        yield 0.0
        write_grid(drawable.path, layer, drawable.copy, drawable.ground)
        yield 1.0
        return
    with opened(drawable.path, layer, drawable.ground) as source:
        bands = _bands(source, layer)
        yield from make_overview(source, bands, _averaging(source, layer, bands), drawable.copy)


def draw(drawable: Drawable, bounds: Bounds, shape: tuple[int, int]) -> MapPicture:
    """A layer within bounds at a size in pixels (rows, columns).

    Where the file's cells are as large, the picture has the file's own and may reach beyond the bounds.

    Raises:
        Unreadable: when its file is damaged, or too large to be drawn without a copy.
    """
    layer = drawable.layer
    if drawable.is_map:
        return draw_map(opened_map(layer, drawable.ground), bounds, shape)
    with _best(drawable, bounds, shape) as (source, bands):
        if layer.kind == "drone_imagery":
            return _photograph(drawable, source, bands, source.grid_for(bounds, shape))
        if layer.kind == "geology":
            return _classes(source, bands[0], layer, source.grid_for(bounds, shape))
        return _relief(source, bands[0], bounds, shape)


@contextmanager
def _best(drawable: Drawable, bounds: Bounds, shape: tuple[int, int]) -> Iterator[tuple[Source, tuple[int, ...]]]:
    """The file or its copy, whichever is fine enough and cheaper, and the bands to draw."""
    layer, copy = drawable.layer, drawable.copy
    if layer.from_points:
        if not copy.exists():
            drawable.ground.faults.stop(
                layer.file, None, "was not made ready for the map", "Switch the layer off and on."
            )
        with opened(copy, layer, drawable.ground) as source:
            yield source, (1,)
        return
    with opened(drawable.path, layer, drawable.ground) as source:
        bands = _bands(source, layer)
        coarse = source.coarseness(bounds, shape[1]) >= FACTOR
        if not (coarse and copy.exists()):
            if source.cost(bounds, shape[1]) > DRAWN_AT_ONCE:
                drawable.ground.faults.stop(
                    layer.file, None, "is too large to be drawn as it is", "Switch the layer off and on."
                )
            yield source, bands
            return
    with opened(copy, layer, drawable.ground) as source:
        yield source, tuple(range(1, len(bands) + 1))


def _bands(source: Source, layer: Layer) -> tuple[int, ...]:
    """Numbers of the bands that are drawn: red, green and blue, or one."""
    dataset, by_name = source.dataset, _by_name(source, layer)
    if layer.kind != "drone_imagery":
        heights = [number for name, number in by_name.items() if layer.kind == "elevation" and name in _HEIGHTS]
        return ((heights or [*by_name.values(), 1])[0],)
    for colours in _COLOURS:
        if all(colour in by_name for colour in colours):
            return tuple(by_name[colour] for colour in colours)
    meant = [ColorInterp.red, ColorInterp.green, ColorInterp.blue]
    if all(colour in dataset.colorinterp for colour in meant):
        return tuple(dataset.colorinterp.index(colour) + 1 for colour in meant)
    named = list(by_name.values()) or list(range(1, dataset.count + 1))
    plain = [place for place in named if dataset.colorinterp[place - 1] is not ColorInterp.alpha] or [1]
    return tuple(plain[:3]) if len(plain) >= 3 else (plain[0],)


def _by_name(source: Source, layer: Layer) -> dict[str, int]:
    """Number of each band that has a name; the names are those of all bands, or of all but the masks."""
    dataset, colours = source.dataset, colour_bands(source.dataset)
    if len(layer.bands) > dataset.count:
        remedy = "Name one for each band of the file, in order."
        message = f"has {dataset.count} bands, and site.toml names {len(layer.bands)}"
        source.faults.stop(layer.file, None, message, remedy)
    numbers = colours if len(layer.bands) == len(colours) else range(1, dataset.count + 1)
    return {name.lower(): number for number, name in zip(numbers, layer.bands, strict=False) if name != "-"}


def _averaging(source: Source, layer: Layer, bands: tuple[int, ...]) -> Resampling:
    if layer.kind == "geology" or source.dataset.colorinterp[bands[0] - 1] is ColorInterp.palette:
        return Resampling.nearest
    return Resampling.average


def _photograph(drawable: Drawable, source: Source, bands: tuple[int, ...], grid: Grid) -> MapPicture:
    palette = source.dataset.colorinterp[bands[0] - 1] is ColorInterp.palette
    values, there = source.read(bands, grid, Resampling.nearest if palette else Resampling.average)
    rgba = np.zeros((*there.shape, 4), np.uint8)
    if palette:
        colours = source.dataset.colormap(bands[0])
        table = np.array([colours.get(code, (0, 0, 0, 0)) for code in range(256)], np.uint8)
        rgba[:] = table[values[0].astype(np.uint8)]
    else:
        rgba[..., :3] = np.moveaxis(_as_bytes(drawable, values, source.bounds), 0, -1)
    rgba[..., 3] = np.where(there, 255, 0)
    return MapPicture(rgba, grid[0], "orthophoto")


def _as_bytes(drawable: Drawable, values: NDArray[Any], whole: Bounds) -> NDArray[np.uint8]:
    """Values as 0 to 255: bytes as they are, others between the 2nd and 98th percentile of the whole picture."""
    if values.dtype == np.uint8:
        return values
    shape = (_STRETCH_PX, _STRETCH_PX)
    with _best(drawable, whole, shape) as (source, bands):
        sample, there = source.read(bands, (whole, shape), Resampling.average)
    known = sample[:, there]
    low, high = np.percentile(known, [2, 98]) if known.size else (0.0, 1.0)
    scaled = (np.nan_to_num(values.astype(np.float32)) - low) / max(float(high - low), 1e-12)
    return np.asarray((255 * np.clip(scaled, 0, 1)).round(), np.uint8)


def _classes(source: Source, band: int, layer: Layer, grid: Grid) -> MapPicture:
    values, there = source.read((band,), grid, Resampling.nearest)
    codes = np.where(there, values[0], 0).astype(np.int64)
    found = [int(code) for code in np.unique(codes[there])]
    named = sorted(layer.legend)
    places = {code: named.index(str(code)) if str(code) in named else len(named) + code for code in found}
    colours = [colour_of(places[code]) for code in found]
    cells = np.where(there, np.searchsorted(found, codes) + 1, 0).astype(np.int32)
    entries = [LegendEntry(layer.legend.get(str(c), f"class {c}"), k) for c, k in zip(found, colours, strict=True)]
    return MapPicture(coloured(cells, colours, _OPACITY), grid[0], "geology", tuple(entries[:40]))


def _relief(source: Source, band: int, bounds: Bounds, shape: tuple[int, int]) -> MapPicture:
    (west, south, east, north), (rows, columns) = source.grid_for(bounds, shape)
    across, down = (east - west) / columns, (north - south) / rows
    wider = (west - across, south - down, east + across, north + down)
    values, there = source.read((band,), (wider, (rows + 2, columns + 2)), Resampling.average)
    elevation = np.where(there, values[0], np.nan).astype(np.float32)
    shade = hillshade(elevation, across, down)
    seen = np.where(np.isnan(elevation[1:-1, 1:-1]), 0, 255).astype(np.uint8)
    return MapPicture(np.stack([shade, shade, shade, seen], axis=-1), (west, south, east, north), "hillshade")
