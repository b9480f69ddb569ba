"""How site.toml describes tables: header, times, numbers and gaps of a file, and what its columns mean."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.kinds import KINDS, Kind, Resample, counts_events
from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.time_zone import check_time_zone
from rockfall_desktop.domain.value import Value

ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


class Keep(Value):
    """Which rows of a file count."""

    column: ColumnName = Field(description="Column that is looked at, e.g. a mark of quality.")
    values: tuple[str, ...] = Field(min_length=1, description="Rows with one of these texts there are kept.")


class Table(Value):
    """A table inside the site folder: text, Parquet (.parquet) or a workbook (.xlsx).

    A name with * stands for all files that fit, in the order of their names; new ones are picked up.
    """

    file: Text = Field(description="Path of the file, relative to the site folder and inside it; * for several.")
    sheet: Plain = Field(default="", max_length=64, description="Sheet of a workbook; empty: the first.")
    encoding: Text = Field(default="utf-8", description="How the text is stored: utf-8, cp1252, big5, utf-16, ...")
    delimiter: str = Field(default=",", pattern=r"^[,;|\t:~ ]$", description="Sign between fields: , ; | : or tab.")
    decimal: Literal[".", ","] = Field(default=".", description="Decimal sign of numbers.")
    quote: Literal['"', ""] = Field(default='"', description="Sign around fields that hold a delimiter; empty: none.")
    skip_lines: int = Field(default=0, ge=0, le=10_000, description="Lines above the header, e.g. a title.")
    header_lines: int = Field(
        default=1,
        ge=1,
        le=10,
        description="Lines of the header; a column goes by any line's text.",
    )
    footnotes: tuple[Text, ...] = Field(default=(), description="Lines that begin so are notes.")
    missing: tuple[str, ...] = Field(default=(), description="Texts that mean 'no value'; an empty field always does.")
    values: dict[str, float] = Field(default={}, description="Texts that mean a number, e.g. Trace = 0.025.")
    keep: Keep | None = Field(default=None, description="Keeps some rows only, by the text of a column.")

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.delimiter == self.decimal:
            raise ValueError("decimal: is the delimiter too; set delimiter, e.g. delimiter = ';'")
        return self


class TimedTable(Table):
    """A table whose rows have a time."""

    time: ColumnName | Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=8)] = Field(
        description="Column with the time, or a list of columns that are joined by one blank."
    )
    time_format: str = Field(
        default="",
        max_length=200,
        description="How the joined time is written, e.g. %Y-%m-%d %H:%M; not needed where the file has times as such.",
    )
    timezone: str | None = Field(
        default=None,
        description="IANA time zone of the written times; empty: that of the site.",
    )

    @property
    def time_columns(self) -> tuple[str, ...]:
        """The columns that make the time, one or several."""
        return (self.time,) if isinstance(self.time, str) else self.time

    @field_validator("timezone")
    @classmethod
    def _exists(cls, value: str | None) -> str | None:
        return None if value is None else check_time_zone(value)

    @field_validator("time_format")
    @classmethod
    def _names_a_day(cls, value: str) -> str:
        if value and not any(mark in value for mark in ("%s", "%F", "%D", "%x", "%c", "%+", "%Y", "%y")):
            raise ValueError(f"'{value}' names no year; write e.g. %Y-%m-%d or %d.%m.%Y %H:%M")
        return value

    @model_validator(mode="after")
    def _text_says_its_times(self) -> Self:
        if not self.time_format and not self.file.lower().endswith((".parquet", ".xlsx")):
            raise ValueError("time_format: is missing; say how the times are written, e.g. '%Y-%m-%d %H:%M'")
        return self


def checked_length(text: str) -> str:
    """The text itself, if it is a length of time.

    Raises:
        ValueError: when it is none.

    """
    duration_s(text)
    return text


class Channel(TimedTable):
    """One measured series, for the whole site or for each zone."""

    name: Plain = Field(min_length=1, max_length=64, description="Name within the site, used once.")
    kind: Kind = Field(description="What is measured.")
    unit: Plain = Field(max_length=32, description="Unit of the numbers, e.g. mm, kPa, mm/d.")
    column: ColumnName | None = Field(default=None, description="Column with the number.")
    scope: Literal["site", "zone"] = Field(default="site", description="One series, or one for each zone.")
    zone_column: ColumnName | None = Field(default=None, description="Column with the zone's id (long tables).")
    zone_columns: dict[str, ColumnName] = Field(
        default={}, description="Zone's id to the column with its number (wide tables), for scope zone."
    )
    issued: ColumnName | None = Field(
        default=None, description="Forecasts: column with the time of issue; blasts: of the announcement."
    )
    ahead: tuple[str, ...] = Field(
        default=(), max_length=4, description="Forecasts and blasts: spans ahead that are summed up, e.g. 1d, 3d."
    )
    announced: str | None = Field(
        default=None, description="Blasts: how long before each it is announced, where no column says."
    )
    valid_range: tuple[float, float] | None = Field(
        default=None, description="Lowest and highest value that can be true, in the unit; empty: that of the kind."
    )
    mask: tuple[Literal["flat_line", "spike", "drift"], ...] = Field(
        default=(), description="Doubtful values that count as missing, beside those out of range."
    )
    stamp: Literal["start", "end"] = Field(
        default="start", description="Whether the time is the start or the end of the interval of a value."
    )
    interval: str | None = Field(
        default=None,
        description="Length of a value's interval with stamp = start, unless it ends within the step it starts in.",
    )
    delay: str = Field(default="0min", description="How long after its interval a value is known.")
    resample: Resample | None = Field(
        default=None,
        description="How values of one step become one; by default sum for rainfall, else mean.",
    )
    same_time: Literal["refuse", "first", "last", "mean", "sum"] = Field(
        default="refuse", description="What counts when rows of one time differ; sum also adds equal rows up."
    )

    @property
    def resampling(self) -> Resample:
        """How several values in one step become one."""
        if self.kind == "seismic" and counts_events(self.kind, self.unit):
            return self.resample or "sum"
        return self.resample or KINDS[self.kind].resample

    @property
    def ahead_names(self) -> tuple[str, ...]:
        """The names of the channels that a forecast or blasts become, one for each span ahead."""
        return tuple(f"{self.name} next {span}" for span in self.ahead)

    @field_validator("delay")
    @classmethod
    def _delay_is_a_length(cls, value: str) -> str:
        return checked_length(value)

    @field_validator("announced")
    @classmethod
    def _announced_is_a_length(cls, value: str | None) -> str | None:
        return None if value is None else checked_length(value)

    @field_validator("ahead")
    @classmethod
    def _spans_are_lengths(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for span in value:
            if duration_s(span) == 0:
                raise ValueError("a span ahead is longer than nothing; write e.g. ahead = ['1d', '3d']")
        return value

    @field_validator("valid_range")
    @classmethod
    def _range_is_in_order(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not value[0] < value[1]:
            raise ValueError(f"{value[0]:g} to {value[1]:g} is no range; write the lowest value first")
        return value

    @field_validator("interval")
    @classmethod
    def _interval_is_a_length(cls, value: str | None) -> str | None:
        if value is not None and duration_s(value) == 0:
            raise ValueError("an interval is longer than nothing; leave the key out if it fits into a step")
        return value

    @model_validator(mode="after")
    def _scope_has_its_column(self) -> Self:
        if self.scope == "zone" and (self.zone_column is None) == (not self.zone_columns):
            raise ValueError('zone_column: name the column with the zone\'s id, or zone_columns, or set scope = "site"')
        if self.scope == "site" and (self.zone_column is not None or self.zone_columns):
            raise ValueError('zone_column: goes with scope = "zone" only')
        if len(set(self.zone_columns.values())) < len(self.zone_columns):
            raise ValueError("zone_columns: two zones have the same column; give each its own")
        if (self.column is None) == (not self.zone_columns) and self.kind != "blast":
            raise ValueError("column: name the column with the number")
        if self.ahead and self.kind not in ("rain_forecast", "blast"):
            raise ValueError("ahead: goes with kind = 'rain_forecast' or 'blast' only")
        if self.kind == "rain_forecast" and not (self.ahead and self.issued):
            raise ValueError("ahead: a forecast needs issued = '...', its column, and ahead, e.g. ahead = ['1d', '3d']")
        if self.stamp == "end" and self.interval is not None:
            raise ValueError('interval: goes with stamp = "start" only; the time is the interval\'s end here')
        return self
