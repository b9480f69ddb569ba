"""Everything in the site's coordinate system: which one a layer is in, and whether it lies where the zones are.

Coordinates are always x to the east, y to the north, whatever order an authority lists them in (`always_xy`).
"""

import os
import re
import warnings
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj._network import set_network_enabled
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground

DOUBTFUL_M = 2.0
_EDGE_POINTS = 21
_LONGEST = 1_000_000
_GRIDS = re.compile(r',\s*EXTENSION\s*\[\s*"PROJ4_GRIDS"\s*,\s*"[^"]*"\s*\]', re.IGNORECASE)
_OPENS_FILES = re.compile(
    r"\binit\s*=|grids\s*=(?!\s*@null\b(?!,))|PARAMETERFILE|\bfile\s*=|PROJ-based|"
    r"proj\s*=\s*\W*(pipeline|\w*gridshift|tinshift|defmodel|deformation)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Extent:
    """A rectangle, in the unit of its coordinate system."""

    west: float
    south: float
    east: float
    north: float

    def touches(self, other: "Extent", gap: float = 0.0) -> bool:
        """Whether the two share a point, or are less than a gap apart."""
        across = self.west <= other.east + gap and other.west <= self.east + gap
        return across and self.south <= other.north + gap and other.south <= self.north + gap

    def told(self, unit: str) -> str:
        """The extent in numbers for people."""
        if unit == "degrees":
            return f"x {self.west:.4f} to {self.east:.4f}, y {self.south:.4f} to {self.north:.4f} {unit}"
        return f"x {self.west:,.0f} to {self.east:,.0f}, y {self.south:,.0f} to {self.north:,.0f} {unit}"


def parse_crs(text: str) -> CRS | None:
    """A coordinate system from EPSG:..., WKT or PROJ text; None for one that is tied to no place on Earth.

    Text that names files (grids, lists of systems) or steps of a computation is refused: PROJ would open what it names.

    Raises:
        ValueError: when the text is none.
    """
    os.environ["PROJ_NETWORK"] = "OFF"
    set_network_enabled(active=False)
    _quieten()
    text = _GRIDS.sub("", text[: _LONGEST + 1])  # grids of heights: x and y are the same without
    if len(text) > _LONGEST or text.lstrip().startswith("{") or _OPENS_FILES.search(text):
        raise ValueError("is no coordinate system that is known, or names files")
    try:
        crs = CRS.from_user_input(text)
    except ProjError as error:
        raise ValueError("is no coordinate system that is known") from error
    return None if crs.type_name == "Engineering CRS" else crs


def _quieten() -> None:
    """Leave out PROJ's warnings; for good, because warnings are of the process and other threads read too."""
    warnings.filterwarnings("ignore", module=r"pyproj\b")
    warnings.filterwarnings("ignore", "Best transformation is not available", UserWarning)


def crs_name(crs: CRS | None) -> str:
    """The authority's code, e.g. EPSG:25832, or the name where it has none."""
    if crs is None:
        return "local metres"
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.name)


def unit_of(crs: CRS | None) -> str:
    """The unit in which coordinates count, for people."""
    return "degrees" if crs is not None and crs.is_geographic else "m"


def site_crs(ground: Ground) -> CRS | None:
    """The site's coordinate system, in metres to the east and north; None where site.toml names none.

    Raises:
        Unreadable: when it is unknown, in degrees or feet, or counts to the south or west; the fault is noted.
    """
    if not ground.crs:
        return None
    try:
        crs = parse_crs(ground.crs)
    except ValueError as error:
        remedy = "Write the code of a projected system, e.g. crs = 'EPSG:25832'."
        ground.faults.stop("site.toml", None, f"crs: '{ground.crs}' {error}", remedy)
    if crs is None:
        return None
    if not crs.is_projected:
        message = f"crs: {crs_name(crs)} counts in degrees or from the Earth's centre; layers need metres"
        remedy = f"Give zones and incidents in a projected system{_utm_of(crs, ground)}, and name it."
        ground.faults.stop("site.toml", None, message, remedy)
    axes = crs.axis_info[:2]
    remedy = "Give zones and incidents in a system that counts in metres to the east and north, e.g. a UTM zone."
    if any(abs(axis.unit_conversion_factor - 1.0) > 1e-9 for axis in axes):
        ground.faults.stop("site.toml", None, f"crs: {crs_name(crs)} counts in {axes[0].unit_name}, not metres", remedy)
    if sorted(axis.direction for axis in axes) != ["east", "north"]:
        message = f"crs: {crs_name(crs)} counts to the {axes[0].direction} and {axes[1].direction}"
        ground.faults.stop("site.toml", None, message, remedy)
    return crs


def layer_crs(layer: Layer, own: str, ground: Ground) -> CRS | None:
    """The coordinate system of a layer: its file's own, else that which site.toml gives; None for local metres.

    Args:
        layer: as in site.toml.
        own: what the file names, as WKT or a code; "" for nothing.
        ground: the site.

    Raises:
        Unreadable: when it is unknown, missing, or the site has none although the layer has one.
    """
    site = site_crs(ground)
    given = _of_layer(layer, own, ground)
    if given is None and site is not None:
        remedy = (
            f"Write crs = 'EPSG:...' in the layer '{layer.name}', e.g. crs = '{crs_name(site)}' if it is the site's."
        )
        ground.faults.stop(layer.file, None, "names no coordinate system", remedy)
    if given is not None and site is None:
        message = f"crs is missing, but {layer.file} is in {crs_name(given)}"
        remedy = f"Write crs = '{crs_name(given)}' at the top of site.toml if the zones are in it too, else their own."
        ground.faults.stop("site.toml", None, message, remedy)
    try:
        to_system(given, site)
    except ProjError:
        message = f"is in {crs_name(given)}, from which no way leads to the site's {crs_name(site)}"
        ground.faults.stop(layer.file, None, message, "Check crs of the site and of the layer.")
    return given


def _of_layer(layer: Layer, own: str, ground: Ground) -> CRS | None:
    if own:
        try:
            crs = parse_crs(own)
        except ValueError:
            crs = None
        if crs is not None:
            if layer.crs and crs_name(crs) != layer.crs.strip().upper():
                told = f"Layer '{layer.name}': the file says {crs_name(crs)}, so crs = '{layer.crs}' is not used."
                ground.notes.append(told)
            return crs
    if not layer.crs:
        return None
    try:
        return parse_crs(layer.crs)
    except ValueError as error:
        message = f"layer '{layer.name}': crs '{layer.crs}' {error}"
        ground.faults.stop("site.toml", None, message, "Write the code, e.g. crs = 'EPSG:4326'.")


def _utm_of(crs: CRS, ground: Ground) -> str:
    extent = zones_extent(ground)
    if extent is None or not crs.is_geographic:
        return ""
    x, y = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
    if not (abs(x) <= 180 and abs(y) <= 84):
        return ""
    return f", e.g. EPSG:{(32600 if y >= 0 else 32700) + min(int((x + 180) // 6) + 1, 60)}"


def same(one: CRS | None, other: CRS | None) -> bool:
    """Whether two systems give the same place the same x and y; heights do not count."""
    if one is None or other is None:
        return one is other
    flat = [crs.sub_crs_list[0] if crs.is_compound else crs for crs in (one, other)]
    return bool(flat[0].equals(flat[1], ignore_axis_order=True))


def to_system(source: CRS | None, target: CRS | None) -> Transformer | None:
    """From x, y of one system to x, y of another; None where they are the same."""
    if source is None or target is None or same(source, target):
        return None
    return Transformer.from_crs(source, target, always_xy=True)


def moved(extent: Extent, transformer: Transformer | None) -> Extent | None:
    """The rectangle around an extent in another system, its edges followed; None where it has no place there."""
    if transformer is None:
        return extent
    along = np.linspace(0.0, 1.0, _EDGE_POINTS)
    x = extent.west + np.concatenate([along, along, 0 * along, 0 * along + 1]) * (extent.east - extent.west)
    y = extent.south + np.concatenate([0 * along, 0 * along + 1, along, along]) * (extent.north - extent.south)
    out_x, out_y = transformed(transformer, x, y)
    held = np.isfinite(out_x) & np.isfinite(out_y)
    if not held.any():
        return None
    out_x, out_y = out_x[held], out_y[held]
    return Extent(float(out_x.min()), float(out_y.min()), float(out_x.max()), float(out_y.max()))


def transformed(
    transformer: Transformer, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates x and y (n,) in the other system; infinite where a point has no place there."""
    try:
        out_x, out_y = transformer.transform(x, y)
    except ProjError:
        return np.full_like(x, np.inf), np.full_like(y, np.inf)
    return np.asarray(out_x, np.float64), np.asarray(out_y, np.float64)


def zones_extent(ground: Ground) -> Extent | None:
    """The rectangle around all zones; None where the zone is the whole site."""
    outlines = [outline for outline in ground.outlines if outline is not None]
    return Extent(*map(float, shapely.total_bounds(outlines))) if outlines else None


def demand_overlap(layer: Layer, extent: Extent, crs: CRS | None, ground: Ground, gap_m: float = 0.0) -> Extent:
    """The layer's extent in the site's system, once it is known to lie where zones are.

    Raises:
        Unreadable: when it shares no point with any zone; the fault gives both extents.
    """
    site = site_crs(ground)
    here = moved(extent, to_system(crs, site))
    zones = zones_extent(ground)
    if here is None or not np.isfinite([here.west, here.south, here.east, here.north]).all():
        _stop_apart(layer, extent, crs, ground)
    if zones is None:
        return here
    edges = [Extent(*map(float, outline.bounds)) for outline in ground.outlines if outline is not None]
    if not any(here.touches(edge, gap_m) for edge in edges):
        _stop_apart(layer, here, site, ground)
    return here


def _stop_apart(layer: Layer, extent: Extent, crs: CRS | None, ground: Ground) -> NoReturn:
    site, zones = site_crs(ground), zones_extent(ground)
    message = f"does not overlap the zones: it covers {extent.told(unit_of(crs))} ({crs_name(crs)})"
    if zones is not None:
        message += f", the zones {zones.told(unit_of(site))} ({crs_name(site)})"
    remedy = "Check the coordinate systems of site and layer, and whether x and y are swapped."
    ground.faults.stop(layer.file, None, message, remedy)


def note_accuracy(layer: Layer, crs: CRS | None, extent: Extent, ground: Ground) -> None:
    """Note where the way between two systems is only roughly known without files from the network.

    Args:
        layer: as in site.toml.
        crs: the layer's system.
        extent: the layer's extent in the site's system.
        ground: the site.
    """
    site = site_crs(ground)
    if crs is None or site is None or same(crs, site):
        return
    try:
        degrees = moved(extent, to_system(site, CRS.from_epsg(4326)))
    except ProjError:  # another celestial body
        degrees = None
    if degrees is None:
        return
    area = AreaOfInterest(degrees.west, degrees.south, degrees.east, degrees.north)
    _quieten()
    ways = TransformerGroup(crs, site, always_xy=True, area_of_interest=area).transformers  # type: ignore[arg-type]
    accuracy_m = ways[0].accuracy if ways else -1.0
    if not 0 <= accuracy_m <= DOUBTFUL_M:
        told = f"to {accuracy_m:g} m only" if accuracy_m > 0 else "roughly only"
        ground.notes.append(
            f"Layer '{layer.name}': the way from {crs_name(crs)} to {crs_name(site)} is known {told}; "
            "a layer that is exported in the site's system is safer."
        )
