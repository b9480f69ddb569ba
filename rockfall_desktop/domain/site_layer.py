"""How site.toml describes layers: drone imagery, elevation, LiDAR, geological maps."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.site_table import ColumnName, Text, checked_length
from rockfall_desktop.domain.value import Value

LayerKind = Literal["drone_imagery", "elevation", "lidar", "geology"]
POINT_ENDINGS = (".las", ".laz")
VECTOR_ENDINGS = (".gpkg", ".geojson", ".json", ".shp")
RASTER_ENDINGS = (".tif", ".tiff")


class Layer(Value):
    """One spatial data set: one epoch of one kind."""

    name: Plain = Field(min_length=1, max_length=64, description="Name within the site, used once.")
    kind: LayerKind = Field(description="What it shows.")
    file: Text = Field(description="Path of the file, relative to the site folder and inside it.")
    crs: Plain = Field(default="", max_length=64, description="Coordinate system where the file names none.")
    bands: tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] = Field(
        default=(), max_length=64, description="Names of the file's bands in order; '-' leaves a band out."
    )
    acquired: date | None = Field(default=None, description="Day on which it was surveyed or flown.")
    delay: str = Field(default="0min", description="How long after that day it is known here.")
    timeless: bool = Field(default=False, description="true: it does not age, e.g. a geological map.")
    column: ColumnName | None = Field(default=None, description="Attribute that names the geological unit (maps).")
    table: Plain = Field(default="", max_length=200, description="Table of a GeoPackage; empty: its only one.")
    what: Literal["units", "faults"] = Field(
        default="units", description="Geology: units as classes, or lines as the distance to the nearest."
    )
    legend: dict[str, Plain] = Field(default={}, description="Code in the map to name of the unit.")
    cell_m: float | None = Field(default=None, gt=0, le=1000, description="Elevation from points: side of a cell.")
    ground_classes: tuple[int, ...] = Field(default=(), description="LiDAR: classes that count; empty: all.")

    @property
    def from_points(self) -> bool:
        """Whether the file holds points, by the end of its name."""
        return self.file.lower().endswith(POINT_ENDINGS)

    @field_validator("delay")
    @classmethod
    def _delay_is_a_length(cls, value: str) -> str:
        return checked_length(value)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.acquired is None) != self.timeless:
            raise ValueError("acquired: say when it was surveyed, or timeless = true if it does not age; not both")
        if self.kind == "lidar" and not self.from_points:
            raise ValueError("file: a lidar layer is a .las or .laz file")
        if self.kind in ("drone_imagery", "geology") and self.from_points:
            raise ValueError("kind: a .las or .laz file is a layer of kind lidar or elevation")
        if self.what == "faults" and self.kind != "geology":
            raise ValueError("what: goes with kind = 'geology' only")
        return self


class Chips(Value):
    """How rasters are cut for each zone: a square around the zone's centre."""

    pixels: int = Field(default=32, ge=8, le=256, description="Cells along a side of the square.")
    cell_m: float | None = Field(
        default=None, gt=0, le=1000, description="Side of a cell; empty: so that the largest zone fits."
    )


class CloudSets(Value):
    """How many points of a cloud stand for a zone, and how they are picked."""

    points: int = Field(default=1024, ge=16, le=65_536, description="Points for each zone.")
    sampling: Literal["uniform", "farthest"] = Field(
        default="uniform", description="Picked at random with equal chance, or each as far as possible from the others."
    )
