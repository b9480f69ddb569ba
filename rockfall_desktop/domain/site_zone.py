"""How site.toml describes zones: one by one, as the cells of a grid, or in a file."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from rockfall_desktop.domain.plain_text import Plain, checked_plain
from rockfall_desktop.domain.site_table import ColumnName, Table
from rockfall_desktop.domain.value import Value

MAXIMUM_ID = 64
ZoneId = Annotated[Plain, Field(min_length=1, max_length=MAXIMUM_ID)]
FARTHEST_M = 1e9
"""No coordinate and no length of a zone is larger; what is cannot be reckoned with."""
Coordinate = Annotated[float, Field(ge=-FARTHEST_M, le=FARTHEST_M)]
Length = Annotated[float, Field(gt=0, le=FARTHEST_M)]
Point = tuple[Coordinate, Coordinate]
MAXIMUM_ZONES = 10_000


def checked_zone_id(text: str) -> str:
    """The text itself, if it can be a zone's id.

    Raises:
        ValueError: when it cannot; the message says what it has.

    """
    if len(text) > MAXIMUM_ID:
        raise ValueError(f"has more than {MAXIMUM_ID} characters; shorten it")
    return checked_plain(text)


class Zone(Value):
    """One named part of the slope: a point with a radius, a polygon, or the whole site."""

    id: ZoneId = Field(description="Short id, used once; tables name the zone by it.")
    name: Plain = Field(default="", max_length=200, description="Name for people; empty: the id.")
    point: Point | None = Field(default=None, description="Centre [x, y] in the site's crs.")
    radius_m: Length | None = Field(default=None, description="Radius around the point, in metres.")
    polygon: tuple[Point, ...] | None = Field(
        default=None, min_length=3, description="Corners [[x, y], ...] in the site's crs, in order."
    )
    whole: bool = Field(default=False, description="true: this zone is the whole site, wherever things are.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        shapes = (self.point is not None) + (self.polygon is not None) + self.whole
        if shapes != 1:
            raise ValueError("a zone has exactly one of point (with radius_m), polygon and whole = true")
        if (self.point is None) != (self.radius_m is None):
            raise ValueError("radius_m: a point needs its radius_m, and nothing else takes one")
        return self


class ZoneGrid(Value):
    """Zones as the square cells of a grid that starts at the origin of the coordinate system."""

    cell_m: Length = Field(description="Side of a cell, in metres.")
    west: Coordinate = Field(description="Smallest easting of the area, in the site's crs.")
    south: Coordinate = Field(description="Smallest northing.")
    east: Coordinate = Field(description="Largest easting.")
    north: Coordinate = Field(description="Largest northing.")
    name: Plain = Field(
        default="E{x}N{y}",
        max_length=MAXIMUM_ID,
        description="Id of a cell; {x}, {y}: floor(coordinate / cell_m).",
    )
    only: tuple[ZoneId, ...] = Field(default=(), description="Cells that are zones; empty: all.")

    @model_validator(mode="after")
    def _has_cells(self) -> Self:
        if "{x}" not in self.name or "{y}" not in self.name:
            raise ValueError("name: must hold {x} and {y}, or the cells could not be told apart")
        if not (self.west < self.east and self.south < self.north):
            raise ValueError("west: west must be smaller than east, and south smaller than north")
        count = ((self.east - self.west) / self.cell_m + 1) * ((self.north - self.south) / self.cell_m + 1)
        if count > MAXIMUM_ZONES:
            raise ValueError(f"cell_m: about {count:.3g} cells are too many; at most {MAXIMUM_ZONES:,}")
        return self


class ZoneFile(Table):
    """Zones in a file: a map (polygons, or points with a radius) or a table of points.

    A file that ends in .geojson or .json is GeoJSON, with coordinates in the site's crs where it names no other; .gpkg
    and .shp are maps with a coordinate system of their own; any other is a table with coordinates in the site's crs.
    """

    id_column: str = Field(
        default="id", max_length=200, description="Column or GeoJSON property with the id; empty: the rows' numbers."
    )
    x_column: ColumnName = Field(default="x", description="Column with the easting (tables only).")
    y_column: ColumnName = Field(default="y", description="Column with the northing (tables only).")
    radius_m: Length | None = Field(default=None, description="Radius around points, in metres.")
    table: Plain = Field(default="", max_length=200, description="Table of a GeoPackage; empty: its only one.")
    crs: Plain = Field(default="", max_length=64, description="Coordinate system of a map that names none.")
    label_column: ColumnName | None = Field(
        default=None, description="Column or property with 1 or 0 for each zone: the answer, without time."
    )

    @property
    def is_map(self) -> bool:
        """Whether the file is a GeoPackage or a Shapefile, by the end of its name."""
        return self.file.lower().endswith((".gpkg", ".shp"))

    @property
    def is_geojson(self) -> bool:
        """Whether the file is GeoJSON, by the end of its name."""
        return self.file.lower().endswith((".geojson", ".json"))

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if not (self.is_geojson or self.is_map) and self.radius_m is None:
            raise ValueError("radius_m: a table of points needs the radius around them")
        if self.crs and not (self.is_geojson or self.is_map):
            raise ValueError("crs: the coordinates of a table are in the site's crs; only a map has one of its own")
        return self
