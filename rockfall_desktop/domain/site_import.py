"""What the import assistant thinks of files, and what a person chose: plain values, before anything is written."""

from datetime import date
from typing import Literal

from pydantic import Field

from rockfall_desktop.domain.kinds import Kind
from rockfall_desktop.domain.site_layer import LayerKind
from rockfall_desktop.domain.site_table import Keep
from rockfall_desktop.domain.site_zone import Zone
from rockfall_desktop.domain.value import Value

Use = Literal["channels", "incidents", "zones", "layer", "skip"]
Form = Literal["text", "parquet", "workbook", "raster", "points", "map", "unknown"]
Role = Literal["skip", "time", "value", "zone", "x", "y", "volume", "type", "mark", "issued"]
Stamp = Literal["start", "end"]
SameTime = Literal["refuse", "first", "last", "mean", "sum"]
TABLES: tuple[Form, ...] = ("text", "parquet", "workbook")
MOST_FILES = 200
MOST_COLUMNS = 2000


class TableShape(Value):
    """How a table is written; the fields are keys of site.toml and mean the same."""

    sheet: str = Field(default="", description="Sheet of a workbook.")
    encoding: str = Field(default="utf-8", description="How the text is stored.")
    delimiter: str = Field(default=",", description="Sign between fields.")
    decimal: Literal[".", ","] = Field(default=".", description="Decimal sign of numbers.")
    quote: Literal['"', ""] = Field(default='"', description="Sign around fields that hold a delimiter.")
    skip_lines: int = Field(default=0, ge=0, description="Lines above the header.")
    header_lines: int = Field(default=1, ge=1, description="Lines of the header.")
    footnotes: tuple[str, ...] = Field(default=(), description="Beginnings of lines that are notes.")
    missing: tuple[str, ...] = Field(default=(), description="Texts that mean 'no value'.")
    values: dict[str, float] = Field(default={}, description="Texts that mean a number.")
    keep: Keep | None = Field(default=None, description="Rows that count, by the text of a column.")


class ColumnProposal(Value):
    """What one column of a table is."""

    column: str = Field(description="Name by which the reader finds it.")
    role: Role = Field(default="skip", description="What it holds.")
    kind: Kind = Field(default="other", description="What is measured, for values.")
    unit: str = Field(default="", description="Unit of the numbers, for values.")
    name: str = Field(default="", description="Name of the channel, for values.")
    zone: str = Field(default="", description="Zone whose sensor it is; empty: of the whole site or by a zone column.")
    stamp: Stamp = Field(default="end", description="Whether the time is the start or the end of what a value is of.")
    interval: str = Field(default="", description="Length that a value stands for; empty: its numbers tell none.")
    stamp_said: bool = Field(default=False, description="Whether a person said its stamp or interval.")
    samples: tuple[str, ...] = Field(default=(), description="A few of its texts.")


class LayerProposal(Value):
    """What one spatial file is."""

    name: str = Field(description="Name of the layer.")
    kind: LayerKind = Field(description="What it shows.")
    crs: str = Field(default="", description="Coordinate system that was given, where the file names none.")
    own_crs: str = Field(default="", description="Coordinate system that the file names.")
    extent: tuple[float, float, float, float] | None = Field(default=None, description="West, south, east, north.")
    acquired: date | None = Field(default=None, description="Day of the survey.")
    suggested: date | None = Field(default=None, description="Date that the file bears; it may be that of its export.")
    timeless: bool = Field(default=False, description="Whether it does not age.")
    bands: tuple[str, ...] = Field(default=(), description="Names of the bands in order; '-' leaves one out.")
    own_bands: tuple[str, ...] = Field(default=(), description="Names that the file gives its bands (rasters).")
    column: str = Field(default="", description="Attribute that names the unit (maps).")
    columns: tuple[str, ...] = Field(default=(), description="Attributes that there are (maps).")
    table: str = Field(default="", description="Table of a GeoPackage.")
    what: Literal["units", "faults"] = Field(default="units", description="Areas, or lines of faults (maps).")
    facts: str = Field(default="", description="Size of the file's content in words.")


class FileProposal(Value):
    """One file: what it seems to be, what was chosen, and what must still be said."""

    path: str = Field(description="Where it lies.")
    size: int = Field(ge=0, description="Bytes.")
    form: Form = Field(description="Format.")
    use: Use = Field(description="What it is used for.")
    shape: TableShape = Field(default=TableShape(), description="How the table is written.")
    columns: tuple[ColumnProposal, ...] = Field(default=(), description="Its columns in order.")
    rows: tuple[tuple[str, ...], ...] = Field(default=(), description="First rows as they are read, as text.")
    sheets: tuple[str, ...] = Field(default=(), description="Sheets of a workbook.")
    time_format: str = Field(default="", description="How times are written; empty where it must be asked.")
    time_formats: tuple[str, ...] = Field(default=(), description="Every form that fits all times that were seen.")
    typed_time: bool = Field(default=False, description="Whether the file itself says what its times are.")
    timezone: str = Field(default="", description="IANA zone of the written times; empty: that of the site.")
    interval: str = Field(default="", description="Usual length that a value stands for; empty: irregular.")
    ahead: tuple[str, ...] = Field(default=(), description="Forecasts and blasts: spans ahead that are summed up.")
    announced: str = Field(default="", description="Blasts: how long before each it is announced, if no column says.")
    same_time: SameTime = Field(default="refuse", description="What counts when rows of one time differ.")
    delay: str = Field(default="0min", description="How long after its interval a value is known.")
    time_precision: str = Field(default="", description="Incidents: span in which each may have happened.")
    types: tuple[str, ...] = Field(default=(), description="Incidents: types that count; empty: all.")
    minimum_volume_m3: float | None = Field(default=None, gt=0, description="Incidents: smaller ones do not count.")
    recorded_from: date | None = Field(default=None, description="Incidents: first day of recording.")
    recorded_until: date | None = Field(default=None, description="Incidents: last day of recording.")
    radius_m: float | None = Field(default=None, gt=0, description="Zones: radius around points.")
    zones_seen: tuple[str, ...] = Field(default=(), description="Texts of the zone column in the part that was seen.")
    layer: LayerProposal | None = Field(default=None, description="What it is as a layer.")
    remarks: tuple[str, ...] = Field(default=(), description="What was noticed.")

    @property
    def is_table(self) -> bool:
        """Whether it has rows and columns."""
        return self.form in TABLES

    def having(self, role: Role) -> tuple[ColumnProposal, ...]:
        """The columns of a role, in order."""
        return tuple(column for column in self.columns if column.role == role)


class ImportProposal(Value):
    """Everything that is to be imported."""

    files: tuple[FileProposal, ...] = Field(description="The files.")
    folder: str = Field(default="", description="Folder of the site, new or with a site.toml.")
    exists: bool = Field(default=False, description="Whether the folder has a site.toml, to which files are added.")
    name: str = Field(default="", description="Name of the site.")
    crs: str = Field(default="", description="Coordinate system of the site.")
    timezone: str = Field(default="", description="IANA time zone of the site; empty: still to be said.")
    step: str = Field(default="1h", description="Length of a time step.")
    zones: tuple[Zone, ...] = Field(default=(), description="Zones one by one; none: the whole site, or a zones file.")


class WrittenFile(Value):
    """One file of the finished site."""

    source: str = Field(description="Where it lies now.")
    name: str = Field(description="Name inside the site folder.")
    copied: bool = Field(description="Whether it is copied, or lies there already.")
