"""The zones of a site: their ids in order, and which of them holds a point."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from rockfall_desktop.domain.site import SiteManifest
from rockfall_desktop.domain.site_zone import Zone, ZoneFile, ZoneGrid
from rockfall_desktop.sites.faults import Faults
from rockfall_desktop.sites.folder import SiteFolder
from rockfall_desktop.sites.tables.table import TableReader
from rockfall_desktop.sites.zone_crs import demand_metres
from rockfall_desktop.sites.zone_file import Shape, demand_zones, point_shape, polygon_shape, read_zone_file
from rockfall_desktop.sites.zone_map import read_zone_map

Floats = NDArray[np.float64]
Place = Callable[[Floats, Floats], NDArray[np.int32]]


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones in the order of the z axis.

    Attributes:
        ids: their ids.
        whole: whether the only zone is the whole site.
        outlines: shapely geometries in the site's crs, in the order of ids; None where the zone is the whole site.
        place: from x and y (n,) to the index of the zone, int32 (n,), -1 where none holds the point; where several
            do, the first.
    """

    ids: tuple[str, ...]
    whole: bool
    outlines: tuple[Any, ...]
    place: Place

    @property
    def centres(self) -> Floats | None:
        """Float64 (z, 2), x and y of each zone's centroid; None for the whole site."""
        if self.whole:
            return None
        return np.asarray(shapely.get_coordinates(shapely.centroid(np.array(self.outlines, object))))

    def by_id(self, texts: pl.Series) -> NDArray[np.int32]:
        """Index of the zone that each text names, -1 where none does."""
        found = texts.cast(pl.Enum(list(self.ids)), strict=False).to_physical().cast(pl.Int32).fill_null(-1)
        return np.asarray(found.to_numpy(), np.int32)


def read_zones(manifest: SiteManifest, folder: SiteFolder, reader: TableReader, faults: Faults) -> Zones:
    """The site's zones, from site.toml or the file that it names.

    Raises:
        Unreadable: when the file cannot be used, or metres are asked of a system that has none.
    """
    demand_metres(manifest, faults, reader.notes)
    if manifest.zone_grid is not None:
        return _grid(manifest.zone_grid, faults)
    if manifest.zones is not None:
        return _shaped(_from_file(manifest.zones, manifest.crs, folder, reader, faults))
    if manifest.zone[0].whole:
        return Zones(
            (manifest.zone[0].id,), whole=True, outlines=(None,), place=lambda x, _: np.zeros(x.size, np.int32)
        )
    return _shaped([(zone.id, _shape(zone, faults)) for zone in manifest.zone])


def _from_file(
    zones: ZoneFile, crs: str, folder: SiteFolder, reader: TableReader, faults: Faults
) -> list[tuple[str, Shape]]:
    before = faults.count
    found = (
        read_zone_map(zones, crs, folder, faults, reader.notes)
        if zones.is_map
        else read_zone_file(zones, crs, folder, reader, faults)
    )
    demand_zones(found, zones, faults)
    if faults.count > before:
        faults.halt()
    return found


def _shape(zone: Zone, faults: Faults) -> Shape:
    if zone.point is not None and zone.radius_m is not None:
        return point_shape(*zone.point, zone.radius_m)
    polygon = shapely.Polygon(zone.polygon)
    if not polygon.is_valid:
        message = f"the polygon of zone '{zone.id}' crosses itself or has no area"
        faults.stop("site.toml", None, message, "Give its corners in order around it.")
    return polygon_shape(polygon)


def _shaped(shapes: list[tuple[str, Shape]]) -> Zones:
    def place(x: Floats, y: Floats) -> NDArray[np.int32]:
        zone = np.full(x.size, -1, np.int32)
        for index in reversed(range(len(shapes))):
            zone[shapes[index][1].holds(x, y)] = index
        return zone

    outlines = tuple(shape.outline for _, shape in shapes)
    return Zones(tuple(name for name, _ in shapes), whole=False, outlines=outlines, place=place)


def _grid(grid: ZoneGrid, faults: Faults) -> Zones:
    west, east = int(grid.west // grid.cell_m), int(-(-grid.east // grid.cell_m))
    south, north = int(grid.south // grid.cell_m), int(-(-grid.north // grid.cell_m))
    cells = {
        grid.name.replace("{x}", str(x)).replace("{y}", str(y)): (x - west, y - south)
        for y in range(south, north)
        for x in range(west, east)
    }
    lost = [name for name in grid.only if name not in cells]
    if lost:
        remedy = f"The grid's ids go from {next(iter(cells))} to {next(reversed(cells))}."
        faults.stop("site.toml", None, f"only: the grid has no cell '{lost[0]}'", remedy)
    ids = tuple(name for name in cells if not grid.only or name in grid.only)
    index = np.full((east - west, north - south), -1, np.int32)
    for number, name in enumerate(ids):
        index[cells[name]] = number

    def place(x: Floats, y: Floats) -> NDArray[np.int32]:
        column, row = np.floor(x / grid.cell_m) - west, np.floor(y / grid.cell_m) - south
        inside = (column >= 0) & (column < index.shape[0]) & (row >= 0) & (row < index.shape[1])
        zone = np.full(x.size, -1, np.int32)
        zone[inside] = index[column[inside].astype(np.int64), row[inside].astype(np.int64)]
        return zone

    return Zones(ids, whole=False, outlines=tuple(_cell(grid, *cells[name]) for name in ids), place=place)


def _cell(grid: ZoneGrid, column: int, row: int) -> Any:
    west = (int(grid.west // grid.cell_m) + column) * grid.cell_m
    south = (int(grid.south // grid.cell_m) + row) * grid.cell_m
    return shapely.box(west, south, west + grid.cell_m, south + grid.cell_m)
