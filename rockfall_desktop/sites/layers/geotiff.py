"""The one way to open a GeoTIFF of a layer: one file alone, north up, and small enough in every respect."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT

from rockfall_desktop.domain.site_layer import RASTER_ENDINGS, Layer
from rockfall_desktop.sites.ground import Ground
from rockfall_desktop.sites.layers.chip_grid import ChipGrid
from rockfall_desktop.sites.layers.coordinates import Extent, layer_crs, same
from rockfall_desktop.sites.layers.gdal_limits import BROKEN, WARP_MB, limited, stop_unreadable

MAXIMUM_CELLS = 10**11
MAXIMUM_BLOCKS = 4_000_000
CHECKED_BLOCKS = 20_000
MAXIMUM_BLOCK_BYTES = 256 * 1024**2
MAXIMUM_BANDS = 512
MAXIMUM_READ = 2 * 10**9
MAXIMUM_REDUCTION = 2048
_TILED = "Save it anew with tiles, e.g. gdal_translate -co TILED=YES -co COMPRESS=DEFLATE."
_WARPED = "Warp it to the site's coordinate system, e.g. with gdalwarp, and save it as a GeoTIFF."


@contextmanager
def opened(layer: Layer, ground: Ground) -> Iterator[Any]:
    """The rasterio dataset of a layer's GeoTIFF, checked; whatever the library raises within becomes a fault.

    Raises:
        Unreadable: when the file is no GeoTIFF, damaged, names other files, is rotated or has no place, or is
            stored in a way that cannot be read in parts; the fault is noted.
    """
    if not layer.file.lower().endswith(RASTER_ENDINGS):
        remedy = "Name a GeoTIFF (.tif or .tiff)."
        ground.faults.stop("site.toml", None, f"layer '{layer.name}': {layer.file} is no raster that is known", remedy)
    with checked(ground.folder.path_of(layer.file), layer, ground) as dataset:
        yield dataset


@contextmanager
def checked(path: Path, layer: Layer, ground: Ground) -> Iterator[Any]:
    """As `opened`, of a file that is found already: for pictures and proposals, on which no number rests.

    Raises:
        Unreadable: as `opened`.
    """
    with limited():
        try:
            with rasterio.open(path, driver="GTiff") as dataset:
                _check(dataset, layer, ground)
                yield dataset
        except BROKEN as error:
            stop_unreadable(ground.faults, layer.file, "a GeoTIFF", error)


def at_level(dataset: Any, level: int | None) -> AbstractContextManager[Any]:
    """One of the overviews of a raster that is open, as a raster of its own; None: the raster itself."""
    if level is None:
        return nullcontext(dataset)
    return cast(AbstractContextManager[Any], rasterio.open(dataset.name, driver="GTiff", overview_level=level))


def extent_of(dataset: Any) -> Extent:
    """The rectangle that a raster covers, in its own coordinate system."""
    return Extent(*map(float, dataset.bounds))


def crs_of(dataset: Any, layer: Layer, ground: Ground) -> CRS | None:
    """The coordinate system of a raster.

    Raises:
        Unreadable: as `layer_crs`.
    """
    return layer_crs(layer, dataset.crs.to_wkt() if dataset.crs else "", ground)


def colour_bands(dataset: Any) -> list[int]:
    """The numbers, from 1, of the bands that are not a mask."""
    kinds = dataset.colorinterp
    return [number for number, kind in enumerate(kinds, 1) if kind is not ColorInterp.alpha]


def named_bands(dataset: Any, layer: Layer, ground: Ground) -> dict[int, str]:
    """Number of each band, from 1, to the name that the layer gives it; without those left out and masks.

    The names are those of all bands of the file in order, or of all but the masks.

    Raises:
        Unreadable: when there are as many names as neither; the fault is noted.
    """
    colours = colour_bands(dataset)
    if len(layer.bands) not in (len(colours), dataset.count):
        message = f"layer '{layer.name}': bands names {len(layer.bands)}, but {layer.file} has {len(colours)}"
        ground.faults.stop("site.toml", None, message, "Name every band in order; '-' leaves one out.")
    numbers = colours if len(layer.bands) == len(colours) else range(1, dataset.count + 1)
    named = zip(numbers, layer.bands, strict=True)
    return {number: name for number, name in named if name != "-" and number in colours}


def alpha_band(dataset: Any) -> int:
    """The number of the band that says where data are; 0 without one."""
    kinds = list(dataset.colorinterp)
    return kinds.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in kinds else 0


def warped(dataset: Any, crs: CRS | None, site: CRS | None, target: dict[str, Any], resampling: Resampling) -> Any:
    """A view of a raster in the site's coordinate system, float32, NaN where there are no data.

    Args:
        dataset: as from `opened`, or an overview of it.
        crs: its coordinate system.
        site: the site's; None together with the raster's.
        target: `transform`, `width` and `height` of the view.
        resampling: of rasterio.
    """
    anywhere = CRS.from_epsg(32631)
    here = (site if crs is None or same(crs, site) else crs) or anywhere
    nodata = {} if dataset.nodata is None else {"src_nodata": dataset.nodata}
    alpha = {"src_alpha": alpha_band(dataset)} if alpha_band(dataset) else {}
    return WarpedVRT(
        dataset,
        src_crs=here.to_wkt(),
        crs=(site or anywhere).to_wkt(),
        resampling=resampling,
        nodata=np.nan,
        dtype="float32",
        warp_mem_limit=WARP_MB,
        UNIFIED_SRC_NODATA="YES",
        **nodata,
        **alpha,
        **target,
    )


def demand_bounded(layer: Layer, chips: ChipGrid, cell: tuple[float, float], ground: Ground) -> None:
    """Refuse to cut chips that would read more of the file than can be waited for.

    Args:
        layer: as in site.toml.
        chips: what is to be cut.
        cell: width and height of a cell that is read, in metres.
        ground: the site.

    Raises:
        Unreadable: with a remedy.
    """
    across, down = chips.cell_m / cell[0], chips.cell_m / cell[1]
    cells = max(across, 1.0) * max(down, 1.0) * chips.pixels**2 * chips.west_m.size
    if cells > MAXIMUM_READ or max(across, down) > MAXIMUM_REDUCTION:
        message = f"has cells of {cell[0]:.3g} m: {cells:,.0f} of them would have to be read for the zones' chips"
        ground.faults.stop(layer.file, None, message, "Add overviews with gdaladdo -r average, or save it coarser.")


def _check(dataset: Any, layer: Layer, ground: Ground) -> None:
    if dataset.tags(ns="OVERVIEWS"):
        remedy = "Save it anew as a GeoTIFF of its own."
        ground.faults.stop(layer.file, None, "names other files for its overviews", remedy)
    if dataset.gcps[0] or dataset.rpcs is not None:
        ground.faults.stop(layer.file, None, "has control points instead of a place for each cell", _WARPED)
    transform = dataset.transform
    if transform.is_identity or not np.isfinite(transform[:6]).all():
        remedy = "Export it as a GeoTIFF with its coordinates inside; a world file beside it is not read."
        ground.faults.stop(layer.file, None, "says nowhere where its cells lie", remedy)
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        ground.faults.stop(layer.file, None, "is rotated or turned over: its first row is not the north", _WARPED)
    if any(np.dtype(kind.replace("complex_int16", "complex64")).kind == "c" for kind in dataset.dtypes):
        ground.faults.stop(layer.file, None, "holds complex numbers", "Export amplitudes or values as real numbers.")
    _check_size(dataset, layer, ground)


def _check_size(dataset: Any, layer: Layer, ground: Ground) -> None:
    width, height, bands = dataset.width, dataset.height, dataset.count
    if width * height > MAXIMUM_CELLS or bands > MAXIMUM_BANDS:
        message = f"claims {width:,} x {height:,} cells in {bands:,} bands"
        ground.faults.stop(layer.file, None, message, "Cut it to the site.")
    rows, columns = dataset.block_shapes[0]
    together = bands if str(dataset.interleaving).lower().endswith("pixel") else 1
    size = np.dtype(dataset.dtypes[0]).itemsize
    if rows * columns * size * together > MAXIMUM_BLOCK_BYTES:
        message = f"is stored in pieces of {columns:,} x {rows:,} cells, too large to be read one by one"
        ground.faults.stop(layer.file, None, message, _TILED)
    blocks = -(-width // columns) * -(-height // rows)
    if blocks > MAXIMUM_BLOCKS:
        message = f"is stored in {blocks:,} pieces of {columns:,} x {rows:,} cells"
        ground.faults.stop(layer.file, None, message, _TILED)
    _check_whole(dataset, layer, ground)


def _check_whole(dataset: Any, layer: Layer, ground: Ground) -> None:
    """A file that was cut off is told also where what is missing lies in no chip."""
    size = Path(dataset.name).stat().st_size
    rows, columns = dataset.block_shapes[0]
    down, across = -(-dataset.height // rows), -(-dataset.width // columns)
    blocks = np.arange(0, down * across, max(1, down * across // CHECKED_BLOCKS))
    for band in {1, dataset.count}:
        for row, column in zip(*np.divmod(np.append(blocks, down * across - 1), across), strict=True):
            place = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=band)
            length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=band)
            if place and length and int(place) + int(length) > size:
                message = f"ends before its data: a piece begins at byte {int(place):,} of {size:,}"
                ground.faults.stop(layer.file, None, message, "The file is not whole: copy or export it again.")
